"""Between the approval of an auto-debit and its first debit lies a day to say no."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.test import TestCase

from customers.models import AccountEvent, Arrangement, AutoDebit
from customers.models.arrangements import UNDO_WITHIN, first_day_to_debit
from customers.services import arrangements
from customers.tests.factories import (
    NOON,
    a_member,
    a_staff_user,
    an_account,
    an_auto_debit,
    an_sms_retention,
)
from customers.words import facts, summary
from portal.lib.periods import LOCAL, start_of

DAY = timedelta(days=1)


def local(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)


class DayTests(TestCase):
    def test_is_the_first_whole_day_that_begins_24_hours_later(self):
        for approved_at, first in (
            (local(2, 12), date(2026, 11, 4)),
            (local(2, 0), date(2026, 11, 3)),
            (local(2, 0, 1), date(2026, 11, 4)),
            (local(2, 23, 59), date(2026, 11, 4)),
        ):
            day = first_day_to_debit(approved_at=approved_at, starts_on=date(2026, 9, 1))
            self.assertEqual(day, first, approved_at)
            self.assertGreaterEqual(start_of(day) - approved_at, UNDO_WITHIN)

    def test_is_no_day_before_the_one_that_was_agreed(self):
        agreed = date(2026, 12, 1)
        self.assertEqual(first_day_to_debit(approved_at=local(2), starts_on=agreed), agreed)


class ApproveTests(TestCase):
    def setUp(self) -> None:
        self.supervisor = a_member("supervisor")

    def approved(self, **fields) -> Arrangement:
        made = an_auto_debit(state="requested", starts_on=date(2026, 11, 2), **fields)
        return arrangements.approve(arrangement=made, by=self.supervisor, at=NOON)

    def test_dates_the_first_debit(self):
        self.assertEqual(self.approved().first_debit_on, date(2026, 11, 4))

    def test_can_be_undone_until_debits_may_come(self):
        made = self.approved()
        self.assertLessEqual(made.undoable_until, start_of(made.first_debit_on))

    def test_writes_down_from_when_for_everyone_who_is_told(self):
        made = self.approved()
        event = AccountEvent.objects.get()
        self.assertEqual(event.arrangement, made)
        self.assertEqual(event.debits_from, date(2026, 11, 4))
        self.assertIn("04/11/2026", event.about)

    def test_refuses_what_ends_before_anything_could_be_debited(self):
        with self.assertRaises(arrangements.RanOut):
            self.approved(ends_on=date(2026, 11, 4))

    def test_begins_anew_for_another_bank_account_and_lets_the_old_one_pay_no_more(self):
        account = an_account()
        old = an_auto_debit(account=account, decided_at=NOON - 30 * DAY)
        arrangements.end(arrangement=old, why="asked", by=self.supervisor, at=NOON)
        self.approved(account=account)
        paying = AutoDebit.objects.filter(account=account)
        for day in (date(2026, 11, 2), date(2026, 11, 3)):
            self.assertFalse(paying.paying_on(day).exists(), day)
        self.assertTrue(paying.paying_on(date(2026, 11, 4)).exists())


class DatabaseTests(TestCase):
    """Who writes past the services is held as well."""

    def refused(self, constraint: str, **fields) -> None:
        with self.assertRaisesMessage(IntegrityError, constraint), transaction.atomic():
            an_auto_debit(decided_at=local(2, 12), **fields)

    def test_holds_the_day_back(self):
        self.refused("arrangement_debits_a_day_later", first_debit_on=date(2026, 11, 3))
        an_auto_debit(decided_at=local(2, 12), first_debit_on=date(2026, 11, 4))

    def test_lets_no_debit_be_undated(self):
        for state in ("in_force", "ended", "expired"):
            self.refused("arrangement_debit_is_dated", first_debit_on=None, state=state)

    def test_dates_no_debit_of_another_kind_or_of_a_request(self):
        self.refused("arrangement_debits_a_day_later", state="requested",
                     first_debit_on=date(2027, 1, 1))  # fmt: skip
        with self.assertRaises(IntegrityError), transaction.atomic():
            an_sms_retention(first_debit_on=date(2027, 1, 1))

    def test_says_by_one_rule_when_a_bank_pays(self):
        first, last = date(2026, 11, 4), date(2026, 11, 9)
        asked = [
            ("in_force", None, first, True), ("in_force", None, first - DAY, False),
            ("in_force", last, last - DAY, True), ("in_force", last, last, False),
            ("requested", None, first, False), ("undone", None, first, False),
        ]  # fmt: skip
        with connection.cursor() as cursor:
            for state, ends_on, day, pays in asked:
                cursor.execute(
                    "SELECT customers_bank_pays(%s, 'active', %s, %s, %s)",
                    [state, first, ends_on, day],
                )
                self.assertEqual(cursor.fetchone(), (pays,), (state, day))
            cursor.execute(
                "SELECT customers_bank_pays('in_force', 'active', NULL, NULL, %s)", [first]
            )
            self.assertEqual(cursor.fetchone(), (False,))


class DisownTests(TestCase):
    def test_undoes_what_nothing_came_of_yet(self):
        made = an_auto_debit()
        closed = arrangements.disown(arrangement=made, by=None, at=NOON + DAY - timedelta(1 / 24))
        self.assertEqual((closed.state, closed.closed_why), ("undone", "not_me"))
        self.assertEqual(closed.closer, Arrangement.ClosedWhy.NOT_ME.label)

    def test_ends_what_may_have_been_debited(self):
        holder = a_staff_user()
        closed = arrangements.disown(arrangement=an_auto_debit(), by=holder, at=NOON + 3 * DAY)
        self.assertEqual((closed.state, closed.closed_by), ("ended", holder))
        self.assertFalse(AutoDebit.objects.paying_on(date(2026, 11, 5)).exists())

    def test_is_said_of_what_is_in_force(self):
        for state in ("requested", "undone", "ended"):
            with self.assertRaises(arrangements.NotInForce):
                arrangements.disown(arrangement=an_auto_debit(state=state), by=None, at=NOON)


class WordsTests(TestCase):
    def test_say_to_agents_from_when_the_bank_takes_money(self):
        made = Arrangement.objects.with_terms().get(pk=an_auto_debit().pk)
        self.assertIn("04/11/2026", dict(facts(made)).values())
        self.assertIn("04/11/2026", summary(made))
