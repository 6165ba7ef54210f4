"""The guard before a stop of supply: each condition holds it alone, judged twice."""

from datetime import timedelta
from itertools import combinations

from django.db import IntegrityError, transaction
from django.test import TestCase

from billing.models import Bill, PaymentTerms, SupplyStop
from billing.services import supply_stops
from billing.tests.factories import LOADED, a_bill, a_stop, payments_known
from customers.models import Arrangement
from customers.services import arrangements
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_month_end_reading,
    a_need,
    a_relative_contact,
    a_unit,
    an_account,
    an_auto_debit,
)
from notifications.hindrances import HINDRANCES, WAIVABLE
from notifications.inbox import inbox
from notifications.models import Attempt, Dispatch, Kind, Notice, Telling
from notifications.models.notices import CALLS_OFF
from notifications.services import claiming, guarding, planning, rendering, sweeping
from notifications.services.inbox import opened
from notifications.tests.factories import a_dispatch, a_notice
from portal.lib.periods import local_day

ASKED = LOADED + timedelta(days=21)
HOUR = timedelta(hours=1)


def told(bill: Bill, kind: str, **fields) -> Notice:
    """An earlier notice of the bill, with one message that arrived."""
    notice = a_notice(account=bill.account, bill=bill, kind=kind, subject=f"{kind}-{bill.pk}")
    a_dispatch(notice=notice, **{"channel": "inbox", "status": "delivered", **fields})
    return notice


def ready(**fields) -> SupplyStop:
    """A stop that nothing stands against at ASKED."""
    stop = a_stop(bill=a_bill(account=an_account(**fields)))
    a_contact(account=stop.bill.account, kind="email", value=f"a{stop.pk}@example.vn")
    told(stop.bill, Kind.BILL_ISSUED)
    told(stop.bill, Kind.PAYMENT_OVERDUE)
    payments_known(unit=stop.bill.account.unit, at=ASKED - HOUR)
    return stop


def _pay(stop: SupplyStop) -> None:
    Bill.objects.filter(pk=stop.bill_id).update(paid_at=ASKED)


def _hurry(stop: SupplyStop) -> None:
    SupplyStop.objects.filter(pk=stop.pk).update(cut_at=ASKED + 24 * HOUR - timedelta(seconds=1))


def _issue_lately(stop: SupplyStop) -> None:
    issued = local_day(stop.cut_at) - timedelta(days=14)
    Bill.objects.filter(pk=stop.bill_id).update(issued_on=issued, due_on=issued)


def _forget_notices(stop: SupplyStop) -> None:
    Dispatch.objects.filter(notice__bill=stop.bill).update(status="queued")


def _load_nothing(stop: SupplyStop) -> None:
    # Of another company something is loaded: that says nothing of this one.
    payments_known(unit=a_unit(), at=ASKED - HOUR)
    payments_known(unit=stop.bill.account.unit, at=ASKED - timedelta(hours=37))


def _arrange(stop: SupplyStop) -> None:
    an_auto_debit(account=stop.bill.account, state="requested")


def _need(stop: SupplyStop) -> None:
    a_need("keep_supply", account=stop.bill.account)


BREAK = {
    "paid": _pay,
    "too_soon": _hurry,
    "days": _issue_lately,
    "notices": _forget_notices,
    "stale_payments": _load_nothing,
    "arrangement": _arrange,
    "need": _need,
}


def against(stop: SupplyStop, at=ASKED) -> list[str]:
    return guarding.judge([stop.pk], at=at)[stop.pk]


def plan(at=ASKED) -> int:
    planning.plan_urgent(at=at)
    return Notice.objects.filter(kind=Kind.DISCONNECTION).count()


