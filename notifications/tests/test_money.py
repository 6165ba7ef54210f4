"""Money is told of once: that it came in, is due soon, or is late."""

from datetime import date, datetime, timedelta

from django.test import TestCase, override_settings
from django.utils import timezone

from billing.models import Bill, PaymentFeed, PaymentTerms
from billing.services import payments
from billing.tests.factories import a_bill, a_payment, payments_known
from customers.models import Account
from customers.tests.factories import a_member, a_unit, an_account, an_auto_debit
from notifications.models import Dispatch, Kind, Notice, Run
from notifications.services import claiming, planning
from notifications.tests.factories import a_dispatch, a_notice, a_run
from portal.lib.columns import Row
from portal.lib.periods import LOCAL

DUE_ON = date(2026, 11, 5)


def at(day: int, hour: int = 9) -> datetime:
    """A moment of November 2026 in Viet Nam."""
    return datetime(2026, 11, day, hour, tzinfo=LOCAL)


def told(kind: str) -> list[Notice]:
    return list(Notice.objects.filter(kind=kind).order_by("pk"))


class ReceivedTests(TestCase):
    def test_tells_of_each_payment_once(self):
        payment = a_payment(paid_at=at(4), learned_at=at(5))
        plans = planning.plan_due(at=at(5, 10))
        self.assertIn(("2026-11-05", 1), [(plan.subject, plan.notices) for plan in plans])
        self.assertEqual(planning.plan_due(at=at(5, 11)), [])
        self.assertEqual(planning.plan_due(at=at(6)), [])
        [notice] = told(Kind.PAYMENT_RECEIVED)
        self.assertEqual((notice.payment, notice.account), (payment, payment.account))

    def test_tells_of_two_payments_of_one_bill_in_two_notices(self):
        bill = a_bill()
        a_payment(bill=bill, amount=1, paid_at=at(4), learned_at=at(5))
        planning.plan_due(at=at(5, 10))
        a_payment(bill=bill, amount=2, paid_at=at(5), learned_at=at(6))
        planning.plan_due(at=at(6, 10))
        self.assertEqual(len(told(Kind.PAYMENT_RECEIVED)), 2)

    def test_tells_nothing_of_money_that_came_in_long_ago(self):
        a_payment(paid_at=at(1) - timedelta(days=60), learned_at=at(5))
        planning.plan_due(at=at(5, 10))
        self.assertEqual(told(Kind.PAYMENT_RECEIVED), [])

    def test_finds_a_payment_whose_load_committed_after_the_last_round(self):
        a_payment(paid_at=at(4), learned_at=at(5, 8))
        planning.plan_due(at=at(5, 10))
        a_payment(paid_at=at(4), learned_at=at(5, 7))
        planning.plan_due(at=at(5, 11))
        self.assertEqual(len(told(Kind.PAYMENT_RECEIVED)), 2)


