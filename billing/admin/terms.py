from django.contrib import admin

from billing.models import PaymentTerms


@admin.register(PaymentTerms)
class PaymentTermsAdmin(admin.ModelAdmin):
    """Deadlines of paying; a change is a new row from a day on."""

    list_display = [
        "__str__",
        "remind_days_before",
        "overdue_days_after",
        "stop_days_after",
        "stop_notices",
        "stop_hours_ahead",
    ]
    list_select_related = ["unit"]
    ordering = ["-valid_from", "pk"]
