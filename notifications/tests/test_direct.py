import json
from datetime import timedelta
from unittest.mock import patch

from django.db import IntegrityError, connection, transaction
from django.test import TestCase

from customers.tests.factories import NOON
from notifications import tasks
from notifications.channels import Misconfigured, ReceiptEvent, Unavailable, Undeliverable
from notifications.models import Channel, ChannelState, DirectMessage, Receipt
from notifications.services import direct, receipts
from portal.schedule import ROUTES, URGENT

from .fakes import provider

Status = DirectMessage.Status
PHONE = "+84903123456"


def queued(**fields: object) -> DirectMessage:
    """A sign-in code by e-mail, useful for ten minutes."""
    given = {
        "channel": "email",
        "address": "hanh@example.vn",
        "subject": "Mã đăng nhập",
        "text": "Mã của quý khách: 482913",
        "purpose": "sign_in_code",
        "at": NOON,
        "expires_at": NOON + timedelta(minutes=10),
    }
    return direct.queue(**(given | fields))


def sent(message: DirectMessage, *, after: float = 1) -> DirectMessage:
    """The message after its sender was rung for so many seconds later."""
    direct.send(message=message.pk, at=NOON + timedelta(seconds=after))
    message.refresh_from_db()
    return message


class QueueTests(TestCase):
    def test_seals_address_and_words(self):
        message = queued(html="<b>482913</b>", data={"code": "482913"})
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(d)::text FROM notifications_directmessage d")
            [(row,)] = cursor.fetchall()
        assert "482913" not in row
        assert "hanh@" not in row
        message.refresh_from_db()
        assert (message.address, message.text) == ("hanh@example.vn", "Mã của quý khách: 482913")
        assert json.loads(message.data) == {"code": "482913"}

    def test_rings_with_the_id_alone_and_only_after_the_commit(self):
        with self.captureOnCommitCallbacks() as calls:
            queued()
        assert len(calls) == 1

    def test_sends_no_sms_that_nobody_asked_for(self):
        for purpose in ("security", "invitation"):
            with self.assertRaises(direct.NotAllowed):
                queued(channel="sms", address=PHONE, purpose=purpose)
        assert not DirectMessage.objects.exists()

    def test_takes_no_purpose_or_channel_it_does_not_know(self):
        for fields in ({"purpose": "advertising"}, {"channel": "inbox"}, {"channel": "pigeon"}):
            with self.assertRaises(direct.NotAllowed):
                queued(**fields)

    def test_takes_nothing_that_is_expired(self):
        with self.assertRaises(direct.NotAllowed):
            queued(expires_at=NOON)

    def test_is_kept_from_unasked_sms_by_the_database_too(self):
        message = queued(channel="email", purpose="security")
        with self.assertRaises(IntegrityError), transaction.atomic():
            DirectMessage.objects.filter(pk=message.pk).update(channel="sms")


class SendTests(TestCase):
    def test_hands_address_and_words_to_the_channel(self):
        message = queued(html="<b>482913</b>", data={"code": "482913"})
        with provider("id-1") as fake:
            sent(message)
        [taken] = fake.sent
        assert (taken.address, taken.subject) == ("hanh@example.vn", "Mã đăng nhập")
        assert (taken.template, taken.data) == ("sign_in_code", {"code": "482913"})
        assert (message.status, message.provider_ref, message.tries) == ("accepted", "id-1", 1)

    def test_writes_the_try_down_before_the_call(self):
        message = queued()
        seen = []

        def call(_adapter, _row):
            seen.extend(DirectMessage.objects.values_list("status", "tries"))
            return "id", None

        with patch("notifications.services.direct.sending._call", call):
            sent(message)
        assert seen == [("sending", 1)]

    def test_sends_once_when_rung_for_twice(self):
        message = queued()
        with provider() as fake:
            sent(message)
            sent(message)
        assert len(fake.sent) == 1

    def test_sends_nothing_past_its_time(self):
        message = queued()
        with provider() as fake:
            sent(message, after=601)
        assert fake.sent == []
        direct.sweep(at=NOON + timedelta(seconds=601))
        message.refresh_from_db()
        assert message.status == Status.EXPIRED

    def test_tries_again_soon_when_the_provider_cannot_take_it(self):
        message = queued()
        with provider(Unavailable("busy"), "id-2") as fake:
            sent(message)
            assert message.status == Status.QUEUED
            sent(message, after=2)
            assert len(fake.sent) == 1
            sent(message, after=4)
        assert (message.status, message.tries) == (Status.ACCEPTED, 2)

    def test_gives_up_after_a_few_tries(self):
        message = queued()
        with provider(Unavailable("busy")) as fake:
            for number in range(10):
                sent(message, after=1 + number * 31)
        assert (message.status, len(fake.sent)) == (Status.FAILED, 6)

    def test_leaves_a_doubtful_try_alone_where_a_repetition_would_be_a_copy(self):
        message = queued()
        with provider(Unavailable("cut", ambiguous=True)):
            sent(message)
        assert message.status == Status.UNKNOWN

    def test_repeats_a_doubtful_try_where_the_provider_knows_our_reference(self):
        message = queued(channel="sms", address=PHONE)
        with provider(Unavailable("cut", ambiguous=True), "id", deduplicates=True) as fake:
            sent(message)
            sent(message, after=5)
        assert message.status == Status.ACCEPTED
        assert fake.sent[0].reference == fake.sent[1].reference

    def test_gives_a_refused_address_up(self):
        message = queued()
        with provider(Undeliverable("no such mailbox", code="550")):
            sent(message)
        assert (message.status, message.detail) == (Status.FAILED, "550: no such mailbox")

    def test_stops_the_channel_when_our_set_up_is_refused_and_keeps_the_message(self):
        message = queued()
        with provider(Misconfigured("password refused")) as fake:
            sent(message)
            sent(message, after=20)
        assert (message.status, len(fake.sent)) == (Status.QUEUED, 1)
        assert ChannelState.objects.get(channel=Channel.EMAIL).stopped_at is not None

    def test_keeps_no_words_of_an_unforeseen_error(self):
        message = queued()
        with provider(RuntimeError("hanh@example.vn")):
            sent(message)
        assert (message.status, message.detail) == (Status.UNKNOWN, "RuntimeError")


