"""One pace for all senders of a provider, and what is left of its day."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import TestCase, TransactionTestCase

from customers.tests.factories import NOON
from notifications.channels import Quota
from notifications.models import ChannelState, Dispatch, Pace
from notifications.services import claiming, dispatching, pacing
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import Fake, provider

RATE = 40


@pytest.fixture(autouse=True)
def pace(monkeypatch):
    monkeypatch.setitem(settings.CHANNELS["zalo"], "PER_SECOND", RATE)


class TwoSendersTests(TransactionTestCase):
    """Claims of several connections at once, by the database's own clock."""

    available_apps = ["notifications"]

    def test_share_one_pace(self) -> None:
        Pace.objects.create(provider="zalo", filled_at=NOON)
        ends_at = time.monotonic() + 1.5
        taken: list[int] = []

        def send() -> None:
            while time.monotonic() < ends_at:
                taken.append(pacing.take(channel="zalo", wanted=10))
                time.sleep(0.01)
            connection.close()

        began = time.monotonic()
        senders = [threading.Thread(target=send) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        lasted = time.monotonic() - began
        self.assertLessEqual(sum(taken), RATE * lasted + RATE * pacing.BURST + 1)
        # Nor is it slower than it may be.
        self.assertGreater(sum(taken), RATE * 0.7)

    def _fixture_teardown(self) -> None:
        # Emptying the tables would take along what migrations put there.
        Pace.objects.all().delete()


class TakeTests(TestCase):
    def take(self, wanted: int, **options: bool) -> int:
        return pacing.take(channel="zalo", wanted=wanted, **options)

    def test_grants_no_more_at_once_than_a_tenth_of_a_second(self) -> None:
        self.assertEqual(self.take(100), 4)
        self.assertLess(self.take(100), 4)

    def test_takes_back_what_was_not_used(self) -> None:
        self.take(4)
        pacing.give_back(channel="zalo", number=4)
        self.assertEqual(self.take(4), 4)

    def test_saves_nothing_up_over_a_rest(self) -> None:
        self.take(1)
        Pace.objects.update(filled_at=NOON - timedelta(days=30))
        self.assertEqual(self.take(1_000), 4)

    def test_lets_a_code_go_ahead_of_the_others_who_then_wait_for_it(self) -> None:
        self.take(4)
        granted = sum(self.take(1, is_awaited=True) for _ in range(10))
        self.assertEqual(granted, 10)
        self.assertEqual(self.take(1), 0)

    def test_lets_no_flood_of_codes_ahead(self) -> None:
        granted = sum(self.take(1, is_awaited=True) for _ in range(3 * RATE))
        self.assertLess(granted, 2 * RATE)

    def test_asks_nobody_where_there_is_no_limit(self) -> None:
        with self.assertNumQueries(0):
            self.assertEqual(pacing.take(channel="inbox", wanted=500), 500)

    def test_is_of_the_provider_not_of_the_channel(self) -> None:
        self.take(1)
        self.assertEqual(Pace.objects.get().provider, "zalo")


class SendTests(TestCase):
    def test_keeps_to_the_pace_and_sends_everything(self) -> None:
        for _ in range(30):
            a_dispatch()
        began = time.monotonic()
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON)
        self.assertEqual(len(fake.sent), 30)
        self.assertGreater(time.monotonic() - began, (30 - 4) / RATE)

    def test_takes_no_calls_it_does_not_make(self) -> None:
        a_dispatch()
        claiming.claim(channel="zalo", at=NOON, limit=4)
        self.assertGreaterEqual(Pace.objects.get().calls, 2.9)


class QuotaTests(TestCase):
    def send(self, left: int) -> list[str]:
        """Send what is due while the provider says so much is left of a thousand."""
        with provider() as fake:
            fake.quota = Quota(1_000, left)
            dispatching.send_batch(channel="zalo", at=NOON)
        statuses = Dispatch.objects.order_by("priority", "pk").values_list("status", flat=True)
        return list(statuses)

    def test_leaves_the_last_of_it_to_what_is_urgent(self) -> None:
        a_dispatch(priority=6)
        self.assertEqual(self.send(left=50), ["accepted"])
        a_dispatch(priority=6)
        a_dispatch(priority=2)
        self.assertEqual(self.send(left=49), ["accepted", "accepted", "queued"])

    def test_is_new_the_next_day(self) -> None:
        pacing.note_quota(channel="zalo", quota=Quota(1_000, 1), at=NOON)
        self.assertTrue(pacing.is_scarce(channel="zalo", at=NOON))
        self.assertFalse(pacing.is_scarce(channel="zalo", at=NOON + timedelta(days=1)))

    def test_spent_lets_the_channel_rest_until_midnight_here(self) -> None:
        a_dispatch()
        self.send(left=0)
        paused = ChannelState.objects.get(channel="zalo").paused_until
        # Midnight in Viet Nam, seven hours ahead.
        self.assertEqual((paused - NOON.replace(hour=17, minute=0)).total_seconds(), 0)

    def test_of_a_provider_that_says_nothing_is_never_scarce(self) -> None:
        self.assertFalse(pacing.is_scarce(channel="sms", at=NOON))
        self.assertIsNone(Fake().quota)
