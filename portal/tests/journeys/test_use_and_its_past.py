"""A customer on a phone: a warning and its evidence, a year, a bill as it was; a threshold."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from billing.models import Bill
from billing.tests.factories import a_bill, some_reads, unusual_days
from customers.models import AccountLink, StaffRole
from customers.tests.factories import a_link, a_member, a_meter, a_user, an_account, opened
from portal.lib.periods import Period
from portal.tests.browser import PHONE, check_page


@pytest.fixture
def link(db: None, site: str) -> AccountLink:
    """A home with a year of bills, the newest of them corrected, and three unusual days."""
    today = timezone.localdate()
    account = an_account(holder_name="Nguyễn Thị Hạnh")
    month = Period.of_month(today)
    steps = [6_000 + 500 * (day % 5) for day in range(60)] + [14_000] * 3
    some_reads(meter=a_meter(account=account), from_day=today - timedelta(days=64), steps_wh=steps)
    for at in range(20):
        month = month.previous_month()
        a_bill(account=account, month=month.starts_on, usage_kwh=180 + at * 7 % 60,
               learned_at=timezone.now() - timedelta(days=20))  # fmt: skip
    newest = Bill.objects.order_by("-month")[0]
    Bill.objects.filter(pk=newest.pk).update(
        usage_kwh=220, net=499_660, vat=39_973, total=539_633, worked_out=530_000,
        learned_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    unusual_days(
        account=account, first_on=today - timedelta(days=4), last_on=today - timedelta(days=2),
        since=today - timedelta(days=60), found_at=timezone.now(),
    )  # fmt: skip
    return a_link(account=account, nickname="Nhà mẹ", user=a_user(name="Nguyễn Thị Hạnh"))


def heading(page: Page) -> str:
    """What the page is about, once it is there."""
    page.wait_for_load_state()
    return str(page.locator("h1").inner_text()).replace("\u00a0", " ")


def text(page: Page) -> str:
    return str(page.locator("main").inner_text()).replace("\u00a0", " ")


def test_see_what_was_unusual_and_the_year(
    open_page: Callable[..., Page], link: AccountLink
) -> None:
    page = open_page(f"/accounts/{link.account.number}/", user=link.user, width=PHONE)
    assert "khoảng 14 kWh mỗi ngày; thường ngày khoảng 6 kWh" in text(page)
    page.locator("details", has_text="So với mức nào").locator("summary").click()
    assert "không biết vì sao" in text(page)
    check_page(page)
    page.get_by_role("link", name="Năm", exact=True).click()
    assert f"Năm {date.today().year}" in heading(page)
    assert page.locator("svg[role=img]").is_visible()
    assert page.locator("tbody tr").count() == 12
    check_page(page)


def test_see_what_a_bill_said_before(open_page: Callable[..., Page], link: AccountLink) -> None:
    bill = link.account.bills.order_by("-month")[0]
    url = f"/accounts/{link.account.number}/bills/{bill.month:%Y-%m}/"
    page = open_page(url, user=link.user, width=PHONE)
    assert "Hóa đơn này đã được sửa" in text(page)
    check_page(page)
    page.get_by_role("link", name="Xem cả hóa đơn như khi đó").click()
    page.wait_for_url("**seen=*")
    assert "701.525 đ" in heading(page)
    check_page(page)


def test_set_a_threshold_in_dong(open_page: Callable[..., Page], link: AccountLink) -> None:
    url = f"/accounts/{link.account.number}/threshold/"
    page = open_page(url, user=link.user, width=PHONE)
    page.get_by_label("Số tiền (đồng)").check()
    page.get_by_label("Báo cho tôi khi").fill("một trăm")
    page.get_by_role("button", name="Lưu").click()
    assert "Xin chỉ gõ bằng các chữ số" in text(page)
    check_page(page)
    page.get_by_label("Báo cho tôi khi").fill("500.000")
    page.get_by_role("button", name="Lưu").click()
    assert "500.000 đ" in text(page)
    check_page(page)


def test_mark_a_bill_as_looked_at(open_page: Callable[..., Page], link: AccountLink) -> None:
    boss = a_member(StaffRole.SUPERVISOR)
    bill = link.account.bills.order_by("-month")[0]
    opened(link.account, by=boss)
    page = open_page(f"/desk/billing/bill/{bill.pk}/change/", user=boss, width=PHONE)
    check_page(page)
    page.get_by_label("Hệ thống hóa đơn sai").check()
    page.get_by_label("Anh/chị thấy gì").fill("Sai số hộ, đã báo bộ phận hóa đơn")
    page.get_by_role("button", name="Ghi nhận đã xem xét").click()
    assert "Sai số hộ, đã báo bộ phận hóa đơn" in text(page)
    check_page(page)
