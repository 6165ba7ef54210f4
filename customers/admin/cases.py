"""Cases: the queue to work off, the hours in which each kind is due, the templates of answers."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import case_words
from customers.models import AnswerTemplate, Case, CaseTerms, User
from customers.services import answer_templates
from customers.services.looks import Subject
from portal.lib import spoken
from portal.lib.desk import DatedAdmin, ShownAdmin
from portal.lib.periods import local_day

from .opening import ACCOUNT, OF_CASE, Door, OpenedAdmin, open_case
from .staff import member


class QueueFilter(admin.SimpleListFilter):
    """What the own people have to do now, unless something else is chosen."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("own", _("taken by me")),
            ("free", _("free")),
            ("overdue", _("overdue")),
            ("company", self._company(member(request))),
            ("mine", _("recorded by me")),
            ("closed", _("closed")),
        ]

    @staticmethod
    def _company(user: Any) -> Any:
        """Officers: all that is open in their company; the city: what companies work on."""
        return _("my company, all open") if user.unit_id else _("handed to companies")

    def choices(self, changelist: Any) -> Iterator[Any]:
        """What Django calls all is what there is to do here."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("to do")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: Any = queryset
        user, at = member(request), timezone.now()
        queue = rows.in_queue_of(user)
        elsewhere = queue if user.unit_id else rows.open().exclude(unit=None)
        chosen = {
            "own": rows.owned_by(user, at=at),
            "free": queue.free(at=at),
            "overdue": queue.overdue(at=at),
            "company": elsewhere,
            "mine": rows.filter(made_by=user),
            "closed": rows.filter(state=Case.State.CLOSED),
        }
        found: QuerySet[Any] = chosen.get(self.value() or "", queue.to_do())
        return found


@admin.register(Case)
class CaseAdmin(OpenedAdmin, ShownAdmin):
    """Soonest due first; a row opens as its page, which the site has."""

    list_display = ["read_out", "kind", "time_left", "account", "what_next"]
    list_select_related = ["account", "unit", "owner"]
    list_filter = [QueueFilter, "kind"]
    search_fields = ["number__exact", "account__number__exact"]
    search_help_text = _("A whole number of a request, or a whole customer code")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["due_at", "pk"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path("login/<int:user_id>/open/", wrap(open_case), name="customers_case_open")
        return [own, *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whose it is, where the city looks beyond its own queue."""
        shown = list(super().get_list_display(request))
        own = request.GET.get(QueueFilter.parameter_name, "") in ("", "free", "overdue", "own")
        return shown if own or member(request).unit_id else [*shown, "in_queue"]

    def subject_of(self, row: Case) -> Subject:
        """Whom a case is about: an account, or else the login that asked."""
        return row.account or row.asked_by  # type: ignore[return-value]

    def door_of(self, subject: Subject) -> Door:
        return OF_CASE if isinstance(subject, User) else ACCOUNT

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number of a request as it was heard; a customer code is read so as well."""
        found, more = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, more
        return found | queryset.filter(number=spoken.read(search_term)), more

    @admin.display(description=_("number"))
    def read_out(self, case: Case) -> str:
        return case.spoken_number

    @admin.display(description=_("due"))
    def time_left(self, case: Case) -> str:
        mark = case_words.due(case, at=timezone.now())
        return render_to_string("components/state.html", {"tone": mark.tone, "text": mark.text})

    @admin.display(description=_("next step"))
    def what_next(self, case: Case) -> str:
        if case.outcome:
            return str(case.get_outcome_display())
        return case_words.next_step(case, holder=case.holder(at=timezone.now()))

    @admin.display(description=_("in the queue of"))
    def in_queue(self, case: Case) -> str:
        return case_words.queue(case)


@admin.register(CaseTerms)
class CaseTermsAdmin(DatedAdmin):
    """Within how many hours each kind is answered; a change is a new row from a day on."""

    list_display = ["kind", "valid_from", "hours"]
    list_filter = ["kind"]
    show_facets = admin.ShowFacets.NEVER
    ordering = ["kind", "-valid_from"]
    first_day = "valid_from"


class AnswerTemplateForm(forms.ModelForm):
    """The next version of a template, or a new one."""

    class Meta:
        model = AnswerTemplate
        fields = ["kind", "name", "valid_from", "text_vi", "text_en"]
        help_texts = {
            "text_vi": _("{name}, {number} and {due} are filled in: customer, number, due time."),
        }

    def clean(self) -> dict[str, Any] | None:
        """What the service would refuse, said before it."""
        cleaned = super().clean()
        for field in ("text_vi", "text_en"):
            if field in self.cleaned_data:
                self._refused(field, answer_templates.tidy, self.cleaned_data[field])
        return cleaned

    def _refused(self, field: str, check: Any, text: str) -> None:
        try:
            check(text)
        except answer_templates.TemplateError as error:
            self.add_error(field, str(error))

    def clean_valid_from(self) -> Any:
        begins = self.cleaned_data["valid_from"]
        later = AnswerTemplate.objects.filter(
            kind=self.cleaned_data.get("kind"),
            name=self.cleaned_data.get("name"),
            valid_from__gte=begins,
        )
        if begins <= local_day(timezone.now()) or later.exists():
            raise forms.ValidationError(str(answer_templates.BeginsTooEarly()))
        return begins


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(admin.ModelAdmin):
    """Written once: a change is another version from a day on."""

    form = AnswerTemplateForm
    list_display = ["name", "kind", "version", "valid_from", "written_by"]
    list_filter = ["kind"]
    list_select_related = ["written_by"]
    show_facets = admin.ShowFacets.NEVER
    ordering = ["kind", "name", "-version"]
    sortable_by = ()
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: AnswerTemplate, form: Any, change: bool
    ) -> None:
        given = {name: form.cleaned_data[name] for name in AnswerTemplateForm.Meta.fields}
        by, today = member(request), local_day(timezone.now())
        made = answer_templates.write(**given, by=by, today=today)
        obj.pk, obj.version = made.pk, made.version
