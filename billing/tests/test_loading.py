"""What the load services do with rows that meet what is already known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import F
from django.test import TestCase, TransactionTestCase

from billing.models import Bill, Payment, Read
from billing.services import bills, payments, reads
from billing.tests.factories import a_bill, a_payment, a_read
from customers.models import Meter
from customers.tests.factories import a_meter, an_account
from portal.lib.columns import Row
from portal.tests.workers import wait_until

AT = datetime(2026, 11, 24, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def read_row(meter: Meter, day: date, index_wh: int, *, number: int = 2, **values: Any) -> Row:
    defaults = {"number": meter.account.number, "serial": meter.serial, "quality": "measured"}
    return Row(number, {**defaults, "day": day, "index_wh": index_wh, **values})


def bill_row(*, number: int = 2, **values: Any) -> Row:
    defaults = {
        "month": date(2026, 10, 1),
        "starts_on": date(2026, 10, 1),
        "ends_before": date(2026, 11, 1),
        "index_from_wh": 31_970_000,
        "index_to_wh": 32_190_000,
        "usage_kwh": 220,
        "households": 1,
        "net": 499_660,
        "vat_percent": 8,
        "vat": 39_973,
        "total": 539_633,
        "issued_on": date(2026, 11, 1),
        "due_on": date(2026, 11, 5),
    }
    return Row(number, {**defaults, **values})


def payment_row(*, number: int = 2, **values: Any) -> Row:
    defaults = {
        "month": date(2026, 10, 1),
        "amount": 539_633,
        "paid_at": AT,
        "collected_by": "Ngân hàng",
        "reference": "GD1",
    }
    return Row(number, {**defaults, **values})


class LoadReadsTests(TestCase):
    def setUp(self) -> None:
        self.meter = a_meter(digits=5)

    def test_marks_another_index_for_a_known_day_as_a_correction(self) -> None:
        day = date(2026, 11, 2)
        reads.load(rows=[read_row(self.meter, day, 100_000)], at=AT)
        outcome = reads.load(rows=[read_row(self.meter, day, 101_000)], at=LATER)
        self.assertEqual((outcome.created, outcome.updated), (0, 1))
        read = Read.objects.get()
        self.assertEqual(
            (read.index_wh, read.quality, read.learned_at), (101_000, "corrected", LATER)
        )

    def test_takes_the_measured_read_that_follows_an_estimate_as_measured(self) -> None:
        day = date(2026, 11, 2)
        reads.load(rows=[read_row(self.meter, day, 100_000, quality="estimated")], at=AT)
        reads.load(rows=[read_row(self.meter, day, 100_500)], at=LATER)
        self.assertEqual(Read.objects.get().quality, "measured")

    def test_leaves_a_correction_alone_when_it_is_loaded_again(self) -> None:
        day = date(2026, 11, 2)
        for index_wh in (100_000, 101_000):
            reads.load(rows=[read_row(self.meter, day, index_wh)], at=AT)
        outcome = reads.load(rows=[read_row(self.meter, day, 101_000)], at=LATER)
        self.assertEqual((outcome.updated, outcome.unchanged), (0, 1))

    def test_refuses_an_index_below_that_of_the_day_before(self) -> None:
        a_read(meter=self.meter, day=date(2026, 11, 1), index_wh=45_000_000)
        outcome = reads.load(rows=[read_row(self.meter, date(2026, 11, 2), 44_000_000)], at=AT)
        self.assertEqual([refusal.column for refusal in outcome.refused], ["index_wh"])
        self.assertEqual(Read.objects.count(), 1)

    def test_takes_a_register_that_rolled_over(self) -> None:
        a_read(meter=self.meter, day=date(2026, 11, 1), index_wh=99_850_000)
        outcome = reads.load(rows=[read_row(self.meter, date(2026, 11, 2), 120_000)], at=AT)
        self.assertEqual((outcome.created, outcome.refused), (1, ()))

    def test_refuses_more_digits_than_the_meter_has(self) -> None:
        outcome = reads.load(rows=[read_row(self.meter, date(2026, 11, 2), 100_000_000)], at=AT)
        self.assertEqual(len(outcome.refused), 1)

    def test_refuses_another_account_s_meter_and_a_removed_one(self) -> None:
        other = a_meter()
        removed = a_meter(account=self.meter.account, removed_on=date(2026, 10, 1))
        rows = [
            read_row(self.meter, date(2026, 11, 2), 1, serial=other.serial),
            read_row(removed, date(2026, 11, 2), 1, number=3),
            read_row(self.meter, date(2026, 11, 2), 1, number=4),
        ]
        outcome = reads.load(rows=rows, at=AT)
        self.assertEqual([refusal.row for refusal in outcome.refused], [2, 3])
        self.assertEqual(outcome.created, 1)

    def test_takes_reads_of_a_meter_that_was_hung_again_at_its_account(self) -> None:
        taken_down = date(2026, 6, 30)
        Meter.objects.filter(pk=self.meter.pk).update(
            installed_on=date(2026, 1, 1), removed_on=taken_down
        )
        again = a_meter(
            account=self.meter.account, serial=self.meter.serial, digits=5, installed_on=taken_down
        )
        days = [date(2025, 12, 31), date(2026, 5, 1), taken_down, date(2026, 11, 2)]
        rows = [read_row(again, day, 1_000 * n, number=n) for n, day in enumerate(days, start=2)]
        outcome = reads.load(rows=rows, at=AT)
        counts = (outcome.created, outcome.updated, outcome.unchanged)
        self.assertEqual((counts, [one.row for one in outcome.refused]), ((3, 0, 0), [2]))
        found = list(Read.objects.order_by("day").values_list("meter", flat=True))
        self.assertEqual(found, [self.meter.pk, again.pk, again.pk])

    def test_costs_the_same_number_of_queries_for_any_number_of_rows(self) -> None:
        days = [date(2026, 10, 1) + timedelta(days=n) for n in range(40)]
        rows = [
            read_row(self.meter, day, 1_000 * n, number=n) for n, day in enumerate(days, start=2)
        ]
        with self.assertNumQueries(11):
            reads.load(rows=rows[:1], at=AT)
        with self.assertNumQueries(11):
            reads.load(rows=rows, at=AT)


class LoadBillsTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()

    def row(self, **values: Any) -> Row:
        row = bill_row(**values)
        return Row(row.number, {"number": self.account.number, **row.values})

    def test_refuses_a_bill_of_an_unknown_account(self) -> None:
        row = Row(2, {**self.row().values, "number": "PE01000099999"})
        outcome = bills.load(rows=[row], at=AT)
        self.assertEqual([refusal.column for refusal in outcome.refused], ["number"])
        self.assertFalse(Bill.objects.exists())

    def test_refuses_a_bill_over_days_that_are_billed_already(self) -> None:
        a_bill(account=self.account, month=date(2026, 10, 1))
        row = self.row(
            month=date(2026, 11, 1), starts_on=date(2026, 10, 20), ends_before=date(2026, 11, 20)
        )
        outcome = bills.load(rows=[row], at=AT)
        self.assertEqual([refusal.column for refusal in outcome.refused], ["starts_on"])

    def test_settles_a_bill_whose_payment_came_first(self) -> None:
        row = payment_row()
        row = Row(2, {**row.values, "number": self.account.number})
        outcome = payments.load(rows=[row], at=AT)
        self.assertEqual([remark.row for remark in outcome.remarks], [2])
        bills.load(rows=[self.row()], at=LATER)
        bill = Bill.objects.get()
        self.assertEqual(bill.paid_at, AT)
        self.assertEqual(Payment.objects.get().bill, bill)

    def test_opens_a_paid_bill_that_grew(self) -> None:
        bills.load(rows=[self.row()], at=AT)
        row = Row(2, {**payment_row().values, "number": self.account.number})
        payments.load(rows=[row], at=AT)
        self.assertTrue(Bill.objects.get().is_paid)
        bills.load(rows=[self.row(net=600_000, vat=48_000, total=648_000)], at=LATER)
        self.assertFalse(Bill.objects.get().is_paid)


class LoadPaymentsTests(TestCase):
    def test_never_rewrites_money_under_a_known_transaction_number(self) -> None:
        payment = a_payment()
        values = {
            "number": payment.account.number,
            "month": payment.month,
            "amount": payment.amount + 1,
            "paid_at": payment.paid_at,
            "reference": payment.reference,
        }
        row = Row(2, {**payment_row().values, **values})
        outcome = payments.load(rows=[row], at=AT)
        self.assertEqual([refusal.column for refusal in outcome.refused], ["reference"])
        self.assertEqual(Payment.objects.get().amount, payment.amount)

    def test_leaves_a_bill_open_that_is_paid_in_part(self) -> None:
        bill = a_bill(total=500_000)
        values = {"number": bill.account.number, "month": bill.month, "amount": 200_000}
        for reference in ("A1", "A2", "A3"):
            self.assertFalse(Bill.objects.get().is_paid)
            row = Row(2, {**payment_row().values, **values, "reference": reference})
            payments.load(rows=[row], at=AT)
        self.assertTrue(Bill.objects.get().is_paid)


class MeanwhileTests(TransactionTestCase):
    """A bill comes, or grows, in one transaction while its payment comes in another."""

    def test_is_found_by_the_payment_that_comes_in_the_same_moment(self) -> None:
        number = an_account().number
        bill = Row(2, {**bill_row().values, "number": number})
        row = Row(2, {**payment_row().values, "number": number})
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                bills.load(rows=[bill], at=AT)
                paying = pool.submit(self.pay, row)
                wait_until(somebody_waits, what="a payment that waits for the bills")
            paying.result(timeout=30)
        self.assertTrue(Bill.objects.get().is_paid)
        self.assertEqual(Payment.objects.get().bill, Bill.objects.get())

    def test_is_not_settled_by_what_covered_it_before(self) -> None:
        bill = a_bill(total=500_000)
        values = {"number": bill.account.number, "month": bill.month, "amount": 500_000}
        row = Row(2, {**payment_row().values, **values})
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Bill.objects.filter(pk=bill.pk).update(net=F("net") + 1, total=F("total") + 1)
                paying = pool.submit(self.pay, row)
                wait_until(somebody_waits, what="a payment that waits for its bill")
            paying.result(timeout=30)
        self.assertFalse(Bill.objects.get().is_paid)
        self.assertEqual(Payment.objects.get().bill, bill)

    def pay(self, row: Row) -> None:
        try:
            payments.load(rows=[row], at=AT)
        finally:
            connections.close_all()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # What a transaction has seen of others, it goes on seeing.
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[1])
