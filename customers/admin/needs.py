"""What a household needs at the desk: said wherever somebody rings, and its own pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import need_words
from customers.forms import NeedForm, SaidForm
from customers.models import Account, ConsentText, Need
from customers.models.consent_texts import NEED
from customers.services import needs
from portal.lib.periods import local_day
from portal.lib.said import day

from .opening import question
from .staff import member

VIEW, ADD, CHANGE = "customers.view_need", "customers.add_need", "customers.change_need"
HOME = "admin:customers_account_change"


@dataclass(frozen=True)
class Card:
    """One need as the desk shows it."""

    pk: int
    label: str
    purpose: str
    said: str
    confirm_by: str
    tone: str


@dataclass(frozen=True)
class Act:
    """What may be done about a need: its words, and what does it."""

    title: Any
    says: Any
    done: Any
    service: Any
    is_danger: bool = False


CONFIRM = Act(
    gettext_lazy("It is still so"),
    gettext_lazy("“Do you still need this?” Said so today, we ask again in a year."),
    gettext_lazy("Confirmed again."),
    needs.confirm,
)
END = Act(
    gettext_lazy("End it"),
    gettext_lazy("Ended, we do it no more from now on."),
    gettext_lazy("Ended from now on."),
    needs.end,
    is_danger=True,
)


def shown(request: HttpRequest, account: Account) -> list[str]:
    """What we do differently, in words; nothing for whoever does not talk to customers."""
    if not request.user.has_perm(VIEW):
        return []
    return [need_words.label(need) for need in need_words.in_force(account)]


def cards(needs: Sequence[Need]) -> list[Card]:
    """The needs of an account for its page."""
    today = local_day(timezone.now())
    return [_card(need, today) for need in need_words.in_order(needs)]


def _card(need: Need, today: date) -> Card:
    confirm_by = need.confirm_by
    return Card(
        pk=need.pk,
        label=need_words.label(need),
        purpose=str(need_words.PURPOSES[need.kind]),
        said=need_words.said(need),
        confirm_by=_("confirm again by %(day)s") % {"day": day(confirm_by)} if confirm_by else "",
        tone="warning" if confirm_by and confirm_by <= today else "info",
    )


def add(request: HttpRequest, account_id: int) -> HttpResponse:
    """What we are to do differently, on whose word; read aloud before it is kept."""
    account = _account(request, account_id, ADD)
    if asked := question(request, account, page="need"):
        return asked
    now = timezone.now()
    text = ConsentText.objects.in_force(kind=NEED, on=local_day(now))
    there = {need.kind for need in need_words.in_force(account)}
    form = NeedForm(request.POST or None, text=text, there=there)
    if form.is_valid():
        try:
            needs.record(account=account, by=member(request), at=now, **form.answers())
        except needs.NeedError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Recorded: it holds from now on."))
            return redirect(HOME, account.pk)
    purposes = [(kind.label, need_words.PURPOSES[kind]) for kind in Need.Kind]
    page = {"form": form, "consent": text, "purposes": purposes, "title": _("Record a need")}
    return _page(request, account, page)


def confirm(request: HttpRequest, account_id: int, need_id: int) -> HttpResponse:
    """It is still so, on somebody's word; of those alone that are confirmed again."""
    account = _account(request, account_id, CHANGE)
    asked_again = account.needs.in_force().exclude(confirm_by=None)
    return _settle(request, account, get_object_or_404(asked_again, pk=need_id), CONFIRM)


def end(request: HttpRequest, account_id: int, need_id: int) -> HttpResponse:
    """It is no longer so, on somebody's word."""
    account = _account(request, account_id, CHANGE)
    return _settle(request, account, get_object_or_404(account.needs.in_force(), pk=need_id), END)


def _settle(request: HttpRequest, account: Account, need: Need, act: Act) -> HttpResponse:
    if asked := question(request, account, page="need"):
        return asked
    now, form = timezone.now(), SaidForm(request.POST or None)
    if form.is_valid():
        try:
            act.service(need=need, **form.cleaned_data, by=member(request), at=now)
        except needs.NeedError as error:
            form.refuse(error)
        else:
            messages.success(request, str(act.done))
            return redirect(HOME, account.pk)
    page = {"form": form, "act": act, "need": _card(need, local_day(now)), "title": act.title}
    return _page(request, account, page)


def _account(request: HttpRequest, account_id: int, permission: str) -> Account:
    if not request.user.has_perm(permission):
        raise Http404
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(accounts, pk=account_id)


def _page(request: HttpRequest, account: Account, page: dict[str, Any]) -> HttpResponse:
    context = {**admin.site.each_context(request), "account": account, **page}
    return TemplateResponse(request, "admin/customers/need/record.html", context)
