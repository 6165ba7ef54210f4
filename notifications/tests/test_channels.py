from datetime import UTC, datetime
from unittest import TestCase

from django.test import SimpleTestCase, override_settings
from hypothesis import given
from hypothesis import strategies as st

from notifications import channels
from notifications.channels import (
    Message,
    Misconfigured,
    ReceiptEvent,
    Unavailable,
    Undeliverable,
    UnknownChannel,
)
from notifications.channels.base import Fault, redact
from notifications.channels.http import retry_after
from notifications.channels.inbox import Inbox

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@override_settings(
    CHANNELS={
        "inbox": {"BACKEND": "notifications.channels.inbox.Inbox"},
        "sms": {
            "BACKEND": "notifications.channels.esms.Esms",
            "OPTIONS": {"api_key": "k", "secret_key": "s", "brandname": "b", "deadline": 3.0},
        },
    }
)
class GetTests(SimpleTestCase):
    def test_makes_the_adapter_of_the_setting(self):
        self.assertIsInstance(channels.get("inbox"), Inbox)

    def test_hands_it_its_options(self):
        self.assertEqual(channels.get("sms").deadline, 3.0)

    def test_makes_a_new_one_each_time(self):
        self.assertIsNot(channels.get("inbox"), channels.get("inbox"))

    def test_refuses_what_is_not_configured(self):
        with self.assertRaisesMessage(UnknownChannel, "fax"):
            channels.get("fax")

    def test_names_come_in_the_order_of_the_setting(self):
        self.assertEqual(channels.names(), ["inbox", "sms"])


class MessageTests(TestCase):
    def test_takes_a_reference_that_every_provider_takes(self):
        for reference in ("a", "9f1c-4", "n.1_2", "x" * 50):
            self.assertEqual(Message(reference=reference, address="a", text="t").text, "t")

    def test_refuses_any_other(self):
        for reference in ("", "x" * 51, "a b", "a@b", "á", "a\n", "<a>", "-a"):
            with self.subTest(reference=reference), self.assertRaises(ValueError):
                Message(reference=reference, address="a", text="t")

    def test_cannot_be_changed(self):
        message = Message(reference="a", address="a", text="t")
        with self.assertRaises(AttributeError):
            message.text = "other"


class FaultTests(TestCase):
    def test_asks_for_the_act(self):
        for fault, kind in {
            Fault.ADDRESS: Undeliverable,
            Fault.MESSAGE: Undeliverable,
            Fault.TEMPLATE: Misconfigured,
            Fault.CHANNEL: Misconfigured,
            Fault.LATER: Unavailable,
        }.items():
            error = fault.error("why", code="7", template="bill_issued")
            self.assertIsInstance(error, kind)
            self.assertEqual(str(error), "7: why")

    def test_tells_a_bad_address_from_a_bad_message(self):
        self.assertFalse(Fault.ADDRESS.error("", code="1").message_only)
        self.assertTrue(Fault.MESSAGE.error("", code="1").message_only)

    def test_stops_only_the_template_where_it_is_at_fault(self):
        self.assertEqual(Fault.TEMPLATE.error("", code="1", template="t").template, "t")
        self.assertEqual(Fault.CHANNEL.error("", code="1", template="t").template, "")


class RedactTests(TestCase):
    def test_removes_phones_and_addresses(self):
        for text, expected in {
            "no account for 84901234567": "no account for …",
            "0901 234 567 is blocked": "… is blocked",
            "<hanh@example.vn>: unknown": "<…>: unknown",
            "code 550\r\n5.1.1": "code 550 5.1.1",
            "x" * 300: "x" * 200,
        }.items():
            self.assertEqual(redact(text), expected)


class RetryAfterTests(TestCase):
    def test_reads_seconds_and_dates(self):
        for value, seconds in {
            "0": 0.0,
            "120": 120.0,
            "Tue, 24 Nov 2026 03:02:00 GMT": 120.0,
            "Tuesday, 24-Nov-26 03:02:00 GMT": 120.0,
            "Tue, 24 Nov 2026 10:02:00 +0700": 120.0,
        }.items():
            with self.subTest(value=value):
                self.assertEqual(retry_after(value, at=AT), seconds)

    def test_stays_between_now_and_a_day(self):
        self.assertEqual(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", at=AT), 0.0)
        self.assertEqual(retry_after("99999999", at=AT), 86_400.0)

    def test_takes_nonsense_for_silence(self):
        for value in (None, "", "soon", "-5", "1.5", "²", "Tue, 99 Nov 2026"):
            with self.subTest(value=value):
                self.assertIsNone(retry_after(value, at=AT))

    @given(st.text(max_size=40))
    def test_survives_anything(self, value: str):
        found = retry_after(value, at=AT)
        self.assertTrue(found is None or 0 <= found <= 86_400)


class ReceiptEventTests(TestCase):
    def test_key_is_the_same_for_a_repetition_only(self):
        def key(**values: object) -> str:
            defaults = {
                "provider": "zalo",
                "message_id": "m",
                "reference": "r",
                "status": "seen",
                "occurred_at": AT,
            }
            return ReceiptEvent(**(defaults | values)).key

        self.assertEqual(key(), key(reference="other", detail="again"))
        self.assertEqual(
            len({key(), key(provider="esms"), key(message_id="n"), key(status="failed")}), 4
        )
