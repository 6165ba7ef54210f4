"""A lost second step: who may ask and decide for whom, and what the table refuses by itself."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.models import LostFactor, StaffRole, User
from customers.services import audit, lost_factors
from customers.tests.factories import NOON, a_member, a_superuser, a_unit, a_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
State = LostFactor.State
TYPES = Authenticator.Type


def with_factors(user: User) -> User:
    """An app, a passkey and recovery codes of this login."""
    for kind in (TYPES.TOTP, TYPES.WEBAUTHN, TYPES.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={})
    return user


def ask(user: User, *, by: User, at: datetime = NOON, **given: str) -> LostFactor:
    values = {"why": "Mất điện thoại trên xe buýt", "recognised": "in_person", **given}
    return lost_factors.ask(user=user, by=by, at=at, **values)


class Case(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.first, cls.second = (a_member(StaffRole.SUPERVISOR) for _ in range(2))
        cls.agent = with_factors(a_member(StaffRole.AGENT))

    def refused(self, error: type[Exception], act: Any, **given: Any) -> None:
        with self.assertRaises(error):
            act(**given)
        self.assertEqual(Authenticator.objects.filter(user=self.agent).count(), 3)


class AskTests(Case):
    def test_keeps_who_why_and_until_when_and_takes_nothing_off(self):
        lost = ask(self.agent, by=self.first, why="  mất\u202e máy ")
        self.assertEqual((lost.why, lost.asked_by), ("mất máy", self.first))
        self.assertEqual((lost.state, lost.lapses_at), (State.WAITING, NOON + DAY))
        self.assertEqual(Authenticator.objects.filter(user=self.agent).count(), 3)

    def test_wants_a_reason_and_how_they_were_recognised(self):
        for given in ({"why": " \u200b"}, {"recognised": ""}, {"recognised": "by a feeling"}):
            with self.subTest(given), self.assertRaises(lost_factors.NoReason):
                ask(self.agent, by=self.first, **given)

    def test_is_for_supervisors_alone(self):
        for role in set(StaffRole) - {StaffRole.SUPERVISOR}:
            with self.subTest(role), self.assertRaises(lost_factors.NotTheirs):
                ask(self.agent, by=a_member(role))

    def test_is_not_for_oneself_a_customer_or_a_closed_login(self):
        with_factors(self.first)
        for user in (self.first, a_user(), a_user(is_staff=True, is_active=False)):
            with self.subTest(user.email), self.assertRaises(lost_factors.NotTheirs):
                ask(user, by=self.first)

    def test_helps_nobody_who_may_do_more_than_the_helper(self):
        boss = with_factors(a_superuser())
        with self.assertRaises(lost_factors.NotTheirs):
            ask(boss, by=self.first)
        self.assertTrue(ask(boss, by=a_superuser()).pk)

    def test_helps_in_one_company_by_whoever_works_for_it(self):
        here, there = a_unit(code="PE01"), a_unit(code="PE02")
        officer = with_factors(a_member(StaffRole.OFFICER, unit=here))
        for by in (a_member(StaffRole.SUPERVISOR, unit=there), self.first):
            is_theirs = by == self.first
            self.assertIs(lost_factors.may_help(by=by, user=officer), is_theirs)
        local = a_member(StaffRole.SUPERVISOR, unit=here)
        self.assertTrue(lost_factors.may_help(by=local, user=officer))
        self.assertFalse(lost_factors.may_help(by=local, user=self.agent))

    def test_is_refused_where_nothing_could_be_taken_off(self):
        with self.assertRaises(lost_factors.NotLost):
            ask(a_member(StaffRole.AGENT), by=self.first)

    def test_is_done_once_until_a_day_is_over(self):
        old = ask(self.agent, by=self.first)
        with self.assertRaises(lost_factors.WaitsAlready):
            ask(self.agent, by=self.second, at=NOON + DAY - HOUR)
        ask(self.agent, by=self.second, at=NOON + DAY)
        old.refresh_from_db()
        self.assertEqual(old.state, State.LAPSED)


class ApproveTests(Case):
    def test_takes_everything_off_and_ends_every_session(self):
        UserSession.objects.create(user=self.agent, ip="127.0.0.1", session_key="x" * 32)
        lost = ask(self.agent, by=self.first)
        done = lost_factors.approve(lost=lost, by=self.second, at=NOON + HOUR)
        self.assertEqual((done.state, done.decided_by), (State.APPROVED, self.second))
        self.assertFalse(Authenticator.objects.filter(user=self.agent).exists())
        self.assertFalse(UserSession.objects.filter(user=self.agent).exists())

    def test_leaves_those_of_others(self):
        other = with_factors(a_member(StaffRole.AGENT))
        lost = ask(self.agent, by=self.first)
        lost_factors.approve(lost=lost, by=self.second, at=NOON)
        self.assertEqual(Authenticator.objects.filter(user=other).count(), 3)

    def test_is_not_for_who_asked_or_who_lost_it(self):
        boss = with_factors(a_member(StaffRole.SUPERVISOR))
        for user, by in ((self.agent, self.first), (boss, boss)):
            lost = ask(user, by=self.first)
            with self.subTest(by.email):
                self.refused(
                    lost_factors.SamePerson, lost_factors.approve, lost=lost, by=by, at=NOON
                )

    def test_is_for_supervisors_alone(self):
        lost = ask(self.agent, by=self.first)
        for role in set(StaffRole) - {StaffRole.SUPERVISOR}:
            with self.subTest(role):
                by = a_member(role)
                self.refused(
                    lost_factors.NotTheirs, lost_factors.approve, lost=lost, by=by, at=NOON
                )

    def test_is_refused_after_a_day_and_a_second_time(self):
        lost = ask(self.agent, by=self.first)
        self.refused(
            lost_factors.NotWaiting, lost_factors.approve, lost=lost, by=self.second, at=NOON + DAY
        )
        lost_factors.refuse(lost=lost, by=self.second, at=NOON)
        self.refused(
            lost_factors.NotWaiting, lost_factors.approve, lost=lost, by=self.second, at=NOON
        )

    def test_is_refused_where_the_asker_is_no_supervisor_any_more(self):
        lost = ask(self.agent, by=self.first)
        for change in ({"is_active": False}, {"is_staff": False}):
            User.objects.filter(pk=self.first.pk).update(is_active=True, is_staff=True)
            User.objects.filter(pk=self.first.pk).update(**change)
            with self.subTest(change):
                self.refused(
                    lost_factors.NotTheirs,
                    lost_factors.approve,
                    lost=LostFactor.objects.get(pk=lost.pk),
                    by=self.second,
                    at=NOON,
                )


class WaitingTests(Case):
    def test_are_for_whom_can_approve_them_alone(self):
        boss = with_factors(a_member(StaffRole.SUPERVISOR))
        lost, other = ask(self.agent, by=self.first), ask(boss, by=self.second)
        auditor, root = a_member(StaffRole.AUDITOR), a_superuser()
        expected = ((self.first, [other]), (self.second, [lost]), (boss, [lost]),
                    (auditor, []), (root, [lost, other]), (self.agent, []))  # fmt: skip
        for user, rows in expected:
            with self.subTest(user.email):
                self.assertEqual(lost_factors.waiting_for(user=user, at=NOON), rows)
                self.assertEqual(lost_factors.waiting_for(user=user, at=NOON + DAY), [])
        User.objects.filter(pk=self.first.pk).update(is_active=False)
        self.assertEqual(lost_factors.waiting_for(user=root, at=NOON), [other])

    def test_lapse_by_the_clock(self):
        lost = ask(self.agent, by=self.first)
        self.assertEqual(lost_factors.lapse(at=NOON + DAY - HOUR), 0)
        self.assertEqual(lost_factors.lapse(at=NOON + DAY), 1)
        lost.refresh_from_db()
        self.assertEqual(lost.state, State.LAPSED)
        self.assertEqual(LostFactor.history.filter(id=lost.pk).latest().state, State.LAPSED)


class RefuseTests(Case):
    def test_is_open_to_whom_it_is_about_whatever_their_role(self):
        lost = ask(self.agent, by=self.first)
        done = lost_factors.refuse(lost=lost, by=self.agent, at=NOON)
        self.assertEqual((done.state, done.decided_by), (State.REFUSED, self.agent))

    def test_changes_nothing(self):
        lost = ask(self.agent, by=self.first)
        done = lost_factors.refuse(lost=lost, by=self.second, at=NOON)
        self.assertEqual(done.state, State.REFUSED)
        self.assertEqual(Authenticator.objects.filter(user=self.agent).count(), 3)

    def test_is_open_to_who_asked_and_who_is_said_to_have_lost_it(self):
        boss = with_factors(a_member(StaffRole.SUPERVISOR))
        for by in (self.first, boss):
            lost = ask(boss, by=self.first)
            self.assertEqual(lost_factors.refuse(lost=lost, by=by, at=NOON).state, State.REFUSED)

    def test_is_not_for_others(self):
        lost = ask(self.agent, by=self.first)
        with self.assertRaises(lost_factors.NotTheirs):
            lost_factors.refuse(lost=lost, by=a_member(StaffRole.AUDITOR), at=NOON)


class CodeTests(Case):
    """From hand to hand, before a new second step is set up."""

    def setUp(self) -> None:
        asked = ask(self.agent, by=self.first)
        self.lost = lost_factors.approve(lost=asked, by=self.second, at=NOON)

    def hand(self, *, by: User | None = None, at: datetime = NOON) -> str:
        return lost_factors.hand_over(lost=self.lost, by=by or self.second, at=at)

    def redeem(self, code: str, *, user: User | None = None, at: datetime = NOON) -> Any:
        return lost_factors.redeem(user=user or self.agent, code=code, at=at)

    def test_is_taken_once_from_whom_it_was_made_for(self):
        code = self.hand()
        self.assertIsNone(self.redeem(code, user=self.first))
        self.assertEqual(self.redeem(f" {code} "), self.lost)
        self.assertIsNone(self.redeem(code))

    def test_is_kept_nowhere(self):
        code = self.hand()
        self.lost.refresh_from_db()
        self.assertNotIn(code, self.lost.code_hash)
        self.assertNotIn("code_hash", LostFactor.history.values()[0])

    def test_lasts_ten_minutes_and_five_tries(self):
        code = self.hand()
        self.assertIsNone(self.redeem(code, at=NOON + lost_factors.CODE_LASTS))
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(5):
            self.assertIsNone(self.redeem(wrong))
        self.assertIsNone(self.redeem(code))

    def test_is_replaced_by_another_one_a_minute_later(self):
        code = self.hand()
        with self.assertRaises(lost_factors.TooManyCodes):
            self.hand()
        other = self.hand(by=self.first, at=NOON + timedelta(minutes=1))
        at = NOON + timedelta(minutes=2)
        self.assertIsNone(self.redeem(code, at=at) if code != other else None)
        self.assertEqual(self.redeem(other, at=at), self.lost)

    def test_is_signed_by_whoever_made_it(self):
        self.hand(by=self.first)
        made = LostFactor.history.filter(id=self.lost.pk).latest()
        self.assertEqual((made.history_user_id, made.codes), (self.first.pk, 1))

    def test_is_for_those_who_may_help_alone(self):
        others = [a_member(role) for role in set(StaffRole) - {StaffRole.SUPERVISOR}]
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE09"))
        for by in (*others, elsewhere, self.agent):
            with self.subTest(by.email), self.assertRaises(lost_factors.NotTheirs):
                self.hand(by=by)

    def test_is_made_only_where_a_new_step_is_awaited(self):
        waiting = ask(with_factors(a_member(StaffRole.AGENT)), by=self.first)
        with_factors(self.agent)
        for lost in (waiting, self.lost):
            with self.subTest(lost.state), self.assertRaises(lost_factors.NotTakenOff):
                lost_factors.hand_over(lost=lost, by=self.second, at=NOON)
        self.assertIsNone(lost_factors.awaits_code(user=self.agent))

    def test_of_the_last_recovery_counts(self):
        code = self.hand()
        with_factors(self.agent)
        again = ask(self.agent, by=self.first, at=NOON + HOUR)
        again = lost_factors.approve(lost=again, by=self.second, at=NOON + HOUR)
        self.assertEqual(lost_factors.awaits_code(user=self.agent), again)
        self.assertIsNone(self.redeem(code))

    def test_used_up_lets_two_supervisors_begin_anew(self):
        """Whoever reads the colleague's mail can burn each code: nobody is shut out by it."""
        for n in range(10):
            self.hand(at=NOON + n * timedelta(minutes=1))
        with self.assertRaises(lost_factors.TooManyCodes):
            self.hand(at=NOON + 30 * DAY)
        again = ask(self.agent, by=self.first, at=NOON + HOUR)
        self.lost = lost_factors.approve(lost=again, by=self.second, at=NOON + HOUR)
        code = self.hand(at=NOON + HOUR)
        self.assertEqual(self.redeem(code, at=NOON + HOUR), self.lost)

    def test_comes_from_the_server_where_the_desk_asked_for_one_before(self):
        with_factors(self.agent)
        code = lost_factors.take_off(user=self.agent, at=NOON)
        self.assertEqual(self.redeem(code), self.lost)
        once_more = lost_factors.take_off(user=self.agent, at=NOON)
        self.assertEqual(self.redeem(once_more), self.lost)

    def test_is_not_asked_of_whom_nothing_was_taken_off(self):
        for user in (a_member(StaffRole.AGENT), a_user()):
            self.assertIsNone(lost_factors.awaits_code(user=user))


