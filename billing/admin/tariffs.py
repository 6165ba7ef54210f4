from django.contrib import admin

from billing.models import Tariff, TariffPrice, VatRate


class TariffPriceInline(admin.TabularInline):
    model = TariffPrice
    extra = 0


@admin.register(Tariff)
class TariffAdmin(admin.ModelAdmin):
    list_display = ["decision", "group", "voltage", "valid_from", "valid_before", "confirmed"]
    list_filter = ["group", "confirmed"]
    ordering = ["-valid_from", "group", "voltage"]
    inlines = [TariffPriceInline]


@admin.register(VatRate)
class VatRateAdmin(admin.ModelAdmin):
    list_display = ["valid_from", "valid_before", "percent", "confirmed"]
    ordering = ["-valid_from"]
