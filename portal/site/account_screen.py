"""One account on one screen, for whoever has its customer on the line and says why."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from customers import case_words
from customers.admin import needs
from customers.admin.opening import question
from customers.admin.staff import member
from customers.models import Account, Arrangement, Case
from customers.models.cases import CaseQuerySet
from customers.models.needs import NeedQuerySet
from customers.services import looks
from customers.services.looks import REVEAL
from customers.words import TONES, colleagues, summary

from . import account_file, foreseen
from .foreseen_words import coming

MOST_CASES = 5


@require_GET
def show(request: HttpRequest, account_id: int) -> HttpResponse:
    """Who, how they are reached, what was told and agreed; that it was looked at is recorded."""
    account = _account(request, account_id)
    return question(request, account, page="account") or _screen(request, account)


@require_POST
def reveal(request: HttpRequest, account_id: int, contact_id: int) -> HttpResponse:
    """The same screen with one contact in full; which one, and by whom, is recorded."""
    account = _account(request, account_id)
    contact = get_object_or_404(account.contacts, pk=contact_id)
    if question(request, account, page=f"{REVEAL} {contact.pk}"):
        return redirect("admin:customers_account_change", account.pk)
    return _screen(request, account, revealed=contact.pk)


def _account(request: HttpRequest, account_id: int) -> Account:
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(accounts, pk=account_id)


def _screen(request: HttpRequest, account: Account, revealed: int | None = None) -> HttpResponse:
    now = timezone.now()
    asked = list(_cases(request, account))
    needed = list(_needs(account)) if request.user.has_perm(needs.VIEW) else None
    file = account_file.read(account, at=now, revealed=revealed, cases=asked, needs=needed or ())
    others = looks.others_lately(user=member(request), account=account, at=now)
    context = {
        **admin.site.each_context(request),
        "title": account.holder_name,
        "file": file,
        "coming": coming(foreseen.as_things_are(account, at=now)),
        "account": account,
        "colleagues": colleagues(others),
        "needs": None if needed is None else needs.cards(needed),
        "arrangements": [_row(one) for one in file.arrangements],
        "cases": [(one, _mark(one, at=now)) for one in asked],
        "may_record_case": request.user.has_perm("customers.add_case"),
        "may_tell": request.user.has_perm("notifications.add_telling"),
        "may_arrange": request.user.has_perm("customers.add_arrangement"),
    }
    return TemplateResponse(request, "desk/account.html", context)


def _cases(request: HttpRequest, account: Account) -> CaseQuerySet:
    """The newest cases of the account that who asks may open."""
    rows = Case.objects.visible_to(request.user).filter(account=account)
    return rows.select_related("closed_by").newest_first()[:MOST_CASES]


def _needs(account: Account) -> NeedQuerySet:
    """What the account needs, and what it needed; the oldest first."""
    return account.needs.select_related("recorded_by", "ended_by").oldest_first()


def _mark(case: Case, *, at: datetime) -> case_words.Mark:
    return case_words.due(case, at=at) if case.is_open else case_words.state(case)


def _row(arrangement: Arrangement) -> dict[str, object]:
    return {
        "arrangement": arrangement,
        "summary": summary(arrangement),
        "tone": TONES[Arrangement.State(arrangement.state)],
    }
