import asyncio
import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime
from unittest import TestCase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import Message, Misconfigured, Unavailable, Undeliverable
from notifications.channels.base import MalformedReceipt
from notifications.channels.http import open_session
from notifications.channels.zalo import (
    Quota,
    has_link_or_phone,
    is_signed,
    local_phone,
    receipts,
    refresh_tokens,
    template_data,
    until_quota_returns,
)
from notifications.simulator.scenarios import phone
from notifications.simulator.server import Simulator

from .simulated import MemoryTokens, message, running_simulator, zalo

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MS = str(int(AT.timestamp() * 1000))


class TestToken:
    async def test_is_refreshed_once_and_the_message_repeated(self, simulator: Simulator):
        tokens = MemoryTokens(simulator)
        simulator.zalo.tokens.expire()
        async with zalo(simulator, token=tokens) as channel:
            assert await channel.send(message(phone("ok")))
        assert (tokens.refreshed, len(simulator.desk.arrivals)) == (1, 1)

    async def test_is_refreshed_once_for_all_who_wait(self, simulator: Simulator):
        tokens = MemoryTokens(simulator)
        simulator.zalo.tokens.expire()
        async with zalo(simulator, token=tokens) as channel:
            sends = [channel.send(message(phone("ok"), reference=f"n-{n}")) for n in range(40)]
            await asyncio.gather(*sends)
        assert (tokens.refreshed, len(simulator.desk.arrivals)) == (1, 40)

    async def test_refused_for_good_leaves_the_message_for_later(self, simulator: Simulator):
        tokens = MemoryTokens(simulator)
        async with zalo(simulator, token=tokens) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("error-200")))
        assert (caught.value.code, caught.value.ambiguous, tokens.refreshed) == ("-124", False, 1)

    async def test_used_up_stops_the_channel(self, simulator: Simulator):
        simulator.zalo.tokens.expire()
        simulator.zalo.tokens.refresh(simulator.config.refresh_token)
        async with zalo(simulator) as channel:
            with pytest.raises(Misconfigured) as caught:
                await channel.send(message(phone("ok")))
        assert caught.value.code == "-14020"

    async def test_in_doubt_leaves_no_doubt_about_the_message(self, simulator: Simulator):
        class Doubtful(MemoryTokens):
            async def refresh(self, *, stale: str) -> str:
                raise Unavailable("cut", ambiguous=True)

        simulator.zalo.tokens.expire()
        async with zalo(simulator, token=Doubtful(simulator)) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("ok")))
        assert not caught.value.ambiguous

    async def test_that_does_not_come_is_waited_for_until_the_deadline(self, simulator: Simulator):
        class Stuck(MemoryTokens):
            async def get(self) -> str:
                return await asyncio.Event().wait()

        async with zalo(simulator, token=Stuck(simulator), deadline=0.05) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("ok")))
        assert not caught.value.ambiguous

    async def test_being_refreshed_survives_the_end_of_its_first_caller(self, simulator: Simulator):
        class Slow(MemoryTokens):
            gate = asyncio.Event()

            async def _refresh(self):
                self.asked.set()
                await self.gate.wait()
                return await super()._refresh()

        tokens = Slow(simulator)
        tokens.asked = asyncio.Event()
        simulator.zalo.tokens.expire()
        async with zalo(simulator, token=tokens) as channel:
            sending = asyncio.create_task(channel.send(message(phone("ok"))))
            await tokens.asked.wait()
            sending.cancel()
            await asyncio.wait([sending])
            tokens.gate.set()
        assert tokens.refreshed == 1

    async def test_source_may_be_made_by_a_callable(self, simulator: Simulator):
        async with zalo(simulator, token=lambda: MemoryTokens(simulator)) as channel:
            assert await channel.send(message(phone("ok")))


class TestRefreshTokens:
    async def call(self, simulator: Simulator, **values: object):
        config = simulator.config
        defaults = {
            "app_id": config.app_id,
            "secret_key": config.app_secret,
            "refresh_token": config.refresh_token,
            "ends_at": asyncio.get_running_loop().time() + 5,
            "url": f"{simulator.url}/v4/oa/access_token",
        }
        async with open_session() as session:
            return await refresh_tokens(session, **(defaults | values))

    async def test_brings_a_new_pair(self, simulator: Simulator):
        pair = await self.call(simulator)
        assert pair.access_token != pair.refresh_token
        assert pair.expires_in == 90_000
        assert (await self.call(simulator, refresh_token=pair.refresh_token)).access_token

    async def test_works_once(self, simulator: Simulator):
        await self.call(simulator)
        with pytest.raises(Misconfigured) as caught:
            await self.call(simulator)
        assert caught.value.code == "-14020"

    @pytest.mark.parametrize("wrong", ["app_id", "secret_key", "refresh_token"])
    async def test_stops_the_channel_when_refused(self, simulator: Simulator, wrong: str):
        with pytest.raises(Misconfigured):
            await self.call(simulator, **{wrong: "wrong"})

    async def test_keeps_its_secrets_to_itself(self, simulator: Simulator):
        pair = await self.call(simulator)
        assert pair.access_token not in repr(pair)
        assert pair.refresh_token not in repr(pair)


