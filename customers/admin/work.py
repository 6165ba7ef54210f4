"""The work list: rows with their next step, taken by one person, gone once settled."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from customers import need_words
from customers.forms import OutcomeForm, PutOffForm
from customers.models import Look, ReviewTerms, WorkItem
from customers.models.needs import comes_first, ways_to_reach
from customers.services import work
from customers.work_words import next_step
from portal.lib.desk import DatedAdmin, ShownAdmin
from portal.lib.periods import local_day
from portal.lib.said import day, moment

from . import needs
from .opening import OpenedAdmin, question
from .staff import member

CHANGE = "customers.change_workitem"


class OpenFilter(admin.SimpleListFilter):
    """What is to be done today; all that is open; what was settled. Today, unless chosen."""

    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("put off as well")), ("done", _("settled"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """What Django calls all is today's work here."""
        today, *others = super().choices(changelist)
        yield {**today, "display": _("to do today")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "done":
            return queryset.exclude(outcome="")
        if self.value() == "all":
            return queryset.open()  # type: ignore[attr-defined]
        return queryset.due_on(local_day(timezone.now()))  # type: ignore[attr-defined]


class AgeFilter(admin.SimpleListFilter):
    """Whom to ring first."""

    title = _("age of the contract holder")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("70", _("70 and older"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = local_day(timezone.now())
        return queryset.of_elderly(today) if self.value() == "70" else queryset  # type: ignore[attr-defined]


@admin.register(WorkItem)
class WorkItemAdmin(OpenedAdmin, ShownAdmin):
    list_display = ["account_and_age", "kind", "what_next", "how_to_reach", "taken_by", "due_on"]
    list_select_related = ["account", "arrangement", "claimed_by"]
    list_filter = ["kind", AgeFilter, OpenFilter]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["due_on"]
    ordering = [comes_first("account").desc(), "due_on", "pk"]
    actions = None

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        may_see = request.user.has_perm(needs.VIEW)
        return [name for name in self.list_display if may_see or name != "how_to_reach"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*ways_to_reach())

    @admin.display(description=_("account"))
    def account_and_age(self, item: WorkItem) -> str:
        age = item.account.age_on(local_day(timezone.now()))
        words = {"account": str(item.account), "age": age}
        return _("%(account)s, %(age)d years") % words if age else str(item.account)

    @admin.display(description=_("how to reach"))
    def how_to_reach(self, item: WorkItem) -> str:
        return need_words.how_to_reach(item.account)

    @admin.display(description=_("next step"))
    def what_next(self, item: WorkItem) -> str:
        return str(item.get_outcome_display()) if item.outcome else next_step(item)

    @admin.display(description=_("taken by"))
    def taken_by(self, item: WorkItem) -> str:
        return str(item.holder(at=timezone.now()) or _("nobody"))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path("<int:item_id>/act/<slug:verb>/", wrap(act), name="customers_workitem_act")
        *known, everything_else = super().get_urls()
        return [*known, own, everything_else]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What to do, who has it, and what can be recorded."""
        if request.method == "POST":
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        item = _found(request, int(object_id))
        why = Look.Reason.CALL_LIST
        if asked := question(request, item.account, page=f"workitem {item.pk}", why=why):
            return asked
        return _show(request, item)


def _found(request: HttpRequest, item_id: int) -> WorkItem:
    if not request.user.has_perm("customers.view_workitem"):
        raise PermissionDenied
    rows = WorkItem.objects.visible_to(request.user)
    people = ("account__unit", "arrangement", "claimed_by", "done_by")
    return get_object_or_404(rows.select_related(*people), pk=item_id)


def _show(request: HttpRequest, item: WorkItem, form: Any = None) -> HttpResponse:
    now = timezone.now()
    has_it = item.holder(at=now)
    may = request.user.has_perm(CHANGE) and not item.outcome
    own = may and has_it == request.user
    offers = WorkItem.BY_HAND[WorkItem.Kind(item.kind)]
    context = {
        **admin.site.each_context(request),
        "title": item.get_kind_display(),
        "item": item,
        "next_step": next_step(item),
        "needs": needs.shown(request, item.account),
        "facts": _facts(item),
        "has_it": has_it,
        "may_take": may and has_it is None,
        "own": own,
        "outcome": _of(form, OutcomeForm) or OutcomeForm(item=item) if own and offers else None,
        "put_off": (_of(form, PutOffForm) or PutOffForm(today=local_day(now))) if own else None,
        "question": _question(item),
        "form": form,
    }
    return TemplateResponse(request, "admin/customers/workitem/change_form.html", context)


def _question(item: WorkItem) -> str:
    """Where what is said of a contact is recorded; empty of other rows."""
    if item.kind != WorkItem.Kind.CONTACT:
        return ""
    return reverse("admin:customers_contactcheck_change", args=[item.subject.split("-")[1]])


def _of(form: Any, kind: type[Any]) -> Any:
    return form if isinstance(form, kind) else None


def _facts(item: WorkItem) -> list[tuple[Any, str]]:
    found: list[tuple[Any, Any]] = [
        (_("Since"), moment(item.made_at)),
        (_("To do from"), day(item.due_on)),
        (_("Tries in vain"), item.tries),
        (_("Review by"), item.arrangement and day(item.arrangement.review_on)),
        (_("Outcome"), item.get_outcome_display()),
        (_("Note"), item.note),
        (_("Settled by"), item.done_by),
        (_("Settled at"), item.done_at and moment(item.done_at)),
    ]
    return [(label, str(value)) for label, value in found if value]


def _claim(request: HttpRequest, item: WorkItem, _form: Any) -> Any:
    work.claim(item=item, by=member(request), at=timezone.now())
    return _("It is yours for today.")


def _give_back(request: HttpRequest, item: WorkItem, _form: Any) -> Any:
    work.give_back(item=item, by=member(request), at=timezone.now())
    return _("Others can take it now.")


def _put_off(request: HttpRequest, item: WorkItem, form: Any) -> Any:
    until = form.cleaned_data["until"]
    work.put_off(item=item, until=until, by=member(request), at=timezone.now())
    return _("It comes again on that day.")


def _settle(request: HttpRequest, item: WorkItem, form: Any) -> Any:
    work.settle(item=item, **form.cleaned_data, by=member(request), at=timezone.now())
    return _("Recorded: it is off the list.")


def _form_of(verb: str, request: HttpRequest, item: WorkItem) -> Any:
    """What the verb asks for; None where it asks for nothing."""
    if verb == "settle":
        return OutcomeForm(request.POST, item=item)
    if verb == "put-off":
        return PutOffForm(request.POST, today=local_day(timezone.now()))
    return None


VERBS: dict[str, Callable[..., Any]] = {
    "take": _claim,
    "give-back": _give_back,
    "put-off": _put_off,
    "settle": _settle,
}


@require_POST
def act(request: HttpRequest, item_id: int, verb: str) -> HttpResponse:
    """Take it, give it back, put it off or settle it; what is refused keeps what was typed."""
    if verb not in VERBS or not request.user.has_perm(CHANGE):
        raise Http404
    item = _found(request, item_id)
    here = redirect("admin:customers_workitem_change", item.pk)
    if question(request, item.account, page=f"workitem {item.pk}"):
        return here
    form = _form_of(verb, request, item)
    if form is not None and not form.is_valid():
        return _show(request, item, form)
    try:
        done = VERBS[verb](request, item, form)
    except work.WorkError as error:
        messages.error(request, str(error))
        return here
    messages.success(request, done)
    return here if verb == "take" else redirect("admin:customers_workitem_changelist")


@admin.register(ReviewTerms)
class ReviewTermsAdmin(DatedAdmin):
    """How long an arrangement goes on past its review; a change is a new row from a day on."""

    list_display = ["valid_from", "ahead_days", "grace_days"]
    ordering = ["-valid_from"]
    first_day = "valid_from"
