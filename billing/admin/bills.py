from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from billing.correction_words import CorrectionWords
from billing.models import Bill, BillCheck
from billing.queries import bill_sheet, to_check
from billing.resources import BillResource
from billing.services import bill_checks
from billing.sheet_words import CheckRow, SheetWords
from customers.admin.importing import SheetImportMixin
from customers.admin.opening import OpenedAdmin, question
from customers.admin.staff import member
from portal.lib.desk import ShownAdmin

CHECK = "billing.add_billcheck"


class OursFilter(admin.SimpleListFilter):
    """Whether a bill is what our own prices give."""

    title = _("our own calculation")
    parameter_name = "ours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("differs, and nobody has looked at it")),
            ("differs", _("differs from the bill")),
            ("same", _("the same to the đồng")),
            ("none", _("none: the kWh alone do not tell")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "open":
            return to_check(queryset)  # type: ignore[arg-type]
        if self.value() == "differs":
            return queryset.differing()  # type: ignore[attr-defined]
        if self.value() == "same":
            return queryset.filter(worked_out=F("total"))
        return queryset.filter(worked_out=None) if self.value() == "none" else queryset


@admin.register(Bill)
class BillAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Bills; what an account used and owes is shown where it is opened for a reason."""

    resource_classes = [BillResource]
    list_display = ["account", "month_named", "issued_on", "due_on"]
    list_filter = [OursFilter, "month", "issued_on"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    ordering = ["-month", "pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(mark)
        return [
            path("<int:bill_id>/checked/", view, name="billing_bill_checked"),
            *super().get_urls(),
        ]

    @admin.display(description=_("billing month"), ordering="month")
    def month_named(self, bill: Bill) -> str:
        return f"{bill.month:%m/%Y}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **rest: Any
    ) -> HttpResponse:
        """With our own calculation beside what the billing system exported."""
        if bill := context.get("original"):
            checks = [
                CheckRow.of(check) for check in bill.checks.newest_first().select_related("by")
            ]
            sheet = bill_sheet(bill)
            context |= {
                "sheet": SheetWords.of(sheet),
                "corrections": [CorrectionWords.of(one) for one in sheet.corrections],
                "checks": checks,
                "is_checked": any(check.is_of_now for check in checks),
                "may_check": bill.differs and request.user.has_perm(CHECK),
                "outcomes": BillCheck.Outcome.choices,
                "figures": bill_checks.seen(bill),
                "note_length": BillCheck.NOTE_LENGTH,
            }
        return super().render_change_form(request, context, *args, **rest)


@require_POST
def mark(request: HttpRequest, bill_id: int) -> HttpResponse:
    """Take what somebody found who looked at a bill that differs."""
    if not request.user.has_perm(CHECK):
        raise Http404
    bills = Bill.objects.visible_to(request.user).select_related("account")
    bill = get_object_or_404(bills, pk=bill_id)
    back = redirect("admin:billing_bill_change", bill.pk)
    if question(request, bill.account, page=f"bill {bill.pk}"):
        return back
    by, at = member(request), timezone.now()
    words = {name: request.POST.get(name, "") for name in ("figures", "outcome", "note")}
    try:
        bill_checks.mark(bill=bill, by=by, at=at, **words)
    except bill_checks.CheckError as error:
        messages.error(request, str(error))
        return back
    messages.success(request, _("Noted: this bill is off the work list until a total changes."))
    return back