class TestQuota:
    async def test_is_followed(self):
        async with running_simulator(zalo_quota=2) as simulator, zalo(simulator) as channel:
            await channel.send(message(phone("ok")))
            assert channel.quota == Quota(daily=2, remaining=1)
            await channel.send(message(phone("ok"), reference="n-2"))
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("ok"), reference="n-3"))
        assert 0 < caught.value.retry_after <= 86_400

    def test_returns_at_midnight_in_viet_nam(self):
        for at, hours in {AT: 14, datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC): 1 / 3600}.items():
            assert until_quota_returns(at) == hours * 3600


class TemplateDataTests(TestCase):
    parameters = {"who": "name", "number": "code", "total": "amount"}

    def data(self, **values: str) -> dict[str, str]:
        data = {
            "who": "Hạnh",
            "number": "PE04000123456",
            "total": "701.525 đ",
            "more": "x",
        } | values
        sent = Message(reference="n", address="a", text="Tiền điện", template="t", data=data)
        return template_data(sent, parameters=self.parameters)

    def test_holds_the_parameters_of_the_template_only(self):
        self.assertEqual(set(self.data()), set(self.parameters))

    def test_shortens_words_that_are_too_long(self):
        name = "Công ty Trách nhiệm Hữu hạn Một Thành viên"
        self.assertEqual(self.data(who=name)["who"], "Công ty Trách nhiệm Hữu hạn M…")
        self.assertEqual(self.data(who="x" * 30)["who"], "x" * 30)

    def test_never_shortens_a_code_or_an_amount(self):
        for wrong in ({"number": "9" * 31}, {"total": "1" * 21}):
            with self.subTest(wrong), self.assertRaises(Undeliverable) as caught:
                self.data(**wrong)
            self.assertTrue(caught.exception.message_only)

    def test_refuses_links_and_phones_in_words(self):
        for name in ("xem evn-hcm.vn", "https://a", "gọi 0901 234 567", "+84901234567"):
            with self.subTest(name), self.assertRaises(Undeliverable) as caught:
                self.data(who=name)
            self.assertTrue(caught.exception.message_only)

    def test_refuses_an_empty_value(self):
        with self.assertRaises(Undeliverable) as caught:
            self.data(who=" ")
        self.assertTrue(caught.exception.message_only)

    def test_stops_a_template_that_wants_what_is_not_there(self):
        sent = Message(reference="n", address="a", text="t", template="t", data={"who": "Hạnh"})
        with self.assertRaises(Misconfigured) as caught:
            template_data(sent, parameters=self.parameters)
        self.assertEqual(caught.exception.template, "t")

    def test_stops_a_template_with_a_link(self):
        data = {"who": "Hạnh"}
        sent = Message(reference="n", address="a", text="xem evn.vn", template="t", data=data)
        with self.assertRaises(Misconfigured):
            template_data(sent, parameters={"who": "name"})


class TestSend:
    async def test_stops_a_template_that_is_not_configured(self, simulator: Simulator):
        async with zalo(simulator) as channel:
            with pytest.raises(Misconfigured) as caught:
                await channel.send(message(phone("ok"), template="unknown"))
        assert caught.value.template == "unknown"

    async def test_hands_over_template_and_parameters(self, simulator: Simulator):
        async with zalo(simulator) as channel:
            await channel.send(message(phone("ok")))
        [arrival] = simulator.desk.arrivals
        assert (arrival.template, arrival.data["total"]) == ("100001", "701.525 đ")


class HasLinkOrPhoneTests(TestCase):
    def test_finds_them(self):
        for text in (
            "cskh.evn.vn",
            "HTTP://x",
            "www.x",
            "bit.ly/abc",
            "gọi 0901234567",
            "0901 234 567",
            "028.3822.0220",
            "+84 901 234 567",
            "84901234567",
        ):
            with self.subTest(text):
                self.assertTrue(has_link_or_phone(text))

    def test_leaves_notices_alone(self):
        for text in (
            "PE04000123456",
            "701.525 đ trước 05/12/2026",
            "ngày 05-12-2026 18:30",
            "12/5 Lê Lợi, P.5, Q.1, TP.HCM",
            "142,5 kWh",
            "mã 7KQ2-09",
            "Mã kiểm tra tin: CPPRGWWW.",
            "Tổng 1.234.567.890 đ",
        ):
            with self.subTest(text):
                self.assertFalse(has_link_or_phone(text))


