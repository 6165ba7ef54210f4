"""A contact that was proven two years ago is asked about again, once."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.models import AccountEvent, ContactCheck, ContactPoint, ContactTerms
from customers.services import contact_checks, contact_points
from customers.services.typed_codes import Typed
from customers.tests.factories import (
    NOON,
    a_contact,
    a_contact_check,
    a_member,
    a_user,
    an_account,
)
from portal.lib.periods import LOCAL

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TWO_YEARS_AGO = datetime(2024, 11, 2, tzinfo=LOCAL)
"""To the day of NOON, as the terms count: 24 months before."""


def asked() -> int:
    return contact_checks.ask_due(at=NOON)


class TermsTests(TestCase):
    def test_count_whole_months_to_the_day(self):
        terms = ContactTerms(proof_months=24)
        for day, since in (
            (date(2026, 11, 2), datetime(2024, 11, 2, tzinfo=LOCAL)),
            (date(2028, 2, 29), datetime(2026, 2, 28, tzinfo=LOCAL)),
        ):
            self.assertEqual(terms.proven_since(day), since)
        self.assertEqual(
            ContactTerms(proof_months=1).proven_since(date(2027, 1, 31)),
            datetime(2026, 12, 31, tzinfo=LOCAL),
        )

    def test_hold_from_their_day_on(self):
        contact = a_contact(verified_at=NOON - 100 * DAY)
        ContactTerms.objects.create(valid_from=NOON.date() + DAY, proof_months=3, answer_days=5)
        self.assertEqual(asked(), 0)
        self.assertEqual(contact_checks.ask_due(at=NOON + DAY), 1)
        check = ContactCheck.objects.get()
        self.assertEqual((check.contact, check.due_on), (contact, NOON.date() + 6 * DAY))

    def test_ask_nobody_where_there_are_none(self):
        a_contact(verified_at=TWO_YEARS_AGO)
        ContactTerms.objects.all().delete()
        self.assertEqual(asked(), 0)

    def test_are_24_months_and_30_days_at_first(self):
        terms = ContactTerms.objects.get()
        self.assertEqual((terms.proof_months, terms.answer_days), (24, 30))


class AskTests(TestCase):
    def test_asks_on_the_day_and_not_a_moment_before(self):
        a_contact(verified_at=TWO_YEARS_AGO + timedelta(seconds=1))
        self.assertEqual(asked(), 0)
        old = a_contact(verified_at=TWO_YEARS_AGO)
        self.assertEqual(asked(), 1)
        self.assertEqual(ContactCheck.objects.get().contact, old)

    def test_asks_once_for_each_proof(self):
        contact = a_contact(verified_at=TWO_YEARS_AGO)
        self.assertEqual(asked(), 1)
        self.assertEqual(asked(), 0)
        self.assertEqual(contact_checks.ask_due(at=NOON + 300 * DAY), 0)
        [check] = contact.checks.all()
        contact_checks.confirm_by_call(
            check=check, by=a_member("agent"), reference="CG-1", recognised="counter", at=NOON + DAY
        )
        self.assertEqual(contact_checks.ask_due(at=NOON + 700 * DAY), 0)
        self.assertEqual(contact_checks.ask_due(at=NOON + 740 * DAY), 1)

    def test_counts_from_the_last_proof(self):
        a_contact(verified_at=TWO_YEARS_AGO - 300 * DAY, confirmed_at=NOON - DAY)
        self.assertEqual(asked(), 0)

    def test_counts_what_was_never_proven_from_its_load(self):
        loaded = a_contact(known_since=TWO_YEARS_AGO)
        self.assertEqual((asked(), asked()), (1, 0))
        check = loaded.checks.get()
        self.assertEqual(check.proven_at, TWO_YEARS_AGO)
        self.assertTrue(ContactCheck.objects.open().filter(pk=check.pk).exists())
        contact_checks.confirm_by_call(
            check=check, by=a_member("agent"), reference="CG-1", recognised="counter", at=NOON
        )
        self.assertEqual(contact_checks.ask_due(at=NOON + 700 * DAY), 0)

    def test_asks_nothing_of_what_it_cannot_expect_an_answer_about(self):
        old = {"verified_at": TWO_YEARS_AGO}
        a_contact(known_since=TWO_YEARS_AGO + DAY)  # never proven, and not loaded long ago
        a_contact(suspended_at=NOON, suspended_why="changed", **old)
        a_contact(owner="relative", **old)
        a_contact(kind="zalo", **old)
        a_contact(account=an_account(ends_on=NOON.date()), **old)
        self.assertEqual(asked(), 0)


class AnswerTests(TestCase):
    def setUp(self) -> None:
        self.check = a_contact_check()
        self.holder = a_user()

    def answered(self) -> ContactCheck:
        self.check.refresh_from_db()
        return self.check

    def test_yes_by_the_code_that_was_sent_there(self):
        code = contact_checks.new_code(check=self.check, at=NOON)
        typed = contact_checks.confirm(check=self.check, code=code, by=self.holder, at=NOON)
        self.assertEqual(typed, Typed.RIGHT)
        answered = self.answered()
        self.assertEqual((answered.answer, answered.answered_by), ("code", self.holder))
        self.assertEqual(answered.contact.proven_at, NOON)
        self.assertEqual(contact_checks.ask_due(at=NOON), 0)

    def test_leaves_since_when_it_is_known_as_it_was(self):
        before = self.check.contact.verified_at
        contact_checks.confirm_by_call(
            check=self.check, by=a_member("agent"), reference="CG-1", recognised="counter", at=NOON
        )
        self.assertEqual(self.answered().contact.verified_at, before)

    def test_is_no_wrong_late_or_sixth_code(self):
        code = contact_checks.new_code(check=self.check, at=NOON)
        late = contact_checks.confirm(
            check=self.check, code=code, by=self.holder, at=NOON + 10 * MINUTE
        )
        self.assertEqual(late, Typed.DEAD)
        wrong = "000000" if code != "000000" else "111111"
        for _ in range(5):
            tried = contact_checks.confirm(check=self.check, code=wrong, by=self.holder, at=NOON)
            self.assertEqual(tried, Typed.WRONG)
        sixth = contact_checks.confirm(check=self.check, code=code, by=self.holder, at=NOON)
        self.assertEqual(sixth, Typed.DEAD)
        self.assertEqual(self.answered().answer, "")

    def test_is_the_code_of_no_other_question(self):
        other = a_contact_check()
        contact_checks.new_code(check=self.check, at=NOON)
        code = contact_checks.new_code(check=other, at=NOON)
        typed = contact_checks.confirm(check=self.check, code=code, by=self.holder, at=NOON)
        self.assertEqual(typed, Typed.WRONG)

    def test_sends_no_code_after_another_and_ten_at_most(self):
        for number in range(10):
            contact_checks.new_code(check=self.check, at=NOON + number * MINUTE)
            with self.assertRaises(contact_checks.TooManyCodes):
                contact_checks.new_code(
                    check=self.check, at=NOON + number * MINUTE + timedelta(seconds=59)
                )
        with self.assertRaises(contact_checks.TooManyCodes):
            contact_checks.new_code(check=self.check, at=NOON + DAY)

    def test_no_suspends_it_at_once_and_is_written_down(self):
        contact = self.check.contact
        zalo = a_contact(account=contact.account, kind="zalo", value=contact.value)
        contact_points.disown(contact=contact, by=self.holder, at=NOON)
        self.assertFalse(ContactPoint.objects.usable().filter(pk__in=[contact.pk, zalo.pk]))
        self.assertEqual((self.answered().answer, self.check.answered_by), ("gone", self.holder))
        self.assertEqual(AccountEvent.objects.get().kind, "contact_disowned")

    def test_of_staff_names_its_call(self):
        agent = a_member("agent")
        for record in (contact_checks.confirm_by_call, contact_checks.deny):
            with self.assertRaises(contact_checks.NoReference):
                record(check=self.check, by=agent, reference=" ", recognised="counter", at=NOON)
            for unheard in ("", "unknown", "by voice"):
                with self.assertRaises(contact_checks.NotRecognised):
                    record(
                        check=self.check, by=agent, reference="CG-7", recognised=unheard, at=NOON
                    )
        contact_checks.deny(
            check=self.check, by=agent, reference="CG-7", recognised="call_back", at=NOON
        )
        answered = self.answered()
        self.assertEqual((answered.answer, answered.reference), ("no", "CG-7"))
        self.assertEqual((answered.recognised, answered.answered_by), ("call_back", agent))

    def test_is_given_once(self):
        agent = a_member("agent")
        contact_checks.confirm_by_call(
            check=self.check, by=agent, reference="CG-1", recognised="counter", at=NOON
        )
        with self.assertRaises(contact_checks.NotOpen):
            contact_checks.deny(
                check=self.check, by=agent, reference="CG-2", recognised="counter", at=NOON
            )
        with self.assertRaises(contact_checks.NotOpen):
            contact_checks.new_code(check=self.check, at=NOON)

    def test_is_not_needed_once_the_contact_was_proven_otherwise_or_taken_off(self):
        self.assertEqual(ContactCheck.objects.open().count(), 1)
        ContactPoint.objects.update(verified_at=NOON)
        self.assertEqual(ContactCheck.objects.open().count(), 0)
        ContactPoint.objects.update(verified_at=None)
        self.assertEqual(ContactCheck.objects.open().count(), 1)
        ContactPoint.objects.update(suspended_at=NOON)
        self.assertEqual(ContactCheck.objects.open().count(), 0)

    def test_is_late_after_the_last_day(self):
        due_on = self.check.due_on
        self.assertEqual(ContactCheck.objects.late_on(due_on).count(), 0)
        self.assertEqual(ContactCheck.objects.late_on(due_on + DAY).count(), 1)


class DatabaseTests(TestCase):
    def refused(self, constraint: str, **fields) -> None:
        with self.assertRaisesMessage(IntegrityError, constraint), transaction.atomic():
            a_contact_check(**fields)

    def test_asks_once_for_a_proof(self):
        check = a_contact_check()
        self.refused("contact_asked_once_for_a_proof", contact=check.contact)

    def test_takes_no_answer_without_its_time(self):
        self.refused("contact_check_answered_at", answer="code")

    def test_takes_no_word_of_a_caller_without_who_took_it_its_number_and_how_they_were_known(self):
        whole = {
            "answered_at": NOON, "answered_by": a_member("agent"), "reference": "CG-1",
            "recognised": "counter",
        }  # fmt: skip
        for answer in ("call", "no"):
            for lacking in ({"answered_by": None}, {"reference": ""}, {"recognised": ""}):
                said = {"answer": answer, **whole, **lacking}
                self.refused("contact_check_call_is_recorded", **said)
            a_contact_check(answer=answer, **whole)

    def test_keeps_the_question_when_the_contact_is_erased(self):
        check = a_contact_check()
        check.contact.delete()
        check.refresh_from_db()
        self.assertIsNone(check.contact)
