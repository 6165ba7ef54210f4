"""Somebody got in: whoever is told stops it, at the notice or with the code in the message."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from customers.models import AccountLink, User
from customers.services import events
from customers.tests.factories import a_contact, a_link, a_user, an_account
from notifications.models import Notice
from notifications.services import planning, whole_codes
from portal.tests.browser import DESK, PHONE, check_page

STOP = "Không phải tôi"


@pytest.fixture
def told(site: str) -> tuple[User, AccountLink, Notice]:
    """The holder, the link of a stranger, and the notice that tells of it."""
    account, holder, stranger = an_account(), a_user(), a_user(email="la@example.vn")
    a_link(account=account, user=holder)
    a_contact(account=account, kind="email", value="hanh@example.vn")
    link = a_link(account=account, user=stranger, role="household")
    at = timezone.now()
    event = events.record(account=account, kind="linked", at=at, by=stranger, link=link)
    planning.plan_due(at=at)
    return holder, link, Notice.objects.get(event=event)


def state(link: AccountLink) -> str:
    return AccountLink.objects.get(pk=link.pk).state


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_at_the_notice_in_the_inbox(told, open_page: Callable[..., Page], width: int) -> None:
    holder, link, _notice = told
    page = open_page("/notices/", user=holder, width=width)
    page.get_by_role("link", name="Thêm người xem được nơi này").click()
    assert "l•••@example.vn" in page.inner_text("main")
    check_page(page)
    assert state(link) == "active"
    page.get_by_role("button", name=STOP).click()
    assert "Đã khóa" in page.inner_text("main")
    check_page(page)
    assert state(link) == "frozen"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_with_the_code_in_the_message_without_signing_in(
    told, open_page: Callable[..., Page], width: int
) -> None:
    _holder, link, notice = told
    code = whole_codes.whole(notice.code)
    page = open_page("/verify/", width=width)
    page.locator("#code").fill(f"{code[:4]} {code[4:].lower()}")
    page.locator("form:has(#code) button").click()
    check_page(page)
    page.get_by_role("button", name=STOP).click()
    assert "Đã khóa" in page.inner_text("main")
    assert "1900 54 54 54" in page.inner_text("main")
    check_page(page)
    assert notice.code not in page.url
    assert state(link) == "frozen"


def test_the_stopped_login_sees_nothing_on_its_next_click(
    told, open_page: Callable[..., Page]
) -> None:
    holder, link, notice = told
    address = f"/accounts/{link.account.number}/"
    intruder = open_page(address, user=link.user)
    assert "Tháng này" in intruder.inner_text("main")
    page = open_page(f"/notices/{notice.code}/", user=holder)
    page.get_by_role("button", name=STOP).click()
    assert "Đã khóa" in page.inner_text("main")
    answer = intruder.goto(address)
    assert answer is not None
    assert answer.status == 404
