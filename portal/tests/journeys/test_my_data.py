"""My data, on a phone and on a screen: a new address, a consent, all of it as a file, erasure."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import a_bill
from customers.models import AccountLink, Consent, ContactChange, DataRequest, User
from customers.services import contact_changes
from customers.tests.factories import PASSWORD, a_contact, a_link, a_look, a_member, a_user
from notifications.models import DirectMessage
from portal.tests.browser import DESK, PHONE, check_page

Open = Callable[..., Page]


@pytest.fixture
def link(db: None, site: str) -> AccountLink:
    """A holder with a bill, contacts, and a look of an agent."""
    user = a_user(email="hanh@example.vn", password=PASSWORD, name="Nguyễn Thị Hạnh")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    link = a_link(user=user, nickname="Nhà mẹ")
    a_bill(account=link.account, month=date(2026, 10, 1))
    a_contact(account=link.account, value="+84911222333")
    a_contact(account=link.account, kind="email", value="hanh@example.vn")
    a_look(account=link.account, user=a_member("agent"), at=timezone.now())
    return link


def walk(page: Page, *paths: str) -> None:
    for path in paths:
        page.goto(path)
        check_page(page)
        assert page.locator("h1").count() == 1, path


def send(page: Page, **typed: str) -> None:
    """Fill the form of the page, and send it; prove who one is where that is asked."""
    for name, value in typed.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def prove_who(page: Page) -> None:
    """Type the password where a dangerous step asks for it."""
    page.wait_for_url("**reauthenticate**")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_load_state()


def last(purpose: str) -> DirectMessage:
    return DirectMessage.objects.filter(purpose=purpose).order_by("pk").last()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_of_my_data(open_page: Open, link: AccountLink, width: int) -> None:
    page = open_page("/", user=link.user, width=width)
    page.get_by_role("link", name="Thông tin của tôi").first.click()
    page.wait_for_url("**/me/")
    account = f"/accounts/{link.account.number}"
    walk(page, "/me/", "/me/name/", "/me/held/", "/me/looks/", "/me/requests/",
         "/me/requests/new/", "/me/download/", f"{account}/contacts/", f"{account}/contacts/phone/",
         f"{account}/contacts/email/", f"{account}/consents/", f"{account}/consents/advice/",
         "/stop-change/")  # fmt: skip


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_change_my_e_mail_address(open_page: Open, link: AccountLink, width: int) -> None:
    page = open_page("/me/", user=link.user, width=width, javascript=False)
    page.locator("a[href='/me/email/']").click()
    prove_who(page)
    page.wait_for_url("**/me/email/")

    send(page, value="khong phai email")
    assert page.locator(".error-summary").is_visible()
    send(page, value="hanh.moi@example.vn")
    page.wait_for_url("**/me/changes/*/")
    send(page, code=re.search(r"\d{6}", last("verify_code").text)[0])
    assert "có hiệu lực lúc" in page.locator("h1").inner_text()
    assert User.objects.get(pk=link.user.pk).email == "hanh@example.vn"
    page.goto("/me/")
    assert page.locator(".alert--warning").is_visible()

    contact_changes.apply_due(at=timezone.now() + timedelta(days=1, minutes=1))
    page.goto("/me/")
    assert "hanh.moi@example.vn" in page.locator("main").inner_text()


def test_stop_what_a_thief_began(open_page: Open, link: AccountLink) -> None:
    thief = open_page("/me/email/", user=link.user, width=DESK)
    prove_who(thief)
    thief.wait_for_url("**/me/email/")
    check_page(thief)
    send(thief, value="ke.trom@example.vn")
    check_page(thief)
    send(thief, code=re.search(r"\d{6}", last("verify_code").text)[0])
    check_page(thief)

    owner = open_page("/", width=PHONE)
    owner.get_by_role("link", name="Chặn việc đổi thông tin liên hệ").click()
    check_page(owner)
    send(owner, code="AAAA-AAAA-AAAA")
    assert owner.locator(".error-summary").is_visible()
    send(owner, code=re.search(r"\w{4}-\w{4}-\w{4}", last("security").text)[0])
    assert owner.locator(".alert--success").is_visible()
    check_page(owner)

    assert ContactChange.objects.get().cancelled_why == "old_contact"


def test_agree_and_take_it_back(open_page: Open, link: AccountLink) -> None:
    page = open_page("/me/", user=link.user, width=PHONE, javascript=False)
    for answer, agreed in (("yes", 1), ("no", 0)):
        page.goto(f"/accounts/{link.account.number}/consents/")
        page.locator(".rows a").first.click()
        page.wait_for_url("**/consents/advice/")
        assert page.locator("input[type=radio]:checked").count() == 0
        page.locator(f"input[value={answer}]").check()
        send(page)
        page.wait_for_url("**/consents/")
        assert Consent.objects.filter(withdrawn_at=None).count() == agreed
    assert "Rút lại" in page.locator("dl.facts").inner_text()
    walk(open_page("/", user=link.user), f"/accounts/{link.account.number}/consents/")


def test_take_everything_along(open_page: Open, link: AccountLink) -> None:
    page = open_page("/me/download/", user=link.user, width=PHONE)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**reauthenticate**")
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_download() as coming:
        page.locator("main form:has(input[name=password]) button[type=submit]").click()
    archive = ZipFile(coming.value.path())
    assert link.account.number in archive.read("index.html").decode()
    assert "hanh@example.vn" in archive.read("data.json").decode()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_ask_for_erasure(open_page: Open, link: AccountLink, width: int) -> None:
    page = open_page("/me/requests/", user=link.user, width=width)
    page.locator("main a.btn").click()
    page.wait_for_url("**/new/")
    page.locator("input[value=correction]").check()
    send(page)
    assert page.locator(".error-summary").is_visible()
    check_page(page)
    page.locator("input[value=erasure]").check()
    send(page)
    page.wait_for_url(re.compile(r"/me/requests/\d+/"))
    check_page(page)
    asked = DataRequest.objects.get()
    assert f"{asked.due_on:%d/%m/%Y}" in page.locator(".lead").inner_text()
    walk(page, "/me/requests/")


def test_an_agent_writes_a_request_down_and_a_supervisor_answers(
    open_page: Open, link: AccountLink
) -> None:
    agent = open_page("/desk/customers/datarequest/add/", user=a_member("agent"))
    check_page(agent)
    agent.fill("[name=number]", link.account.number)
    agent.fill("[name=said]", "Sai số nhà")
    agent.select_option("[name=kind]", "correction")
    agent.locator("[name=_save]").click()
    agent.wait_for_url("**/datarequest/")
    check_page(agent)

    asked = DataRequest.objects.get()
    boss = open_page("/desk/", user=a_member("supervisor"))
    boss.goto(f"/desk/customers/datarequest/{asked.pk}/change/")
    boss.check("[name=reason][value=review]")
    boss.keyboard.press("Enter")
    boss.wait_for_selector("[name=answer]")
    check_page(boss)
    boss.check("[name=step][value=done]")
    boss.fill("[name=answer]", "Đã sửa.")
    boss.locator("[name=_save]").click()
    boss.wait_for_url("**/datarequest/")
    asked.refresh_from_db()
    assert asked.state == "done"