class DueSoonTests(TestCase):
    def reminded(self, when: datetime) -> int:
        payments_known(at=when)
        planning.plan_hourly(at=when)
        return len(told(Kind.PAYMENT_REMINDER))

    def test_reminds_on_the_day_before_and_on_the_day_itself_once(self):
        a_bill(due_on=DUE_ON)
        self.assertEqual(self.reminded(at(3, 23)), 0)
        self.assertEqual(self.reminded(at(4, 0)), 1)
        self.assertEqual(self.reminded(at(5)), 1)

    def test_is_worth_sending_until_the_day_is_over(self):
        a_bill(due_on=DUE_ON)
        self.reminded(at(4))
        [notice] = told(Kind.PAYMENT_REMINDER)
        self.assertEqual(notice.expires_at, at(6, 0))

    def test_reminds_nobody_who_has_paid_owes_nothing_or_whose_bank_pays(self):
        a_bill(due_on=DUE_ON, paid_at=at(2))
        a_bill(due_on=DUE_ON, total=0)
        a_bill(account=an_auto_debit(state="in_force").account, due_on=DUE_ON)
        self.assertEqual(self.reminded(at(4)), 0)
        self.assertFalse(Run.objects.filter(kind=Kind.PAYMENT_REMINDER).exists())

    def test_reminds_whose_bank_is_not_allowed_to_pay_yet(self):
        a_bill(account=an_auto_debit(state="requested").account, due_on=DUE_ON)
        self.assertEqual(self.reminded(at(4)), 1)

    def test_keeps_to_the_terms_of_the_company_from_their_day_on(self):
        own, others = an_account(unit=a_unit(code="PE10")), an_account(unit=a_unit(code="PE11"))
        PaymentTerms.objects.create(
            unit=own.unit, valid_from=date(2026, 11, 2), remind_days_before=3
        )
        for account in (own, others):
            a_bill(account=account, due_on=DUE_ON)
        self.assertEqual(self.reminded(at(1)), 0)
        self.assertEqual(self.reminded(at(2)), 1)
        self.assertEqual(told(Kind.PAYMENT_REMINDER)[0].account, own)

    def test_paid_meanwhile_is_not_sent_any_more(self):
        notice = a_notice(kind=Kind.PAYMENT_REMINDER)
        a_dispatch(notice=notice)
        Bill.objects.update(paid_at=at(4))
        claiming.claim(channel="zalo", at=at(5), limit=1)
        dispatch = Dispatch.objects.get()
        self.assertEqual((dispatch.status, dispatch.reason), ("cancelled", "settled"))


class LateTests(TestCase):
    def told_late(self, when: datetime) -> int:
        payments_known(at=when)
        planning.plan_hourly(at=when)
        return len(told(Kind.PAYMENT_OVERDUE))

    def test_tells_from_the_day_after_once(self):
        a_bill(due_on=DUE_ON)
        self.assertEqual(self.told_late(at(5, 23)), 0)
        self.assertEqual(self.told_late(at(6, 0)), 1)
        self.assertEqual(self.told_late(at(20)), 1)

    def test_tells_also_whose_bank_should_have_paid(self):
        a_bill(account=an_auto_debit(state="in_force").account, due_on=DUE_ON)
        self.assertEqual(self.told_late(at(6)), 1)

    def test_tells_nobody_who_has_paid_or_whose_bill_is_old(self):
        a_bill(due_on=DUE_ON, paid_at=at(2))
        a_bill(month=date(2026, 7, 1), due_on=date(2026, 8, 5))
        self.assertEqual(self.told_late(at(6)), 0)

    def test_puts_each_month_into_a_run_of_its_own(self):
        account = an_account()
        a_bill(account=account, due_on=DUE_ON)
        a_bill(account=account, month=date(2026, 9, 1), due_on=date(2026, 10, 20))
        self.told_late(at(6))
        runs = Run.objects.filter(kind=Kind.PAYMENT_OVERDUE).order_by("subject")
        self.assertEqual([run.subject for run in runs], ["2026-09", "2026-10"])


