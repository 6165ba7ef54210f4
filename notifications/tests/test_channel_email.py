import asyncio
import email
import email.policy
from contextlib import suppress
from datetime import UTC, datetime
from unittest import TestCase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import Message, Misconfigured, Unavailable, Undeliverable
from notifications.channels.base import MalformedReceipt
from notifications.channels.email import ascii_address, receipts, render
from notifications.channels.smtp import Refused
from notifications.simulator.arrivals import Arrival
from notifications.simulator.mail import report
from notifications.simulator.scenarios import mailbox
from notifications.simulator.server import Simulator

from .simulated import email as email_channel
from .simulated import message

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNSUBSCRIBE = {
    "List-Unsubscribe": "<https://cskh.example.vn/u/abc>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


class TestSend:
    async def test_has_the_same_message_id_at_every_attempt(self, simulator: Simulator):
        async with email_channel(simulator) as channel:
            ids = {await channel.send(message(mailbox("ok"), reference="n-5")) for _ in range(2)}
        assert ids == {"n-5@example.vn"}
        assert {arrival.message_id for arrival in simulator.desk.arrivals} == ids

    async def test_brings_the_words_and_the_way_out(self, simulator: Simulator):
        sent = message(mailbox("ok"), html="<p>Hóa đơn</p>", headers=UNSUBSCRIBE)
        async with email_channel(simulator) as channel:
            await channel.send(sent)
        [arrival] = simulator.desk.arrivals
        assert arrival.subject == "Hóa đơn tiền điện tháng 10"
        assert arrival.text.strip() == sent.text
        assert arrival.headers == UNSUBSCRIBE | {"From": "Điện lực <khachhang@example.vn>"}

    async def test_keeps_one_connection_for_one_mail_after_the_other(self, simulator: Simulator):
        async with email_channel(simulator) as channel:
            for number in range(5):
                await channel.send(message(mailbox("ok"), reference=f"n-{number}"))
            assert len(channel._idle) == 1
        assert len(simulator.desk.arrivals) == 5

    async def test_opens_a_connection_anew_that_went_stale(self, simulator: Simulator):
        async with email_channel(simulator) as channel:
            await channel.send(message(mailbox("ok")))
            [connection] = channel._idle
            connection._smtp.sock.shutdown(2)
            await channel.send(message(mailbox("ok"), reference="n-2"))
        assert len(simulator.desk.arrivals) == 2

    async def test_greylisted_passes_the_second_time(self, simulator: Simulator):
        async with email_channel(simulator) as channel:
            with pytest.raises(Unavailable):
                await channel.send(message(mailbox("greylisted")))
            assert await channel.send(message(mailbox("greylisted")))

    async def test_waits_for_a_connection_until_the_deadline(self, simulator: Simulator):
        async with email_channel(simulator, connections=1) as channel:
            hanging = asyncio.create_task(channel.send(message(mailbox("hang"))))
            while not len(simulator.desk.arrivals):
                await asyncio.sleep(0.01)
            channel.deadline = 0.05
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(mailbox("ok"), reference="n-2"))
            hanging.cancel()
            await asyncio.wait([hanging])
        assert not caught.value.ambiguous
        assert [arrival.reference for arrival in simulator.desk.arrivals] == ["n-1"]

    async def test_never_sends_what_was_given_up_before(self, simulator: Simulator):
        async with email_channel(simulator) as channel:
            await channel.send(message(mailbox("ok")))
            [connection] = channel._idle
            assert not connection.give_up()
            with pytest.raises(Unavailable) as caught:
                await asyncio.to_thread(
                    connection.deliver, sender="a@example.vn", recipient="b@c.vn", content=b"x"
                )
            assert not caught.value.ambiguous
            await asyncio.to_thread(connection.close)
        assert len(simulator.desk.arrivals) == 1

    async def test_needs_what_the_server_does_not_offer(self, simulator: Simulator):
        async with email_channel(simulator, security="starttls") as channel:
            with pytest.raises(Misconfigured):
                await channel.send(message(mailbox("ok")))

    async def test_a_line_that_starts_with_a_dot_arrives(self, simulator: Simulator):
        sent = Message(reference="n-1", address=mailbox("ok"), text="a\n.\n..b", subject=".")
        async with email_channel(simulator) as channel:
            await channel.send(sent)
        [arrival] = simulator.desk.arrivals
        assert arrival.text.strip() == sent.text


class RefusedTests(TestCase):
    def test_asks_for_the_act(self):
        for stage, code, text, expected in (
            ("recipient", 550, b"5.1.1 unknown", "undeliverable"),
            ("recipient", 550, b"No such user", "undeliverable"),
            ("recipient", 550, b"5.2.1 disabled", "undeliverable"),
            ("recipient", 552, b"5.2.2 full", "message"),
            ("recipient", 550, b"5.7.1 policy", "message"),
            ("content", 554, b"Spam", "message"),
            ("content", 550, b"5.1.1 unknown", "undeliverable"),
            ("recipient", 450, b"4.7.1 Greylisted", "later"),
            ("content", 451, b"", "later"),
            ("sender", 421, b"", "later"),
            ("sender", 550, b"5.1.8 bad sender", "stop"),
            ("sign-in", 535, b"", "stop"),
            ("sign-in", 454, b"", "later"),
        ):
            with self.subTest(stage=stage, code=code, text=text):
                error = Refused(stage, code, text).error()
                self.assertEqual(_act(error), expected)
                self.assertNotIn("unknown", str(error))


