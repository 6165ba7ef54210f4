from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customers.admin.opening import OpenedAdmin
from notifications.inbox import letter
from notifications.models import Dispatch, Notice, Run
from notifications.queries import AGES, AWAITING, STATES, age_group, awaits_receipt
from notifications.services import fillings
from notifications.words import masked_address
from portal.lib import said
from portal.lib.desk import ShownAdmin, ShownInline

from .decisions import decided_words
from .telling import tell
from .verifying import check_code
from .written import written_words

BY_RUN = "run__id__exact"
TIMES = ("due_at", "quiet_until", "silent_at", "accepted_at", "delivered_at", "seen_at")


class AgeFilter(admin.SimpleListFilter):
    """The holder's age on the day of the run that is looked at, as the proof page counts it."""

    title = _("age")
    parameter_name = "age"

    def __init__(self, request: HttpRequest, params: dict[str, Any], *rest: Any) -> None:
        super().__init__(request, params, *rest)
        self.run = request.GET.get(BY_RUN, "")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(AGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in AGES:
            return queryset
        run = Run.objects.filter(pk=self.run).first() if self.run.isdecimal() else None
        on = timezone.localdate(run.planned_at if run else timezone.now())
        group = age_group(on=on, born="account__holder_born_in")
        return queryset.annotate(age=group).filter(age=self.value())


class AwaitedFilter(admin.SimpleListFilter):
    """Of what is on its way: whether only a receipt is lacking, as the proof page counts it."""

    title = _("on its way")
    parameter_name = "awaits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("receipt", STATES[AWAITING]), ("sending", STATES[Notice.Reach.TRYING])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "receipt":
            return queryset.filter(awaits_receipt())
        if self.value() == "sending":
            return queryset.filter(reach=Notice.Reach.TRYING).exclude(awaits_receipt())
        return queryset


class DispatchInline(ShownInline):
    """The decision, step by step: where it went or did not go, and why."""

    model = Dispatch
    verbose_name_plural = _("Channels in order")
    ordering = ["recipient", "step", "pk"]
    fields = [
        "step",
        "recipient",
        "channel",
        "masked_address",
        "status",
        "reason",
        "price",
        "tries",
        "times",
    ]
    readonly_fields = ["masked_address", "times"]
    show_change_link = True

    @admin.display(description=_("address"))
    def masked_address(self, dispatch: Dispatch) -> str:
        return masked_address(dispatch)

    @admin.display(description=_("times"))
    def times(self, dispatch: Dispatch) -> str:
        """What happened when, and what is to come; a line each, so that the table stays narrow."""
        known = [(name, getattr(dispatch, name)) for name in TIMES]
        return "\n".join(_line(name, at) for name, at in known if at)


def _line(name: str, at: datetime) -> str:
    label = str(label_for_field(name, Dispatch))
    return f"{capfirst(label)}: {said.moment(at)}"


@admin.register(Notice)
class NoticeAdmin(OpenedAdmin, ShownAdmin):
    """What was told to whom, how far it got, and what it says."""

    list_display = ["account", "company", "run", "reach", "reached_by", "reason", "planned_at"]
    list_filter = ["reach", AwaitedFilter, "reached_by", AgeFilter, "kind", "run", "account__unit"]
    list_select_related = ["account__unit", "run"]
    search_fields = ["account__number__exact", "code__exact"]
    search_help_text = _("A whole customer code, or the check code of a notice")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["planned_at"]
    ordering = ["-planned_at", "pk"]
    actions = None
    inlines = [DispatchInline]
    fields = [
        ("account", "company"),
        ("run", "code"),
        ("reach", "reached_by", "reason"),
        ("planned_at", "expires_at", "read_at"),
        "decided",
        "subject_line",
        "words",
        "written",
    ]

    def get_urls(self) -> list[URLPattern]:
        check = self.admin_site.admin_view(check_code)
        telling = self.admin_site.admin_view(tell)
        own = [
            path("check/", check, name="notifications_notice_check"),
            path("tell/<int:account_id>/", telling, name="notifications_notice_tell"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("company"))
    def company(self, notice: Notice) -> str:
        return notice.account.unit.name

    @admin.display(description=_("channels chosen by"))
    def decided(self, notice: Notice) -> str:
        """The version of the rules, and the contacts that were left out, with why."""
        return decided_words(notice)

    @admin.display(description=_("heading"))
    def subject_line(self, notice: Notice) -> str:
        return letter(notice, at=timezone.now()).subject

    @admin.display(description=_("text"))
    def words(self, notice: Notice) -> str:
        return letter(notice, at=timezone.now()).text

    @admin.display(description=_("what we wrote"))
    def written(self, notice: Notice) -> str:
        """Each message exactly as it went out or was opened."""
        return written_words(fillings.sent(notice))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["company", "decided", "subject_line", "words", "written"]
