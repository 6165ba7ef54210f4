"""Sending: what each answer of a provider leads to."""

import asyncio
from datetime import date, timedelta
from unittest.mock import patch

from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from billing.tests.factories import a_bill
from customers.models import Arrangement
from customers.tests.factories import NOON, a_relative_contact, an_account, an_sms_retention
from notifications.channels import Message, Misconfigured, Unavailable, Undeliverable
from notifications.models import Attempt, ChannelState, Dispatch, Kind, Notice
from notifications.services import channel_states, dispatching
from notifications.services.settling import LONGEST_WAIT, MAX_TRIES, wait_after
from notifications.tests.factories import a_dispatch, a_notice, a_preference
from notifications.tests.fakes import provider

Status = Dispatch.Status
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOWN, DOUBT = Unavailable("down"), Unavailable("no answer", ambiguous=True)


def send(channel: str = "zalo", at=NOON, **kwargs) -> bool:
    return dispatching.send_batch(channel=channel, at=at, **kwargs)


def fresh(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def outcomes(dispatch: Dispatch) -> list[str]:
    return list(dispatch.attempts.order_by("number").values_list("outcome", flat=True))


class AcceptedTests(TestCase):
    def test_hands_the_message_over_and_records_the_providers_reference(self):
        dispatch = a_dispatch()
        with provider("msg-1") as fake:
            send()
        [message] = fake.sent
        self.assertEqual(message.reference, dispatch.reference.hex)
        self.assertEqual(message.address, dispatch.address)
        self.assertIn(dispatch.notice.code, message.text)
        sent = fresh(dispatch)
        self.assertEqual((sent.status, sent.provider_ref), (Status.ACCEPTED, "msg-1"))
        self.assertIsNone(sent.lease_until)
        self.assertEqual(sent.accepted_at.replace(microsecond=0), NOON)
        self.assertEqual(outcomes(dispatch), ["accepted"])

    def test_waits_for_a_confirmation_from_then_on(self):
        dispatch = a_dispatch()
        with provider():
            send()
        sent = fresh(dispatch)
        self.assertEqual(sent.silent_at - sent.accepted_at, 24 * HOUR)
        self.assertEqual(dispatch.notice.reach, Notice.Reach.TRYING)

    def test_sends_urgent_before_bulk_and_old_before_new(self):
        bulk, new, old, urgent = (
            a_dispatch(priority=priority, due_at=NOON - age)
            for priority, age in [(6, MINUTE), (5, MINUTE), (5, HOUR), (0, MINUTE)]
        )
        with provider() as fake:
            send()
        order = [message.reference for message in fake.sent]
        self.assertEqual(order, [one.reference.hex for one in (urgent, old, new, bulk)])

    def test_takes_only_what_is_urgent_in_the_urgent_lane(self):
        urgent, bulk = a_dispatch(priority=3), a_dispatch(priority=4)
        with provider():
            send(lane=dispatching.URGENT)
        self.assertEqual(fresh(urgent).status, Status.ACCEPTED)
        self.assertEqual(fresh(bulk).status, Status.QUEUED)

    def test_leaves_other_channels_and_later_times_alone(self):
        others = [a_dispatch(channel="email"), a_dispatch(due_at=NOON + MINUTE)]
        others += [a_dispatch(status=status) for status in ("held", "accepted", "suppressed")]
        with provider() as fake:
            send()
        self.assertEqual(fake.sent, [])
        self.assertEqual([fresh(one).tries for one in others], [0] * 5)

    def test_sends_many_with_as_many_queries_as_few(self):
        counts = []
        for number in (2, 15):
            for _ in range(number):
                a_dispatch()
            with provider(), CaptureQueriesContext(connection) as queries:
                send()
            counts.append(len(queries))
        self.assertEqual(Dispatch.objects.filter(status=Status.ACCEPTED).count(), 17)
        self.assertEqual(*counts)


class UndeliverableTests(TestCase):
    def test_goes_on_to_the_next_channel_and_suspends_the_contact(self):
        first = a_dispatch()
        second = a_dispatch(notice=first.notice, channel="email", step=2, status="held")
        third = a_dispatch(notice=first.notice, channel="sms", step=3, status="held")
        with provider(Undeliverable("no Zalo account", code="-118")):
            send()
        failed, following = fresh(first), fresh(second)
        self.assertEqual((failed.status, failed.reason), (Status.FAILED, "refused_address"))
        self.assertEqual((following.status, following.reason), (Status.QUEUED, "fallback"))
        self.assertEqual(following.silent_at.replace(microsecond=0), NOON + 24 * HOUR)
        self.assertEqual(fresh(third).status, Status.HELD)
        first.contact.refresh_from_db()
        self.assertEqual(first.contact.suspended_why, "-118: no Zalo account")

    def test_keeps_the_contact_when_only_this_message_is_refused(self):
        dispatch = a_dispatch()
        with provider(Undeliverable("mailbox full", message_only=True)):
            send()
        self.assertEqual(fresh(dispatch).reason, "refused_message")
        dispatch.contact.refresh_from_db()
        self.assertIsNone(dispatch.contact.suspended_at)

    def test_puts_the_account_on_the_call_list_when_no_channel_is_left(self):
        dispatch = a_dispatch()
        with provider(Undeliverable("gone")):
            send()
        notice = Notice.objects.get()
        self.assertEqual((notice.reach, notice.reason), ("unreachable", "exhausted"))
        self.assertEqual(fresh(dispatch).silent_at, None)

    def test_waits_for_a_relative_who_is_still_being_told(self):
        dispatch = a_dispatch()
        a_dispatch(notice=dispatch.notice, channel="email", recipient="relative")
        with provider(Undeliverable("gone")):
            send()
        self.assertEqual(Notice.objects.get().reach, "trying")


class UnavailableTests(TestCase):
    def test_queues_again_with_a_longer_wait_each_time(self):
        dispatch, waits, at = a_dispatch(), [], NOON
        with provider(DOWN):
            for _ in range(3):
                send(at=at)
                # In half minutes: a busy machine adds the moment that the call took.
                waits.append((fresh(dispatch).due_at - at) // timedelta(seconds=30))
                at = fresh(dispatch).due_at
                channel_states.start_again(channel="zalo")
        self.assertEqual(waits, [1, 2, 4])
        self.assertEqual(outcomes(dispatch), ["unavailable"] * 3)

    def test_gives_up_in_the_end_and_goes_on_to_the_next_channel(self):
        dispatch = a_dispatch()
        following = a_dispatch(notice=dispatch.notice, channel="email", step=2, status="held")
        at = NOON
        with provider(DOWN):
            for _ in range(MAX_TRIES):
                send(at=at)
                at += LONGEST_WAIT + MINUTE
        self.assertEqual(fresh(dispatch).reason, "exhausted")
        self.assertEqual(fresh(following).status, Status.QUEUED)

    def test_does_not_let_the_wait_push_back_the_time_of_silence(self):
        dispatch = a_dispatch(silent_at=NOON + HOUR)
        with provider(DOWN):
            send()
        self.assertEqual(fresh(dispatch).silent_at, NOON + HOUR)

    def test_rests_the_channel_as_long_as_asked_and_burns_no_attempt(self):
        dispatch = a_dispatch()
        with provider(Unavailable("429", retry_after=90.0), "msg-1") as fake:
            send()
            self.assertEqual(fresh(dispatch).status, Status.QUEUED)
            send(at=NOON + timedelta(seconds=80))
            self.assertEqual(len(fake.sent), 1)
            send(at=NOON + timedelta(seconds=95))
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)
        self.assertEqual(outcomes(dispatch), ["paused", "accepted"])

    def test_is_asked_to_rest_as_often_as_the_provider_likes(self):
        dispatch, at = a_dispatch(), NOON
        with provider(Unavailable("429", retry_after=5.0)):
            for _ in range(MAX_TRIES + 2):
                send(at=at)
                at += MINUTE
        self.assertEqual(fresh(dispatch).status, Status.QUEUED)

    def test_rests_one_channel_and_no_other(self):
        a_dispatch()
        mail = a_dispatch(channel="email")
        with provider(Unavailable("429", retry_after=90.0), "msg-1"):
            send("zalo")
            send("email")
        self.assertEqual(fresh(mail).status, Status.ACCEPTED)

    def test_tries_one_at_a_time_ten_seconds_apart_once_a_provider_is_down(self):
        for _ in range(8):
            a_dispatch()
        with provider(DOWN) as fake:
            send()
            self.assertEqual(len(fake.sent), 8)
            for seconds in (35, 40, 50):
                send(at=NOON + timedelta(seconds=seconds))
            self.assertEqual(len(fake.sent), 10)
            fake.answers = ["msg-1"]
            send(at=NOON + timedelta(seconds=65))
        self.assertEqual(ChannelState.objects.get(channel="zalo").failures, 0)


class DoubtTests(TestCase):
    def test_is_left_unclear_where_the_provider_does_not_know_our_reference(self):
        dispatch = a_dispatch()
        with provider(DOUBT) as fake:
            send()
            send(at=NOON + HOUR)
        self.assertEqual(len(fake.sent), 1)
        left = fresh(dispatch)
        self.assertEqual((left.status, left.reason), (Status.UNKNOWN, "doubtful"))
        self.assertEqual(left.silent_at.replace(second=0, microsecond=0), NOON + 24 * HOUR)

    def test_is_repeated_where_the_provider_knows_our_reference(self):
        dispatch = a_dispatch()
        with provider(DOUBT, "msg-1", deduplicates=True) as fake:
            send()
            send(at=NOON + MINUTE)
        self.assertEqual(fake.sent[0].reference, fake.sent[1].reference)
        self.assertEqual(outcomes(dispatch), ["doubtful", "accepted"])
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)

    def test_is_not_repeated_once_the_provider_may_have_forgotten(self):
        dispatch = a_dispatch()
        with provider(DOUBT, deduplicates=True) as fake:
            send()
            send(at=NOON + 21 * HOUR)
        self.assertEqual(len(fake.sent), 1)
        self.assertEqual(fresh(dispatch).status, Status.UNKNOWN)

    def test_ends_unclear_after_five_doubts(self):
        dispatch, at = a_dispatch(), NOON
        with provider(DOUBT, deduplicates=True):
            for _ in range(8):
                send(at=at)
                at += LONGEST_WAIT + MINUTE
        self.assertEqual(outcomes(dispatch), ["doubtful"] * 5)
        self.assertEqual(fresh(dispatch).status, Status.UNKNOWN)

    def test_treats_a_call_that_never_ends_as_doubtful(self):
        dispatch = a_dispatch()
        with provider() as fake:
            fake.deadline = 0.01

            async def hang(_message: Message) -> str:
                await asyncio.sleep(3600)
                return ""

            fake.send = hang
            with patch.object(dispatching, "GRACE", 0.01):
                send()
        self.assertEqual(outcomes(dispatch), ["doubtful"])