class SweepTests(TestCase):
    def died(self, **fields: object) -> DirectMessage:
        """A message whose sender died while it called."""
        message = queued(**fields)
        DirectMessage.objects.filter(pk=message.pk).update(
            status=Status.SENDING, tries=1, lease_until="2026-01-01T00:00:00Z"
        )
        return message

    def test_repeats_what_a_dead_sender_held_only_where_the_provider_would_notice(self):
        mail, sms = self.died(), self.died(channel="sms", address=PHONE)
        direct.sweep(at=NOON)
        mail.refresh_from_db()
        sms.refresh_from_db()
        assert (mail.status, sms.status) == (Status.UNKNOWN, Status.QUEUED)

    def test_leaves_a_living_sender_alone(self):
        message = self.died()
        DirectMessage.objects.update(lease_until="2126-01-01T00:00:00Z")
        assert direct.sweep(at=NOON) == 0
        message.refresh_from_db()
        assert message.status == Status.SENDING

    def test_finds_what_nobody_was_rung_for(self):
        message = queued()
        assert direct.due(at=NOON) == [message.pk]
        assert direct.due(at=NOON - timedelta(seconds=1)) == []

    def test_wipes_address_and_words_a_week_after_the_end(self):
        message = queued(html="<b>482913</b>", data={"code": "482913"}, from_ip="203.0.113.9")
        with provider():
            sent(message)
        direct.sweep(at=NOON + timedelta(days=6))
        message.refresh_from_db()
        assert message.text
        direct.sweep(at=NOON + timedelta(days=7, minutes=1))
        message.refresh_from_db()
        left = (message.address, message.subject, message.text, message.html, message.data)
        assert left == ("", "", "", "", "")
        assert (message.address_hash, message.network_hash) == ("", "")
        assert (message.purpose, message.status) == ("sign_in_code", Status.ACCEPTED)

    def test_is_nothing_the_second_time(self):
        queued()
        later = NOON + timedelta(days=20)
        assert direct.sweep(at=later) == 1
        direct.sweep(at=later + timedelta(days=20))
        assert direct.sweep(at=later + timedelta(days=20)) == 0


class ReceiptTests(TestCase):
    def told(self, message: DirectMessage, status: str, provider: str = "smtp") -> None:
        event = ReceiptEvent(
            provider=provider,
            message_id=f"{message.reference.hex}@example.vn",
            reference=message.reference.hex,
            status=status,
            occurred_at=NOON,
        )
        receipts.record(events=[event], raw="as it came", at=NOON)
        message.refresh_from_db()

    def test_say_that_it_arrived_and_never_less_again(self):
        message = queued()
        with provider():
            sent(message)
        self.told(message, "delivered")
        self.told(message, "failed")
        assert message.status == Status.DELIVERED
        assert not Receipt.objects.filter(applied_at=None).exists()

    def test_say_that_it_did_not_arrive(self):
        message = queued()
        with provider():
            sent(message)
        self.told(message, "failed")
        assert message.status == Status.FAILED

    def test_of_a_company_that_does_not_carry_it_are_parked(self):
        message = queued()
        with provider():
            sent(message)
        self.told(message, "delivered", provider="zalo")
        assert message.status == Status.ACCEPTED
        assert Receipt.objects.filter(applied_at=None).exists()


class TaskTests(TestCase):
    def test_are_urgent(self):
        for task in (tasks.send_direct, tasks.sweep_direct, tasks.plan_urgent):
            assert ROUTES[task.name]["queue"] == URGENT

    def test_do_nothing_for_a_message_that_is_gone(self):
        with provider() as fake:
            tasks.send_direct(message=10**9)
        assert fake.sent == []
