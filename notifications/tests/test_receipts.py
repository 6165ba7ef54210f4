"""What providers report: kept as it came, applied once, in any order."""

import itertools
import uuid
from datetime import timedelta

from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from customers.tests.factories import NOON
from notifications.channels import ReceiptEvent
from notifications.models import Dispatch, Notice, Receipt
from notifications.services import dispatching, receipts, sweeping
from notifications.tests.factories import a_dispatch, a_notice
from notifications.tests.fakes import provider

Status, Reach = Dispatch.Status, Notice.Reach
MINUTE = timedelta(minutes=1)


def event(dispatch: Dispatch, status: str = "delivered", **fields) -> ReceiptEvent:
    provider = {"zalo": "zalo", "email": "smtp", "sms": "esms"}.get(dispatch.channel, "zalo")
    values = {
        "provider": provider,
        "message_id": f"id-{dispatch.pk}",
        "reference": dispatch.reference.hex,
        "status": status,
        "occurred_at": NOON,
        **fields,
    }
    return ReceiptEvent(**values)


def record(*events: ReceiptEvent, at=NOON) -> None:
    receipts.record(events=events, raw="{}", at=at)


def state(dispatch: Dispatch) -> tuple[str, str]:
    found = Dispatch.objects.select_related("notice").get(pk=dispatch.pk)
    return found.status, found.notice.reach


class RecordTests(TestCase):
    def test_lifts_the_dispatch_and_its_notice(self):
        dispatch = a_dispatch(status="accepted", silent_at=NOON + MINUTE)
        record(event(dispatch, occurred_at=NOON - MINUTE))
        self.assertEqual(state(dispatch), (Status.DELIVERED, Reach.DELIVERED))
        found = Dispatch.objects.get()
        self.assertEqual((found.delivered_at, found.silent_at), (NOON - MINUTE, None))
        self.assertEqual(Notice.objects.get().reached_by, "zalo")
        self.assertEqual(Receipt.objects.get().applied_at, NOON)

    def test_keeps_one_row_of_an_event_however_often_it_comes(self):
        dispatch = a_dispatch(status="accepted")
        for at in (NOON, NOON + MINUTE):
            record(event(dispatch), at=at)
        self.assertEqual(Receipt.objects.count(), 1)
        self.assertEqual(Receipt.objects.get().applied_at, NOON)

    def test_calls_off_the_channels_that_wait_for_their_turn(self):
        dispatch = a_dispatch(status="accepted")
        held = a_dispatch(notice=dispatch.notice, channel="email", step=2, status="held")
        record(event(dispatch))
        self.assertEqual(state(held)[0], Status.CANCELLED)

    def test_gives_the_next_channel_its_turn_after_a_failure(self):
        dispatch = a_dispatch(status="accepted", silent_at=NOON + MINUTE)
        held = a_dispatch(notice=dispatch.notice, channel="email", step=2, status="held")
        record(event(dispatch, "failed"))
        self.assertEqual(state(dispatch), (Status.FAILED, Reach.TRYING))
        self.assertEqual(state(held)[0], Status.QUEUED)

    def test_puts_the_account_on_the_call_list_when_the_last_channel_failed(self):
        dispatch = a_dispatch(status="accepted")
        record(event(dispatch, "failed"))
        self.assertEqual(state(dispatch)[1], Reach.UNREACHABLE)

    def test_takes_the_account_off_the_call_list_when_it_was_reached_late(self):
        dispatch = a_dispatch(status="accepted")
        Notice.objects.update(reach=Reach.UNREACHABLE, reason="exhausted")
        record(event(dispatch))
        notice = Notice.objects.get()
        self.assertEqual((notice.reach, notice.reason), (Reach.DELIVERED, ""))

    def test_retires_an_address_that_bounced_for_good_or_complained(self):
        for detail, is_final in [("5.1.1", True), ("complaint", True), ("4.2.2", False)]:
            dispatch = a_dispatch(channel="email", status="accepted")
            record(event(dispatch, "failed", detail=detail))
            dispatch.contact.refresh_from_db()
            self.assertEqual(dispatch.contact.suspended_at is not None, is_final, detail)

    def test_finds_the_message_by_the_providers_id_where_our_reference_is_not_repeated(self):
        dispatch = a_dispatch(status="accepted", provider_ref="abc")
        record(event(dispatch, reference="", message_id="abc"))
        self.assertEqual(state(dispatch)[0], Status.DELIVERED)

    def test_parks_what_belongs_to_no_message_of_this_provider(self):
        dispatch = a_dispatch(channel="sms", status="accepted", provider_ref="abc")
        strangers = [
            event(dispatch, provider="zalo"),
            event(dispatch, provider="zalo", reference="", message_id="abc"),
            event(dispatch, reference=uuid.uuid4().hex),
            event(dispatch, reference="not ours", message_id="abc"),
            event(dispatch, reference="", message_id=""),
        ]
        for number, stranger in enumerate(strangers):
            record(stranger, at=NOON + number * MINUTE)
        self.assertEqual(state(dispatch), (Status.ACCEPTED, Reach.TRYING))
        self.assertFalse(Receipt.objects.exclude(applied_at=None).exists())

    def test_takes_characters_that_a_database_does_not(self):
        receipts.record(events=[event(a_dispatch(status="accepted"))], raw="\x00", at=NOON)
        self.assertEqual(Receipt.objects.get().raw, "\ufffd")


