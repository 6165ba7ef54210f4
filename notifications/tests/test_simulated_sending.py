"""The sender against the providers' own protocols: what they do to us, and what we make of it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import TestCase, override_settings

from customers.tests.factories import NOON, a_contact, an_account, an_sms_retention
from notifications.models import ChannelState, Dispatch, ProviderToken
from notifications.services import channel_states, dispatching
from notifications.simulator.desk import Config
from notifications.simulator.scenarios import Rule, mailbox, phone
from notifications.simulator.server import Simulator
from notifications.tests.factories import a_dispatch, a_notice


@contextmanager
def running_simulator() -> Iterator[Simulator]:
    """A simulator on an event loop of its own, as the sender has one of its own."""
    simulator, loop = Simulator(Config(pace=0.0)), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(timeout=30)

    run(simulator.__aenter__())
    try:
        yield simulator
    finally:
        run(simulator.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def channels_at(simulator: Simulator) -> dict[str, object]:
    """CHANNELS, with every provider replaced by the simulator and short deadlines."""
    where = {
        "zalo": {"url": f"{simulator.url}/message/template"},
        "sms": {"url": f"{simulator.url}/MainService.svc/json/SendMultipleMessage_V4_post_json/"},
        "email": {"host": "127.0.0.1", "port": simulator.smtp_port},
    }
    short = {"deadline": 1.0}
    return {
        name: {**entry, "OPTIONS": {**entry.get("OPTIONS", {}), **where[name], **short}}
        if name in where
        else entry
        for name, entry in settings.CHANNELS.items()
    }


class SimulatedTests(TestCase):
    def setUp(self) -> None:
        self.simulator = self.enterContext(running_simulator())
        url = f"{self.simulator.url}/v4/oa/access_token"
        zalo = {**settings.ZALO, "TOKEN_URL": url}
        self.enterContext(override_settings(CHANNELS=channels_at(self.simulator), ZALO=zalo))

    def dispatch(self, channel: str, address: str) -> Dispatch:
        account = an_account()
        if channel == "sms":
            contact = a_contact(account=account, value=address)
            an_sms_retention(account=account, contact=contact)
        else:
            contact = a_contact(account=account, kind=channel, value=address)
        return a_dispatch(notice=a_notice(account=account), channel=channel, contact=contact)

    def send(self, channel: str, at=NOON) -> None:
        dispatching.send_batch(channel=channel, at=at)

    def status(self, dispatch: Dispatch) -> str:
        return Dispatch.objects.get(pk=dispatch.pk).status

    def copies(self, dispatch: Dispatch) -> int:
        arrived = self.simulator.desk.arrivals
        return len(arrived.newest(limit=10, reference=dispatch.reference.hex))


class ArrivalTests(SimulatedTests):
    def test_of_the_very_words_on_every_channel(self):
        for channel, address in [
            ("zalo", "+84912000001"),
            ("sms", "+84912000002"),
            ("email", "hanh@example.vn"),
        ]:
            dispatch = self.dispatch(channel, address)
            self.send(channel)
            self.assertEqual(self.status(dispatch), "accepted", channel)
            [arrival] = self.simulator.desk.arrivals.newest(limit=1)
            self.assertEqual(arrival.address, address)
            said = f"{arrival.text} {arrival.data}"
            self.assertIn(dispatch.notice.code, said)
            self.assertEqual(arrival.parts, 1)


class RefusalTests(SimulatedTests):
    def test_of_an_address_suspends_it(self):
        for channel, address in [
            ("zalo", phone("no-zalo-account")),
            ("sms", phone("invalid")),
            ("email", mailbox("invalid")),
        ]:
            dispatch = self.dispatch(channel, address)
            self.send(channel)
            self.assertEqual(self.status(dispatch), "failed", channel)
            dispatch.contact.refresh_from_db()
            self.assertIsNotNone(dispatch.contact.suspended_at, channel)

    def test_of_our_account_stops_the_channel_and_sends_once_it_is_mended(self):
        self.simulator.desk.chooser.rules.append(Rule("balance-spent"))
        dispatch = self.dispatch("zalo", "+84912000001")
        self.send("zalo")
        self.assertIsNotNone(ChannelState.objects.get(channel="zalo").stopped_at)
        self.simulator.desk.chooser.rules.clear()
        channel_states.start_again(channel="zalo")
        self.send("zalo", at=Dispatch.objects.get().due_at)
        self.assertEqual((self.status(dispatch), self.copies(dispatch)), ("accepted", 1))

    def test_of_our_speed_rests_the_channel(self):
        dispatch = self.dispatch("zalo", phone("rate-limited"))
        self.send("zalo")
        self.assertEqual(self.status(dispatch), "queued")
        rest = ChannelState.objects.get(channel="zalo").paused_until - NOON
        self.assertAlmostEqual(rest.total_seconds(), 2, delta=1.5)


class DoubtTests(SimulatedTests):
    def test_after_a_cut_line_makes_no_copy_where_our_reference_is_not_known(self):
        for channel, address in [
            ("zalo", phone("cut-after-accept")),
            ("email", mailbox("cut-after-accept")),
        ]:
            dispatch = self.dispatch(channel, address)
            for _ in range(3):
                self.send(channel, at=dispatch.due_at)
            self.assertEqual(
                (self.status(dispatch), self.copies(dispatch)), ("unknown", 1), channel
            )

    def test_after_a_cut_line_is_cleared_up_by_a_repetition_where_it_is(self):
        dispatch = self.dispatch("sms", phone("cut-after-accept"))
        self.send("sms")
        self.assertEqual(self.status(dispatch), "queued")
        self.send("sms", at=Dispatch.objects.get().due_at)
        self.assertEqual((self.status(dispatch), self.copies(dispatch)), ("accepted", 1))

    def test_after_an_answer_that_never_comes_is_as_after_a_cut_line(self):
        dispatch = self.dispatch("zalo", phone("hang"))
        self.send("zalo")
        self.assertEqual((self.status(dispatch), self.copies(dispatch)), ("unknown", 1))

    def test_is_none_before_anything_was_taken(self):
        dispatch = self.dispatch("zalo", phone("busy"))
        self.send("zalo")
        self.assertEqual((self.status(dispatch), self.copies(dispatch)), ("queued", 0))


class TokenTests(SimulatedTests):
    def test_that_ran_out_are_renewed_once_for_all_messages_under_way(self):
        self.simulator.zalo.tokens.expire()
        dispatches = [self.dispatch("zalo", f"+8491200001{n}") for n in range(6)]
        self.send("zalo")
        self.assertEqual({self.status(one) for one in dispatches}, {"accepted"})
        token = ProviderToken.objects.get()
        self.assertNotEqual(token.access, "simulated-access-token")
        self.assertNotEqual(token.refresh, "simulated-refresh-token")
        self.assertIsNone(token.lease_until)

    def test_are_kept_for_the_next_round(self):
        self.simulator.zalo.tokens.expire()
        self.dispatch("zalo", "+84912000021")
        self.send("zalo")
        access = ProviderToken.objects.get().access
        later = self.dispatch("zalo", "+84912000022")
        self.send("zalo")
        self.assertEqual(self.status(later), "accepted")
        self.assertEqual(ProviderToken.objects.get().access, access)

    def test_that_cannot_be_renewed_stop_the_channel(self):
        self.simulator.zalo.tokens.expire()
        self.simulator.zalo.tokens.refresh("simulated-refresh-token")
        dispatch = self.dispatch("zalo", "+84912000031")
        self.send("zalo")
        self.assertEqual(self.status(dispatch), "queued")
        self.assertIn("-14020", ChannelState.objects.get(channel="zalo").why)