def _act(error: Exception) -> str:
    if isinstance(error, Undeliverable):
        return "message" if error.message_only else "undeliverable"
    return "later" if isinstance(error, Unavailable) else "stop"


class AsciiAddressTests(TestCase):
    def test_is_itself_or_its_international_domain_in_ascii(self):
        self.assertEqual(ascii_address("a.b+c@example.vn"), "a.b+c@example.vn")
        self.assertEqual(ascii_address("a@điệnlực.vn"), "a@xn--inlc-zua1576bqia.vn")

    def test_refuses_what_could_say_more_than_an_address(self):
        for address in (
            "",
            "a",
            "a@",
            "@b.vn",
            "a@b@c.vn",
            "a b@c.vn",
            "a@b.vn>",
            "<a@b.vn>",
            "a@b.vn\r\nDATA",
            "a@b.vn\n",
            '"a b"@c.vn',
            "đ@b.vn",
            "a@b..vn",
            "a@" + "x" * 70 + ".vn",
            "x" * 65 + "@b.vn",
            "a,b@c.vn",
        ):
            with self.subTest(address), self.assertRaises(Undeliverable):
                ascii_address(address)


class RenderTests(TestCase):
    def render(self, **values: object):
        defaults = {
            "reference": "n",
            "address": "hanh@example.vn",
            "text": "Chào",
            "subject": "Tin",
        }
        raw = render(
            Message(**(defaults | values)),
            sender="Điện lực <kh@example.vn>",
            message_id="n@example.vn",
            written_at=AT,
        )
        return email.message_from_bytes(raw, policy=email.policy.default)

    def test_writes_the_headers_of_a_machine(self):
        mail = self.render()
        self.assertEqual(mail["Message-ID"], "<n@example.vn>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail["From"].addresses[0].display_name, "Điện lực")
        self.assertEqual(mail["Date"].datetime, AT)

    def test_has_html_beside_the_text(self):
        mail = self.render(html="<p>Chào</p>")
        self.assertEqual(mail.get_content_type(), "multipart/alternative")
        self.assertEqual(
            [part.get_content().strip() for part in mail.iter_parts()], ["Chào", "<p>Chào</p>"]
        )

    def test_is_text_alone_without_html(self):
        self.assertEqual(self.render().get_content_type(), "text/plain")

    def test_refuses_headers_it_does_not_know(self):
        with self.assertRaises(ValueError):
            self.render(headers={"Bcc": "other@example.vn"})

    @given(st.text(max_size=200))
    def test_lets_no_subject_start_a_header(self, subject: str):
        mail = self.render(subject=subject + "\r\nBcc: other@example.vn\n\nx")
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(mail.get_content().strip(), "Chào")

    def test_lets_no_header_start_another(self):
        mail = self.render(headers={"List-Unsubscribe": "<https://a>\r\nBcc: other@example.vn"})
        self.assertIsNone(mail["Bcc"])


class ReceiptsTests(TestCase):
    def report(self, *, failed: bool) -> bytes:
        arrival = Arrival(
            channel="smtp",
            address="hanh@example.vn",
            reference="n-1",
            message_id="n-1@example.vn",
            scenario="ok",
        )
        return report(arrival, failed=failed)

    def test_tell_what_became_of_the_mail(self):
        for failed, status, detail in ((False, "delivered", "2.0.0"), (True, "failed", "5.1.1")):
            [found] = receipts(self.report(failed=failed), received_at=AT)
            self.assertEqual(
                (found.status, found.detail, found.reference, found.message_id),
                (status, detail, "n-1", "n-1@example.vn"),
            )

    def test_are_none_for_a_delay(self):
        raw = self.report(failed=True).replace(b"Action: failed", b"Action: delayed")
        self.assertEqual(receipts(raw, received_at=AT), [])

    def test_tell_a_complaint(self):
        raw = (
            b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: message/feedback-report\r\n\r\n"
            b"Feedback-Type: abuse\r\n\r\n"
            b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
            b"Message-ID: <n-1@example.vn>\r\nSubject: x\r\n\r\ntext\r\n--b--\r\n"
        )
        [found] = receipts(raw, received_at=AT)
        self.assertEqual(
            (found.status, found.detail, found.reference), ("failed", "complaint", "n-1")
        )

    def test_refuse_what_is_no_report(self):
        for raw in (
            b"",
            b"\xff\x00",
            b"Subject: hello\r\n\r\nhello",
            self.report(failed=True).replace(b"Message-ID", b"X"),
            self.report(failed=True).replace(b"n-1@example.vn", b"x" * 90),
            b"x" * 70_000,
        ):
            with self.subTest(raw[:30]), self.assertRaises(MalformedReceipt):
                receipts(raw, received_at=AT)

    @given(st.binary(max_size=300), st.integers(0, 600))
    def test_survive_a_damaged_report(self, noise: bytes, place: int):
        raw = self.report(failed=True)
        with suppress(MalformedReceipt):
            found = receipts(raw[:place] + noise + raw[place:], received_at=AT)
            self.assertIsInstance(found, list)
