from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import SimpleTestCase

from customers.models import AccountLink, DataRequest
from customers.services import requests
from customers.tests.factories import NOON, a_link, a_staff_user, a_unit, a_user, an_account
from portal.lib import working_days
from portal.lib.periods import local_day

Kind, State = DataRequest.Kind, DataRequest.State
START = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 5 * 366 * 24).map(lambda hours: START + timedelta(hours=hours))
CLERK = ("customers.view_datarequest", "customers.change_datarequest", "customers.view_account")


class DaysTests(SimpleTestCase):
    @given(st.sampled_from(Kind.values), INSTANTS)
    def test_never_exceed_what_the_law_sets_and_never_fall_on_a_day_off(self, kind, at):
        received_on = local_day(at)
        limit = received_on + requests.ANSWER_WITHIN[Kind(kind)]

        found = requests.days(kind=kind, received_at=at)

        self.assertLessEqual(found.due_on, limit)
        self.assertLessEqual(found.confirm_by, working_days.after(received_on, 2))
        self.assertLessEqual(received_on, found.confirm_by)
        self.assertLessEqual(found.confirm_by, found.due_on)
        if found.due_on > received_on:
            self.assertTrue(working_days.is_working_day(found.due_on))
            wasted = [
                found.due_on + timedelta(n) for n in range(1, (limit - found.due_on).days + 1)
            ]
            self.assertFalse(any(map(working_days.is_working_day, wasted)))

    def test_count_the_working_days_of_viet_nam(self):
        # Friday, 22:30 in Viet Nam; the 4th of December is a Friday.
        at = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

        found = requests.days(kind=Kind.ERASURE, received_at=at)

        self.assertEqual(found, (date(2026, 11, 24), date(2026, 12, 10)))

    def test_end_before_the_weekend_in_which_the_time_runs_out(self):
        at = datetime(2026, 11, 18, 5, tzinfo=UTC)  # ten days later is a Saturday

        self.assertEqual(requests.days(kind=Kind.ACCESS, received_at=at).due_on, date(2026, 11, 27))


def asked(user=None, kind=Kind.ACCESS, **fields) -> DataRequest:
    return requests.ask(user=user or a_user(), kind=kind, said="", at=NOON, **fields)


class AskTests(TestCase):
    def test_is_about_contracts_that_one_holds(self):
        link = a_link()
        relative = a_link(account=link.account, role=AccountLink.Role.RELATIVE)

        self.assertEqual(asked(link.user, account=link.account).account, link.account)
        for stranger in (relative.user, a_user()):
            with self.assertRaises(requests.NotAllowed):
                asked(stranger, account=link.account)

    def test_for_erasure_twice_is_one_request(self):
        user = a_user()

        self.assertEqual(asked(user, Kind.ERASURE), asked(user, Kind.ERASURE))

    def test_is_limited_to_five_open_ones(self):
        user = a_user()
        for _number in range(5):
            asked(user)

        with self.assertRaises(requests.TooMany):
            asked(user)


class AnswerTests(TestCase):
    def test_closes_the_request_with_words_and_once(self):
        one, clerk = asked(), a_staff_user(*CLERK)
        requests.confirm(request=one, by=clerk, at=NOON)

        requests.answer(request=one, done=True, answer="Đã gửi thư.", by=clerk, at=NOON)

        one.refresh_from_db()
        self.assertEqual((one.state, one.answer, one.answered_by), ("done", "Đã gửi thư.", clerk))
        with self.assertRaises(requests.NotOpen):
            requests.answer(request=one, done=True, answer="", by=clerk, at=NOON)

    def test_as_refused_needs_a_reason(self):
        one, clerk = asked(), a_staff_user(*CLERK)

        with self.assertRaises(requests.NoReason):
            requests.answer(request=one, done=False, answer="", by=clerk, at=NOON)
        with self.assertRaises(IntegrityError), transaction.atomic():
            DataRequest.objects.update(state=State.REFUSED, answered_at=NOON)

    def test_is_for_staff_with_the_right_in_charge_and_never_for_ones_own(self):
        link = a_link(account=an_account(unit=a_unit(code="PE01")))
        one = asked(link.user, account=link.account)
        own = asked(a_staff_user(*CLERK))
        for who, which in [
            (link.user, one),
            (a_user(), one),
            (a_staff_user("customers.view_datarequest"), one),
            (a_staff_user(*CLERK, unit=a_unit(code="PE02")), one),
            (own.user, own),
        ]:
            with self.assertRaises(requests.NotAllowed):
                requests.answer(request=which, done=True, answer="x", by=who, at=NOON)

    def test_is_not_awaited_any_more_once_taken_back(self):
        one = asked()

        with self.assertRaises(requests.NotAllowed):
            requests.take_back(request=one, by=a_user(), at=NOON)
        requests.take_back(request=one, by=one.user, at=NOON)

        self.assertFalse(DataRequest.objects.open().exists())
        with self.assertRaises(requests.NotOpen):
            requests.take_back(request=one, by=one.user, at=NOON)


class LateTests(TestCase):
    def test_are_those_not_confirmed_or_not_answered_in_time(self):
        one, clerk = asked(kind=Kind.ERASURE), a_staff_user(*CLERK)
        after_two, after_all = one.confirm_by + timedelta(1), one.due_on + timedelta(1)
        self.assertFalse(one.is_late_on(one.confirm_by))
        self.assertTrue(one.is_late_on(after_two))
        self.assertTrue(DataRequest.objects.late_on(after_two).exists())

        one = requests.confirm(request=one, by=clerk, at=NOON)

        self.assertFalse(one.is_late_on(after_two))
        self.assertFalse(DataRequest.objects.late_on(after_two).exists())
        self.assertTrue(one.is_late_on(after_all))
        self.assertTrue(DataRequest.objects.late_on(after_all).exists())


class RecordTests(TestCase):
    def test_by_staff_says_who_wrote_it_down_and_how_it_came(self):
        account, clerk = an_account(), a_staff_user(*CLERK, "customers.add_datarequest")

        one = requests.record(
            account=account, kind=Kind.CORRECTION, said="Sai tên", via="call", by=clerk, at=NOON
        )

        self.assertEqual((one.recorded_by, one.via, one.user), (clerk, "call", None))
        with self.assertRaises(requests.NotAllowed):
            requests.record(
                account=account, kind=Kind.ACCESS, said="", via="call", by=a_user(), at=NOON
            )
