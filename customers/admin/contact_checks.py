"""Contacts that were asked about again: the list of who is silent, and the answer by phone."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from customers.models import ContactCheck, ContactTerms
from customers.services import contact_checks
from portal.lib.desk import DatedAdmin, ShownAdmin
from portal.lib.periods import local_day
from portal.lib.said import day

from . import needs
from .opening import OpenedAdmin, question
from .staff import member

CHANGE = "customers.change_contactcheck"
DONE: dict[str, Any] = {
    "confirmed": _("Recorded: it is still theirs."),
    "not-theirs": _("Recorded: nothing is written there any more."),
}


class OpenFilter(admin.SimpleListFilter):
    """Not answered yet, or not in time."""

    title = _("answer")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("not answered in time")), ("yes", _("not answered yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "late":
            return queryset.late_on(local_day(timezone.now()))  # type: ignore[attr-defined]
        return queryset.open() if self.value() == "yes" else queryset  # type: ignore[attr-defined]


@admin.register(ContactCheck)
class ContactCheckAdmin(OpenedAdmin, ShownAdmin):
    list_display = ["account", "kind", "due_on", "answer"]
    list_select_related = ["account", "contact"]
    list_filter = [OpenFilter]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["due_on"]
    ordering = ["due_on", "pk"]
    actions = None

    @admin.display(description=_("kind"))
    def kind(self, check: ContactCheck) -> str:
        return str(check.contact.get_kind_display()) if check.contact else ""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path(
            "<int:check_id>/answer/<slug:verb>/", wrap(answer), name="customers_contactcheck_answer"
        )
        *known, everything_else = super().get_urls()
        return [*known, own, everything_else]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What to ask, and the two answers."""
        if request.method == "POST":
            raise PermissionDenied
        rows = ContactCheck.objects.visible_to(request.user)
        if not object_id.isdecimal():
            raise Http404
        check = get_object_or_404(
            rows.select_related("account__unit", "contact", "answered_by"), pk=object_id
        )
        if asked := question(request, check.account, page=f"contactcheck {check.pk}"):
            return asked
        is_open = ContactCheck.objects.open().filter(pk=check.pk).exists()
        page = {
            **self.admin_site.each_context(request),
            "title": _("Is this contact still theirs?"),
            "check": check,
            "facts": _facts(check),
            "needs": needs.shown(request, check.account),
            "ways": [(way.value, way.label) for way in ContactCheck.RECOGNISED_BY],
            "may_answer": is_open and request.user.has_perm(CHANGE),
        }
        return TemplateResponse(request, "admin/customers/contactcheck/change_form.html", page)


def _facts(check: ContactCheck) -> list[tuple[Any, str]]:
    pairs = [
        (_("Contact"), f"{check.contact.get_kind_display()} {check.contact.masked}")
        if check.contact
        else (_("Contact"), ""),
        (_("Last confirmed on"), "" if _is_unproven(check) else day(check.proven_at)),
        (_("Known since"), day(check.proven_at) if _is_unproven(check) else ""),
        (_("Question sent on"), day(check.asked_at)),
        (_("Answer by"), day(check.due_on)),
        (_("Answer"), check.get_answer_display()),
        (_("Answered on"), day(check.answered_at) if check.answered_at else ""),
        (_("Recorded by"), str(check.answered_by or "")),
        (_("Call or case number"), check.reference),
        (_("How they were recognised"), check.get_recognised_display()),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def _is_unproven(check: ContactCheck) -> bool:
    """Whether nobody ever proved the contact: the question counts from its load."""
    return check.contact is not None and check.contact.proven_at is None


@require_POST
def answer(request: HttpRequest, check_id: int, verb: str) -> HttpResponse:
    """Record what the customer said on the phone."""
    if verb not in DONE or not request.user.has_perm(CHANGE):
        raise Http404
    rows = ContactCheck.objects.visible_to(request.user).select_related("account")
    check = get_object_or_404(rows, pk=check_id)
    back = redirect("admin:customers_contactcheck_change", check.pk)
    if question(request, check.account, page=f"contactcheck {check.pk}"):
        return back
    record = contact_checks.confirm_by_call if verb == "confirmed" else contact_checks.deny
    reference = request.POST.get("reference", "").replace("\0", "")[:40]
    said = {"reference": reference, "recognised": request.POST.get("recognised", "")}
    try:
        record(check=check, by=member(request), at=timezone.now(), **said)
    except contact_checks.NoReference:
        messages.error(request, _("Name the call or case by which it is found again."))
        return back
    except contact_checks.NotRecognised:
        messages.error(request, _("Say how you recognised who spoke to you."))
        return back
    except contact_checks.NotOpen:
        messages.error(request, _("This was answered already."))
        return back
    messages.success(request, DONE[verb])
    return back


@admin.register(ContactTerms)
class ContactTermsAdmin(DatedAdmin):
    """After how many months a contact is asked about again; a change is a new row from a day on."""

    list_display = ["valid_from", "proof_months", "answer_days"]
    ordering = ["-valid_from"]
    first_day = "valid_from"
