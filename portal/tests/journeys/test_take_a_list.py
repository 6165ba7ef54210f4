"""A data operator takes a list along, by the keys alone and without a script."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from billing.tests.factories import a_bill
from customers.models import Download, StaffRole
from customers.tests.factories import a_member, a_unit, an_account
from portal.tests.browser import DESK, PHONE, check_page

BILLS = "/desk/billing/bill/"


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (PHONE, True), (DESK, False)])
def test_of_bills_as_a_workbook(open_page: Callable[..., Page], width: int, dark: bool) -> None:
    for _one in range(3):
        a_bill(account=an_account(unit=a_unit()))
    user = a_member(StaffRole.OPERATOR, name="Lê Văn Tám")
    page = open_page(f"{BILLS}?ours=none", user=user, width=width, dark=dark)
    check_page(page)
    button = page.locator(".take-list button[value=xlsx]")
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    taken = Download.objects.get()
    assert download.value.suggested_filename.endswith(f"-{taken.pk}.xlsx")
    path = download.value.path()
    book = load_workbook(io.BytesIO(Path(path).read_bytes()))
    assert book.active.max_row == 4
    assert book.active.cell(2, book.active.max_column).value == taken.pk
    assert page.url.endswith("?ours=none")


def test_that_is_long_asks_for_a_second_person(
    open_page: Callable[..., Page], settings: object
) -> None:
    settings.DESK_MOST_EXPORTED = 1  # type: ignore[attr-defined]
    for _one in range(2):
        a_bill(account=an_account(unit=a_unit()))
    page = open_page(BILLS, user=a_member(StaffRole.OPERATOR), width=PHONE)
    with page.expect_navigation():
        page.click(".take-list button[value=csv]")
    check_page(page, refused=True)
    with page.expect_navigation():
        page.click("form[action*='/list/ask/'] button")
    assert page.url.rstrip("?").endswith(BILLS)
    assert Download.objects.waiting().count() == 1
