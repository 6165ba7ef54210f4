"""Stopping all, a channel, a kind or a run: what begins no more, and both ways out."""

from datetime import timedelta

from django.test import TestCase

from billing.models import Bill
from billing.tests.factories import a_bill
from customers.tests.factories import NOON, a_link, a_member
from notifications.inbox import inbox
from notifications.models import Channel, Dispatch, Halt, Kind, KindPolicy, Notice
from notifications.queries import waiting
from notifications.services import dispatching, halts, sweeping
from notifications.tests.factories import a_dispatch, a_halt, a_notice, a_run, no_quiet_hours
from notifications.tests.fakes import provider

Status, Reach = Dispatch.Status, Notice.Reach
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


class HaltsTestCase(TestCase):
    def setUp(self) -> None:
        no_quiet_hours()
        self.boss = a_member("supervisor")

    def stop(self, at=NOON, **what) -> Halt:
        return halts.stop(why="Sai số tiền", by=self.boss, at=at, **what)

    def go_on(self, halt: Halt, at=NOON + HOUR) -> Halt:
        return halts.go_on(halt=halt, why="Đã kiểm tra", by=self.boss, at=at)

    def cancel(self, halt: Halt, at=NOON + HOUR, **more) -> Halt:
        return halts.cancel(halt=halt, why="Nhập nhầm tệp", by=self.boss, at=at, **more)

    def sent(self, at=NOON + MINUTE) -> set[str]:
        """References of what goes to providers now."""
        with provider() as fake:
            for channel in ("zalo", "email", "sms"):
                dispatching.send_batch(channel=channel, at=at)
        return {message.reference for message in fake.sent}


