"""A row in every table of the desk, and the staff who may or may not have to do with it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from billing.tests.factories import a_bill, a_debit, a_payment, a_read, a_stop
from customers.models import (
    Account,
    DataRequest,
    Download,
    LinkFreeze,
    LinkRequest,
    LookAlarm,
    LostFactor,
    Protection,
    StaffRole,
    User,
)
from customers.tests.factories import (
    NOON,
    a_case,
    a_contact,
    a_contact_check,
    a_link,
    a_load,
    a_look,
    a_member,
    a_meter,
    a_registration,
    a_staff_user,
    a_superuser,
    a_unit,
    a_user,
    a_work_item,
    an_account,
    an_auto_debit,
    opened,
)
from notifications.models import ChannelPrice, WordingChange
from notifications.tests.factories import (
    a_campaign,
    a_cutover,
    a_dispatch,
    a_fee,
    a_halt,
    a_notice,
    an_outage,
)

ELSEWHERE = "officer_elsewhere"
STAFF = (*StaffRole.values, ELSEWHERE, "none")
"""Each role, an officer of another company, and staff without any role."""


REFUSALS: dict[type[Exception], int] = {
    PermissionDenied: 403,
    Http404: 404,
    SuspiciousOperation: 400,
}


def ask(user: User, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
    """What the desk answers this person, by GET or with ``data`` by POST; nothing is rendered.

    Without sessions, middleware and pages of errors, which other tests ask: thousands of questions
    about rights take seconds.
    """
    factory = RequestFactory()
    request: Any = factory.get(path) if data is None else factory.post(path, data)
    request.user, request.session = user, {}
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    match = request.resolver_match = resolve(request.path)
    try:
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except tuple(REFUSALS) as refused:
        found = [code for kind, code in REFUSALS.items() if isinstance(refused, kind)]
        return HttpResponse(status=found[0])
    return answer


def registered() -> list[ModelAdmin]:
    """The tables of the desk."""
    return list(admin.site._registry.values())


def label(model_admin: ModelAdmin) -> str:
    return str(model_admin.opts.label)


def url(model_admin: ModelAdmin, view: str, *args: Any) -> str:
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{view}", args=args)


def person(role: str) -> User:
    """Whoever has the role; officers work for the company of the rows, or for another one."""
    if role == "customer":
        return a_user()
    if role == "none":
        return a_staff_user()
    if role == ELSEWHERE:
        return a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
    return a_member(role, unit=a_unit() if role == StaffRole.OFFICER else None)


def a_row_of_each() -> Account:
    """Something to open and to forge in every table of the desk; all of it hangs on one account."""
    account, boss = an_account(unit=a_unit()), a_superuser()
    bill = a_bill(account=account)
    a_payment(bill=bill)
    a_debit(bill=bill)
    a_read(meter=a_meter(account=account))
    a_dispatch(notice=a_notice(account=account, bill=bill))
    an_outage(unit=account.unit)
    a_fee(account=account)
    a_contact(account=account)
    a_registration(account=account)
    a_stop(bill=bill)
    WordingChange.objects.create(
        kind="bill_issued", channel="sms", language="vi", text="x", why="x", starts_at=NOON,
        made_by=boss, made_at=NOON,
    )  # fmt: skip
    ChannelPrice.objects.create(channel="sms", starts_on=NOON.date(), price=500)
    a_campaign(made_by=boss)
    a_cutover(made_by=boss)
    a_halt(made_by=boss)
    a_load()
    a_link(account=account)
    an_auto_debit(account=account)
    a_contact_check(account=account)
    a_work_item(account=account)
    a_case(account=account, unit=account.unit)
    a_look(account=account, user=boss, at=NOON)
    times = {"created_at": NOON, "ends_at": NOON}
    DataRequest.objects.create(
        account=account, user=a_user(), kind="access", received_at=NOON, confirm_by=NOON.date(),
        due_on=NOON.date(),
    )  # fmt: skip
    LinkFreeze.objects.create(kind="site", **times)
    LinkRequest.objects.create(
        user=boss, number="x", proof="contact", state="open", created_at=NOON, expires_at=NOON
    )
    LookAlarm.objects.create(user=boss, kind="accounts", count=61, raised_at=NOON)
    Download.objects.create(what="x", key="x", rows=5, asked_by=boss, asked_at=NOON)
    Protection.objects.create(account=an_account(unit=a_unit()), why="x", by=boss, at=NOON)
    at = timezone.now()
    LostFactor.objects.create(
        user=a_member(StaffRole.AGENT, unit=a_unit()), why="x", recognised="in_person",
        asked_by=boss, asked_at=at, lapses_at=at + LostFactor.LIVES,
    )  # fmt: skip
    return account


def at_work(role: str, account: Account) -> User:
    """A person of this role who gave a reason for opening the account."""
    user = person(role)
    if user.is_staff:
        opened(account, by=user)
    return user


def first(model_admin: ModelAdmin) -> Model:
    """A row of the table; a new table of the desk needs one in :func:`a_row_of_each`."""
    found = model_admin.model._default_manager.order_by("pk").first()
    assert found, f"no row of {label(model_admin)}"
    return found
