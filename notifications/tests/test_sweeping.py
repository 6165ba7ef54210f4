"""Silence, expiry and receipts that wait, at times that the test gives."""

from datetime import timedelta

from django.test import TestCase

from billing.tests.factories import a_bill
from customers.tests.factories import NOON
from notifications.models import Dispatch, Notice
from notifications.services import inbox, sweeping
from notifications.tests.factories import a_dispatch, a_notice

Status, Reach = Dispatch.Status, Notice.Reach
HOUR = timedelta(hours=1)


def fresh(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def reach() -> tuple[str, str]:
    return Notice.objects.values_list("reach", "reason").get()


class SilenceTests(TestCase):
    def setUp(self) -> None:
        self.notice = a_notice()
        self.zalo = a_dispatch(
            notice=self.notice, status="accepted", accepted_at=NOON, silent_at=NOON + 24 * HOUR
        )
        self.email = a_dispatch(notice=self.notice, channel="email", step=2, status="held")

    def test_waits_as_long_as_the_kind_allows(self):
        sweeping.sweep(at=NOON + 23 * HOUR)
        self.assertEqual(fresh(self.email).status, Status.HELD)

    def test_then_gives_the_next_channel_its_turn_once(self):
        at = NOON + 24 * HOUR
        self.assertEqual(sweeping.sweep(at=at).silent, 1)
        following = fresh(self.email)
        self.assertEqual((following.status, following.reason), (Status.QUEUED, "fallback"))
        self.assertEqual((following.due_at, following.silent_at), (at, at + 24 * HOUR))
        self.assertEqual(sweeping.sweep(at=at + HOUR).silent, 0)
        self.assertEqual(reach(), (Reach.TRYING, ""))

    def test_puts_the_account_on_the_call_list_when_the_last_channel_stays_silent_too(self):
        sweeping.sweep(at=NOON + 24 * HOUR)
        Dispatch.objects.filter(pk=self.email.pk).update(status=Status.ACCEPTED)
        sweeping.sweep(at=NOON + 48 * HOUR)
        self.assertEqual(reach(), (Reach.UNREACHABLE, "exhausted"))

    def test_says_nothing_once_somebody_was_reached(self):
        inbox.opened(notice=self.notice, at=NOON + HOUR)
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(
            (fresh(self.email).status, fresh(self.email).reason), ("cancelled", "reached")
        )
        self.assertEqual(reach(), (Reach.SEEN, ""))

    def test_of_a_message_that_still_waits_for_its_channel_counts_as_well(self):
        Dispatch.objects.filter(pk=self.zalo.pk).update(status=Status.QUEUED, accepted_at=None)
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(fresh(self.zalo).status, Status.QUEUED)
        self.assertEqual(fresh(self.email).status, Status.QUEUED)

    def test_of_the_holder_does_not_hurry_the_relative(self):
        relative = a_dispatch(
            notice=self.notice,
            channel="email",
            recipient="relative",
            status="accepted",
            silent_at=NOON + 30 * HOUR,
        )
        later = a_dispatch(
            notice=self.notice, channel="zalo", recipient="relative", step=2, status="held"
        )
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(fresh(later).status, Status.HELD)
        self.assertEqual(fresh(relative).silent_at, NOON + 30 * HOUR)


class InboxTests(TestCase):
    def setUp(self) -> None:
        self.notice = a_notice()
        self.inbox = a_dispatch(
            notice=self.notice, channel="inbox", status="accepted", silent_at=NOON + 24 * HOUR
        )

    def test_counts_as_a_channel_until_it_stayed_unopened(self):
        sweeping.sweep(at=NOON + 23 * HOUR)
        self.assertEqual(reach(), (Reach.TRYING, ""))
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(reach(), (Reach.UNREACHABLE, "exhausted"))

    def test_that_is_opened_later_takes_the_account_off_the_call_list(self):
        sweeping.sweep(at=NOON + 24 * HOUR)
        inbox.opened(notice=self.notice, at=NOON + 30 * HOUR)
        self.assertEqual(reach(), (Reach.SEEN, ""))

    def test_left_unopened_lets_the_channel_go_that_only_the_law_asks_for(self):
        kept = a_dispatch(notice=self.notice, status="held", reason="kept")
        sweeping.sweep(at=NOON + 23 * HOUR)
        self.assertEqual(fresh(kept).status, Status.HELD)
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual((fresh(kept).status, fresh(kept).reason), (Status.QUEUED, "kept"))

    def test_does_not_hold_up_the_channels_beside_it(self):
        zalo = a_dispatch(notice=self.notice, status="accepted", silent_at=NOON + HOUR)
        email = a_dispatch(notice=self.notice, channel="email", step=2, status="held")
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(fresh(email).status, Status.QUEUED)
        self.assertIsNone(fresh(zalo).silent_at)


class ExpiryTests(TestCase):
    def test_ends_a_notice_that_is_not_useful_any_more_and_what_waits_for_it(self):
        notice = a_notice(expires_at=NOON + HOUR)
        queued, held = a_dispatch(notice=notice), a_dispatch(notice=notice, status="held", step=2)
        self.assertEqual(sweeping.sweep(at=NOON).expired, 0)
        self.assertEqual(sweeping.sweep(at=NOON + HOUR).expired, 1)
        for one in (queued, held):
            self.assertEqual((fresh(one).status, fresh(one).reason), ("cancelled", "expired"))
        self.assertEqual(reach(), (Reach.ENDED, "expired"))

    def test_leaves_reached_and_unreachable_notices_as_they_are(self):
        for state in (Reach.DELIVERED, Reach.SEEN, Reach.UNREACHABLE):
            a_notice(expires_at=NOON + HOUR, reach=state)
        sweeping.sweep(at=NOON + HOUR)
        self.assertFalse(Notice.objects.filter(reach=Reach.ENDED).exists())

    def test_queues_nothing_of_an_expired_notice_when_its_last_channel_stayed_silent(self):
        notice = a_notice(expires_at=NOON + HOUR)
        a_dispatch(notice=notice, status="accepted", silent_at=NOON + HOUR)
        held = a_dispatch(notice=notice, channel="email", step=2, status="held")
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(fresh(held).status, Status.CANCELLED)
        self.assertEqual(reach(), (Reach.ENDED, "expired"))


class SettledTests(TestCase):
    def test_takes_who_has_paid_off_the_call_list(self):
        paid = a_notice(reach=Reach.UNREACHABLE, reason="no_channel", bill=a_bill(paid_at=NOON))
        owing = a_notice(reach=Reach.UNREACHABLE, reason="no_channel", bill=a_bill())
        self.assertEqual(sweeping.sweep(at=NOON).settled, 1)
        self.assertEqual(sweeping.sweep(at=NOON).settled, 0)
        paid.refresh_from_db()
        owing.refresh_from_db()
        self.assertEqual((paid.reach, paid.reason), (Reach.ENDED, "settled"))
        self.assertEqual((owing.reach, owing.reason), (Reach.UNREACHABLE, "no_channel"))

    def test_leaves_what_is_on_its_way_and_what_arrived(self):
        for state in (Reach.TRYING, Reach.DELIVERED, Reach.SEEN):
            a_notice(reach=state, bill=a_bill(paid_at=NOON))
        self.assertEqual(sweeping.sweep(at=NOON).settled, 0)


class LeaseTests(TestCase):
    def test_of_a_living_sender_is_left_alone_whatever_the_sweepers_clock_says(self):
        dispatch = a_dispatch(status="sending", lease_until=NOON + timedelta(days=36500))
        sweeping.sweep(at=NOON + timedelta(days=40000))
        self.assertEqual(fresh(dispatch).status, Status.SENDING)

    def test_that_ran_out_is_freed(self):
        dispatch = a_dispatch(status="sending", lease_until=NOON - timedelta(days=3650), tries=1)
        self.assertEqual(sweeping.sweep(at=NOON).freed, 1)
        freed = fresh(dispatch)
        self.assertEqual((freed.status, freed.crashes), (Status.QUEUED, 1))
        self.assertIsNone(freed.lease_until)
