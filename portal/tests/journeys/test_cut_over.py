"""A company stops its SMS: worked out, the call list rung, approved by another, and measured."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, OperatingUnit, StaffRole
from customers.tests.factories import a_contact, a_member, a_unit, an_account, an_sms_retention
from notifications.services import cutover_figures, dispatching, planning, trials
from notifications.tests.factories import no_quiet_hours
from notifications.tests.fakes import provider
from portal.lib.periods import local_day, start_of
from portal.tests.browser import check_page

DAY, NOVEMBER = timedelta(days=1), date(2026, 11, 1)


def a_town() -> OperatingUnit:
    """One company with three customers: by Zalo, by SMS alone, and by SMS as agreed."""
    unit = a_unit(code="PE01", name="Điện lực Củ Chi", bills_by_sms=True)
    for name, born, contact in (
        ("Trần Văn Ba", 1990, "zalo"),
        ("Đỗ Thị Hạnh", 1944, "phone"),
        ("Lê Thị Tư", 1948, "agreed"),
    ):
        account = an_account(unit=unit, holder_name=name, holder_born_in=born, ward="Xã Củ Chi")
        if contact == "agreed":
            an_sms_retention(account=account)
        else:
            a_contact(account=account, kind=contact)
    return unit


def bill(month: date, *, at: datetime) -> None:
    """Everybody's bill of a month, told at ``at``."""
    for account in Account.objects.all():
        a_bill(account=account, month=month)
    planning.plan_bills(month=month, at=at)
    with provider():
        for channel in ("zalo", "sms"):
            dispatching.send_batch(channel=channel, at=at)


def columns(page: Page) -> list[list[str]]:
    """The cells of the first table, column by column."""
    rows = page.locator("#meaning ~ .scroll tbody tr").all()
    return [list(column) for column in zip(*(row.locator("td").all_inner_texts() for row in rows),
                                           strict=True)]  # fmt: skip


def test_is_worked_out_approved_obeyed_and_measured(open_page: Callable[..., Page]) -> None:
    no_quiet_hours()
    now = timezone.now()
    unit, first_day = a_town(), local_day(now) + 10 * DAY
    bill(OCTOBER, at=now - DAY)

    who = a_member(StaffRole.SUPERVISOR, name="Phạm Thị Thu")
    maker = open_page("/desk/notifications/cutover/plan/", user=who)
    check_page(maker)
    maker.check(f"[name=units][value='{unit.pk}']")
    maker.fill("[name=starts_on]", first_day.isoformat())
    maker.click("form.script button")
    maker.wait_for_url("**/cutover/*/show/")
    trials.work(at=now)
    maker.reload()
    check_page(maker)
    assert maker.locator("form[action$='/approve/']").count() == 0
    calls = maker.inner_text("section[aria-labelledby=calls]")
    assert "Hạnh" in calls
    assert "Tư" not in calls
    assert "Ba" not in calls.split("Củ Chi")[0]

    checker = open_page("/desk/", user=a_member(StaffRole.SUPERVISOR, name="Võ Minh Quân"))
    checker.goto(maker.url)
    _before, worked_out = columns(checker)
    checker.click("form[action$='/approve/'] button")
    checker.wait_for_load_state()
    check_page(checker)
    assert checker.locator("form[action$='/approve/']").count() == 0

    begun = start_of(first_day) + timedelta(hours=9)
    bill(NOVEMBER, at=begun)
    cutover_figures.measure(at=begun + timedelta(hours=1))
    checker.reload()
    check_page(checker)
    assert columns(checker)[2] == worked_out
    assert columns(checker)[0] != worked_out
