"""Providers that hang, drip or lie, and senders whose clocks are wrong."""

from collections import Counter
from datetime import timedelta

from django.test import TestCase

from customers.tests.factories import NOON
from notifications.models import Attempt, Dispatch
from notifications.services import channel_states, dispatching, sweeping
from notifications.simulator.scenarios import phone
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider
from notifications.tests.test_simulated_sending import SimulatedTests

TWO_HOURS = timedelta(hours=2)
# What was not taken; or was, and nobody told us.
NOT_TAKEN = ["html-200", "error-200", "huge", "redirect", "busy", "error-500", "cut-before-accept"]
IN_DOUBT = ["hang", "drip", "gateway-timeout", "cut-after-accept"]


class BadProviderTests(SimulatedTests):
    def test_that_took_nothing_is_never_counted_as_one_that_did(self):
        for name in NOT_TAKEN:
            dispatch = self.dispatch("sms", phone(name))
            self.send("sms")
            self.assertNotIn(self.status(dispatch), {"accepted", "delivered", "seen"}, name)
            self.assertEqual(self.copies(dispatch), 0, name)
            # The breaker and the rests that one provider asked for are not the next one's matter.
            channel_states.start_again(channel="sms")
            Dispatch.objects.filter(pk=dispatch.pk).update(status="cancelled")

    def test_that_took_it_and_never_said_so_gets_one_copy_at_most(self):
        for name in IN_DOUBT:
            dispatch = self.dispatch("sms", phone(name))
            for _ in range(2):
                self.send("sms", at=Dispatch.objects.get(pk=dispatch.pk).due_at)
                channel_states.start_again(channel="sms")
            self.assertEqual((self.status(dispatch), self.copies(dispatch)), ("accepted", 1), name)

    def test_that_hangs_keeps_no_other_channel_waiting(self):
        stuck = self.dispatch("zalo", phone("hang"))
        other = self.dispatch("sms", "+84912000001")
        self.send("zalo")
        self.send("sms")
        self.assertEqual((self.status(stuck), self.status(other)), ("unknown", "accepted"))

    def test_that_says_wait_burns_no_try(self):
        dispatch = self.dispatch("sms", phone("rate-limited"))
        for turn in range(12):
            self.send("sms", at=NOON + turn * timedelta(hours=1))
        self.assertEqual(self.status(dispatch), "queued")
        self.assertEqual(set(Attempt.objects.values_list("outcome", flat=True)), {"paused"})


class WrongClockTests(TestCase):
    def test_two_senders_four_hours_apart_send_each_message_once(self):
        for _ in range(6):
            a_dispatch()
        with provider() as fake:
            for at in (NOON + TWO_HOURS, NOON - TWO_HOURS, NOON + TWO_HOURS, NOON):
                sweeping.sweep(at=at)
                dispatching.send_batch(channel="zalo", at=at)
        self.assertEqual(set(Counter(message.reference for message in fake.sent).values()), {1})
        self.assertEqual(Dispatch.objects.filter(status="accepted").count(), 6)

    def test_a_clock_that_is_late_keeps_nothing_back_for_good(self):
        a_dispatch()
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON - TWO_HOURS)
            self.assertEqual(fake.sent, [])
            dispatching.send_batch(channel="zalo", at=NOON)
        self.assertEqual(len(fake.sent), 1)

    def test_a_clock_that_is_early_takes_no_lease_from_another(self):
        """Leases end by the database's clock, whatever a sender believes."""
        [claim] = dispatching.claiming.claim(channel="zalo", at=a_dispatch().due_at, limit=1).claims
        with provider() as fake:
            sweeping.sweep(at=NOON + TWO_HOURS)
            dispatching.send_batch(channel="zalo", at=NOON + TWO_HOURS)
        self.assertEqual(fake.sent, [])
        self.assertEqual(Dispatch.objects.get().tries, claim.number)
