"""From the first page to being signed in, on a phone, with the code that really was sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from customers.models import User
from portal.tests.browser import PHONE, check_page, expect
from portal.tests.sign_in.people import last_code

pytestmark = pytest.mark.django_db(transaction=True)


def ask_for_code(page: Page, typed: str) -> None:
    page.get_by_label("Số điện thoại hoặc email").fill(typed)
    check_page(page)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã")
    check_page(page)


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Mã 6 chữ số").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_sign_up_by_phone_and_come_back_by_a_code(
    open_page: Callable[..., Page], javascript: bool
) -> None:
    page = open_page("/", width=PHONE, javascript=javascript)
    page.get_by_role("main").get_by_role("link", name="Đăng ký").click()
    ask_for_code(page, "0903 123 456") if javascript else quick(page, "0903 123 456")
    type_code(page, "000 001")
    expect(page.get_by_role("alert")).to_be_visible()
    type_code(page, last_code())
    expect(page.get_by_role("button", name="Đăng xuất").first).to_be_visible()
    assert User.objects.get().phone == "+84903123456"

    page.get_by_role("button", name="Đăng xuất").first.click()
    page.goto("/auth/login/")
    page.get_by_role("link", name="Gửi mã cho tôi").click()
    ask_for_code(page, "+84903123456") if javascript else quick(page, "+84903123456")
    type_code(page, last_code())
    expect(page.get_by_role("button", name="Đăng xuất").first).to_be_visible()


def quick(page: Page, typed: str) -> None:
    """As :func:`ask_for_code` where no script runs, axe's neither."""
    page.get_by_label("Số điện thoại hoặc email").fill(typed)
    page.get_by_role("button", name="Gửi mã cho tôi").click()


def test_a_code_that_did_not_arrive_is_sent_again(open_page: Callable[..., Page]) -> None:
    page = open_page("/auth/signup/", width=PHONE)
    ask_for_code(page, "hanh@example.vn")
    first = last_code()
    page.get_by_role("button", name="Gửi mã mới").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã")
    if last_code() != first:
        type_code(page, first)
        expect(page.get_by_role("alert")).to_be_visible()
    type_code(page, last_code())
    expect(page.get_by_role("button", name="Đăng xuất").first).to_be_visible()
