"""A case at the desk: its next step, its words, and what may be done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import case_history, case_words
from customers.admin.opening import ACCOUNT, OF_CASE, question
from customers.admin.staff import member
from customers.forms import AnswerForm, HandOverForm, QuestionForm, RecordCaseForm, TemplateForm
from customers.models import Account, AnswerTemplate, Case, User
from customers.services import answer_templates, cases, looks
from portal.lib.periods import local_day
from portal.lib.said import moment
from portal.site import case_letters

VIEW, ADD, CHANGE = "customers.view_case", "customers.add_case", "customers.change_case"
PEOPLE = ("account__unit", "asked_by", "made_by", "owner", "closed_by", "unit")


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, account_id: int) -> HttpResponse:
    """Write down what a caller asks; the number of the call is filled in."""
    by, at = member(request), timezone.now()
    accounts = Account.objects.visible_to(by).select_related("unit")
    account = get_object_or_404(accounts, pk=account_id)
    if not by.has_perm(ADD):
        raise Http404
    if asked := question(request, account, page="case"):
        return asked
    known = looks.conversation(user=by, subject=account, at=at)
    relative = cases.may_ask(account, at=at)
    form = RecordCaseForm(request.POST or None, initial=known, relative=relative)
    if request.method == "POST" and form.is_valid():
        try:
            made = cases.record(account=account, **form.cleaned_data, by=by, at=at)
        except cases.CaseError as error:
            form.refuse(error)
        else:
            said = _("Recorded. Read the number out: %(number)s.") % {"number": made.spoken_number}
            messages.success(request, said)
            return redirect("admin:customers_case_change", made.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Open a request"),
        "account": account,
        "form": form,
    }
    return TemplateResponse(request, "desk/case_record.html", context)


@require_GET
def show(request: HttpRequest, case_id: int) -> HttpResponse:
    """What is asked, how far it is, and what this person may do."""
    case = _found(request, case_id)
    if asked := _question(request, case):
        return asked
    return _page(request, case)


def _found(request: HttpRequest, case_id: int) -> Case:
    rows = Case.objects.visible_to(request.user).select_related(*PEOPLE)
    return get_object_or_404(rows, pk=case_id)


def _question(request: HttpRequest, case: Case) -> HttpResponse | None:
    """Why: a case in one's hands is the reason itself."""
    page = f"case {case.pk}"
    if case.account:
        return question(request, case.account, page=page, door=ACCOUNT, case=case)
    assert case.asked_by is not None  # noqa: S101  a constraint holds it
    return question(request, case.asked_by, page=page, door=OF_CASE, case=case)


def _page(request: HttpRequest, case: Case, form: Any = None) -> HttpResponse:
    by, at = member(request), timezone.now()
    holder = case.holder(at=at)
    may = _may(case, by=by, at=at)
    context = {
        **admin.site.each_context(request),
        "title": case.get_kind_display(),
        "case": case,
        "state": case_words.state(case),
        "due": case_words.due(case, at=at),
        "next_step": _next_step(case, holder, by=by),
        "facts": _facts(case),
        "caution": _caution(case, at=at),
        "history": case_history.of(case),
        "holder": holder,
        "may": may,
        "has_mail": case_letters.reaches(case, at=at),
        "form": form,
    }
    if may["own"]:
        chooser = _chooser(request, case, at=at)
        context["chooser"] = chooser
        context["answer"] = _of(form, AnswerForm) or AnswerForm(initial=_filled(chooser, case))
    if may["hand_over"] or may["recall"]:
        context["hand_over"] = _of(form, HandOverForm) or HandOverForm()
    return TemplateResponse(request, "desk/case.html", context)


def _next_step(case: Case, holder: User | None, *, by: User) -> str:
    """What to do; of another queue's cases that it is theirs."""
    if case.is_open and holder is None and case.unit_id != by.unit_id:
        where = {"where": case_words.queue(case)}
        return _("It is in the queue of %(where)s.") % where
    return case_words.next_step(case, holder=holder, by=by)


def _of(form: Any, kind: type[Any]) -> Any:
    return form if isinstance(form, kind) else None


def _may(case: Case, *, by: User, at: datetime) -> dict[str, bool]:
    """The buttons that would work; the services have the last word."""
    works = cases.works_on(case, by=by)
    has_it = case.has_holder(at=at)
    own = works and case.is_open and has_it and case.owner_id == by.pk
    return {
        "take": works and case.is_open and not has_it,
        "own": own,
        "hand_over": own and case.account is not None,
        "recall": cases.may_recall(case, by=by),
        "reopen": works and not case.is_open and case.may_reopen(at=at),
    }


def _chooser(request: HttpRequest, case: Case, *, at: datetime) -> TemplateForm:
    """The templates of this kind; bound where one was just chosen."""
    offered = AnswerTemplate.objects.offered(kind=case.kind, on=local_day(at))
    chosen = request.GET if "template" in request.GET else None
    return TemplateForm(chosen, offered=AnswerTemplate.objects.filter(pk__in=offered.values("pk")))


