"""A list that leaves as a file comes back in without loss: loaded, it changes nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from billing.models import Read
from billing.tests.factories import a_bill, a_debit, a_payment, a_read, some_reads
from customers.admin.importing import desks
from customers.models import Account, ContactPoint, Load, Meter, OperatingUnit, Registration
from customers.tests.factories import (
    NOON,
    a_contact,
    a_meter,
    a_unit,
    an_account,
    an_auto_debit,
)
from customers.tests.loading import loaded, refusals
from notifications.tests.factories import a_fee
from portal.demo.company import EXPORTED_AT
from portal.lib import workbooks
from portal.lib.csv_lines import csv_lines
from portal.lib.files_out import Form
from portal.lib.importing import resource_of
from portal.tests.test_imports import load

KINDS = ("units", "accounts", "reads", "bills", "payments", "outages")
MOST = 2_000


def rows_of(kind: str) -> QuerySet[Any]:
    """The first rows of the table that the kind fills, as nobody has put them in order."""
    return desks(admin.site)[kind].model._default_manager.order_by("pk")[:MOST]


def file_of(kind: str, form: Form) -> bytes:
    """The file as it leaves, with the number of its download in each line."""
    resource = resource_of(kind)
    headings = [*(column.heading for column in resource.table.columns), "lượt tải"]
    lines = ([*line, 17] for line in resource.written(rows_of(kind), at_once=100))
    if form is Form.CSV:
        return "".join(csv_lines(headings, lines)).encode()
    return b"".join(workbooks.xlsx_pieces(headings, lines, name=kind))


class Returning:
    """Asserts that a file which left says nothing new."""

    def assert_unchanged(self: Any, kind: str, *, at: datetime = NOON) -> None:
        for form in Form:
            load = loaded(kind, file_of(kind, form), at=at)
            self.assertEqual(load.state, Load.State.DONE, (kind, form))
            found = (load.refused, load.created, load.updated, load.unchanged)
            self.assertEqual(found, (0, 0, 0, len(rows_of(kind))), (kind, form, refusals(load)))
            self.assertTrue(load.unchanged)


class SampleTests(Returning, TestCase):
    """The sample company as its files brought it."""

    @classmethod
    def setUpTestData(cls) -> None:
        for kind in KINDS:
            load(kind)

    def test_says_nothing_new(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                self.assert_unchanged(kind, at=EXPORTED_AT)


class RowTests(Returning, TestCase):
    """What the files never brought in this state."""

    def setUp(self) -> None:
        self.account = an_account(unit=a_unit())
        self.meter = a_meter(account=self.account)

    def test_of_debits_says_nothing_new_even_after_the_bill_was_put_right(self):
        an_auto_debit(account=self.account, first_debit_on=date(2026, 11, 10))
        bill = a_bill(account=self.account)
        a_debit(bill=bill, debited_on=NOON.date() - timedelta(days=1))
        type(bill).objects.update(net=bill.net + 1, total=bill.total + 1)
        self.assert_unchanged("debits")

    def test_of_fees_says_nothing_new(self):
        a_fee(account=self.account, what='=Thay "công tơ"; nhanh')
        self.assert_unchanged("fees")

    def test_of_a_read_that_was_put_right_stays_so(self):
        a_read(meter=self.meter, day=NOON.date() - timedelta(days=1), quality="corrected")
        self.assert_unchanged("reads")
        self.assertEqual(Read.objects.get().quality, Read.Quality.CORRECTED)

    def test_of_reads_of_three_decimals_is_never_taken_for_thousands(self):
        some_reads(meter=self.meter, from_day=NOON.date() - timedelta(days=3), steps_wh=[125])
        Read.objects.update(index_wh=142_125)
        self.assert_unchanged("reads")

    def test_of_a_payment_at_midnight_keeps_its_second(self):
        bill = a_bill(account=self.account)
        for hours, reference in ((0, "GD1"), (7, "GD2")):
            paid_at = datetime(2026, 10, 30, 17 - hours, 0, hours, tzinfo=UTC)
            a_payment(bill=bill, paid_at=paid_at, reference=reference)
        self.assert_unchanged("payments")

    def test_names_no_contact_that_the_contract_does_not(self):
        for source, value in (("code", "+84901000001"), ("agent", "+84901000002")):
            a_contact(account=self.account, source=source, value=value, kind="phone")
        a_contact(account=self.account, source="contract", value="+84901000003", kind="phone",
                  suspended_at=NOON, suspended_why="not_mine")  # fmt: skip
        before = list(ContactPoint.objects.order_by("pk").values())
        self.assert_unchanged("accounts")
        self.assertEqual(list(ContactPoint.objects.order_by("pk").values()), before)

    def test_of_what_a_provider_said_says_nothing_new(self):
        for channel, said in (("zalo", True), ("app", False)):
            Registration.objects.create(
                account=self.account, channel=channel, is_registered=said, since=date(2026, 9, 1)
            )
        self.assert_unchanged("registrations")

    def test_of_meters_says_nothing_new(self):
        Meter.objects.update(installed_on=date(2020, 5, 1), removed_on=date(2026, 6, 1))
        a_meter(account=self.account, serial="0007", installed_on=date(2026, 6, 1))
        self.assert_unchanged("meters")

    def test_of_meters_of_which_nobody_knows_since_when_says_nothing_new(self):
        Meter.objects.update(installed_on=None)
        self.assert_unchanged("meters")

    def test_of_contacts_says_nothing_new_whoever_knows_them(self):
        for number, source in enumerate(("contract", "code", "agent", "list")):
            a_contact(
                account=self.account, source=source, value=f"+8490100000{number}", kind="phone"
            )
        a_contact(account=self.account, source="contract", value="+84901000008", kind="phone",
                  suspended_at=NOON, suspended_why="not_mine")  # fmt: skip
        before = list(ContactPoint.objects.order_by("pk").values())
        self.assert_unchanged("contacts")
        self.assertEqual(list(ContactPoint.objects.order_by("pk").values()), before)

    def test_names_the_meter_in_place(self):
        Meter.objects.update(removed_on=NOON.date())
        a_meter(account=self.account, serial="0007")
        self.assert_unchanged("accounts")
        self.assertEqual(Meter.objects.in_place().get().serial, "0007")

    def test_of_a_mixed_rate_and_part_of_a_household_says_nothing_new(self):
        Account.objects.update(households=Decimal("0.25"))
        a_bill(account=self.account, households=Decimal("2.50"), net=1_000, vat=75, total=1_075,
               vat_percent=Decimal("7.5"))  # fmt: skip
        self.assert_unchanged("accounts")
        self.assert_unchanged("bills")


# As people type: signs that spreadsheets run, quotes, marks of other fonts, letters in two parts.
ODD = st.lists(
    st.sampled_from(
        ["=", "+", "-", "@", "'", "＝", "－", '"', ";", ",", "\n", "\t", "\r\n", " ", "&", "<b>",
         "|", "Lê", "e\u0302\u0301", "Nguyễn", "o\u031b\u0300", "Ｎ", "日", "_x0041_", "0007"]
    ),
    min_size=1,
    max_size=6,
).map("".join)  # fmt: skip


class OddTextTests(Returning, PropertyTestCase):
    """Whatever text a file brings, its list brings again."""

    @settings(max_examples=6, deadline=None)
    @given(ODD, ODD, ODD)
    def test_says_nothing_new(self, name: str, address: str, reason: str):
        unit = a_unit(code="PE01")
        row = ["PE01000000007", f"{name}A", "", f"{address}1", f"{name}B", "", "", "PE01", "SHBT",
               "1", "0007", "", "", "", ""]  # fmt: skip
        self.load("accounts", row)
        self.load("units", ["PE01", f"{name}C"])
        start = "2026-12-01 08:00"
        self.load("outages", ["L1", "PE01", f"{address}2", start, "2026-12-01 09:00", f"{reason}D"])
        for kind in ("units", "accounts", "outages"):
            if rows_of(kind):
                self.assert_unchanged(kind)
        OperatingUnit.objects.filter(pk=unit.pk).update(name="x")

    def load(self, kind: str, row: list[str]) -> None:
        headings = [column.heading for column in resource_of(kind).table.columns]
        content = "".join(csv_lines(headings, [row])).encode()
        loaded(kind, content, at=NOON)
