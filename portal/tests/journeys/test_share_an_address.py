"""Helping a mother: she invites her son, he accepts and sees bills but no days; she ends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import a_bill
from customers.models import AccountEvent, AccountLink, User
from customers.tests.factories import PASSWORD, a_link, a_user, an_account, prove
from portal.lib.periods import Period
from portal.tests.browser import PHONE, check_page, expect

LAST_MONTH = Period.of_month(timezone.localdate()).previous_month().starts_on


@pytest.fixture
def mother(db: None, site: str) -> User:
    """The holder of an address with last month's bill."""
    link = a_link(account=an_account(), user=a_user(name="Nguyễn Thị Hạnh", password=PASSWORD))
    a_bill(account=link.account, month=LAST_MONTH, total=539_633)
    return link.user


@pytest.fixture
def son(db: None) -> User:
    return prove(a_user(name="Nguyễn Văn Nam", email="nam@example.vn"))


def at(user: User, name: str, *args: object) -> str:
    """The address of a page about the home of ``user``."""
    return reverse(name, args=[user.links.get().account.number, *args])


def press(page: Page, selector: str) -> None:
    """Press a button or follow a link, and wait for the page that comes."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def prove_who(page: Page) -> None:
    """Type the password where a dangerous step asks for it."""
    page.wait_for_url("**reauthenticate**")
    page.fill("input[name=password]", PASSWORD)
    press(page, "main form:has(input[name=password]) button[type=submit]")


def test_help_my_mother(open_page: Callable[..., Page], mother: User, son: User) -> None:
    hers = open_page(at(mother, "people"), user=mother, width=PHONE)
    check_page(hers)
    press(hers, f"a[href='{at(mother, 'invite_whom')}']")
    check_page(hers)
    press(hers, f"a[href='{at(mother, 'invite', 'relative')}']")
    prove_who(hers)
    check_page(hers)
    hers.fill("input[name=address]", "nam")
    press(hers, "main form button[type=submit]")
    expect(hers.locator(".error-summary")).to_be_visible()
    check_page(hers)
    hers.fill("input[name=address]", "Nam@example.vn")
    press(hers, "main form button[type=submit]")
    assert hers.url.endswith(at(mother, "people"))
    check_page(hers)

    his = open_page("/", user=son, width=PHONE)
    check_page(his)
    press(his, "main .alert a")
    check_page(his)
    press(his, "button[value=accept]")
    check_page(his)
    link = AccountLink.objects.get(user=son)
    assert his.url.endswith(at(son, "address"))
    assert his.goto(at(son, "bill", LAST_MONTH)).status == 200
    check_page(his)
    assert his.goto(reverse("api:days", args=[link.account.number])).status == 404
    his.goto(at(son, "bills"))

    hers.reload()
    press(hers, f"a[href='{reverse('person', args=[link.account.number, link.pk])}']")
    check_page(hers)
    press(hers, "button.btn--danger")
    check_page(hers)
    assert his.reload().status == 404
    kinds = AccountEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["invited", "linked", "link_ended"]


def test_move_out(open_page: Callable[..., Page], mother: User) -> None:
    page = open_page(at(mother, "people"), user=mother, width=PHONE)
    press(page, f"a[href='{at(mother, 'move_out')}']")
    prove_who(page)
    check_page(page)
    press(page, "main form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    first_of_this_month = LAST_MONTH + timedelta(days=32)
    page.fill("input[name=on]", f"{first_of_this_month.replace(day=1):%Y-%m-%d}")
    press(page, "main form button[type=submit]")
    check_page(page)
    assert page.goto(at(mother, "bill", LAST_MONTH)).status == 200
    assert page.goto(at(mother, "people")).status == 404