class ConditionTests(TestCase):
    def test_are_all_in_words_and_broken_here(self):
        self.assertEqual(set(BREAK), set(HINDRANCES))
        self.assertEqual(WAIVABLE, {"notices", "stale_payments", "arrangement", "need"})

    def test_let_through_when_all_are_met(self):
        stop = ready()
        self.assertEqual(against(stop), [])
        self.assertEqual(plan(), 1)

    def test_hold_it_each_alone_when_planned(self):
        for code, spoil in BREAK.items():
            with self.subTest(code), transaction.atomic():
                stop = ready()
                spoil(stop)
                self.assertEqual(against(stop), [code])
                self.assertEqual(plan(), 0)
                transaction.set_rollback(True)

    def test_hold_it_each_alone_when_claimed(self):
        for code, spoil in BREAK.items():
            with self.subTest(code), transaction.atomic():
                stop = ready()
                self.assertEqual(plan(), 1)
                spoil(stop)
                batch = claiming.claim(channel="email", at=ASKED, limit=9)
                self.assertEqual((batch.claims, batch.put_aside), ([], 1))
                notice = stop.notices.get()
                why = "settled" if code == "paid" else "guarded"
                self.assertEqual((notice.reach, notice.reason), ("ended", why))
                self.assertFalse(Attempt.objects.filter(dispatch__notice=notice).exists())
                transaction.set_rollback(True)

    def test_are_said_together_where_several_hold_it(self):
        for pair in combinations(BREAK, 2):
            with self.subTest(pair), transaction.atomic():
                stop = ready()
                for code in pair:
                    BREAK[code](stop)
                self.assertEqual(set(against(stop)), set(pair))
                transaction.set_rollback(True)

    def test_let_the_claim_go_when_nothing_has_changed(self):
        ready()
        plan()
        self.assertEqual(len(claiming.claim(channel="email", at=ASKED, limit=9).claims), 1)


class LimitTests(TestCase):
    def test_of_hours_is_reached_to_the_second(self):
        stop = ready()
        self.assertEqual(against(stop, at=stop.cut_at - 24 * HOUR), [])
        late = stop.cut_at - 24 * HOUR + timedelta(seconds=1)
        self.assertEqual(against(stop, at=late), ["too_soon"])

    def test_of_days_counts_the_day_of_the_cut(self):
        stop = ready()
        for days, expected in ((15, []), (14, ["days"])):
            issued = local_day(stop.cut_at) - timedelta(days=days)
            Bill.objects.filter(pk=stop.bill_id).update(issued_on=issued, due_on=issued)
            self.assertEqual(against(stop), expected)

    def test_are_the_terms_of_the_company(self):
        stop = ready()
        terms = {"unit": stop.bill.account.unit, "valid_from": ASKED.date()}
        PaymentTerms.objects.create(**terms, stop_hours_ahead=72, stop_notices=3)
        self.assertEqual(against(stop), ["too_soon", "notices"])


class NoticeTests(TestCase):
    def setUp(self) -> None:
        self.stop = ready()
        self.overdue = Dispatch.objects.get(notice__kind=Kind.PAYMENT_OVERDUE)
        self.overdue.status = "failed"
        self.overdue.save()

    def attempt(self, outcome: str) -> list[str]:
        Attempt.objects.create(dispatch=self.overdue, number=1, started_at=ASKED, outcome=outcome)
        return against(self.stop)

    def test_count_by_an_attempt_that_a_provider_was_given(self):
        self.assertEqual(against(self.stop), ["notices"])
        self.assertEqual(self.attempt("undeliverable"), [])

    def test_do_not_count_by_an_attempt_that_never_left_us(self):
        self.assertEqual(self.attempt("misconfigured"), ["notices"])

    def test_do_not_count_by_what_a_browser_took_or_showed(self):
        Dispatch.objects.filter(pk=self.overdue.pk).update(channel="push", status="delivered")
        self.assertEqual(against(self.stop), ["notices"])
        self.assertEqual(self.attempt("accepted"), ["notices"])
        inbox = a_dispatch(notice=self.overdue.notice, channel="inbox", status="accepted")
        opened(notice=inbox.notice, at=ASKED)
        self.assertEqual(against(self.stop), [])

    def test_count_where_a_person_read_them_aloud(self):
        by = a_member("agent")
        Telling.objects.create(notice=self.overdue.notice, told="holder", by=by, at=ASKED)
        self.assertEqual(against(self.stop), [])

    def test_do_not_count_without_the_one_that_says_it_is_late(self):
        told(self.stop.bill, Kind.PAYMENT_REMINDER)
        self.assertEqual(against(self.stop), ["notices"])

    def test_of_another_bill_prove_nothing(self):
        other = a_bill(account=self.stop.bill.account, month=LOADED.date().replace(month=9, day=1))
        told(other, Kind.PAYMENT_OVERDUE)
        self.assertEqual(against(self.stop), ["notices"])