class EarlyTests(TestCase):
    def test_receipt_during_the_call_is_not_overwritten_by_the_answer(self):
        dispatch = a_dispatch()

        def answer(_message) -> str:
            return "abc"

        with provider(answer):
            [claim] = dispatching.claiming.claim(channel="zalo", at=NOON, limit=1).claims
            record(event(dispatch))
            result = dispatching.Result(claim=claim, provider_ref="abc")
            dispatching.settling.settle(
                channel="zalo", results=[result], deduplicates=False, at=NOON
            )
        self.assertEqual(state(dispatch), (Status.DELIVERED, Reach.DELIVERED))
        found = Dispatch.objects.get()
        self.assertEqual((found.provider_ref, found.accepted_at), ("abc", NOON))

    def test_receipt_by_the_providers_id_waits_for_the_sweeper(self):
        dispatch = a_dispatch(status="accepted")
        record(event(dispatch, reference="", message_id="abc"))
        self.assertEqual(sweeping.sweep(at=NOON).applied, 0)
        Dispatch.objects.update(provider_ref="abc")
        self.assertEqual(sweeping.sweep(at=NOON + MINUTE).applied, 1)
        self.assertEqual(state(dispatch), (Status.DELIVERED, Reach.DELIVERED))

    def test_receipt_that_nobody_claims_is_given_up_after_a_week(self):
        dispatch = a_dispatch(status="accepted")
        record(event(dispatch, reference="", message_id="abc"))
        Dispatch.objects.update(provider_ref="abc")
        self.assertEqual(sweeping.sweep(at=NOON + timedelta(days=8)).applied, 0)


HIGHEST = {  # of what was reported, what must stand at the end
    frozenset(): (Status.ACCEPTED, Reach.TRYING),
    frozenset({"failed"}): (Status.FAILED, Reach.UNREACHABLE),
    frozenset({"delivered"}): (Status.DELIVERED, Reach.DELIVERED),
    frozenset({"failed", "delivered"}): (Status.DELIVERED, Reach.DELIVERED),
}


class AnyOrderTests(PropertyTestCase):
    @settings(max_examples=40, deadline=None)
    @given(words=st.lists(st.sampled_from(["failed", "delivered", "seen"]), max_size=6))
    def test_leads_to_the_same_end(self, words):
        """Also with repetitions, and with our own record of the hand-over at any point."""
        dispatch = a_dispatch(notice=a_notice(), status="accepted", silent_at=NOON + MINUTE)
        below = -1
        for number, word in enumerate(words):
            record(event(dispatch, word), at=NOON + number * MINUTE)
            height = _HEIGHTS.index(state(dispatch)[1])
            self.assertGreaterEqual(height, below)
            below = height
        said = frozenset(words)
        seen = (Status.SEEN, Reach.SEEN)
        self.assertEqual(state(dispatch), seen if "seen" in said else HIGHEST[said])

    def test_of_the_answer_and_the_receipts_leads_to_the_same_end(self):
        words = ["answer", "failed", "delivered", "seen"]
        for order in itertools.permutations(words):
            dispatch = a_dispatch()
            [claim] = dispatching.claiming.claim(channel="zalo", at=NOON, limit=1).claims
            for word in order:
                if word != "answer":
                    record(event(dispatch, word))
                    continue
                result = dispatching.Result(claim=claim, provider_ref="abc")
                dispatching.settling.settle(
                    channel="zalo", results=[result], deduplicates=False, at=NOON
                )
            self.assertEqual(state(dispatch), (Status.SEEN, Reach.SEEN), order)


_HEIGHTS = [Reach.TRYING, Reach.ENDED, Reach.UNREACHABLE, Reach.DELIVERED, Reach.SEEN]
