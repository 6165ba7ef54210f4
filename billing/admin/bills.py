from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.models import Bill
from billing.queries import bill_sheet
from billing.resources import BillResource
from billing.sheet_words import SheetWords
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin
from portal.lib.desk import ShownAdmin


class OursFilter(admin.SimpleListFilter):
    """Whether a bill is what our own prices give."""

    title = _("our own calculation")
    parameter_name = "ours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("differs", _("differs from the bill")),
            ("same", _("the same to the đồng")),
            ("none", _("none: the kWh alone do not tell")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "differs":
            return queryset.differing()  # type: ignore[attr-defined]
        if self.value() == "same":
            return queryset.filter(worked_out=F("total"))
        return queryset.filter(worked_out=None) if self.value() == "none" else queryset


@admin.register(Bill)
class BillAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Bills; what an account used and owes is shown where it is opened for a reason."""

    resource_classes = [BillResource]
    import_permission = "billing.add_bill"
    list_display = ["account", "month_named", "issued_on", "due_on"]
    list_filter = [OursFilter, "month", "issued_on"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-month", "pk"]

    @admin.display(description=_("billing month"), ordering="month")
    def month_named(self, bill: Bill) -> str:
        return f"{bill.month:%m/%Y}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **rest: Any
    ) -> HttpResponse:
        """With our own calculation beside what the billing system exported."""
        if bill := context.get("original"):
            context["sheet"] = SheetWords.of(bill_sheet(bill))
        return super().render_change_form(request, context, *args, **rest)