class ProtectionTests(TestCase):
    def test_ends_with_the_arrangement(self):
        stop = ready()
        debit = an_auto_debit(account=stop.bill.account, state="in_force")
        self.assertEqual(against(stop), ["arrangement"])
        arrangements.end(arrangement=debit, why="asked", by=a_member("agent"), at=ASKED)
        self.assertEqual(against(stop), [])

    def test_is_not_that_a_relative_is_told_too(self):
        stop = ready()
        a_relative_contact(account=stop.bill.account, state="in_force")
        self.assertEqual(against(stop), [])


class OwnWayTests(TestCase):
    """Who asked for the stop takes nothing out of its way."""

    def setUp(self) -> None:
        self.stop = ready()
        self.account = self.stop.bill.account
        self.officer = a_member("officer", unit=self.account.unit)
        SupplyStop.objects.update(asked_by=self.officer)

    def test_by_saying_that_they_read_the_notices_aloud(self):
        Dispatch.objects.update(status="failed")
        for notice in Notice.objects.filter(bill=self.stop.bill):
            Telling.objects.create(notice=notice, told="holder", by=self.officer, at=ASKED)
        self.assertEqual(against(self.stop), ["notices"])
        Telling.objects.update(by=a_member("agent"))
        self.assertEqual(against(self.stop), [])

    def test_by_ending_what_protects_or_taking_back_what_waits(self):
        made = (
            an_auto_debit(account=self.account, state="requested"),
            a_month_end_reading(account=self.account),
        )
        arrangements.undo(arrangement=made[0], by=self.officer, at=ASKED)
        self.assertEqual(against(self.stop), ["arrangement"])
        arrangements.end(arrangement=made[1], why="asked", by=a_member("agent"), at=ASKED)
        self.assertEqual(against(self.stop), ["arrangement"])
        Arrangement.objects.update(closed_by=a_member("agent"))
        self.assertEqual(against(self.stop), [])

    def test_by_refusing_what_waits(self):
        asked = an_auto_debit(account=self.account, state="requested")
        boss = a_member("supervisor")
        arrangements.refuse(arrangement=asked, why="không đúng", by=boss, at=ASKED)
        self.assertEqual(against(self.stop), [])
        SupplyStop.objects.update(asked_by=boss)
        self.assertEqual(against(self.stop), ["arrangement"])


