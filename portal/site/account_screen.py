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
from customers.services import looks
from customers.services.looks import REVEAL
from customers.words import TONES, colleagues, summary

from . import account_file, needs_screen

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
    file = account_file.read(account, at=now, revealed=revealed)
    others = looks.others_lately(user=member(request), account=account, at=now)
    context = {
        **admin.site.each_context(request),
        "title": account.holder_name,
        "file": file,
        "account": account,
        "colleagues": colleagues(others),
        "needs": needs_screen.cards(account) if request.user.has_perm(needs.VIEW) else None,
        "arrangements": [_row(one) for one in file.arrangements],
        "cases": _cases(request, account, at=now),
        "may_record_case": request.user.has_perm("customers.add_case"),
        "may_tell": request.user.has_perm("notifications.add_telling"),
        "may_arrange": request.user.has_perm("customers.add_arrangement"),
    }
    return TemplateResponse(request, "desk/account.html", context)


def _cases(
    request: HttpRequest, account: Account, *, at: datetime
) -> list[tuple[Case, case_words.Mark]]:
    """The newest cases of the account that who asks may open, with how far each is."""
    rows = Case.objects.visible_to(request.user).filter(account=account).newest_first()
    return [
        (one, case_words.due(one, at=at) if one.is_open else case_words.state(one))
        for one in rows[:MOST_CASES]
    ]


def _row(arrangement: Arrangement) -> dict[str, object]:
    return {
        "arrangement": arrangement,
        "summary": summary(arrangement),
        "tone": TONES[Arrangement.State(arrangement.state)],
    }