def _filled(chooser: TemplateForm, case: Case) -> dict[str, Any]:
    """What stands in the box: the words of the template that was chosen, for this case."""
    if not (chooser.is_bound and chooser.is_valid()):
        return {}
    template, language = chooser.cleaned_data["template"], chooser.cleaned_data["language"]
    text = answer_templates.fill(
        template, case=case, name=case_words.caller(case), language=language
    )
    return {"text": text, "template": template, "language": language}


def _caution(case: Case, *, at: datetime) -> str:
    """Whom the answer may be told, where another than the holder asks."""
    if case.account is None or case.asked_by or case.from_whom == Case.From.HOLDER:
        return ""
    is_bill = cases.needs_power(kind=case.kind, from_whom=case.from_whom)
    relative = cases.may_ask(case.account, at=at) if is_bill else None
    if relative is None:
        return _("Say no amounts and no use to who asks: what is of the contract, to the holder.")
    names = {"name": relative.relative_name, "relation": relative.get_relation_display()}
    return _("Tell it to the holder or to %(name)s (%(relation)s), to nobody else.") % names


def _facts(case: Case) -> list[tuple[str, str]]:
    via = f"{case.get_via_display()} · {case.get_from_whom_display()}"
    rows = [
        (_("How it came"), f"{via} · {case.reference}" if case.reference else via),
        (_("Login that asked"), str(case.asked_by or "")),
        (_("Received"), moment(case.made_at)),
        (_("Recorded by"), "" if case.asked_by else str(case.made_by)),
        (_("Answer by"), moment(case.due_at) if case.is_open else ""),
        (_("In the queue of"), case_words.queue(case)),
        (_("Taken by"), f"{case.owner} · {moment(case.taken_at)}" if case.taken_at else ""),
        (_("Outcome"), case.get_outcome_display()),
        (_("Closed"), f"{case.closed_by} · {moment(case.closed_at)}" if case.closed_at else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _take(request: HttpRequest, case: Case, _given: Any) -> str:
    cases.take(case=case, by=member(request), at=timezone.now())
    return _("It is yours for twelve hours.")


def _give_back(request: HttpRequest, case: Case, _given: Any) -> str:
    cases.give_back(case=case, by=member(request), at=timezone.now())
    return _("Others can take it now.")


def _hand_over(request: HttpRequest, case: Case, given: Any) -> str:
    """To the company in charge; back to the city where it is there already."""
    to = case.account.unit if case.account and case.unit_id is None else None
    cases.hand_over(case=case, to=to, **given, by=member(request), at=timezone.now())
    where = to.name if to else _("the whole city")
    return _("It is in the queue of %(where)s now.") % {"where": where}


def _recall(request: HttpRequest, case: Case, given: Any) -> str:
    cases.recall(case=case, **given, by=member(request), at=timezone.now())
    return _("It is in the queue of %(where)s now.") % {"where": _("the whole city")}


def _answer(request: HttpRequest, case: Case, given: Any) -> str:
    at = timezone.now()
    words = {name: given[name] for name in ("outcome", "text", "template")}
    line = cases.close(case=case, **words, by=member(request), at=at)
    if case_letters.tell(line=line, language=given["language"] or "vi", at=at):
        return _("Answered and closed. A mail is on its way; the site shows it, too.")
    return _("Answered and closed. The customer reads it on the site; else tell them yourself.")


def _ask(request: HttpRequest, case: Case, given: Any) -> str:
    at = timezone.now()
    words = {name: given[name] for name in ("text", "template")}
    line = cases.ask_customer(case=case, **words, by=member(request), at=at)
    case_letters.tell(line=line, language=given["language"] or "vi", at=at)
    return _("Asked. It comes back when the customer answers.")


def _reopen(request: HttpRequest, case: Case, _given: Any) -> str:
    cases.reopen(case=case, by=member(request), at=timezone.now())
    return _("It is open again.")


VERBS: dict[str, tuple[Callable[..., str], Any]] = {
    "take": (_take, None),
    "give-back": (_give_back, None),
    "hand-over": (_hand_over, HandOverForm),
    "recall": (_recall, HandOverForm),
    "answer": (_answer, AnswerForm),
    "ask": (_ask, QuestionForm),
    "reopen": (_reopen, None),
}
"""What each verb does, and the form that it asks for."""
LEAVES = {"give-back", "hand-over", "answer", "ask"}
"""After these the row is off one's hands: the queue comes next."""


@require_POST
def act(request: HttpRequest, case_id: int, verb: str) -> HttpResponse:
    """One step; what is refused keeps what was typed."""
    if verb not in VERBS or not member(request).has_perm(CHANGE):
        raise Http404
    case = _found(request, case_id)
    here = redirect("admin:customers_case_change", case.pk)
    if _question(request, case):
        return here
    step, kind = VERBS[verb]
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return _page(request, case, form)
    try:
        with transaction.atomic():
            done = step(request, case, form.cleaned_data if form else None)
    except cases.CaseError as error:
        if form is not None and error.field:
            form.refuse(error)
            return _page(request, case, form)
        messages.error(request, str(error))
        return here
    messages.success(request, done)
    return redirect(reverse("admin:customers_case_changelist")) if verb in LEAVES else here