class MisconfiguredTests(TestCase):
    def test_stops_the_channel_until_staff_start_it_again(self):
        dispatch = a_dispatch()
        with provider(Misconfigured("balance spent", code="-115"), "msg-1") as fake:
            send()
            self.assertEqual(fresh(dispatch).status, Status.QUEUED)
            send(at=NOON + HOUR)
            self.assertEqual(len(fake.sent), 1)
            self.assertIn("-115", ChannelState.objects.get(channel="zalo").why)
            channel_states.start_again(channel="zalo")
            send(at=NOON + HOUR)
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)

    def test_stops_only_the_words_that_the_provider_does_not_approve(self):
        dispatch, other = a_dispatch(), a_dispatch(due_at=NOON + HOUR)
        test = a_dispatch(notice=a_notice(kind=Kind.TEST_MESSAGE), due_at=NOON + HOUR)
        with provider(Misconfigured("withdrawn", template="bill_issued"), "msg-1") as fake:
            send()
            send(at=NOON + HOUR)
        self.assertEqual(len(fake.sent), 2)
        for one in (dispatch, other):
            self.assertEqual((fresh(one).status, fresh(one).reason), ("failed", "stopped_words"))
        self.assertEqual(fresh(test).status, Status.ACCEPTED)


class SurpriseTests(TestCase):
    def test_one_message_that_cannot_be_made_stops_no_other(self):
        broken, fine = a_dispatch(notice=a_notice(bill=None)), a_dispatch()
        with provider() as fake:
            send()
        self.assertEqual([m.reference for m in fake.sent], [fine.reference.hex])
        self.assertEqual(outcomes(broken), ["broken"])
        self.assertEqual((fresh(broken).status, fresh(broken).crashes), (Status.QUEUED, 1))

    def test_a_message_that_breaks_its_sender_three_times_is_put_aside(self):
        broken, at = a_dispatch(notice=a_notice(bill=None)), NOON
        with provider():
            for _ in range(4):
                send(at=at)
                at += LONGEST_WAIT + MINUTE
        self.assertEqual(outcomes(broken), ["broken"] * 3)
        self.assertEqual((fresh(broken).status, fresh(broken).reason), ("failed", "quarantined"))

    def test_an_adapters_own_fault_may_have_sent_the_message_and_is_repeated_once(self):
        dispatch, at = a_dispatch(), NOON
        with provider(KeyError("data")) as fake:
            for _ in range(3):
                send(at=at)
                at += LONGEST_WAIT + MINUTE
        self.assertEqual(len(fake.sent), 2)
        self.assertEqual(fresh(dispatch).status, Status.UNKNOWN)
        self.assertEqual(dispatch.attempts.first().detail, "KeyError")