class FreshTests(TestCase):
    """Who may have paid without our knowing is neither reminded nor told to be late."""

    def setUp(self) -> None:
        self.known, self.unknown = (
            a_bill(account=an_account(unit=a_unit(code=code)), due_on=DUE_ON)
            for code in ("PE10", "PE11")
        )

    def told(self, when: datetime) -> set[tuple[str, int]]:
        planning.plan_hourly(at=when)
        about_paying = Notice.objects.exclude(kind=Kind.BILL_ISSUED)
        return set(about_paying.values_list("kind", "bill"))

    def test_asks_whether_payments_of_the_own_company_are_known(self):
        payments_known(unit=self.known.account.unit, at=at(3))
        self.assertEqual(self.told(at(4)), {("payment_reminder", self.known.pk)})
        payments_known(unit=self.unknown.account.unit, at=at(7))
        self.assertEqual(
            self.told(at(7)),
            {("payment_reminder", self.known.pk), ("payment_overdue", self.unknown.pk)},
        )

    def test_waits_as_long_as_the_terms_say(self):
        payments_known(at=at(3, 0))
        self.assertEqual(self.told(at(4, 12)), set())
        self.assertEqual(len(self.told(at(4, 11))), 2)

    def test_counts_what_a_file_brings_and_no_file_that_was_known(self):
        account = self.known.account
        values = {
            "number": account.number,
            "month": date(2026, 10, 1),
            "amount": 1,
            "paid_at": at(2),
            "collected_by": "Ngân hàng",
            "reference": "GD-X",
        }
        for when in (at(3), at(9)):
            payments.load(rows=[Row(2, values)], at=when)
        self.assertEqual(PaymentFeed.objects.get().known_until, at(2))
        self.assertEqual(PaymentFeed.objects.get().unit, account.unit)

    def test_takes_neither_one_payment_of_a_large_company_nor_many_of_one_account_for_all(self):
        unit = self.known.account.unit
        large = [an_account(unit=unit) for _ in range(3)]
        values = Account.objects.filter(pk=large[0].pk).values().get()
        del values["id"], values["number"]
        Account.objects.bulk_create(Account(number=f"PZ0404{n:07}", **values) for n in range(3000))

        def paid(*payers: Account) -> None:
            rows = [
                Row(
                    number,
                    {
                        "number": payer.number, "month": date(2026, 10, 1), "amount": 1,
                        "paid_at": at(5, number), "collected_by": "x",
                        "reference": f"GD-{payer.pk}-{number}-{len(payers)}",
                    },
                )
                for number, payer in enumerate(payers)
            ]  # fmt: skip
            payments.load(rows=rows, at=at(6))

        paid(large[0])
        paid(large[0], large[0], large[0], large[1])
        self.assertFalse(PaymentFeed.objects.exists())
        paid(*large)
        # All three paid by then: the first of them at 5 o'clock sharp.
        self.assertEqual(PaymentFeed.objects.get().known_until, at(5, 0))

    def test_stands_on_the_first_page_while_reminders_wait(self):
        payments_known(unit=self.known.account.unit, at=timezone.now())
        Bill.objects.update(due_on=timezone.localdate())
        self.client.force_login(a_member("supervisor"))
        [work] = [
            one
            for one in self.client.get("/desk/").context["work"]
            if one.url.endswith("/billing/payment/")
        ]
        self.assertEqual(work.count, 1)


class LargeTests(TestCase):
    @override_settings(MASS_ALONE=0)
    def test_more_reminders_than_twice_the_usual_number_wait_for_two_people(self):
        for kind in (Kind.PAYMENT_REMINDER, Kind.PAYMENT_OVERDUE):
            a_run(kind=kind, subject="2026-09", size=1, planned_at=at(1))
        for due_on in (DUE_ON, date(2026, 11, 2)):
            for _ in range(3):
                a_bill(due_on=due_on)
        payments_known(at=at(4))
        planning.plan_hourly(at=at(4))
        waiting = Run.objects.waiting().values_list("kind", "size").order_by("kind")
        self.assertEqual(list(waiting), [("payment_overdue", 3), ("payment_reminder", 3)])
        dispatches = Dispatch.objects.exclude(notice__kind=Kind.BILL_ISSUED)
        self.assertFalse(dispatches.exists())


class TermsTests(TestCase):
    def test_of_everybody_hold_where_a_company_has_none_of_its_own(self):
        unit, other = a_unit(code="PE10"), a_unit(code="PE11")
        PaymentTerms.objects.create(unit=unit, valid_from=date(2026, 11, 2), stop_days_after=20)
        in_force = PaymentTerms.objects.in_force
        self.assertEqual(in_force(unit=unit, day=date(2026, 11, 1)).stop_days_after, 15)
        self.assertEqual(in_force(unit=unit, day=date(2026, 11, 2)).stop_days_after, 20)
        self.assertEqual(in_force(unit=other, day=date(2026, 11, 2)).stop_days_after, 15)
