"""A data operator brings a file, looks, has it released, mends what was refused, and undoes it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page

from billing.models import Payment
from customers.models import StaffRole
from customers.services import loads
from customers.tests.factories import a_member, a_unit, an_account
from portal.lib.importing import resource_of
from portal.tests.browser import DESK, PHONE, check_page

HEADINGS = "Mã khách hàng;Kỳ;Số tiền;Thời điểm;Kênh thu;Mã giao dịch"


pytestmark = pytest.mark.usefixtures("loads_apart")


def work() -> None:
    """What the worker does meanwhile."""
    while loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=60):
        pass


def look_again(page: Page) -> str:
    """The page as it is now; it is whole, fits the window, and axe has nothing against it."""
    work()
    page.reload()
    check_page(page)
    return page.inner_text("#content")


def bring(page: Page, path: Path, *, field: str = "[name=import_file]") -> None:
    page.set_input_files(field, path)
    with page.expect_navigation():
        page.locator(field).locator("xpath=ancestor::form").locator("[type=submit]").click()


def follow(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)
    check_page(page)


def press(page: Page, verb: str) -> None:
    follow(page, f"form[action$='/act/{verb}/'] button")


def undo(page: Page) -> None:
    """Asked first what goes, then done."""
    press(page, "undo")
    check_page(page)
    press(page, "undo")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_the_upload_to_mended_rows_and_the_undo(
    open_page: Callable[..., Page], tmp_path: Path, width: int
) -> None:
    numbers = [an_account(number=f"PE01{n:09}", unit=a_unit()).number for n in range(20)]
    rows = [f"{one};10/2026;{n + 1}.000;2026-11-04 12:17;Ví;GD{n}" for n, one in enumerate(numbers)]
    rows[4] = rows[4].replace("5.000", "năm nghìn")
    file = tmp_path / "thanh-toan-thang-11.csv"
    file.write_text("\n".join((HEADINGS, *rows)), encoding="utf-8-sig")

    page = open_page("/desk/", user=a_member(StaffRole.OPERATOR, name="Lê Văn Tám"), width=width)
    follow(page, "a[href='/desk/billing/payment/import/']")
    bring(page, file)
    check_page(page)
    assert page.locator("progress").count() == 1

    assert "năm nghìn" in look_again(page)
    assert not Payment.objects.exists()
    press(page, "confirm")
    assert page.locator("form[action$='/act/release/']").count() == 0
    boss = open_page("/desk/", user=a_member(StaffRole.SUPERVISOR, name="Phạm Thu"), width=width)
    follow(boss, "a[href$='?open=second']")
    follow(boss, "a[href*='/customers/load/'][href*='/change/']")
    press(boss, "release")
    look_again(page)
    assert Payment.objects.count() == 19

    with page.expect_download() as download:
        page.click("a[href$='/refused.xlsx']")
    to_mend = tmp_path / "can-sua.xlsx"
    download.value.save_as(to_mend)
    book = load_workbook(to_mend)
    cell = next(c for c in book.active[2] if c.value == "năm nghìn")
    cell.value = "5.000"
    book.save(to_mend)
    whole = page.url
    bring(page, to_mend, field="#mended")
    look_again(page)
    press(page, "confirm")
    look_again(page)
    assert Payment.objects.get(reference="GD4").amount == 5_000

    page.goto(whole)
    check_page(page)
    undo(page)
    assert Payment.objects.count() == 20  # two let it in, and so two take it back
    boss.goto(whole)
    undo(boss)
    look_again(boss)
    assert [payment.reference for payment in Payment.objects.all()] == ["GD4"]
