"""A customer on a phone: what is due, what it is made of, the days behind it, the notice of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import a_bill, some_reads
from customers.models import AccountLink
from customers.tests.factories import a_contact, a_link, a_meter, a_user, an_account
from notifications.models import Notice, Preference
from notifications.services import planning
from portal.lib.periods import Period
from portal.tests.browser import PHONE, check_page

GAP = 3
# Every file of a page: how many, and how many bytes came for them.
WEIGHT = """() => {
    const files = [...performance.getEntriesByType("navigation"),
                   ...performance.getEntriesByType("resource")];
    return [files.length, files.reduce((sum, file) => sum + file.encodedBodySize, 0)];
}"""


@pytest.fixture
def link(db: None, site: str) -> AccountLink:
    """A home with last month's bill and two months of reads, one day of them missing."""
    last_month = Period.of_month(timezone.localdate()).previous_month()
    account = an_account(holder_name="Nguyễn Thị Hạnh")
    reads = some_reads(
        meter=a_meter(account=account),
        from_day=last_month.starts_on - timedelta(days=1),
        steps_wh=[7000 + 500 * (day % 5) for day in range(_days_since(last_month.starts_on))],
    )
    reads[GAP].delete()
    a_bill(account=account, month=last_month.starts_on, net=499_660, total=539_633)
    a_contact(account=account, kind="zalo", value="+84903123456")
    a_contact(account=account, kind="email")
    planning.plan_bills(month=last_month.starts_on, at=timezone.now())
    return a_link(account=account, nickname="Nhà mẹ", user=a_user(name="Nguyễn Thị Hạnh"))


def _days_since(first_on: date) -> int:
    """Days from ``first_on`` to yesterday, both counted; at least enough for a chart."""
    return max((timezone.localdate() - first_on).days, 28)


def heading(page: Page) -> str:
    """What the page is about, once it is there."""
    page.wait_for_load_state()
    return str(page.locator("h1").inner_text()).replace("\u00a0", " ")


def test_see_my_use_and_bill(open_page: Callable[..., Page], link: AccountLink) -> None:
    page = open_page("/", user=link.user, width=PHONE)
    assert "Nguyễn Thị Hạnh" in heading(page)
    check_page(page)

    page.locator(".alert a").click()
    page.wait_for_url("**/bills/*/")
    assert "539.633 đ" in heading(page)
    assert "238.000" in page.get_by_role("table").inner_text()
    check_page(page)

    page.locator("main a[href*='?month=']").click()
    page.wait_for_url("**month=*")
    assert "220 kWh" in heading(page)
    assert page.locator("svg[role=img]").is_visible()
    check_page(page)
    page.locator("figure summary").click()
    assert page.get_by_role("table").is_visible()
    assert page.locator("tbody tr").count() == link.account.bills.get().days
    assert " 0 kWh" not in page.get_by_role("table").inner_text()


def test_read_the_notice_of_it(open_page: Callable[..., Page], link: AccountLink) -> None:
    page = open_page("/", user=link.user, width=PHONE)
    page.locator("li.new a").click()
    page.wait_for_url("**/notices/*/")
    assert "539.633 đ" in heading(page)
    check_page(page)
    assert Notice.objects.get().reach == Notice.Reach.SEEN

    page.locator("main a.btn").click()
    page.wait_for_url("**/bills/*/")
    page.goto("/notices/")
    assert page.locator(".rows a").count() == 1
    assert page.locator("li.new").count() == 0


def test_tell_me_where_i_read(open_page: Callable[..., Page], link: AccountLink) -> None:
    """Without JavaScript, as on an old phone."""
    page = open_page("/preferences/", user=link.user, width=PHONE, javascript=False)
    zalo = "input[name=bill_issued][value=zalo]"
    bills = page.locator("summary:has-text('Hóa đơn và thanh toán')")
    assert "Zalo, Email" in bills.inner_text()
    assert not page.locator(zalo).is_visible()
    bills.click()
    page.locator(zalo).uncheck()
    page.locator("form:has([name=bill_issued]) .btn:not(.btn--quiet)").click()
    page.wait_for_selector(".alert--success")
    assert "1 loại: Email" in page.locator("summary:has-text('Hóa đơn và thanh toán')").inner_text()
    assert not page.locator(zalo).is_checked()
    saved = Preference.objects.get()
    assert (saved.kind, saved.channel, saved.wanted) == ("bill_issued", "zalo", False)

    page.locator("form:has([value=email]) .btn--quiet").click()
    page.wait_for_selector("dl.facts")
    assert "k•••@example.vn" in page.locator("dl.facts").inner_text()


def test_the_first_page_is_light(open_page: Callable[..., Page], link: AccountLink) -> None:
    page = open_page("/", user=link.user, width=PHONE)
    page.wait_for_load_state("networkidle")
    files, weight = page.evaluate(WEIGHT)
    assert files <= 10
    assert 1_000 < weight < 100_000
