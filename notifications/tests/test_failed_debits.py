"""What is told of a debit that failed, and what no longer protects from a stop of supply."""

from datetime import date, datetime, timedelta

import pytest
from django.test import TestCase

from billing.services import debits
from billing.tests.factories import a_bill, payments_known
from customers.models import Arrangement
from customers.services import arrangements
from customers.tests.factories import (
    a_contact,
    a_relative_contact,
    an_account,
    an_auto_debit,
    an_sms_retention,
)
from notifications import sms
from notifications.models import Dispatch, Kind, Notice
from notifications.services import guarding, planning, rendering
from notifications.tests.factories import a_notice
from notifications.tests.test_guard import ASKED, against, ready
from portal.lib.columns import Row
from portal.lib.periods import LOCAL, local_day

AT = datetime(2026, 11, 12, 12, tzinfo=LOCAL)
DUE_ON = date(2026, 11, 12)


def refused(bill, result: str = "funds", at: datetime = AT) -> None:
    row = {
        "number": bill.account.number, "month": bill.month, "amount": bill.total,
        "result": result, "debited_on": local_day(at),
    }  # fmt: skip
    assert debits.load(rows=[Row(1, row)], at=at).created == 1


class TellingTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.mail = a_contact(account=self.account, kind="email")
        an_auto_debit(account=self.account)
        self.bill = a_bill(account=self.account, due_on=DUE_ON)

    def test_goes_once_for_each_reason(self):
        refused(self.bill)
        for _ in range(2):
            planning.plan_due(at=AT)
        notice = Notice.objects.get(kind=Kind.DEBIT_FAILED)
        self.assertEqual((notice.account, notice.bill), (self.account, self.bill))
        queued = Dispatch.objects.filter(notice=notice, channel="email", status="queued")
        self.assertTrue(queued.exists())

    def test_is_none_once_the_bank_has_debited(self):
        refused(self.bill)
        refused(self.bill, "debited", at=AT + timedelta(days=1))
        planning.plan_due(at=AT + timedelta(days=1))
        self.assertFalse(Notice.objects.filter(kind=Kind.DEBIT_FAILED).exists())

    def test_says_why_and_to_pay_by_hand_in_every_channel(self):
        refused(self.bill, "closed")
        planning.plan_due(at=AT)
        notice = Notice.objects.get(kind=Kind.DEBIT_FAILED)
        for channel in ("inbox", "email", "zalo"):
            said = rendering.render(notice=notice, channel=channel).text
            self.assertIn("tài khoản đã đóng", said, channel)
            self.assertIn("tự trả", said, channel)
            self.assertNotIn("Ngân hàng sẽ tự trả", said, channel)
        short = rendering.render(notice=notice, channel="sms").text
        self.assertLessEqual(len(sms.parts(short)), 2, short)
        said = rendering.render(notice=notice, channel="inbox", language="en").text
        self.assertIn("the account is closed", said)

    def test_leaves_nothing_that_says_the_bank_pays(self):
        refused(self.bill)
        payments_known(at=AT)
        planning.plan_hourly(at=AT)
        self.assertTrue(Notice.objects.filter(kind=Kind.PAYMENT_REMINDER).exists())
        for kind in (Kind.BILL_ISSUED, Kind.PAYMENT_REMINDER):
            notice = Notice.objects.filter(kind=kind).first() or a_notice(
                account=self.account, bill=self.bill, kind=kind
            )
            for channel in ("inbox", "zalo", "email", "sms"):
                said = rendering.render(notice=notice, channel=channel).text
                self.assertNotIn("gân hàng sẽ tự trả", said, (kind, channel))


class GuardTests(TestCase):
    def protections(self, mandate: str) -> list[str]:
        stop = ready()
        made = an_auto_debit(account=stop.bill.account, mandate=mandate)
        stood = guarding._protections(stop, at=ASKED)
        return [one.removeprefix(f"{made.pk}:") for one in stood]

    def test_counts_one_failure_as_that_and_a_closed_account_as_nothing(self):
        expected = {
            "active": ["in_force"], "failed": ["failed"], "suspended": [], "cancelled": [],
            "expired": [],
        }  # fmt: skip
        for mandate, protects in expected.items():
            with self.subTest(mandate):
                self.assertEqual(self.protections(mandate), protects)

    def test_waits_for_our_call_once_an_arrangement_expired(self):
        stop = ready()
        an_auto_debit(account=stop.bill.account, state="expired")
        self.assertEqual(against(stop), ["arrangement"])


@pytest.mark.django_db
@pytest.mark.parametrize("statutory", [True, False])
def test_goes_on_telling_after_an_arrangement_expired(statutory):
    """SMS whatever it is; to a relative what the law requires."""
    late = local_day(AT) - timedelta(days=40)
    account = an_account()
    kept = an_sms_retention(account=account, review_on=late)
    told = a_relative_contact(account=account, review_on=late)
    arrangements.keep(at=AT)
    expired = Arrangement.objects.filter(state="expired")
    assert set(expired.values_list("pk", flat=True)) == {kept.pk, told.pk}
    bill = a_bill(account=account, due_on=local_day(AT) + timedelta(days=10), issued_on=late)
    kind = Kind.BILL_ISSUED if statutory else Kind.DEBIT_FAILED
    if statutory:
        planning.plan_bills(month=bill.month, at=AT)
    else:
        an_auto_debit(account=account)
        refused(bill)
        planning.plan_due(at=AT)
    found = Dispatch.objects.filter(notice__kind=kind, notice__account=account)
    assert found.filter(channel="sms", recipient="holder").exists()
    assert found.filter(recipient="relative").exists() == statutory
