"""A household that needs us otherwise: recorded on the phone, seen by a colleague, ended online."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from customers.models import Need, StaffRole
from customers.tests.factories import a_link, a_member, a_need, an_account, opened
from portal.tests.browser import DESK, PHONE, check_page

from .test_narrow_pages import prove_again


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_recorded_on_the_phone_and_ended_online(open_page: Callable[..., Page], width: int) -> None:
    account = an_account()
    holder = a_link(account=account).user
    minh, lan = (a_member(StaffRole.AGENT, name=name) for name in ("Trần Văn Minh", "Lê Thị Lan"))
    opened(account, by=minh)

    desk = open_page(f"/desk/customers/account/{account.pk}/change/", user=lan, width=width)
    desk.fill("[name=reference]", "CG000124")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#who")
    assert "Trần Văn Minh" in desk.inner_text("main")
    check_page(desk)

    for kind in ("keep_supply", "no_calls", "language", "large_print"):
        desk.click("a[href$='/needs/add/']")
        check_page(desk)
        desk.check(f"[name=kind][value={kind}]")
        if kind == "language":
            desk.select_option("[name=language]", "en")
        desk.check("[name=said_by][value=holder]")
        desk.check("[name=read_aloud]")
        desk.click("form.script button")
        desk.wait_for_selector("#who")
    check_page(desk)
    desk.click("a[href$='/confirm/']")
    check_page(desk)
    desk.check("[name=said_by][value=holder]")
    desk.click("form.script button")
    desk.wait_for_selector("#who")

    home = prove_again(open_page("/", user=holder, width=width), user=holder)
    home.goto("/me/")
    home.click(f"a[href='/accounts/{account.number}/needs/']")
    check_page(home)
    assert home.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    home.locator("a[href$='/end/']").first.click()
    check_page(home)
    home.click("form button.btn--danger")
    home.wait_for_url(f"**/accounts/{account.number}/needs/")
    assert [need.kind for need in Need.objects.exclude(ended_at=None)] == ["keep_supply"]


def test_every_kind_on_a_narrow_page(open_page: Callable[..., Page]) -> None:
    account, agent = an_account(), a_member(StaffRole.AGENT)
    for kind in Need.Kind.values:
        a_need(kind, account=account)
    opened(account, by=agent)
    page = open_page(f"/desk/customers/account/{account.pk}/change/", user=agent, width=PHONE)
    check_page(page)
    assert page.locator(".needs > li").count() == len(Need.Kind.values)
