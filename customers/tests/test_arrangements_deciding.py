"""The life of an arrangement: who may move it where, how often, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from customers.models import Account, AccountEvent, Arrangement, ContactPoint, User, WorkItem
from customers.services import arrangements
from customers.tests.agreed import PHONE, TODAY, request, terms
from customers.tests.factories import (
    NOON,
    a_contact,
    a_staff_user,
    an_account,
    an_arrangement,
    an_auto_debit,
)
from portal.lib.periods import local_day

Kind, State = Arrangement.Kind, Arrangement.State
DAY = timedelta(days=1)


class ApproveTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_staff_user(), a_staff_user()

    def test_puts_in_force_and_keeps_who_and_when(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        at = NOON + timedelta(hours=1)
        approved = arrangements.approve(arrangement=made, by=self.supervisor, at=at)
        self.assertEqual((approved.state, approved.decided_at), (State.IN_FORCE, at))
        self.assertEqual(approved.decided_by, self.supervisor)
        self.assertTrue(Arrangement.objects.in_force_on(TODAY).filter(pk=made.pk).exists())

    def test_refuses_the_person_who_asked(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        with self.assertRaises(arrangements.SamePerson):
            arrangements.approve(arrangement=made, by=self.agent, at=NOON)
        made.refresh_from_db()
        self.assertEqual(made.state, State.REQUESTED)

    def test_refuses_what_is_not_waiting(self):
        for state in (State.IN_FORCE, State.REFUSED, State.UNDONE, State.ENDED, State.EXPIRED):
            with self.subTest(state), self.assertRaises(arrangements.NotWaiting):
                made = an_auto_debit(state=state)
                arrangements.approve(arrangement=made, by=self.supervisor, at=NOON)

    def test_never_reaches_back_before_the_approval(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        approved = arrangements.approve(arrangement=made, by=self.supervisor, at=NOON + 3 * DAY)
        self.assertEqual(approved.starts_on, TODAY + 3 * DAY)

    def test_refuses_what_ran_out_while_it_waited(self):
        for dates in ({"ends_on": TODAY + 2 * DAY}, {"review_on": TODAY + 2 * DAY}):
            with self.subTest(dates), self.assertRaises(arrangements.RanOut):
                made = request(Kind.AUTO_DEBIT, by=self.agent, terms_=terms(**dates))
                arrangements.approve(arrangement=made, by=self.supervisor, at=NOON + 2 * DAY)

    def test_lets_the_new_contact_be_used(self):
        for kind in (Kind.RELATIVE_CONTACT, Kind.SMS_RETENTION):
            with self.subTest(kind):
                made = request(kind, by=self.agent)
                arrangements.approve(arrangement=made, by=self.supervisor, at=NOON)
                contact = made.account.contacts.usable().get()
                self.assertEqual((contact.value, contact.suspended_why), (PHONE, ""))


class WrittenDownTests(TestCase):
    """Changes of an arrangement, of which everyone is told who can be reached."""

    def setUp(self) -> None:
        self.agent, self.supervisor = a_staff_user(), a_staff_user()

    def events(self) -> list[tuple[str, str]]:
        return list(AccountEvent.objects.order_by("pk").values_list("kind", "detail"))

    def test_is_what_came_in_force_by_whoever_decided(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        self.assertEqual(self.events(), [])
        arrangements.approve(arrangement=made, by=self.supervisor, at=NOON)
        event = AccountEvent.objects.get()
        self.assertEqual((event.kind, event.by), ("arranged", self.supervisor))
        self.assertTrue(event.about.startswith(str(Kind.AUTO_DEBIT.label)))

    def test_is_what_holds_at_once_and_what_ends(self):
        made = request(Kind.MONTH_END_READING, by=self.agent, account=an_account(reading_day=5))
        arrangements.end(arrangement=made, why="asked", by=self.agent, at=NOON)
        kinds = [kind for kind, _detail in self.events()]
        self.assertEqual(kinds, ["arranged", "arrangement_ended"])

    def test_is_nothing_of_a_request_that_never_held(self):
        for over in (arrangements.undo, partial(arrangements.refuse, why="Sai số")):
            made = request(Kind.AUTO_DEBIT, by=self.agent)
            over(arrangement=made, by=self.supervisor, at=NOON)
        self.assertEqual(self.events(), [])


class RefuseTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_staff_user(), a_staff_user()
        self.made = request(Kind.RELATIVE_CONTACT, by=self.agent)

    def test_keeps_the_reason_and_the_contact_unused(self):
        refused = arrangements.refuse(
            arrangement=self.made, why=" số này của hàng xóm ", by=self.supervisor, at=NOON
        )
        refused.refresh_from_db()
        self.assertEqual(
            (refused.state, refused.decided_why), (State.REFUSED, "số này của hàng xóm")
        )
        self.assertFalse(self.made.account.contacts.usable().exists())

    def test_needs_a_reason_and_a_second_person(self):
        with self.assertRaises(arrangements.MissingReason):
            arrangements.refuse(arrangement=self.made, why=" ", by=self.supervisor, at=NOON)
        with self.assertRaises(arrangements.SamePerson):
            arrangements.refuse(arrangement=self.made, why="không", by=self.agent, at=NOON)

    def test_leaves_the_way_open_for_a_better_request(self):
        arrangements.refuse(arrangement=self.made, why="sai số", by=self.supervisor, at=NOON)
        again = request(Kind.RELATIVE_CONTACT, by=self.agent, account=self.made.account)
        self.assertEqual(again.terms.contact, self.made.terms.contact)


class UndoTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_staff_user(), a_staff_user()

    def approved(self, kind: str, at: datetime = NOON, **details: Any) -> Arrangement:
        made = request(kind, by=self.agent, **details)
        return arrangements.approve(arrangement=made, by=self.supervisor, at=at)

    def test_withdraws_a_request_however_old(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        undone = arrangements.undo(arrangement=made, by=self.agent, at=NOON + 9 * DAY)
        self.assertEqual((undone.state, undone.closed_by), (State.UNDONE, self.agent))
        self.assertEqual(undone.closed_at, NOON + 9 * DAY)

    def test_counts_24_hours_from_the_approval(self):
        at = NOON + 2 * DAY
        last, late = at + DAY - timedelta(seconds=1), at + DAY
        undone = arrangements.undo(
            arrangement=self.approved(Kind.AUTO_DEBIT, at), by=self.agent, at=last
        )
        self.assertEqual(undone.state, State.UNDONE)
        with self.assertRaises(arrangements.TooLate):
            made = self.approved(Kind.AUTO_DEBIT, at)
            arrangements.undo(arrangement=made, by=self.agent, at=late)

    def test_offers_exactly_what_it_would_undo(self):
        made = self.approved(Kind.AUTO_DEBIT)
        reading = request(Kind.MONTH_END_READING, by=self.agent)
        for at in (NOON, NOON + DAY - timedelta(seconds=1), NOON + DAY):
            offered = set(Arrangement.objects.undoable_at(at).values_list("pk", flat=True))
            self.assertEqual(offered, {made.pk, reading.pk} if at < NOON + DAY else set())

    def test_refuses_what_is_over(self):
        for state in (State.REFUSED, State.UNDONE, State.ENDED, State.EXPIRED):
            with self.subTest(state), self.assertRaises(arrangements.NotOpen):
                arrangements.undo(arrangement=an_auto_debit(state=state), by=self.agent, at=NOON)

    def test_restores_the_reading_day(self):
        account = an_account(reading_day=12)
        made = request(Kind.MONTH_END_READING, by=self.agent, account=account)
        arrangements.undo(arrangement=made, by=self.agent, at=NOON)
        account.refresh_from_db()
        self.assertEqual(account.reading_day, 12)

    def test_leaves_a_reading_day_that_was_moved_meanwhile(self):
        account = an_account(reading_day=12)
        made = request(Kind.MONTH_END_READING, by=self.agent, account=account)
        Account.objects.filter(pk=account.pk).update(reading_day=20)
        arrangements.undo(arrangement=made, by=self.agent, at=NOON)
        account.refresh_from_db()
        self.assertEqual(account.reading_day, 20)

    def test_stops_using_the_contact_that_was_recorded_for_it(self):
        made = self.approved(Kind.RELATIVE_CONTACT)
        arrangements.undo(arrangement=made, by=self.supervisor, at=NOON)
        contact = made.account.contacts.get()
        self.assertEqual(contact.suspended_why, ContactPoint.Suspended.NOT_ARRANGED)

    def test_leaves_the_number_of_the_contract_in_use(self):
        account = an_account()
        contact = a_contact(account=account, value=PHONE)
        made = self.approved(Kind.SMS_RETENTION, account=account)
        arrangements.undo(arrangement=made, by=self.supervisor, at=NOON)
        contact.refresh_from_db()
        self.assertIsNone(contact.suspended_at)


class EndTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_staff_user()

    def test_ends_what_is_in_force_from_today(self):
        for kind in Kind.values:
            with self.subTest(kind):
                made = an_arrangement(kind)
                ended = arrangements.end(arrangement=made, why="asked", by=self.agent, at=NOON)
                self.assertEqual((ended.state, ended.ends_on), (State.ENDED, TODAY))
                self.assertEqual((ended.closed_by, ended.closed_at), (self.agent, NOON))

    def test_ends_even_what_began_today(self):
        made = request(Kind.MONTH_END_READING, by=self.agent, account=an_account(reading_day=5))
        ended = arrangements.end(arrangement=made, why="asked", by=self.agent, at=NOON)
        self.assertEqual(ended.state, State.ENDED)
        self.assertEqual(Account.objects.get(pk=made.account_id).reading_day, 5)

    def test_refuses_what_is_not_in_force(self):
        for state in (State.REQUESTED, State.UNDONE, State.REFUSED, State.ENDED):
            with self.subTest(state), self.assertRaises(arrangements.NotInForce):
                arrangements.end(
                    arrangement=an_auto_debit(state=state), why="asked", by=self.agent, at=NOON
                )


class DatabaseTests(TestCase):
    """Direct SQL too cannot break what was promised."""

    def refuses(self, **values: Any) -> None:
        made = request(Kind.AUTO_DEBIT, by=a_staff_user())
        with self.subTest(values), self.assertRaises(IntegrityError), transaction.atomic():
            Arrangement.objects.filter(pk=made.pk).update(**values)

    def test_wants_another_person_to_decide(self):
        made = request(Kind.AUTO_DEBIT, by=a_staff_user())
        with self.assertRaises(IntegrityError):
            Arrangement.objects.filter(pk=made.pk).update(
                state=State.IN_FORCE, decided_by=made.requested_by
            )

    def test_lets_nothing_in_force_that_nobody_decided(self):
        self.refuses(state=State.IN_FORCE)

    def test_wants_to_know_when_it_was_closed(self):
        self.refuses(state=State.UNDONE)
        self.refuses(closed_at=NOON)

    def test_wants_evidence_and_dates_in_order(self):
        self.refuses(reference="")
        self.refuses(ends_on=date(2026, 1, 1))
        self.refuses(review_on=date(2026, 1, 1))


ACTIONS = ("approve", "approve_own", "refuse", "undo", "end", "renew", "clock", "disown")
WORD = {"refuse": {"why": "không hợp lệ"}, "end": {"why": "asked"}}


@dataclass
class Model:
    """The ladder once more, as a table."""

    state: str
    review_on: date
    in_force_at: datetime = NOON

    def follow(self, action: str, at: datetime) -> bool:
        """Whether the action works at ``at``; then the state is what it makes of it."""
        after = self.after(action, at)
        if after == State.IN_FORCE and action == "approve":
            self.in_force_at = at
        if after and action == "renew":
            self.review_on = local_day(at) + timedelta(366)
        self.state = after or self.state
        return bool(after)

    def after(self, action: str, at: datetime) -> str | None:
        """What the action makes of it; None where it is refused."""
        today = local_day(at)
        holds = self.state in (State.IN_FORCE, State.EXPIRED)
        waits = self.state == State.REQUESTED
        fresh = self.state == State.IN_FORCE and at < self.in_force_at + DAY
        late = self.state == State.IN_FORCE and self.review_on + timedelta(30) < today
        table = {
            "approve": (waits and self.review_on > today, State.IN_FORCE),
            "approve_own": (False, None),
            "refuse": (waits, State.REFUSED),
            "undo": (waits or fresh, State.UNDONE),
            "disown": (holds, State.UNDONE if fresh else State.ENDED),
            "end": (holds, State.ENDED),
            "renew": (holds and self.review_on < today + timedelta(366), State.IN_FORCE),
            "clock": (True, State.EXPIRED if late else self.state),
        }
        works, after = table[action]
        return after if works else None


class LadderTests(PropertyTestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        kind=st.sampled_from(Kind.values),
        steps=st.lists(
            st.tuples(st.sampled_from(ACTIONS), st.sampled_from([0, 7, 30, 24 * 200])), max_size=7
        ),
    )
    def test_climbs_as_the_table_says_whatever_is_tried(self, kind, steps):
        agent, supervisor = a_staff_user(), a_staff_user()
        made = request(kind, by=agent, account=an_account(reading_day=12))
        table, at = Model(made.state, made.review_on), NOON
        for action, hours in steps:
            at += timedelta(hours=hours)
            works = table.follow(action, at)
            by = agent if action == "approve_own" else supervisor
            self.attempt(made, action, by, at, works=works)
            made = Arrangement.objects.get(pk=made.pk)
            self.assertEqual((made.state, made.review_on), (table.state, table.review_on))
            self.assert_effects_follow(made)

    def attempt(
        self, made: Arrangement, action: str, by: User, at: datetime, *, works: bool
    ) -> None:
        if action == "clock":
            arrangements.keep(at=at)
            return
        verb = getattr(arrangements, action.removesuffix("_own"))
        fields: dict[str, Any] = dict(WORD.get(action, {}))
        if action == "renew":
            word = arrangements.Word(review_on=local_day(at) + timedelta(366), reference="CG9")
            fields = {"word": word, "reviewed_on": made.review_on}
        if works:
            verb(arrangement=made, by=by, at=at, **fields)
        else:
            with self.assertRaises(arrangements.ArrangementError):
                verb(arrangement=made, by=by, at=at, **fields)

    def assert_effects_follow(self, made: Arrangement) -> None:
        """Only while something holds: the contact is used, the meter is read at the month's end.

        And what expired always stands in the work list.
        """
        holds = made.state in (State.IN_FORCE, State.EXPIRED)
        if contact := getattr(made.terms, "contact", None):
            self.assertEqual(contact.suspended_at is None, holds)
        if made.kind == Kind.MONTH_END_READING:
            self.assertEqual(made.account.reading_day, 31 if holds else 12)
        listed = WorkItem.objects.open().filter(arrangement=made, kind="review").exists()
        self.assertTrue(listed or made.state != State.EXPIRED)
        self.assertFalse(listed and not holds)
