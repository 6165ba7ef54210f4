"""Requests about one's own data: the list to work off, late ones marked, and the answer."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Account, DataRequest, User
from customers.services import requests
from customers.services.looks import Subject
from portal.lib.periods import local_day
from portal.lib.text import clean

from .opening import OpenedAdmin, open_request
from .staff import member

CONFIRM, DONE, REFUSED = "confirm", "done", "refused"
WORDS = {
    requests.NotAllowed: _("This request is not yours to answer."),
    requests.NotOpen: _("It was answered meanwhile."),
    requests.NoReason: _("A refusal has to say why."),
}


class LateFilter(admin.SimpleListFilter):
    """What waits for an answer, and what waits too long."""

    title = _("answer")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("awaited")), ("late", _("late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "late":
            return queryset.late_on(today())  # type: ignore[attr-defined]
        return queryset.open() if self.value() == "yes" else queryset  # type: ignore[attr-defined]


def today() -> date:
    """The day in Viet Nam."""
    return local_day(timezone.now())


class RecordForm(forms.ModelForm):
    """What a customer asked by phone, letter or at the counter."""

    by: User
    number = forms.CharField(label=_("Customer code"), max_length=13)
    via = forms.ChoiceField(
        label=_("How"),
        choices=[choice for choice in DataRequest.Via.choices if choice[0] != "online"],
    )

    class Meta:
        model = DataRequest
        fields = ("kind", "said")
        widgets = {"said": forms.Textarea(attrs={"rows": 4})}

    def clean_number(self) -> str:
        number = clean(self.cleaned_data["number"]).upper()
        if not Account.objects.visible_to(self.by).filter(number=number).exists():
            raise forms.ValidationError(_("There is no such customer code."))
        return number


class AnswerForm(forms.ModelForm):
    """What the person will read."""

    step = forms.ChoiceField(
        label=_("What now?"),
        choices=[
            (CONFIRM, _("Confirm that it came and is worked on")),
            (DONE, _("It is done")),
            (REFUSED, _("Refuse it, with the reason below")),
        ],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = DataRequest
        fields = ("answer",)
        widgets = {"answer": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("step") == REFUSED and not data.get("answer"):
            self.add_error("answer", WORDS[requests.NoReason])
        return data


@admin.register(DataRequest)
class DataRequestAdmin(OpenedAdmin, admin.ModelAdmin):
    """Made by the people themselves, or recorded for them; answered here, never deleted."""

    list_display = ["kind", "whose", "received_at", "confirm_by", "due_on", "state", "is_late"]
    list_select_related = ["account", "user"]
    list_filter = [LateFilter, "kind", "state"]
    search_fields = ["account__number__exact"]
    search_help_text = _("A whole customer code")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    ordering = ["due_on", "pk"]
    actions = None
    shown = ["kind", "whose", "said", "via", "received_at", "confirm_by", "due_on", "state",
             "confirmed_at", "answered_at"]  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "customers_datarequest_open"
        return [
            path("login/<int:user_id>/open/", wrap(open_request), name=name),
            *super().get_urls(),
        ]

    def subject_of(self, row: DataRequest) -> Subject:
        """Whom a request is about: an account, or else the login that asked."""
        return row.account or row.user  # type: ignore[return-value]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataRequest]:
        return DataRequest.objects.visible_to(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: DataRequest | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: DataRequest | None = None) -> bool:
        is_open = obj is None or (
            obj.state in DataRequest.OPEN and obj.user_id != member(request).pk
        )
        return is_open and super().has_change_permission(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in {"open", "kind__exact", "state__exact"}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Recording or answering; whoever records does so only for accounts that they see."""
        base = AnswerForm if obj else RecordForm
        form: Any = super().get_form(request, obj, change, **{**kwargs, "form": base})
        form.by = member(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.shown if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["number", "kind", "via", "said"]
        asked = ["step"] if self.has_change_permission(request, obj) else []
        return [*self.shown, *asked, "answer"]

    def save_model(self, request: HttpRequest, obj: DataRequest, form: Any, change: bool) -> None:
        """Let the service take the step; what it refuses is said, and nothing is written."""
        given, by = form.cleaned_data, member(request)
        if not change:
            self._record(obj, given, by)
            return
        try:
            self._step(obj, given, by)
        except requests.RequestError as error:
            messages.error(request, str(WORDS[type(error)]))

    def _record(self, obj: DataRequest, given: dict[str, Any], by: User) -> None:
        account = Account.objects.visible_to(by).get(number=given["number"])
        asked = {name: given[name] for name in ("kind", "said", "via")}
        made = requests.record(account=account, by=by, at=timezone.now(), **asked)
        obj.pk, obj.received_at = made.pk, made.received_at

    def _step(self, obj: DataRequest, given: dict[str, Any], by: User) -> None:
        at = timezone.now()
        if given["step"] == CONFIRM:
            requests.confirm(request=obj, by=by, at=at)
        else:
            requests.answer(
                request=obj, done=given["step"] == DONE, answer=given["answer"], by=by, at=at
            )

    @admin.display(description=_("about"))
    def whose(self, asked: DataRequest) -> str:
        """The customer code, or the number of the login as the commands take it."""
        login = f"#{asked.user_id}" if asked.user_id else ""
        number = asked.account.number if asked.account else ""
        return " · ".join(part for part in (number, login) if part)

    @admin.display(description=_("in time?"))
    def is_late(self, asked: DataRequest) -> str:
        """A word where a day that the law sets has passed, else nothing."""
        return str(_("late")) if asked.is_late_on(today()) else ""