class RecordTests(Case):
    def test_is_signed_by_each_hand_and_chained(self):
        lost = ask(self.agent, by=self.first)
        lost_factors.approve(lost=lost, by=self.second, at=NOON)
        rows = LostFactor.history.filter(id=lost.pk).order_by("history_id")
        self.assertEqual(
            [(row.history_user_id, row.state) for row in rows],
            [(self.first.pk, State.WAITING), (self.second.pk, State.APPROVED)],
        )
        chained = {table.name for table in audit.audited(app_label="customers")}
        self.assertIn(LostFactor.history.model._meta.db_table, chained)


class DatabaseTests(Case):
    """What no code above it could write either."""

    def write(self, **fields: Any) -> None:
        values = {
            "user": self.agent, "why": "x", "recognised": "in_person", "asked_by": self.first,
            "asked_at": NOON, "lapses_at": NOON + DAY, **fields,
        }  # fmt: skip
        with transaction.atomic():
            LostFactor.objects.create(**values)

    def test_keeps_three_people_apart_a_day_and_a_reason(self):
        approved = {"state": "approved", "decided_at": NOON}
        forged = [
            {"asked_by": self.agent},
            {**approved, "decided_by": self.first},
            {**approved, "decided_by": self.agent},
            {**approved, "decided_by": None},
            {**approved, "decided_by": self.second, "decided_at": NOON + DAY},
            {"decided_by": self.second, "decided_at": NOON},
            {"state": "approved"},
            {"why": ""},
            {"recognised": ""},
            {"code_hash": "x"},
            {"codes": 11},
            {"tries": 6},
        ]
        for fields in forged:
            with self.subTest(fields), self.assertRaises(IntegrityError):
                self.write(**fields)
        self.write(**approved, decided_by=self.second)
        self.write()
        with self.assertRaises(IntegrityError):
            self.write()