class OverrideTests(TestCase):
    def setUp(self) -> None:
        self.stop, self.boss = ready(), a_member("supervisor")

    def override(self, **fields) -> SupplyStop:
        known = {"stop": self.stop, "why": "Đã gặp khách", "by": self.boss, "at": ASKED, **fields}
        return guarding.override(**known)

    def test_lets_through_what_stood_against_it_and_nothing_else(self):
        _arrange(self.stop)
        self.assertEqual(self.override().overridden_for, ["arrangement"])
        self.assertEqual(plan(), 1)
        _load_nothing(self.stop)
        self.assertEqual(claiming.claim(channel="email", at=ASKED, limit=9).claims, [])

    def test_lets_through_no_arrangement_of_later(self):
        _arrange(self.stop)
        self.override()
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: []})
        a_month_end_reading(account=self.stop.bill.account)
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: ["arrangement"]})
        self.assertEqual(plan(), 0)

    def test_lets_through_no_request_that_was_granted_later(self):
        _arrange(self.stop)
        self.override()
        asked = Arrangement.objects.get()
        arrangements.approve(arrangement=asked, by=self.boss, at=ASKED)
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: ["arrangement"]})
        self.assertEqual(self.override().overridden_for, ["arrangement"])
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: []})

    def test_of_something_else_lets_through_no_arrangement(self):
        _forget_notices(self.stop)
        self.override()
        _arrange(self.stop)
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: ["arrangement"]})

    def test_lets_old_payments_through_no_longer_than_payments_are_fresh(self):
        _load_nothing(self.stop)
        self.override()
        self.assertEqual(guarding.judge([self.stop.pk], at=ASKED), {self.stop.pk: []})
        SupplyStop.objects.update(overridden_at=ASKED - timedelta(days=10))
        against = guarding.judge([self.stop.pk], at=ASKED)
        self.assertEqual(against, {self.stop.pk: ["stale_payments"]})
        self.assertEqual(plan(), 0)

    def test_is_kept_with_hand_and_reason(self):
        _arrange(self.stop)
        self.override()
        kept = SupplyStop.history.filter(id=self.stop.pk).latest()
        self.assertEqual(
            (kept.history_user_id, kept.overridden_why), (self.boss.pk, "Đã gặp khách")
        )

    def test_waives_nothing_of_the_law(self):
        for code in set(BREAK) - WAIVABLE:
            with self.subTest(code), transaction.atomic():
                BREAK[code](self.stop)
                with self.assertRaises(guarding.NothingToAllow):
                    self.override()
                transaction.set_rollback(True)
        forged = {"overridden_for": ["days"], "overridden_by": self.boss}
        with self.assertRaises(IntegrityError), transaction.atomic():
            SupplyStop.objects.update(**forged, overridden_at=ASKED, overridden_why="x")

    def test_needs_another_person(self):
        _arrange(self.stop)
        with self.assertRaises(guarding.SamePerson):
            self.override(by=self.stop.asked_by)
        forged = {"overridden_for": ["notices"], "overridden_by": self.stop.asked_by}
        with self.assertRaises(IntegrityError), transaction.atomic():
            SupplyStop.objects.update(**forged, overridden_at=ASKED, overridden_why="x")

    def test_needs_a_reason(self):
        _arrange(self.stop)
        with self.assertRaises(supply_stops.MissingReason):
            self.override(why="  ")


