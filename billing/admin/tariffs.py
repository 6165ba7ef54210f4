from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Tariff, TariffPrice, VatRate
from portal.lib.numbers import percent


class TariffPriceInline(admin.StackedInline):
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
    list_display = ["valid_from", "valid_before", "rate", "confirmed"]
    ordering = ["-valid_from"]

    @admin.display(description=_("percent"), ordering="percent")
    def rate(self, vat: VatRate) -> str:
        return percent(vat.percent)
