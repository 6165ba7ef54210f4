"""Link my home, on a phone: by a code, a letter, the holder's yes, an agent's check."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import some_reads
from customers.models import Account, AccountLink, LinkRequest, StaffRole, User
from customers.tests.factories import PASSWORD, a_link, a_member, a_meter, a_user, opened
from customers.tests.linking import a_home
from notifications.models import DirectMessage
from portal.site import link_codes
from portal.tests.browser import DESK, PHONE, check_page

Open = Callable[..., Page]


@pytest.fixture
def home(db: None, site: str) -> Account:
    """A home with two weeks of reads, which nobody has linked."""
    account = a_home(holder_name="Nguyễn Thị Hạnh")
    some_reads(
        meter=a_meter(account=account),
        from_day=timezone.localdate() - timedelta(days=15),
        steps_wh=[7000] * 15,
    )
    return account


def arrive() -> str:
    """What the background does: look the request up and send its code; the code, if any."""
    for request in LinkRequest.objects.unprepared():
        link_codes.deliver(request=request.pk, at=timezone.now())
    message = DirectMessage.objects.order_by("pk").last()
    found = re.search(r"\b\d{6}\b", message.text) if message else None
    return found[0] if found else ""


def begin(page: Page, typed: str, *, how: str) -> None:
    """From the first page to the page of the request."""
    page.get_by_role("link", name="Liên kết địa điểm dùng điện").click()
    page.wait_for_url("**/link/")
    check_page(page)
    page.locator("input[name=number]").fill(typed)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/link/proof/")
    check_page(page)
    page.locator(f"input[value={how}]").check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/link/requests/*/")
    check_page(page)


def type_code(page: Page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()


def assert_sees(page: Page, account: Account) -> None:
    page.wait_for_url(f"**/accounts/{account.number}/")
    assert "kWh" in page.locator("h1").inner_text()
    check_page(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_by_a_code_to_a_contact_of_the_contract(
    open_page: Open, home: Account, javascript: bool
) -> None:
    page = open_page("/", user=a_user(), width=PHONE, javascript=javascript)
    if not javascript:
        page.get_by_role("link", name="Liên kết địa điểm dùng điện").click()
        page.locator("input[name=number]").fill(home.number)
        page.locator("main button[type=submit]").click()
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/link/requests/*/")
        type_code(page, arrive())
        page.wait_for_url(f"**/accounts/{home.number}/")
        assert AccountLink.objects.get().account == home
        return
    begin(page, f"Mã KH: {home.number[:6]} {home.number[6:]}", how="contact")
    code = arrive()
    type_code(page, f"{(int(code) + 1) % 10**6:06d}")
    page.locator(".error-summary").wait_for()
    check_page(page)
    type_code(page, code)
    assert_sees(page, home)
    page.goto(f"/accounts/{home.number}/mine/")
    check_page(page)
    page.locator("input[name=nickname]").fill("Nhà mình")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/accounts/{home.number}/")
    assert "Nhà mình" in page.locator(".place").inner_text()
    page.goto(f"/accounts/{home.number}/unlink/")
    check_page(page)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/")
    page.goto(f"/accounts/{home.number}/")
    assert home.number not in page.locator("main").inner_text()


def test_by_a_letter_that_an_agent_printed(open_page: Open, home: Account) -> None:
    agent = a_member(StaffRole.AGENT)
    opened(home, by=agent)
    desk = open_page(f"/desk/customers/linkrequest/at/{home.pk}/", user=agent, width=DESK)
    check_page(desk)
    desk.locator("input[name=letter_reference]").fill("CG-2026-0042")
    desk.locator("section[aria-labelledby=letter] button").click()
    desk.wait_for_url("**/letter/")
    check_page(desk)
    code = desk.locator(".figure .value").inner_text()

    page = open_page("/", user=a_user(), width=PHONE)
    begin(page, home.number.lower(), how="letter")
    type_code(page, code.lower().replace("-", " "))
    assert_sees(page, home)
    assert AccountLink.objects.get().proof == "letter"


def test_by_the_holders_yes(open_page: Open, home: Account) -> None:
    holder = a_link(account=home, user=a_user(password=PASSWORD)).user
    newcomer: User = a_user(name="Trần Văn Bình")
    page = open_page("/", user=newcomer, width=PHONE)
    begin(page, home.number, how="holder")
    arrive()

    theirs = open_page(f"/accounts/{home.number}/people/requests/", user=holder, width=PHONE)
    assert "Trần Văn Bình" in theirs.locator("main").inner_text()
    check_page(theirs)
    theirs.locator("input[value=relative]").check()
    theirs.locator("button[value=accept]").click()
    theirs.wait_for_url("**reauthenticate**")
    theirs.fill("input[name=password]", PASSWORD)
    theirs.locator("main form:has(input[name=password]) button[type=submit]").click()
    theirs.wait_for_url("**/people/requests/")
    check_page(theirs)

    page.reload()
    page.wait_for_url(f"**/accounts/{home.number}/")
    check_page(page)
    assert AccountLink.objects.get(user=newcomer).role == "relative"


def test_by_an_agent_who_called_back(open_page: Open, home: Account) -> None:
    agent = a_member(StaffRole.AGENT)
    opened(home, by=agent)
    page = open_page("/", user=a_user(), width=PHONE)
    begin(page, home.number, how="agent")
    arrive()
    spoken = page.locator("main dl b").first.inner_text()

    desk = open_page(f"/desk/customers/account/{home.pk}/change/", user=agent, width=DESK)
    desk.locator("a[href*='/linkrequest/at/']").click()
    desk.locator("input[name=request_code]").fill(spoken)
    desk.locator("input[value=bill]").check()
    desk.locator("input[value=passed]").check()
    desk.locator("input[name=reference]").fill("CG-2026-0043")
    desk.locator("form.script button[type=submit]").click()
    desk.locator(".error-summary").wait_for()
    check_page(desk)
    desk.locator("input[value=called_back]").check()
    desk.locator("form.script button[type=submit]").click()
    desk.wait_for_url("**/change/")

    page.reload()
    assert_sees(page, home)
    assert AccountLink.objects.get().proof == "agent"
