"""The frame around every page, in a real browser."""

import re

import pytest

from customers.tests.factories import PASSWORD
from portal.tests.browser import DESK, PHONE, check_page, expect
from portal.tests.sign_in.people import a_customer


class TestSignInPage:
    @pytest.mark.parametrize("width", [PHONE, DESK])
    @pytest.mark.parametrize("dark", [False, True])
    def test_satisfies_browser_and_axe(self, open_page, width, dark):
        page = open_page("/auth/login/", width=width, dark=dark)
        check_page(page)
        assert page.locator("html").get_attribute("lang") == "vi"

    def test_lets_a_customer_in_without_javascript(self, open_page):
        user = a_customer()
        page = open_page("/auth/login/", javascript=False)
        page.get_by_label("Số điện thoại hoặc email").fill(user.email)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(page).not_to_have_url(re.compile("/auth/login/"))


class TestCheckPage:
    """The check itself: a page with a fault does not pass."""

    def test_objects_to_a_picture_without_words(self, open_page):
        page = open_page("/auth/login/")
        page.evaluate("document.querySelector('main').append(new Image(9, 9))")
        with pytest.raises(AssertionError, match="image-alt"):
            check_page(page)

    def test_objects_to_a_complaint_in_the_console(self, open_page):
        page = open_page("/auth/login/")
        page.evaluate("console.error('broken')")
        with pytest.raises(AssertionError, match="broken"):
            check_page(page)

    def test_objects_to_what_the_policy_blocks(self, open_page):
        page = open_page("/auth/login/")
        page.evaluate("document.body.setAttribute('onclick', 'go()')")
        with pytest.raises(AssertionError, match="Content Security Policy"):
            check_page(page)

    def test_objects_to_a_page_wider_than_the_window(self, open_page):
        page = open_page("/auth/login/", width=PHONE)
        page.evaluate("document.querySelector('main').style.minWidth = '999px'")
        with pytest.raises(AssertionError, match="wider"):
            check_page(page)


class TestLanguage:
    def test_stays_vietnamese_for_an_english_browser(self, browser, site):
        context = browser.new_context(base_url=site, locale="en-US")
        page = context.new_page()
        page.goto("/auth/login/")
        assert page.locator("html").get_attribute("lang") == "vi"
        context.close()