class EligibilityTests(TestCase):
    """What changed since the plan is found out in the transaction of the claim."""

    def put_aside(self, dispatch: Dispatch, channel: str = "zalo") -> tuple[str, str]:
        with provider() as fake:
            send(channel)
        self.assertEqual(fake.sent, [])
        self.assertFalse(Attempt.objects.exists())
        return fresh(dispatch).status, fresh(dispatch).reason

    def test_sends_no_sms_without_an_agreement_in_force(self):
        account = an_account()
        ended = an_sms_retention(account=account, ends_on=date(2026, 11, 2))
        dispatch = a_dispatch(
            notice=a_notice(account=account), channel="sms", contact=ended.contact
        )
        self.assertEqual(self.put_aside(dispatch, "sms"), ("suppressed", "no_agreement"))
        self.assertEqual(Notice.objects.get().reach, "unreachable")

    def test_sends_no_sms_to_a_number_the_agreement_does_not_name(self):
        account = an_account()
        an_sms_retention(account=account)
        dispatch = a_dispatch(notice=a_notice(account=account), channel="sms")
        self.assertEqual(self.put_aside(dispatch, "sms"), ("suppressed", "no_agreement"))

    def test_sends_an_sms_by_the_agreement_in_force(self):
        account = an_account()
        agreement = an_sms_retention(account=account)
        dispatch = a_dispatch(
            notice=a_notice(account=account), channel="sms", contact=agreement.contact
        )
        with provider():
            send("sms")
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)

    def test_tells_no_relative_whose_arrangement_ended(self):
        relative = a_relative_contact(state=Arrangement.State.ENDED)
        dispatch = a_dispatch(
            notice=a_notice(account=relative.account),
            channel="email",
            contact=relative.contact,
            recipient="relative",
        )
        self.assertEqual(self.put_aside(dispatch, "email"), ("suppressed", "no_agreement"))

    def test_uses_no_contact_that_was_suspended_changed_or_removed(self):
        suspended, changed, removed = a_dispatch(), a_dispatch(), a_dispatch()
        suspended.contact.suspended_at = NOON
        suspended.contact.save()
        changed.contact.value = "+84901111111"
        changed.contact.save()
        removed.contact.delete()
        self.assertEqual(self.put_aside(suspended), ("suppressed", "suspended"))
        for one in (changed, removed):
            self.assertEqual(fresh(one).reason, "contact_changed")

    def test_minds_a_preference_that_came_after_the_plan(self):
        dispatch = a_dispatch()
        following = a_dispatch(notice=dispatch.notice, channel="email", step=2, status="held")
        a_preference(account=dispatch.notice.account, channel="zalo")
        self.assertEqual(self.put_aside(dispatch), ("suppressed", "not_wanted"))
        self.assertEqual(fresh(following).status, Status.QUEUED)

    def test_keeps_the_last_channel_of_a_statutory_kind_whatever_is_wanted(self):
        dispatch = a_dispatch()
        a_preference(account=dispatch.notice.account, channel="zalo")
        with provider():
            send()
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)

    def test_sends_nothing_that_is_too_late(self):
        dispatch = a_dispatch(notice=a_notice(expires_at=NOON, planned_at=NOON - HOUR))
        self.assertEqual(self.put_aside(dispatch), ("cancelled", "expired"))
        notice = Notice.objects.get()
        self.assertEqual((notice.reach, notice.reason), ("ended", "expired"))

    def test_sends_no_reminder_of_a_bill_that_was_paid_meanwhile(self):
        account = an_account()
        bill = a_bill(account=account, paid_at=NOON)
        reminder = a_notice(account=account, bill=bill, kind=Kind.PAYMENT_REMINDER)
        self.assertEqual(self.put_aside(a_dispatch(notice=reminder)), ("cancelled", "settled"))
        reminder.refresh_from_db()
        self.assertEqual((reminder.reach, reminder.reason), ("ended", "settled"))

    def test_still_tells_the_bill_itself_once_it_is_paid(self):
        account = an_account()
        a_bill(account=account, paid_at=NOON)
        dispatch = a_dispatch(notice=a_notice(account=account))
        with provider():
            send()
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)

    def test_sends_nothing_to_someone_who_was_told_meanwhile(self):
        dispatch = a_dispatch(status="queued", reason="fallback", step=2)
        a_dispatch(notice=dispatch.notice, channel="email", status="delivered")
        self.assertEqual(self.put_aside(dispatch), ("cancelled", "reached"))

    def test_tells_the_relative_even_when_the_holder_was_told(self):
        relative = a_relative_contact()
        dispatch = a_dispatch(
            notice=a_notice(account=relative.account),
            channel="email",
            contact=relative.contact,
            recipient="relative",
        )
        a_dispatch(notice=dispatch.notice, status="delivered")
        with provider():
            send("email")
        self.assertEqual(fresh(dispatch).status, Status.ACCEPTED)


class WaitTests(TestCase):
    def test_doubles_up_to_a_quarter_of_an_hour(self):
        waits = [wait_after(n).total_seconds() for n in (1, 2, 5, 6, 50)]
        self.assertEqual(waits, [30, 60, 480, 900, 900])


class DueTests(TestCase):
    def test_names_the_channels_with_something_to_send_and_whether_it_is_urgent(self):
        a_dispatch(channel="zalo", priority=6)
        a_dispatch(channel="email", priority=6)
        a_dispatch(channel="email", priority=0)
        a_dispatch(channel="sms", due_at=NOON + HOUR)
        self.assertEqual(dispatching.due_channels(at=NOON), [("zalo", False), ("email", True)])


class OutsideTransactionTests(TransactionTestCase):
    serialized_rollback = True  # the policies and channels that migrations bring

    def test_holds_no_transaction_while_the_provider_is_called(self):
        a_dispatch()
        states = []

        def look(_message: Message) -> str:
            states.append(connection.in_atomic_block)
            return "msg-1"

        with provider(look):
            send()
        self.assertEqual(states, [False])