class StopTests(TestCase):
    def test_is_told_of_once_whatever_runs_again(self):
        ready()
        self.assertEqual([plan(), plan(at=ASKED + HOUR)], [1, 1])

    def test_called_off_before_the_claim_sends_nothing(self):
        stop = ready()
        plan()
        supply_stops.call_off(stop=stop, why="Đã trả", by=a_member("officer"), at=ASKED)
        self.assertEqual(claiming.claim(channel="email", at=ASKED, limit=9).claims, [])
        self.assertEqual(stop.notices.get().reason, "called_off")

    def test_called_off_leaves_the_call_list(self):
        stop = ready()
        plan()
        stop.notices.update(reach="unreachable", reason="exhausted")
        supply_stops.call_off(stop=stop, why="Đã trả", by=a_member("officer"), at=ASKED)
        sweeping.sweep(at=ASKED)
        self.assertEqual(stop.notices.get().reach, "ended")

    def called_off(self, *, told: bool, at=ASKED + HOUR) -> Notice | None:
        """The word that a stop does not take place, if there is one."""
        self.stop = ready()
        plan()
        notice = self.stop.notices.get()
        if told:
            claiming.claim(channel="email", at=ASKED, limit=9)
            Attempt.objects.update(outcome="accepted")
        else:
            notice.dispatches.exclude(channel="inbox").update(status="suppressed")
        boss = a_member("officer")
        supply_stops.call_off(stop=self.stop, why="Đã hẹn trả", by=boss, at=ASKED)
        plan(at=at)
        return self.stop.notices.filter(CALLS_OFF).first()

    def test_called_off_is_told_to_who_was_told_of_it_once(self):
        notice = self.called_off(told=True)
        plan(at=ASKED + 2 * HOUR)
        self.assertEqual(self.stop.notices.filter(CALLS_OFF).count(), 1)
        self.assertEqual(notice.kind, Kind.DISCONNECTION)
        self.assertEqual(len(claiming.claim(channel="email", at=ASKED + HOUR, limit=9).claims), 1)
        holder = a_link(account=notice.account).user
        self.assertIn(notice, inbox([notice.account], reader=holder))

    def test_called_off_is_told_although_the_bill_is_paid_by_then(self):
        notice = self.called_off(told=True)
        _pay(self.stop)
        self.assertEqual(len(claiming.claim(channel="email", at=ASKED + HOUR, limit=9).claims), 1)
        Notice.objects.filter(pk=notice.pk).update(reach="unreachable", reason="exhausted")
        sweeping.sweep(at=ASKED + HOUR)
        notice.refresh_from_db()
        self.assertEqual(notice.reach, "ended")

    def test_called_off_is_no_news_to_who_heard_nothing_or_long_ago(self):
        self.assertIsNone(self.called_off(told=False))
        self.assertIsNone(self.called_off(told=True, at=ASKED + 49 * HOUR))

    def test_called_off_is_not_said_once_another_one_is_planned(self):
        notice = self.called_off(told=True)
        a_stop(bill=self.stop.bill)
        self.assertEqual(claiming.claim(channel="email", at=ASKED + HOUR, limit=9).claims, [])
        told = notice.dispatches.get(channel="email")
        self.assertEqual((told.status, told.reason), ("cancelled", "superseded"))

    def test_called_off_says_that_it_does_not_take_place(self):
        notice = self.called_off(told=True)
        for channel, language in (
            ("inbox", "vi"),
            ("inbox", "en"),
            ("email", "vi"),
            ("zalo", "vi"),
            ("sms", "vi"),
        ):
            with self.subTest(channel, language=language):
                words = rendering.render(notice=notice, channel=channel, language=language)
                self.assertRegex(
                    f"{words.subject} {words.text}".lower(),
                    "không cắt|khong cat|đã hủy|stays on",
                )
                self.assertNotIn("chưa trả", words.text)

    def test_is_planned_for_overdue_bills_of_the_own_company_once(self):
        own, paid = a_bill(), a_bill(paid_at=LOADED)
        elsewhere = a_bill(account=an_account(unit=a_unit(code="PE77")))
        officer = a_member("officer", unit=own.account.unit)
        chosen = {"bills": [own.pk, elsewhere.pk, paid.pk], "cut_at": ASKED + 48 * HOUR}
        for _ in range(2):
            supply_stops.plan(**chosen, by=officer, at=ASKED)
        self.assertEqual([stop.bill_id for stop in SupplyStop.objects.all()], [own.pk])

    def test_is_not_planned_before_the_bill_is_due(self):
        bill = a_bill(due_on=ASKED.date() + timedelta(days=1))
        boss = a_member("supervisor")
        made = supply_stops.plan(bills=[bill.pk], cut_at=ASKED + 48 * HOUR, by=boss, at=ASKED)
        self.assertEqual(made, [])

    def test_lies_ahead(self):
        for cut_at in (ASKED, ASKED + timedelta(days=91)):
            with self.subTest(cut_at), self.assertRaises(supply_stops.NotAhead):
                supply_stops.plan(bills=[], cut_at=cut_at, by=a_member("supervisor"), at=ASKED)
