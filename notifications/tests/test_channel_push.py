import json
import socket
from unittest import TestCase
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import Unavailable, Undeliverable
from notifications.channels.push import BadSubscription, Push, Subscription
from notifications.channels.push.endpoints import GlobalResolver, is_known
from notifications.simulator.push import subscription
from notifications.simulator.scenarios import device
from notifications.simulator.server import Simulator

from .simulated import address, message, push

KNOWN = [
    "https://fcm.googleapis.com/fcm/send/abc:APA91b-_",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QGx",
    "https://wns2-sg2p.notify.windows.com/w/?token=BQYA",
]
STRANGE = [
    "http://fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com:8443/fcm/send/x",
    "https://fcm.googleapis.com:443/fcm/send/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com/",
    "https://user@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@evil.example/x",
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://evil.example#@fcm.googleapis.com/x",
    "https://FCM.googleapis.com/x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "https://notify.windows.com/w",
    "https://a.b.notify.windows.com/w",
    "https://wns2-sg2p.notify.windows.com.evil.example/w",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/push/x",
    "http://localhost:8001/push/x",
    "file:///etc/passwd",
    "",
    "https://fcm.googleapis.com/" + "x" * 1000,
]


class EndpointTests(TestCase):
    def test_is_one_of_the_push_services(self):
        self.assertEqual([one for one in KNOWN if not is_known(one)], [])

    def test_is_nothing_else(self):
        self.assertEqual([one for one in STRANGE if is_known(one)], [])

    def test_may_be_the_simulator_where_that_was_said(self):
        simulated = "http://localhost:8001"
        self.assertTrue(is_known("http://localhost:8001/push/x", simulated=simulated))
        for strange in ("http://localhost:8001/control/forget", "http://localhost:80/push/x"):
            self.assertFalse(is_known(strange, simulated=simulated))


class SubscriptionTests(TestCase):
    good = json.loads(subscription("https://fcm.googleapis.com", "x"))

    def test_is_read_as_the_browser_wrote_it(self):
        read = Subscription.read(json.dumps(self.good))
        self.assertEqual(read.text(), json.dumps(self.good))
        self.assertEqual(read.origin, "https://fcm.googleapis.com")

    def test_is_refused_where_anything_is_missing_or_strange(self):
        keys = self.good["keys"]
        for strange in (
            "",
            "[]",
            "{}",
            "[" * 100_000,
            json.dumps({**self.good, "endpoint": 7}),
            json.dumps({**self.good, "keys": None}),
            json.dumps({**self.good, "keys": {**keys, "auth": "AA"}}),
            json.dumps({**self.good, "keys": {**keys, "p256dh": keys["p256dh"][:-4] + "AAAA"}}),
            json.dumps({**self.good, "keys": {**keys, "p256dh": "A" * 5_000}}),
        ):
            with self.subTest(strange[:80]), self.assertRaises(BadSubscription):
                Subscription.read(strange)

    @given(st.text(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
    def test_survives_anything(self, text: str):
        with self.assertRaises(BadSubscription):
            Subscription.read(text)


async def found(*addresses: str):
    return [
        {"hostname": "x", "host": one, "port": 443, "family": 2, "proto": 0, "flags": 0}
        for one in addresses
    ]


class TestResolver:
    @pytest.mark.parametrize(
        "inside",
        ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
         "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1"],
    )  # fmt: skip
    async def test_refuses_to_dial_inside(self, inside: str):
        resolver = GlobalResolver()
        answers = patch.object(resolver._ours, "resolve", lambda *_: found("142.250.1.1", inside))
        with answers, pytest.raises(OSError, match="public internet"):
            await resolver.resolve("fcm.googleapis.com", 443, socket.AF_INET)
        await resolver.close()

    async def test_hands_on_what_is_public(self):
        resolver = GlobalResolver()
        with patch.object(resolver._ours, "resolve", lambda *_: found("142.250.1.1")):
            [one] = await resolver.resolve("fcm.googleapis.com", 443, socket.AF_INET)
        assert one["host"] == "142.250.1.1"
        await resolver.close()

    async def test_keeps_the_adapter_from_a_name_that_leads_inside(self, simulator: Simulator):
        # The name is one that we know; who answers for it is not.
        to = subscription("https://fcm.googleapis.com", device("ok"))
        inside = patch("aiohttp.resolver.ThreadedResolver.resolve", lambda *_: found("127.0.0.1"))
        with inside, patch("aiohttp.resolver.AsyncResolver.resolve", lambda *_: found("127.0.0.1")):
            async with push(simulator) as channel:
                with pytest.raises(Unavailable, match="not connected"):
                    await channel.send(message(to))
        assert not len(simulator.desk.arrivals)


class TestSend:
    async def test_can_be_opened_by_the_browser_alone(self, simulator: Simulator):
        async with push(simulator) as channel:
            await channel.send(message(address(simulator, "push", "ok"), data={"url": "/notices/"}))
        [arrival] = simulator.desk.arrivals
        assert arrival.subject == "Hóa đơn tiền điện tháng 10"
        assert arrival.headers == {"URL": "/notices/"}

    async def test_is_refused_without_our_signature(self, simulator: Simulator):
        async with push(simulator) as channel:
            forged = patch.object(channel, "_token", lambda origin: "vapid t=a.b.c,k=d")
            with forged, pytest.raises(Undeliverable) as caught:
                await channel.send(message(address(simulator, "push", "ok")))
        # Whoever subscribes chooses the key: neither their address nor our channel is at fault.
        assert caught.value.message_only

    async def test_is_never_longer_than_services_take(self, simulator: Simulator):
        async with push(simulator) as channel:
            with pytest.raises(Undeliverable) as caught:
                await channel.send(message(address(simulator, "push", "ok"), text="x" * 4_000))
        assert caught.value.message_only

    async def test_calls_nobody_but_a_push_service(self, simulator: Simulator):
        async with Push(private_key=KEY, contact="mailto:x@example.vn") as channel:
            with pytest.raises(Undeliverable):
                await channel.send(message(address(simulator, "push", "ok")))
        assert not len(simulator.desk.arrivals)


KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
