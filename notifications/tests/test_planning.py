"""Who is told where: the planner's promises, on real rows."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from billing.models import Bill
from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Arrangement
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_relative_contact,
    an_account,
    an_sms_retention,
)
from notifications.models import Dispatch, Kind, KindPolicy, Notice, Run
from notifications.services import planning
from notifications.tests.factories import a_preference

Status = Dispatch.Status
SEPTEMBER = date(2026, 9, 1)


def plan() -> planning.Plan:
    return planning.plan_bills(month=OCTOBER, at=NOON)


def told(account: Account) -> list[tuple[str, str, str]]:
    """What was decided for the account: channel, status, reason, in order."""
    found = Dispatch.objects.filter(notice__account=account).order_by("recipient", "step", "pk")
    return [(d.channel, d.status, d.reason) for d in found]


def billed(**fields) -> Account:
    account = an_account(**fields)
    a_bill(account=account)
    return account


INBOX = ("inbox", "accepted", "")


class PlanBillsTests(TestCase):
    def test_plans_one_notice_for_each_account_with_a_bill_of_the_month(self):
        told_account, other = billed(), an_account()
        a_bill(account=other, month=SEPTEMBER)
        self.assertEqual(plan().notices, 1)
        notice = Notice.objects.get()
        self.assertEqual((notice.account, notice.kind), (told_account, "bill_issued"))
        self.assertEqual((notice.subject, notice.bill), ("2026-10", told_account.bills.get()))
        self.assertEqual(notice.expires_at, NOON + timedelta(days=45))

    def test_adds_nothing_when_run_again(self):
        account = billed(has_app=True)
        a_contact(account=account, kind="email")
        plan()
        before = list(Dispatch.objects.order_by("pk").values())
        self.assertEqual(plan(), planning.Plan("2026-10", 0, 0, 0))
        self.assertEqual(list(Dispatch.objects.order_by("pk").values()), before)
        self.assertEqual(Run.objects.count(), 1)

    def test_adds_the_accounts_whose_bill_was_loaded_later(self):
        billed()
        plan()
        late = billed()
        self.assertEqual(plan().notices, 1)
        self.assertEqual(late.notices.count(), 1)

    def test_takes_the_same_number_of_queries_for_one_account_as_for_many(self):
        counts = []
        for number in (1, 30):
            for _ in range(number):
                a_contact(account=billed(), kind="zalo")
            with CaptureQueriesContext(
                connection,
            ) as queries:
                plan()
            counts.append(len(queries))
            Dispatch.objects.all().delete()
            Notice.objects.all().delete()
            Run.objects.all().delete()
        self.assertEqual(*counts)

    def test_decides_slice_by_slice_and_about_each_notice_once(self):
        for _ in range(5):
            billed()
        with patch.object(planning.rounds, "SLICE", 2):
            self.assertEqual(plan().notices, 5)
        self.assertEqual(Dispatch.objects.filter(channel="inbox").count(), 5)
        self.assertEqual(plan().dispatches, 0)

    def test_gives_every_notice_a_check_code_of_its_own_that_is_easy_to_read_out(self):
        for _ in range(20):
            billed()
        plan()
        codes = set(Notice.objects.values_list("code", flat=True))
        self.assertEqual(len(codes), 20)
        for code in codes:
            self.assertRegex(code, r"^[2-9A-HJ-NP-Z]{8}$")

    def test_draws_again_when_a_check_code_is_taken(self):
        accounts = [billed() for _ in range(3)]
        with connection.cursor() as cursor:
            cursor.execute("CREATE SEQUENCE drawn")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION notifications_new_code() RETURNS text LANGUAGE sql "
                "VOLATILE AS $$ SELECT 'CODE' || nextval('drawn') / 3 $$"
            )
        self.assertEqual(plan().notices, 3)
        self.assertEqual(Notice.objects.filter(account__in=accounts).count(), 3)


class RouteTests(TestCase):
    def test_writes_the_inbox_and_queues_only_the_first_outside_channel(self):
        account = billed(has_app=True)
        a_contact(account=account, kind="email")
        a_contact(account=account, kind="zalo")
        plan()
        self.assertEqual(told(account), [INBOX, ("zalo", "queued", ""), ("email", "held", "")])

    def test_copies_priority_and_the_time_to_wait_from_the_policy(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(
            priority=4, confirm_within=timedelta(hours=3), channels=["inbox", "email", "zalo"]
        )
        account = billed()
        a_contact(account=account, kind="email")
        a_contact(account=account, kind="zalo")
        plan()
        self.assertEqual(told(account)[1:], [("email", "queued", ""), ("zalo", "held", "")])
        dispatch = Dispatch.objects.get(channel="email")
        self.assertEqual((dispatch.priority, dispatch.silent_at - NOON), (4, timedelta(hours=3)))

    def test_tries_a_verified_address_before_another(self):
        account = billed()
        a_contact(account=account, kind="email")
        verified = a_contact(account=account, kind="email", verified_at=NOON)
        plan()
        self.assertEqual(Dispatch.objects.get(status="queued").address, verified.value)

    def test_writes_down_a_suspended_contact_and_goes_on_to_the_next(self):
        account = billed()
        a_contact(account=account, kind="zalo", suspended_at=NOON)
        a_contact(account=account, kind="email")
        plan()
        self.assertEqual(
            told(account), [INBOX, ("zalo", "suppressed", "suspended"), ("email", "queued", "")]
        )


class SmsTests(TestCase):
    def test_sends_no_sms_to_a_phone_without_an_agreement(self):
        account = billed()
        a_contact(account=account, kind="phone")
        plan()
        self.assertEqual(told(account), [INBOX])

    def test_sends_an_sms_to_the_agreed_number_after_the_cheaper_channels(self):
        account = billed()
        agreement = an_sms_retention(account=account)
        a_contact(account=account, kind="phone")
        a_contact(account=account, kind="email")
        plan()
        self.assertEqual(told(account), [INBOX, ("email", "queued", ""), ("sms", "held", "")])
        self.assertEqual(Dispatch.objects.get(channel="sms").address, agreement.contact.value)

    def test_sends_no_sms_before_or_after_the_agreement_or_while_it_is_only_asked_for(self):
        outside = [
            {"starts_on": date(2026, 11, 3)},
            {"ends_on": date(2026, 11, 2)},
            {"state": Arrangement.State.REQUESTED},
            {"state": Arrangement.State.ENDED, "closed_at": NOON, "closed_why": "asked"},
        ]
        for fields in outside:
            an_sms_retention(account=billed(), **fields)
        an_sms_retention(account=billed(), ends_on=date(2026, 11, 3))
        plan()
        self.assertEqual(Dispatch.objects.filter(channel="sms").count(), 1)


class RelativeTests(TestCase):
    def test_tells_the_relative_at_the_same_time_as_the_holder(self):
        account = billed()
        a_contact(account=account, kind="zalo")
        a_contact(account=account, kind="email")
        a_relative_contact(account=account)
        plan()
        queued = Dispatch.objects.filter(status="queued").values_list("recipient", "channel")
        self.assertCountEqual(queued, [("holder", "zalo"), ("relative", "email")])

    def test_tells_a_relatives_phone_by_zalo(self):
        account = billed()
        phone = a_contact(account=account, owner="relative")
        a_relative_contact(account=account, contact=phone)
        plan()
        self.assertEqual(told(account)[1:], [("zalo", "queued", "")])

    def test_leaves_a_relatives_contact_alone_without_an_arrangement_in_force(self):
        account = billed()
        a_contact(account=account, kind="email", owner="relative")
        a_relative_contact(account=account, state=Arrangement.State.ENDED)
        plan()
        self.assertEqual(told(account), [INBOX])

    def test_tells_an_address_once_that_is_the_holders_and_the_relatives(self):
        account = billed()
        shared = a_contact(account=account, kind="email")
        a_relative_contact(account=account, contact=shared)
        plan()
        dispatch = Dispatch.objects.exclude(channel="inbox").get()
        self.assertEqual((dispatch.recipient, dispatch.status), ("holder", "queued"))


class PreferenceTests(TestCase):
    def test_drops_an_unwanted_channel_and_says_so(self):
        account = billed()
        a_contact(account=account, kind="zalo")
        a_contact(account=account, kind="email")
        a_preference(account=account, channel="zalo")
        plan()
        self.assertEqual(
            told(account), [INBOX, ("zalo", "suppressed", "not_wanted"), ("email", "queued", "")]
        )

    def test_keeps_one_channel_of_a_statutory_kind_although_none_is_wanted(self):
        account = billed()
        for kind in ("zalo", "email"):
            a_contact(account=account, kind=kind)
            a_preference(account=account, channel=kind)
        plan()
        self.assertEqual(
            told(account),
            [INBOX, ("zalo", "queued", "kept"), ("email", "suppressed", "not_wanted")],
        )

    def test_keeps_the_unwanted_channel_back_while_somebody_may_read_the_inbox(self):
        account = billed(has_app=True)
        a_contact(account=account, kind="zalo")
        a_preference(account=account, channel="zalo")
        plan()
        self.assertEqual(told(account), [INBOX, ("zalo", "held", "kept")])

    def test_keeps_no_channel_when_one_that_is_wanted_is_left(self):
        account = billed()
        a_contact(account=account, kind="zalo", suspended_at=NOON)
        a_contact(account=account, kind="email")
        a_preference(account=account, channel="email")
        a_relative_contact(account=account)
        plan()
        self.assertIn(("email", "suppressed", "not_wanted"), told(account))

    def test_drops_every_unwanted_channel_of_another_kind(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(legal_class="service")
        account = billed(has_app=True)
        a_contact(account=account, kind="zalo")
        a_preference(account=account, channel="zalo")
        plan()
        self.assertEqual(told(account), [INBOX, ("zalo", "suppressed", "not_wanted")])

    def test_minds_only_the_preferences_of_its_own_kind_and_account(self):
        account = billed()
        a_contact(account=account, kind="zalo")
        a_preference(account=account, channel="zalo", kind=Kind.SURVEY)
        a_preference(channel="zalo")
        plan()
        self.assertEqual(told(account)[1:], [("zalo", "queued", "")])


class ReachTests(TestCase):
    def test_puts_an_account_that_nothing_can_reach_on_the_call_list(self):
        billed()
        self.assertEqual(plan().unreachable, 1)
        notice = Notice.objects.get()
        self.assertEqual((notice.reach, notice.reason), ("unreachable", "no_channel"))

    def test_waits_for_the_inbox_of_an_account_with_the_app_or_a_login(self):
        with_app, with_login, with_ended_login = billed(has_app=True), billed(), billed()
        a_link(account=with_login)
        a_link(account=with_ended_login, ends_at=NOON)
        plan()
        reach = dict(Notice.objects.values_list("account", "reach"))
        self.assertEqual(reach[with_app.pk], "trying")
        self.assertEqual(reach[with_login.pk], "trying")
        self.assertEqual(reach[with_ended_login.pk], "unreachable")
        timed = Dispatch.objects.filter(silent_at=NOON + timedelta(hours=24))
        self.assertCountEqual(
            timed.values_list("notice__account", flat=True), [with_app.pk, with_login.pk]
        )


class PlanDueTests(TestCase):
    def test_plans_the_months_that_lack_notices(self):
        billed()
        [done] = planning.plan_hourly(at=NOON)
        self.assertEqual((done.subject, done.notices), ("2026-10", 1))
        self.assertEqual(planning.plan_hourly(at=NOON), [])

    def test_looks_every_minute_for_what_was_learned_of_in_the_last_quarter_of_an_hour(self):
        bill = a_bill(learned_at=NOON - timedelta(minutes=15, seconds=1))
        self.assertEqual(planning.plan_due(at=NOON), [])
        Bill.objects.filter(pk=bill.pk).update(learned_at=NOON - timedelta(minutes=15))
        [done] = planning.plan_due(at=NOON)
        self.assertEqual((done.subject, done.notices), ("2026-10", 1))
        self.assertEqual(planning.plan_due(at=NOON), [])

    def test_leaves_bills_alone_that_are_too_old_to_be_told(self):
        a_bill(month=SEPTEMBER)
        self.assertEqual(planning.plan_hourly(at=NOON + timedelta(days=20)), [])

    def test_does_nothing_without_bills(self):
        self.assertEqual(planning.plan_due(at=NOON), [])


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.django_db
def test_planning_a_month_of_any_size_leaves_no_account_without_its_notice(number):
    accounts = [billed() for _ in range(number)]
    plan()
    assert Notice.objects.count() == len(accounts)
