"""Whoever sleeps is not woken by what can wait; what waits is judged anew in the morning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Consent
from customers.tests.factories import NOON, a_contact, a_user, an_account
from notifications.models import Decision, Dispatch, Kind, KindPolicy, Notice, QuietHours, Reason
from notifications.services import claiming, planning, quiet, routing
from notifications.tests.factories import a_dispatch, a_notice

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2026, 11, 2, 15, tzinfo=UTC)  # 22:00 in Viet Nam
MORNING = datetime(2026, 11, 3, 0, tzinfo=UTC)  # 07:00 in Viet Nam
Status = Dispatch.Status

instants = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    # The turn of a year and of February, to the second.
    st.builds(
        lambda turn, seconds: turn + timedelta(seconds=seconds),
        st.sampled_from([datetime(y, m, 1, tzinfo=ZONE) for y in (2027, 2028) for m in (1, 3)]),
        st.integers(-90_000, 90_000),
    ),
)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def until(at: datetime, begins: time, ends: time) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_quiet_until(%s, %s, %s)", [at, begins, ends])
        [(found,)] = cursor.fetchall()
    return found


def is_quiet(at: datetime, begins: time, ends: time) -> bool:
    clock = at.astimezone(ZONE).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


class QuietUntilTests(PropertyCase):
    @given(at=instants, begins=clocks, ends=clocks)
    def test_names_the_next_end_of_the_hours_exactly_when_it_is_quiet(self, at, begins, ends):
        found = until(at, begins, ends)
        self.assertEqual(found is not None, is_quiet(at, begins, ends))
        if found is not None:
            self.assertEqual(found.astimezone(ZONE).time(), ends)
            self.assertTrue(timedelta(0) < found - at < timedelta(days=1))
            self.assertIsNone(until(found, begins, ends))


def billed() -> Account:
    account = an_account()
    a_bill(account=account)
    a_contact(account=account, kind="zalo")
    return account


def consented(account: Account, purpose: str) -> Consent:
    return Consent.objects.create(
        account=account, purpose=purpose, text_version="1", given_by=a_user(), given_at=NOON
    )


def claim(at: datetime, channel: str = "zalo") -> claiming.Batch:
    return claiming.claim(channel=channel, at=at, limit=10)


class WaitTests(TestCase):
    def test_plans_what_comes_at_night_for_the_morning(self):
        billed()
        planning.plan_bills(month=OCTOBER, at=NIGHT)
        waiting = Dispatch.objects.get(channel="zalo")
        self.assertEqual((waiting.status, waiting.due_at), (Status.QUEUED, MORNING))
        self.assertEqual(waiting.quiet_until, MORNING)
        self.assertEqual(waiting.silent_at, MORNING + timedelta(hours=24))
        self.assertEqual(len(claim(MORNING).claims), 1)

    def test_holds_back_at_night_what_was_queued_by_day(self):
        dispatch = a_dispatch(silent_at=NOON + timedelta(hours=24))
        batch = claim(NIGHT)
        self.assertEqual((batch.claims, batch.taken), ([], 1))
        dispatch.refresh_from_db()
        self.assertEqual((dispatch.status, dispatch.tries), (Status.QUEUED, 0))
        self.assertEqual((dispatch.due_at, dispatch.quiet_until), (MORNING, MORNING))

    def test_sends_at_once_what_cannot_wait(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(keeps_quiet_hours=False)
        a_dispatch()
        self.assertEqual(len(claim(NIGHT).claims), 1)

    def test_sends_at_once_what_would_be_useless_in_the_morning(self):
        a_dispatch(notice=a_notice(expires_at=MORNING - timedelta(minutes=1)))
        self.assertEqual(len(claim(NIGHT).claims), 1)

    def test_starts_the_next_channel_in_the_morning(self):
        notice = a_notice()
        a_dispatch(notice=notice, status=Status.FAILED)
        held = a_dispatch(notice=notice, channel="email", status=Status.HELD, step=2)
        routing.advance(notices=[notice.pk], at=NIGHT)
        held.refresh_from_db()
        self.assertEqual((held.status, held.due_at), (Status.QUEUED, MORNING))

    def test_follows_an_address_s_own_hours(self):
        dispatch = a_dispatch()
        account = dispatch.notice.account
        hours = (time(11), time(13))
        quiet.choose(account=account, hours=hours, by=a_user(), at=NOON)
        self.assertEqual(claim(NOON).claims, [])
        quiet.choose(account=account, hours=(time(0), time(0)), by=a_user(), at=NOON)
        Dispatch.objects.update(due_at=NOON)
        self.assertEqual(len(claim(NIGHT).claims), 1)

    def test_judges_anew_in_the_morning(self):
        consent = consented(an_account(), "survey")
        notice = a_notice(account=consent.account, kind=Kind.SURVEY, subject="s")
        a_dispatch(notice=notice)
        self.assertEqual(claim(NIGHT).claims, [])
        Consent.objects.update(withdrawn_at=NIGHT, withdrawn_via="call")
        self.assertEqual(claim(MORNING).claims, [])
        notice.refresh_from_db()
        self.assertEqual((notice.reach, notice.reason), ("ended", Reason.NO_CONSENT))

    def test_begins_new_hours_on_their_day(self):
        QuietHours.objects.create(starts_on=date(2026, 11, 3), begins=time(22), ends=time(8))
        self.assertEqual(quiet.company_hours(on=date(2026, 11, 2))["quiet_ends"], time(7))
        self.assertEqual(quiet.company_hours(on=date(2026, 11, 3))["quiet_ends"], time(8))


class CeilingTests(TestCase):
    def setUp(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(price_ceiling=300)
        self.notice = a_notice()
        a_dispatch(notice=self.notice, status=Status.ACCEPTED, price=200)

    def held(self, price: int) -> Dispatch:
        dispatch = a_dispatch(
            notice=self.notice, channel="email", status=Status.HELD, step=2, price=price
        )
        routing.advance(notices=[self.notice.pk], at=NOON)
        dispatch.refresh_from_db()
        return dispatch

    def test_does_not_try_a_channel_that_would_cost_too_much(self):
        dispatch = self.held(price=101)
        self.assertEqual(
            (dispatch.status, dispatch.reason), (Status.SUPPRESSED, Reason.OVER_CEILING)
        )

    def test_tries_what_stays_within(self):
        self.assertEqual(self.held(price=100).status, Status.QUEUED)

    def test_does_not_count_what_failed(self):
        self.notice.dispatches.update(status=Status.FAILED)
        self.assertEqual(self.held(price=300).status, Status.QUEUED)


class DecisionTests(TestCase):
    def test_keeps_the_version_and_what_was_no_channel(self):
        phone = a_contact(account=billed(), kind="phone")
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(version=7)
        planning.plan_bills(month=OCTOBER, at=NOON)
        decision = Decision.objects.get(notice=Notice.objects.get())
        self.assertEqual((decision.policy_version, decision.decided_at), (7, NOON))
        left_out = {"contact": phone.pk, "channel": "sms", "why": Reason.NO_AGREEMENT}
        self.assertEqual(decision.left_out, [left_out])

    def test_plans_nothing_without_the_consent_that_a_kind_asks_for(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(
            legal_class="advice", consent="advice"
        )
        asked = billed()
        billed()
        consented(asked, "advice")
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.assertEqual(Notice.objects.get().account, asked)