class LocalPhoneTests(TestCase):
    def test_is_written_as_zalo_does(self):
        for address in ("+84901234567", "84901234567", "0901234567"):
            self.assertEqual(local_phone(address), "84901234567")

    def test_is_vietnamese(self):
        for address in (
            "+1 202 555 0100",
            "+12025550100",
            "901234567",
            "0901234567x",
            "٠901234567",
        ):
            with self.subTest(address), self.assertRaises(Undeliverable):
                local_phone(address)


def event(name: str = "user_received_message", **message: object) -> bytes:
    content = {"msg_id": "m-1", "tracking_id": "n-1", "delivery_time": MS} | message
    return json.dumps({"event_name": name, "message": content, "timestamp": MS}).encode()


class ReceiptsTests(TestCase):
    def test_tell_delivery(self):
        [found] = receipts(event(), received_at=AT)
        self.assertEqual(
            (found.status, found.message_id, found.reference, found.occurred_at),
            ("delivered", "m-1", "n-1", AT),
        )

    def test_tell_sight_of_several(self):
        body = event("user_seen_message", msg_ids=["a", "b"])
        found = receipts(body, received_at=AT)
        self.assertEqual(
            [(one.status, one.message_id) for one in found], [("seen", "a"), ("seen", "b")]
        )
        self.assertEqual({one.reference for one in found}, {""})

    def test_fall_back_on_the_time_of_arrival(self):
        for time in ("soon", None, 7e300, "9" * 40, [1]):
            body = json.dumps(
                {
                    "event_name": "user_received_message",
                    "message": {"msg_id": "m", "delivery_time": time},
                    "timestamp": time,
                }
            ).encode()
            [found] = receipts(body, received_at=AT)
            self.assertEqual(found.occurred_at, AT)

    def test_are_none_for_other_events(self):
        for name in ("follow", "unfollow", "READ", 7, None, [], {}):
            with self.subTest(name):
                self.assertEqual(receipts(event(name), received_at=AT), [])

    def test_refuse_what_is_no_event(self):
        for body in (
            b"",
            b"[]",
            b"{",
            b"\xff\xfe",
            b"null",
            b"[" * 60_000,
            b"a=1&b=2",
            b" " * 70_000,
            event(msg_id=7),
            event(msg_id="x" * 81),
            event(msg_id="a\x00b"),
            event(tracking_id={"a": 1}),
            event(msg_ids=[]),
            event(msg_ids=["a"] * 101),
            json.dumps({"event_name": "user_received_message", "message": []}).encode(),
        ):
            with self.subTest(body[:40]), self.assertRaises(MalformedReceipt):
                receipts(body, received_at=AT)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=10), inner),
        )
    )
    def test_survive_anything_signed(self, message: object):
        body = json.dumps(
            {"event_name": "user_seen_message", "message": message, "timestamp": message}
        ).encode()
        with suppress(MalformedReceipt):
            self.assertIsInstance(receipts(body, received_at=AT), list)


class IsSignedTests(TestCase):
    body = event()

    def signature(self, body: bytes | None = None, *, secret: str = "s1", app: str = "app") -> str:
        text = app.encode() + (self.body if body is None else body) + MS.encode() + secret.encode()
        return hashlib.sha256(text).hexdigest()

    def check(self, signature: str, body: bytes | None = None, secrets: tuple[str, ...] = ("s1",)):
        return is_signed(body or self.body, signature, app_id="app", secrets=secrets)

    def test_holds_with_and_without_prefix(self):
        self.assertTrue(self.check(self.signature()))
        self.assertTrue(self.check("mac=" + self.signature()))

    def test_holds_for_both_secrets_of_a_rotation(self):
        for secret in ("new", "old"):
            signature = self.signature(secret=secret)
            self.assertTrue(self.check(signature, secrets=("new", "old")))

    def test_holds_for_a_time_stamp_that_is_a_number(self):
        body = self.body.replace(f'"timestamp": "{MS}"'.encode(), f'"timestamp": {MS}'.encode())
        self.assertNotEqual(body, self.body)
        self.assertTrue(self.check(self.signature(body), body))

    def test_fails_for_every_forgery(self):
        reordered = json.dumps(json.loads(self.body), sort_keys=True).encode()
        for signature, body in (
            ("", self.body),
            ("mac=", self.body),
            (self.signature(secret="wrong"), self.body),
            (self.signature(app="other"), self.body),
            (self.signature().upper(), self.body),
            (self.signature()[:-1], self.body),
            (self.signature(event("user_seen_message")), self.body),
            (self.signature(), reordered),
            (self.signature(), self.body + b" "),
            ("mac=mac=" + self.signature(), self.body),
            ("chữ ký", self.body),
            ("\udcff", self.body),
            (self.signature(b"[]"), b"[]"),
            (self.signature(b"{"), b"{"),
        ):
            with self.subTest(signature=signature, body=body[:20]):
                self.assertFalse(self.check(signature, body))

    def test_fails_without_a_secret(self):
        self.assertFalse(self.check(self.signature(secret=""), secrets=("",)))
        self.assertFalse(self.check(self.signature(), secrets=()))