class StopTests(HaltsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bill = a_dispatch()
        self.mail = a_dispatch(channel="email")
        self.reminder = a_dispatch(notice=a_notice(kind=Kind.PAYMENT_REMINDER))
        self.november = a_dispatch(
            notice=a_notice(
                run=a_run(subject="2026-11"),
                bill=a_bill(month=NOON.date().replace(day=1), starts_on=NOON.date()),
            )
        )

    def test_of_everything_begins_nothing_on_any_channel(self):
        halt = self.stop()
        self.assertEqual(halt.waiting, 4)
        self.assertEqual(self.sent(), set())
        self.assertEqual(Dispatch.objects.filter(status=Status.QUEUED).count(), 4)

    def test_of_one_channel_leaves_the_others(self):
        self.assertEqual(self.stop(channel="email").waiting, 1)
        self.assertEqual(len(self.sent()), 3)
        self.assertEqual(fresh(self.mail).status, Status.QUEUED)

    def test_of_one_kind_leaves_the_others(self):
        self.assertEqual(self.stop(kind=Kind.BILL_ISSUED).waiting, 3)
        self.assertEqual(self.sent(), {self.reminder.reference.hex})

    def test_of_one_run_leaves_the_others(self):
        self.assertEqual(self.stop(run=self.november.notice.run).waiting, 1)
        self.assertEqual(len(self.sent()), 3)
        self.assertEqual(fresh(self.november).status, Status.QUEUED)

    def test_tries_and_blames_nothing(self):
        self.stop(kind=Kind.BILL_ISSUED)
        self.sent()
        kept = fresh(self.bill)
        self.assertEqual((kept.tries, kept.reason, kept.attempts.count()), (0, "", 0))

    def test_counts_no_silence_however_long_it_lasts(self):
        held = a_dispatch(notice=self.bill.notice, channel="email", step=2, status="held")
        Dispatch.objects.filter(pk=self.bill.pk).update(silent_at=NOON + 24 * HOUR)
        self.stop()
        for hour in range(0, 50, 5):
            sweeping.sweep(at=NOON + hour * HOUR)
        self.assertEqual(fresh(held).status, Status.HELD)
        self.assertEqual(fresh(self.bill).status, Status.QUEUED)

    def test_of_a_channel_lets_the_next_one_have_its_turn_as_ever(self):
        held = a_dispatch(notice=self.bill.notice, channel="email", step=2, status="held")
        Dispatch.objects.filter(pk=self.bill.pk).update(silent_at=NOON + 24 * HOUR)
        self.stop(channel="zalo")
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(fresh(held).status, Status.QUEUED)

    def test_needs_a_reason_and_happens_once(self):
        for why in ("", "  ", "\u200b"):
            with self.assertRaises(halts.MissingReason):
                halts.stop(why=why, by=self.boss, at=NOON)
        self.stop(kind=Kind.BILL_ISSUED)
        with self.assertRaises(halts.StoppedAlready):
            self.stop(kind=Kind.BILL_ISSUED)
        self.stop()
        with self.assertRaises(halts.StoppedAlready):
            self.stop()

    def test_is_signed_in_the_history_as_is_its_end(self):
        halt = self.go_on(self.stop())
        rows = halt.history.order_by("history_id")
        self.assertEqual({row.history_user_id for row in rows}, {self.boss.pk})
        self.assertEqual(rows[0].why, "Sai số tiền")
        self.assertEqual(
            (rows[len(rows) - 1].ended_why, rows[len(rows) - 1].way), ("Đã kiểm tra", "go_on")
        )

    def test_is_counted_by_channel_kind_and_run(self):
        found = waiting.now()
        self.assertEqual((found.messages, found.under_way), (4, 0))
        self.assertEqual(
            [(one.key, one.messages) for one in found.channels], [("zalo", 3), ("email", 1)]
        )
        self.assertEqual(
            [(one.key, one.messages) for one in found.kinds],
            [("bill_issued", 3), ("payment_reminder", 1)],
        )
        self.assertEqual(found.runs[0].messages, 2)


class GoOnTests(HaltsTestCase):
    def test_sends_what_waited_with_the_next_sweep(self):
        dispatch = a_dispatch(silent_at=NOON + 24 * HOUR)
        halt = self.stop(kind=Kind.BILL_ISSUED)
        self.sent()
        sweeping.sweep(at=NOON + 50 * MINUTE)
        self.go_on(halt)
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(fresh(dispatch).silent_at, NOON + 25 * HOUR)
        self.assertEqual(self.sent(at=NOON + HOUR), {dispatch.reference.hex})
        self.assertIsNotNone(fresh(halt).closed_at)

    def test_judges_each_message_anew(self):
        paid = a_dispatch(notice=a_notice(kind=Kind.PAYMENT_OVERDUE))
        halt = self.stop()
        Bill.objects.update(paid_at=NOON)
        self.go_on(halt)
        self.assertEqual(self.sent(at=NOON + HOUR), set())
        self.assertEqual(fresh(paid).reason, "settled")

    def test_leaves_what_waits_for_the_morning(self):
        night = a_dispatch(due_at=NOON + 2 * HOUR, quiet_until=NOON + 2 * HOUR)
        self.go_on(self.stop(), at=NOON + HOUR)
        sweeping.sweep(at=NOON + HOUR + MINUTE)
        self.assertEqual(fresh(night).due_at, NOON + 2 * HOUR)

    def test_of_one_stop_leaves_what_another_one_holds(self):
        dispatch = a_dispatch()
        everything, kind = self.stop(), self.stop(kind=Kind.BILL_ISSUED)
        self.go_on(everything)
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(self.sent(at=NOON + HOUR), set())
        self.go_on(kind)
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(self.sent(at=NOON + HOUR), {dispatch.reference.hex})

    def test_happens_once_and_for_a_reason(self):
        halt = self.stop()
        with self.assertRaises(halts.MissingReason):
            halts.go_on(halt=halt, why=" ", by=self.boss, at=NOON)
        self.go_on(halt)
        for end in (self.go_on, self.cancel):
            with self.assertRaises(halts.NotStopped):
                end(halt)


class CancelTests(HaltsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.notice = a_notice()
        self.inbox = a_dispatch(notice=self.notice, channel="inbox", status="accepted")
        self.queued = a_dispatch(notice=self.notice)
        self.held = a_dispatch(notice=self.notice, channel="email", step=2, status="held")

    def cancelled(self, at=NOON + HOUR, nobody_rings=False, **what) -> Halt:
        halt = self.cancel(self.stop(**what), at=at, nobody_rings=nobody_rings)
        sweeping.sweep(at=at)
        return fresh(halt)

    def test_ends_what_waits_and_sends_nothing_of_it_ever(self):
        halt = self.cancelled()
        for one in (self.queued, self.held):
            self.assertEqual(fresh(one).status, Status.CANCELLED)
        self.assertEqual((halt.cancelled, halt.closed_at), (2, NOON + HOUR))
        self.assertEqual(self.sent(at=NOON + 2 * HOUR), set())

    def test_begins_nothing_before_the_sweep_has_come(self):
        self.cancel(self.stop())
        self.assertEqual(self.sent(at=NOON + HOUR), set())

    def test_puts_on_the_call_list_whom_the_law_wants_told(self):
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(legal_class="statutory")
        self.cancelled()
        found = fresh(self.notice)
        self.assertEqual((found.reach, found.reason), (Reach.UNREACHABLE, "to_ring"))

    def test_ends_others_and_those_that_were_wrong(self):
        wrong = {"statutory": True, "service": False}
        for legal_class, nobody_rings in wrong.items():
            with self.subTest(legal_class):
                KindPolicy.objects.update(legal_class=legal_class)
                notice = a_notice()
                a_dispatch(notice=notice)
                self.cancelled(nobody_rings=nobody_rings)
                found = fresh(notice)
                self.assertEqual((found.reach, found.reason), (Reach.ENDED, "stopped"))

    def test_leaves_the_copy_in_the_inbox(self):
        holder = a_link(account=self.notice.account).user
        self.cancelled(nobody_rings=True)
        self.assertEqual(fresh(self.inbox).status, Status.ACCEPTED)
        self.assertEqual(list(inbox([self.notice.account], reader=holder)), [self.notice])

    def test_rings_nobody_who_may_still_open_the_inbox(self):
        Dispatch.objects.filter(pk=self.inbox.pk).update(silent_at=NOON + 24 * HOUR)
        self.cancelled()
        self.assertEqual(fresh(self.notice).reach, Reach.TRYING)
        sweeping.sweep(at=NOON + 24 * HOUR)
        self.assertEqual(fresh(self.notice).reason, "to_ring")

    def test_leaves_what_is_planned_later(self):
        halt = self.cancel(self.stop(kind=Kind.BILL_ISSUED))
        later = a_dispatch(notice=a_notice(planned_at=NOON + 2 * HOUR), due_at=NOON + 2 * HOUR)
        sweeping.sweep(at=NOON + 2 * HOUR)
        self.assertIsNotNone(fresh(halt).closed_at)
        sweeping.sweep(at=NOON + 2 * HOUR)
        self.assertEqual(self.sent(at=NOON + 2 * HOUR), {later.reference.hex})

    def test_of_a_channel_gives_the_next_one_its_turn(self):
        self.cancelled(channel="zalo")
        self.assertEqual(fresh(self.queued).status, Status.CANCELLED)
        self.assertEqual(self.sent(at=NOON + 2 * HOUR), {self.held.reference.hex})

    def test_is_done_with_only_when_no_call_can_put_a_message_back(self):
        Dispatch.objects.filter(pk=self.queued.pk).update(
            status=Status.SENDING, lease_until=NOON + timedelta(days=36500)
        )
        self.assertIsNone(self.cancelled().closed_at)
        Dispatch.objects.filter(pk=self.queued.pk).update(status=Status.QUEUED, lease_until=None)
        sweeping.sweep(at=NOON + HOUR)
        self.assertEqual(fresh(self.queued).status, Status.CANCELLED)
        self.assertIsNotNone(Halt.objects.get().closed_at)

    def test_of_a_run_leaves_other_runs(self):
        other = a_dispatch(notice=a_notice(run=a_run(subject="2026-09")))
        self.cancelled(run=self.notice.run)
        self.assertEqual(self.sent(at=NOON + HOUR), {other.reference.hex})


class TableTests(TestCase):
    def test_takes_one_thing_a_row(self):
        from django.db import IntegrityError, transaction

        for what in (
            {"channel": Channel.ZALO, "kind": Kind.SURVEY},
            {"why": ""},
            {"closed_at": NOON},
        ):
            with self.subTest(what), self.assertRaises(IntegrityError), transaction.atomic():
                a_halt(**what)
