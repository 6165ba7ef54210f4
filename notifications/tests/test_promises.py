"""Nothing lost, nothing doubled: several senders at once, and senders that die at any step."""

import threading
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from django.db import InterfaceError, OperationalError, connection, connections
from django.db.models.functions import Now
from django.test import TransactionTestCase

from customers.tests.factories import NOON
from notifications.channels import Message
from notifications.models import Attempt, Dispatch
from notifications.services import claiming, dispatching, settling, sweeping
from notifications.services.settling import MAX_CRASHES
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider

Status = Dispatch.Status
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing of ours runs after it."""


def send(at=NOON) -> None:
    dispatching.send_batch(channel="zalo", at=at)


def let_leases_run_out(**of: str) -> None:
    sending = Dispatch.objects.filter(status=Status.SENDING, **of)
    sending.update(lease_until=Now() - timedelta(seconds=1))


class SeveralSendersTests(TransactionTestCase):
    serialized_rollback = True  # the policies and channels that migrations bring

    def test_send_each_message_once(self):
        for _ in range(120):
            a_dispatch()
        errors: list[BaseException] = []

        def work() -> None:
            try:
                send()
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        with provider() as fake:
            senders = [threading.Thread(target=work) for _ in range(4)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
        self.assertEqual(errors, [])
        copies = Counter(message.reference for message in fake.sent)
        self.assertEqual((len(copies), set(copies.values())), (120, {1}))
        self.assertEqual(Dispatch.objects.filter(status=Status.ACCEPTED).count(), 120)
        self.assertEqual(Attempt.objects.count(), 120)

    def test_do_not_wait_for_rows_that_another_holds(self):
        held, free = a_dispatch(), a_dispatch()
        holding, done = threading.Event(), threading.Event()

        def hold() -> None:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute(
                    "SELECT FROM notifications_dispatch WHERE id = %s FOR UPDATE", [held.pk]
                )
                holding.set()
                done.wait(30)
                cursor.execute("ROLLBACK")
            connections.close_all()

        other = threading.Thread(target=hold)
        other.start()
        holding.wait(30)
        with provider() as fake:
            send()
        done.set()
        other.join()
        self.assertEqual([m.reference for m in fake.sent], [free.reference.hex])


class DatabaseAwayTests(TransactionTestCase):
    serialized_rollback = True  # the policies and channels that migrations bring

    def test_results_of_calls_under_way_are_recorded_when_no_more_can_be_claimed(self):
        for _ in range(3):
            a_dispatch()
        claim, claimed = claiming.claim, []

        def claim_once(**wanted):
            if claimed:
                raise OperationalError("the database went away")
            claimed.append(claim(**{**wanted, "limit": 2}))
            return claiming.Batch(claimed[0].claims, put_aside=wanted["limit"] - 2)

        with (
            patch.object(claiming, "claim", claim_once),
            provider(),
            self.assertRaises(OperationalError),
        ):
            send()
        found = Dispatch.objects.order_by("pk").values_list("status", flat=True)
        self.assertEqual(list(found), [Status.ACCEPTED, Status.ACCEPTED, Status.QUEUED])

    def test_results_wait_for_it_to_come_back(self):
        a_dispatch()
        settle = settling.settle
        answers = [OperationalError, InterfaceError, settle]

        def settle_later(**results):
            answer = answers.pop(0)
            if answer is not settle:
                raise answer("the database is away")
            settle(**results)

        with (
            patch.object(settling, "settle", settle_later),
            patch.object(dispatching, "RECORD_AGAIN", 0.01),
            provider() as fake,
        ):
            send()
        self.assertEqual((Dispatch.objects.get().status, len(fake.sent)), (Status.ACCEPTED, 1))

    def test_results_do_not_wait_for_ever(self):
        a_dispatch()
        with (
            patch.object(settling, "settle", side_effect=OperationalError),
            patch.object(dispatching, "RECORD_WITHIN", 0.0),
            provider(),
            self.assertRaises(OperationalError),
        ):
            send()
        self.assertEqual(Dispatch.objects.get().status, Status.SENDING)


class DeadSenderTests(TransactionTestCase):
    serialized_rollback = True  # the policies and channels that migrations bring

    def setUp(self) -> None:
        self.dispatch = a_dispatch()

    def fresh(self) -> Dispatch:
        return Dispatch.objects.get()

    def test_before_its_claim_is_committed_leaves_everything_as_it_was(self):
        with (
            patch.object(claiming.routing, "advance", side_effect=Killed),
            provider() as fake,
            self.assertRaises(Killed),
        ):
            send()
        self.assertEqual((self.fresh().status, fake.sent), (Status.QUEUED, []))
        self.assertFalse(Attempt.objects.exists())

    def test_after_its_claim_and_before_the_call_is_followed_by_another(self):
        with (
            patch.object(dispatching.rendering, "messages", side_effect=Killed),
            provider() as fake,
            self.assertRaises(Killed),
        ):
            send()
        self.assertEqual((self.fresh().status, fake.sent), (Status.SENDING, []))
        self.assertEqual(Attempt.objects.get().outcome, "")
        self.recover()
        self.assertEqual(self.fresh().status, Status.ACCEPTED)

    def test_during_the_call_is_followed_by_another_once(self):
        with provider(Killed()) as fake:
            for _ in range(4):
                with self.assertRaises(Killed) if len(fake.sent) < 2 else self.subTest():
                    send()
                let_leases_run_out()
                sweeping.sweep(at=NOON)
        self.assertEqual(len(fake.sent), 2)
        self.assertEqual((self.fresh().status, self.fresh().reason), ("unknown", "doubtful"))
        self.assertEqual(set(Attempt.objects.values_list("outcome", flat=True)), {"lost"})

    def test_after_the_answer_and_before_the_record_leads_to_one_copy(self):
        with (
            patch.object(settling, "settle", side_effect=Killed),
            provider() as fake,
            self.assertRaises(Killed),
        ):
            send()
        self.assertEqual(len(fake.sent), 1)
        self.recover()
        self.assertEqual(self.fresh().status, Status.ACCEPTED)
        outcomes = Attempt.objects.order_by("number").values_list("outcome", flat=True)
        self.assertEqual(list(outcomes), ["lost", "accepted"])

    def test_leads_to_no_copy_when_a_receipt_comes_before_the_next_sender(self):
        with (
            patch.object(settling, "settle", side_effect=Killed),
            provider(),
            self.assertRaises(Killed),
        ):
            send()
        Dispatch.objects.update(status=Status.DELIVERED, lease_until=None)
        with provider() as fake:
            sweeping.sweep(at=NOON)
            send()
        self.assertEqual(fake.sent, [])

    def test_is_put_aside_after_three_deaths_where_repeating_does_no_harm(self):
        with provider(Killed(), deduplicates=True) as fake:
            for _ in range(MAX_CRASHES):
                with self.assertRaises(Killed):
                    send()
                let_leases_run_out()
                with (
                    self.assertLogs("notifications", "ERROR")
                    if len(fake.sent) == MAX_CRASHES
                    else self.subTest()
                ):
                    sweeping.sweep(at=NOON)
            send()
        self.assertEqual(len(fake.sent), MAX_CRASHES)
        self.assertEqual((self.fresh().status, self.fresh().reason), ("failed", "quarantined"))

    def test_takes_no_other_message_along_a_second_time(self):
        others = {a_dispatch().reference.hex for _ in range(5)}

        def deadly(message: Message) -> str:
            if message.reference == self.dispatch.reference.hex:
                raise Killed
            return "msg-1"

        with provider(deadly, deduplicates=True) as fake:
            for _ in range(MAX_CRASHES + 1):
                try:
                    send()
                except Killed:
                    let_leases_run_out()
                    sweeping.sweep(at=NOON)
        sent = Dispatch.objects.filter(status=Status.ACCEPTED)
        self.assertEqual({one.reference.hex for one in sent}, others)
        self.assertLessEqual(max(Counter(m.reference for m in fake.sent).values()), MAX_CRASHES)

    def test_that_was_only_slow_does_not_undo_what_its_successor_did(self):
        [slow] = claiming.claim(channel="zalo", at=NOON, limit=1).claims
        let_leases_run_out()
        self.recover()
        before = self.fresh()
        late = settling.Result(claim=slow, error=settling.Undeliverable("gone"))
        settling.settle(channel="zalo", results=[late], deduplicates=False, at=NOON + HOUR)
        self.assertEqual(self.fresh().status, before.status)

    def test_that_was_only_slow_saves_the_second_call_when_it_brings_good_news(self):
        [slow] = claiming.claim(channel="zalo", at=NOON, limit=1).claims
        let_leases_run_out()
        sweeping.sweep(at=NOON)
        good = settling.Result(claim=slow, provider_ref="msg-1")
        settling.settle(channel="zalo", results=[good], deduplicates=False, at=NOON)
        with provider() as fake:
            send(NOON + HOUR)
        self.assertEqual(fake.sent, [])
        self.assertEqual((self.fresh().status, self.fresh().provider_ref), ("accepted", "msg-1"))

    def recover(self) -> None:
        """The sweeper frees the lease; another sender does the work."""
        let_leases_run_out()
        sweeping.sweep(at=NOON)
        with provider():
            send()
