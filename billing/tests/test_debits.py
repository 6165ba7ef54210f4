"""Files of banks about debits: what goes in, what is refused, and what follows from it."""

from datetime import date, datetime, timedelta

from django.test import TestCase

from billing.models import Bill, Debit, Payment
from billing.services import payments
from billing.tests.factories import a_bill
from customers.models import Arrangement, Load, WorkItem
from customers.services import arrangements
from customers.tests.factories import NOON, a_staff_user, an_account, an_auto_debit
from customers.tests.loading import loaded, refusals
from portal.lib.columns import Row
from portal.lib.periods import LOCAL

HEADINGS = "Mã khách hàng,Kỳ,Số tiền,Mã kết quả,Ngày trích"
AT = datetime(2026, 11, 20, 12, tzinfo=LOCAL)
Mandate = Arrangement.Mandate


class DebitTestCase(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.debit = an_auto_debit(account=self.account)
        self.bill = a_bill(account=self.account, due_on=date(2026, 11, 12))

    def load(self, *rows: str, at: datetime = AT) -> Load:
        file = "\n".join([HEADINGS, *rows]).encode()
        return loaded("debits", file, at=at)

    def row(self, result: str, day: int = 12, **other: object) -> str:
        values = {"number": self.account.number, "month": "10/2026", "amount": self.bill.total}
        values |= other
        return f"{values['number']},{values['month']},{values['amount']},{result},2026-11-{day}"

    def mandate(self) -> str:
        return Arrangement.objects.get(pk=self.debit.pk).mandate

    def bank_pays(self) -> bool:
        return Bill.objects.with_bank().get(pk=self.bill.pk).bank_pays

    def work(self) -> list[str]:
        open_items = WorkItem.objects.open().filter(kind=WorkItem.Kind.DEBIT)
        return list(open_items.order_by("pk").values_list("detail", flat=True))


class FileTests(DebitTestCase):
    def test_goes_in_once_whatever_is_repeated(self):
        first = self.load(self.row("51"))
        again = self.load(self.row("51"))
        self.assertEqual((first.created, again.created, again.unchanged), (1, 0, 1))
        self.assertEqual((Debit.objects.count(), self.work()), (1, ["funds"]))

    def test_refuses_odd_rows_with_the_reason_and_takes_the_others(self):
        without = an_account()
        a_bill(account=without)
        self.load(self.row("51"))
        odd = {
            self.row("51", number="PE04019999999"): "mã khách hàng",
            self.row("51", number=without.number): "không có trích nợ tự động",
            self.row("51", month="09/2026"): "chưa được nạp",
            self.row("51", day=13, amount=1): "khác số tiền trên hóa đơn",
            self.row("00"): "đã có kết quả khác",
            self.row("77", day=14): "51",
            self.row("51", day=29): "",
        }
        for row, why in odd.items():
            with self.subTest(row):
                load = self.load(row, self.row("96", day=15))
                [(_row, _column, _value, reason)] = refusals(load)
                self.assertIn(why, reason)
                self.assertEqual(load.created + load.unchanged, 1)
                Debit.objects.filter(debited_on=date(2026, 11, 15)).delete()

    def test_knows_a_code_that_lost_its_zero(self):
        self.load(self.row("0"))
        self.assertEqual(Debit.objects.get().result, "debited")


class BillTests(DebitTestCase):
    def test_is_said_to_be_paid_by_the_bank_until_a_try_fails(self):
        self.assertTrue(self.bank_pays())
        self.load(self.row("51"))
        self.assertFalse(self.bank_pays())
        self.load(self.row("00", day=14))
        self.assertTrue(self.bank_pays())

    def test_stays_unpaid_by_the_bank_although_the_next_one_was_debited(self):
        self.load(self.row("51"))
        november = a_bill(account=self.account, month=date(2026, 11, 1), total=500_000)
        self.load(self.row("00", day=18, month="11/2026", amount=november.total))
        self.assertEqual(self.mandate(), Mandate.ACTIVE)
        self.assertFalse(self.bank_pays())

    def test_goes_by_the_newest_try_in_whatever_order_files_come(self):
        self.load(self.row("00", day=14))
        self.load(self.row("51", day=12))
        self.assertEqual((self.mandate(), self.bank_pays()), (Mandate.ACTIVE, True))
        self.assertEqual(self.work(), [])


class MandateTests(DebitTestCase):
    def test_follows_what_the_bank_says(self):
        for code, expected in (
            ("51", Mandate.FAILED), ("61", Mandate.FAILED), ("96", Mandate.FAILED),
            ("14", Mandate.SUSPENDED), ("62", Mandate.SUSPENDED),
            ("46", Mandate.CANCELLED), ("57", Mandate.CANCELLED), ("54", Mandate.EXPIRED),
            ("00", Mandate.ACTIVE),
        ):  # fmt: skip
            with self.subTest(code):
                self.setUp()
                self.load(self.row(code))
                self.assertEqual(self.mandate(), expected)

    def test_never_comes_back_from_a_closed_account(self):
        self.load(self.row("46"))
        self.load(self.row("00", day=16))
        self.assertEqual(self.mandate(), Mandate.CANCELLED)
        self.assertEqual(self.work(), ["closed", "unexpected"])

    def test_is_not_moved_by_a_word_about_the_account_before(self):
        arrangements.end(arrangement=self.debit, why="replaced", by=a_staff_user(), at=NOON)
        self.debit = an_auto_debit(
            account=self.account, starts_on=date(2026, 11, 15), decided_at=NOON
        )
        self.load(self.row("46", day=13))
        self.assertEqual(self.mandate(), Mandate.ACTIVE)


class WorkTests(DebitTestCase):
    def test_leaves_the_list_once_the_bank_has_debited(self):
        self.load(self.row("51"))
        self.load(self.row("00", day=14))
        self.assertEqual(self.work(), [])

    def test_leaves_the_list_once_it_is_paid_by_hand(self):
        self.load(self.row("51"))
        paid = {
            "number": self.account.number, "month": date(2026, 10, 1), "amount": self.bill.total,
            "paid_at": AT, "collected_by": "Quầy", "reference": "GD1",
        }  # fmt: skip
        payments.load(rows=[Row(1, paid)], at=AT)
        self.assertEqual((Payment.objects.count(), self.work()), (1, []))

    def test_stays_while_the_mandate_has_to_be_put_right(self):
        self.load(self.row("46"))
        Bill.objects.update(paid_at=AT)
        self.load(self.row("46"))
        self.assertEqual(self.work(), ["closed"])
        arrangements.end(arrangement=self.debit, why="bank", by=a_staff_user(), at=AT)
        self.assertEqual(self.work(), [])

    def test_stays_when_the_arrangement_is_confirmed_again(self):
        self.load(self.row("51"))
        word = arrangements.Word(review_on=date(2027, 11, 1), reference="CG1")
        arrangements.renew(
            arrangement=self.debit, reviewed_on=self.debit.review_on, word=word,
            by=a_staff_user(), at=AT + timedelta(minutes=1),
        )  # fmt: skip
        self.assertEqual(self.work(), ["funds"])
