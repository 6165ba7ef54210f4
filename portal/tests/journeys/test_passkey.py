"""A passkey and an authenticator app: set up on a phone, then used to sign in."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page

from customers.tests.factories import PASSWORD
from portal.tests.browser import PHONE, check_page, expect
from portal.tests.sign_in.people import a_customer
from portal.tests.sign_in.test_second_factor import code_of

pytestmark = pytest.mark.django_db(transaction=True)


def give_authenticator(page: Page) -> Any:
    """A fingerprint reader of the browser's own, which says yes at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def sign_in(page: Page, email: str) -> None:
    page.goto("/auth/login/")
    page.get_by_label("Số điện thoại hoặc email").fill(email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập", exact=True).click()


def confirm(page: Page) -> None:
    """Type the password once more, as before anything that lasts."""
    check_page(page)
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


@pytest.fixture
def on_localhost(site: str) -> str:
    """Passkeys belong to a name; they know no numbers of machines."""
    return site.replace("127.0.0.1", "localhost")


def test_add_a_passkey_and_sign_in_by_it_alone(
    open_page: Callable[..., Page], on_localhost: str
) -> None:
    user = a_customer()
    page = open_page("/", width=PHONE)
    page.goto(f"{on_localhost}/auth/login/")
    give_authenticator(page)
    sign_in_at(page, on_localhost, user.email)
    page.goto(f"{on_localhost}/auth/2fa/webauthn/add/")
    confirm(page)
    page.locator("input[name=name]").fill("Điện thoại của tôi")
    if page.locator("input[name=passwordless]").count():
        page.locator("input[name=passwordless]").check()
    check_page(page)
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("main")).to_contain_text("Mã dự phòng")
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    check_page(page)

    page.get_by_role("button", name="Đăng xuất").first.click()
    page.goto(f"{on_localhost}/auth/login/")
    page.get_by_role("button", name="Dùng khóa đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất").first).to_be_visible()


def sign_in_at(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/auth/login/")
    page.get_by_label("Số điện thoại hoặc email").fill(email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("button", name="Đăng xuất").first).to_be_visible()


def test_staff_set_up_an_app_before_the_desk_opens(open_page: Callable[..., Page]) -> None:
    user = a_customer(is_staff=True, is_superuser=True)
    page = open_page("/auth/login/", width=PHONE)
    sign_in(page, user.email)
    page.goto("/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cài đặt bước xác nhận thứ hai")
    check_page(page)
    page.get_by_role("link", name="Thêm ứng dụng").click()
    confirm(page)
    secret = page.locator("main code").inner_text()
    check_page(page)
    page.locator("main input[name=code]").fill(code_of(secret))
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Mã dự phòng")
    check_page(page)
    page.goto("/desk/")
    page.locator("main input[name=code]").fill(code_of(secret))
    check_page(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/desk/" in page.url
