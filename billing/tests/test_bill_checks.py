"""A bill that differs is looked at once, and again when a total changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import TestCase
from django.urls import reverse

from billing.models import Bill, BillCheck
from billing.queries import to_check
from billing.services import bill_checks, bills
from billing.tests.factories import a_bill
from billing.tests.test_loading import AT
from billing.tests.test_working_out import a_row
from customers.models import Look, StaffRole
from customers.tests.factories import NOON, a_member, a_staff_user, a_unit, opened

LIST = reverse("admin:billing_bill_changelist") + "?ours=open"


def differing(**fields: object) -> Bill:
    return a_bill(net=500_000, total=540_000, worked_out=539_633, **fields)


def mark(bill: Bill, **values: object) -> BillCheck:
    given = {
        "figures": bill_checks.seen(bill),
        "outcome": "ours",
        "note": "Thiếu số hộ",
        "by": values.pop("by", None) or a_staff_user(),
        "at": NOON,
    }
    return bill_checks.mark(bill=bill, **{**given, **values})


def waiting() -> list[Bill]:
    return list(to_check(Bill.objects.all()))


class MarkTests(TestCase):
    def setUp(self) -> None:
        self.bill = differing()

    def test_takes_the_bill_off_the_list(self) -> None:
        self.assertEqual(waiting(), [self.bill])
        check = mark(self.bill)
        self.assertEqual(waiting(), [])
        self.assertEqual(list(Bill.objects.differing()), [self.bill])
        self.assertEqual((check.total, check.worked_out), (540_000, 539_633))

    def test_asks_anew_when_the_bill_changes(self) -> None:
        bills.load(rows=[a_row(self.bill.account, usage_kwh=220, net=500_000, vat=40_000,
                               total=540_000)], at=AT)  # fmt: skip
        bill = Bill.objects.get()
        mark(bill)
        bills.load(rows=[a_row(self.bill.account, usage_kwh=220, net=510_000, vat=40_800,
                               total=550_800)], at=AT + timedelta(days=1))  # fmt: skip
        self.assertEqual(waiting(), [bill])

    def test_asks_anew_when_our_total_changes(self) -> None:
        mark(self.bill)
        Bill.objects.update(worked_out=538_000)
        self.assertEqual(waiting(), [self.bill])

    def test_holds_when_it_is_loaded_again_as_it_is(self) -> None:
        row = a_row(self.bill.account, usage_kwh=220, net=500_000, vat=40_000, total=540_000,
                    households=Decimal(1))  # fmt: skip
        bills.load(rows=[row], at=AT)
        mark(Bill.objects.get())
        bills.load(rows=[row], at=AT + timedelta(days=1))
        self.assertEqual(waiting(), [])

    def test_twice_is_once_and_another_outcome_another_row(self) -> None:
        staff = a_staff_user()
        self.assertEqual(mark(self.bill, by=staff), mark(self.bill, by=staff))
        mark(self.bill, by=staff, outcome="known")
        self.assertEqual(BillCheck.objects.count(), 2)

    def test_refuses_what_says_nothing_or_is_gone(self) -> None:
        same = a_bill(net=499_660, total=539_633, worked_out=539_633)
        refused = [
            (bill_checks.UnknownOutcome, self.bill, {"outcome": "x"}),
            (bill_checks.MissingNote, self.bill, {"note": "  "}),
            (bill_checks.Agrees, same, {}),
            (bill_checks.Agrees, a_bill(), {}),
            (bill_checks.Changed, self.bill, {"figures": "540000-1-0"}),
        ]
        for error, bill, values in refused:
            with self.subTest(error), self.assertRaises(error):
                mark(bill, **values)
        self.assertFalse(BillCheck.objects.exists())

    def test_is_never_rewritten(self) -> None:
        check = mark(self.bill)
        for change in (lambda: BillCheck.objects.update(note="khác"), check.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


class DeskTests(TestCase):
    def setUp(self) -> None:
        self.bill = differing()
        self.boss = a_member(StaffRole.SUPERVISOR)
        self.client.force_login(self.boss)
        self.url = reverse("admin:billing_bill_checked", args=[self.bill.pk])
        self.page = reverse("admin:billing_bill_change", args=[self.bill.pk])

    def post(self, **values: str) -> str:
        form = {"figures": bill_checks.seen(self.bill), "outcome": "billed", "note": "Đã báo CMIS"}
        return self.client.post(self.url, {**form, **values}, follow=True).content.decode()

    def test_leads_from_the_work_list_to_the_bill_and_off_it(self) -> None:
        self.assertContains(self.client.get(reverse("admin:index")), LIST)
        self.assertContains(self.client.get(LIST), self.bill.account.number)
        opened(self.bill.account, by=self.boss)
        self.assertContains(self.client.get(self.page), self.url)
        self.assertIn("Đã báo CMIS", self.post())
        self.assertNotContains(self.client.get(LIST), self.bill.account.number)
        self.assertNotContains(self.client.get(reverse("admin:index")), LIST)
        self.assertTrue(Look.objects.filter(page=f"bill {self.bill.pk}", user=self.boss).exists())

    def test_says_what_is_missing(self) -> None:
        opened(self.bill.account, by=self.boss)
        self.assertIn(str(bill_checks.MissingNote.why), self.post(note=""))
        self.assertFalse(BillCheck.objects.exists())

    def test_offers_nothing_where_both_agree(self) -> None:
        same = a_bill(net=499_660, total=539_633, worked_out=539_633)
        opened(same.account, by=self.boss)
        page = self.client.get(reverse("admin:billing_bill_change", args=[same.pk]))
        self.assertNotContains(page, "/checked/")

    def test_is_for_those_who_load_bills(self) -> None:
        for role in (StaffRole.AGENT, StaffRole.OFFICER, StaffRole.AUDITOR):
            unit = a_unit() if role == StaffRole.OFFICER else None
            user = a_member(role, unit=unit)
            opened(self.bill.account, by=user)
            self.client.force_login(user)
            with self.subTest(role):
                self.assertNotContains(self.client.get(self.page), self.url)
                self.assertEqual(self.client.post(self.url).status_code, 404)
