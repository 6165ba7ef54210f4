"""What loading meters does to those that are known: exchanges, moves, contradictions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from customers.models import Account, Meter
from customers.services import meters
from customers.tests.factories import a_meter, a_unit, an_account
from portal.lib.columns import Row
from portal.lib.loading import Outcome

AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LONG_AGO, LATELY = date(2020, 1, 1), date(2026, 11, 10)


def row(account: Account, serial: str, *, at: int = 2, **values: Any) -> Row:
    given_ = {
        "number": account.number, "serial": serial, "multiplier": None, "digits": None,
        "installed_on": LATELY, "removed_on": None, **values,
    }  # fmt: skip
    return Row(at, given_)


def load(*rows: Row) -> Outcome:
    return meters.load(rows=rows, at=AT)


def reasons(outcome: Outcome) -> list[str]:
    codes = {str(text): code for code, text in meters.REASONS.items()}
    return [codes[refusal.reason] for refusal in outcome.refused]


def hung() -> set[tuple[str, date | None, date | None]]:
    return set(Meter.objects.values_list("serial", "installed_on", "removed_on"))


class ExchangeTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.old = a_meter(account=self.account, serial="OLD1", installed_on=None)

    def test_is_two_rows_the_old_meter_and_the_new_one(self) -> None:
        old = row(self.account, "OLD1", installed_on=LONG_AGO, removed_on=LATELY)
        outcome = load(old, row(self.account, "NEW1", at=3, multiplier=40, digits=5))
        self.assertEqual((outcome.created, outcome.updated, outcome.refused), (1, 1, ()))
        self.assertEqual(hung(), {("OLD1", LONG_AGO, LATELY), ("NEW1", LATELY, None)})
        new = Meter.objects.get(serial="NEW1")
        self.assertEqual((new.multiplier, new.digits), (40, 5))

    def test_may_be_the_row_of_the_new_meter_alone(self) -> None:
        outcome = load(row(self.account, "NEW1"))
        self.assertEqual((outcome.created, outcome.updated), (1, 0))
        self.assertEqual(hung(), {("OLD1", None, LATELY), ("NEW1", LATELY, None)})

    def test_takes_a_meter_down_without_another_one(self) -> None:
        load(row(self.account, "OLD1", installed_on=LONG_AGO, removed_on=TODAY))
        self.assertFalse(Meter.objects.in_place().exists())

    def test_changes_nothing_the_second_time(self) -> None:
        rows = [
            row(self.account, "OLD1", installed_on=LONG_AGO, removed_on=LATELY),
            row(self.account, "NEW1", at=3),
            row(self.account, "ONE_DAY", at=4, installed_on=LONG_AGO, removed_on=LONG_AGO),
        ]
        load(*rows)
        known = hung()
        outcome = load(*rows)
        self.assertEqual((outcome.created, outcome.updated, outcome.unchanged), (0, 0, 3))
        self.assertEqual(hung(), known)

    def test_is_put_right_where_the_days_were_guessed(self) -> None:
        load(row(self.account, "NEW1", installed_on=TODAY))
        old = row(self.account, "OLD1", installed_on=LONG_AGO, removed_on=LATELY)
        outcome = load(old, row(self.account, "NEW1", at=3))
        self.assertEqual((outcome.created, outcome.updated), (0, 2))
        self.assertEqual(hung(), {("OLD1", LONG_AGO, LATELY), ("NEW1", LATELY, None)})

    def test_leaves_what_a_row_does_not_say(self) -> None:
        Meter.objects.update(multiplier=40, digits=5)
        load(row(self.account, "OLD1", installed_on=LONG_AGO))
        meter = Meter.objects.get()
        self.assertEqual((meter.multiplier, meter.digits), (40, 5))

    def test_hangs_a_meter_again_from_a_later_day(self) -> None:
        load(row(self.account, "OLD1", installed_on=LONG_AGO, removed_on=date(2024, 1, 1)))
        outcome = load(row(self.account, "OLD1"))
        self.assertEqual(outcome.created, 1)
        self.assertEqual(hung(), {("OLD1", LONG_AGO, date(2024, 1, 1)), ("OLD1", LATELY, None)})


class RefusalTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.meter = a_meter(account=self.account, serial="OLD1", installed_on=LONG_AGO)

    def test_of_an_unknown_customer(self) -> None:
        stranger = Account(number="PE04019999999")
        self.assertEqual(reasons(load(row(stranger, "NEW1"))), ["unknown_account"])

    def test_of_a_meter_that_was_removed_before_it_was_installed(self) -> None:
        outcome = load(row(self.account, "NEW1", removed_on=LONG_AGO))
        self.assertEqual(reasons(outcome), ["removed_before"])

    def test_of_a_meter_in_place_elsewhere(self) -> None:
        outcome = load(row(an_account(), "OLD1"))
        self.assertEqual(reasons(outcome), ["meter_elsewhere"])
        self.assertEqual(Meter.objects.get().account, self.account)

    def test_of_a_meter_that_hangs_elsewhere_since_nobody_knows_when(self) -> None:
        Meter.objects.update(installed_on=None)
        self.assertEqual(reasons(load(row(an_account(), "OLD1"))), ["meter_elsewhere"])

    def test_of_one_meter_at_two_customers_both_rows(self) -> None:
        outcome = load(row(an_account(), "NEW1"), row(an_account(), "NEW1", at=3))
        self.assertEqual(reasons(outcome), ["meter_elsewhere"] * 2)
        self.assertEqual(Meter.objects.count(), 1)

    def test_of_two_meters_in_place_at_one_customer_both_rows(self) -> None:
        outcome = load(row(self.account, "NEW1"), row(self.account, "NEW2", at=3))
        self.assertEqual(reasons(outcome), ["two_at_once"] * 2)
        self.assertEqual(hung(), {("OLD1", LONG_AGO, None)})

    def test_of_a_meter_older_than_the_one_that_hangs_there(self) -> None:
        Meter.objects.update(installed_on=LATELY)
        outcome = load(row(self.account, "STALE", installed_on=LONG_AGO))
        self.assertEqual(reasons(outcome), ["two_at_once"])
        self.assertEqual(hung(), {("OLD1", LATELY, None)})

    def test_of_an_earlier_meter_on_days_of_the_known_one(self) -> None:
        outcome = load(row(self.account, "PAST", installed_on=date(2019, 1, 1), removed_on=LATELY))
        self.assertEqual(reasons(outcome), ["two_at_once"])

    def test_of_a_removed_meter_that_an_old_list_still_names(self) -> None:
        load(row(self.account, "NEW1"))
        outcome = load(row(self.account, "OLD1", installed_on=LONG_AGO))
        self.assertEqual(reasons(outcome), ["removed_already"])
        self.assertEqual([one.value for one in outcome.refused], ["10/11/2026"])

    def test_reaches_rows_that_only_a_refused_one_made_possible(self) -> None:
        second, third = an_account(), an_account()
        a_meter(account=second, serial="HELD", installed_on=LONG_AGO)
        a_meter(account=third, serial="STAYS", installed_on=LONG_AGO)
        # The second would give its meter away for one that the third keeps.
        outcome = load(row(self.account, "HELD"), row(second, "STAYS", at=3))
        self.assertEqual(reasons(outcome), ["meter_elsewhere"] * 2)
        in_place = dict(Meter.objects.values_list("account", "serial"))
        self.assertEqual(in_place, {self.account.pk: "OLD1", second.pk: "HELD", third.pk: "STAYS"})


class MoveTests(TestCase):
    def test_takes_a_meter_from_one_customer_to_another(self) -> None:
        first, second = an_account(), an_account()
        a_meter(account=first, serial="M1", installed_on=LONG_AGO)
        gone = row(first, "M1", installed_on=LONG_AGO, removed_on=date(2026, 11, 9))
        outcome = load(row(second, "M1"), Row(3, gone.values))
        self.assertEqual((outcome.created, outcome.updated, outcome.refused), (1, 1, ()))
        self.assertEqual(Meter.objects.in_place().get().account, second)

    def test_is_refused_before_the_meter_was_taken_down(self) -> None:
        first, second = an_account(), an_account()
        a_meter(account=first, serial="M1", installed_on=LONG_AGO)
        gone = row(first, "M1", at=3, installed_on=LONG_AGO, removed_on=TODAY)
        outcome = load(row(second, "M1"), gone)
        self.assertEqual(set(reasons(outcome)), {"meter_elsewhere"})
        self.assertEqual(Meter.objects.get().account, first)

    def test_swaps_meters_of_two_customers(self) -> None:
        first, second = an_account(), an_account()
        a_meter(account=first, serial="M1", installed_on=LONG_AGO)
        a_meter(account=second, serial="M2", installed_on=LONG_AGO)
        outcome = load(row(first, "M2"), row(second, "M1", at=3))
        self.assertEqual((outcome.created, outcome.refused), (2, ()))
        in_place = dict(Meter.objects.in_place().values_list("serial", "account"))
        self.assertEqual(in_place, {"M2": first.pk, "M1": second.pk})


DAYS = st.integers(0, 12).map(lambda n: LONG_AGO + timedelta(days=n))
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("ABCD"), DAYS, st.none() | DAYS),
    max_size=8,
    unique_by=lambda one: one[:2],
)


class AnyFilesTests(PropertyCase):
    @settings(max_examples=30, deadline=None)
    @given(files=st.lists(ROWS, min_size=1, max_size=3))
    def test_hang_no_two_meters_at_one_place_and_no_meter_at_two(self, files: list[Any]) -> None:
        unit = a_unit()
        accounts = [an_account(number=f"PE0100000000{n}", unit=unit) for n in range(3)]
        a_meter(account=accounts[0], serial="A", installed_on=None)
        for file in files:
            rows = [
                row(accounts[place], serial, at=number, installed_on=since, removed_on=until)
                for number, (place, serial, since, until) in enumerate(file, 2)
            ]
            outcome = load(*rows)
            refused = {refusal.row for refusal in outcome.refused}
            counted = outcome.created + outcome.updated + outcome.unchanged
            self.assertEqual(counted + len(refused), len(rows))
            self.check_days()
            known = hung()
            again = load(*(one for one in rows if one.number not in refused))
            self.assertEqual((again.created, again.updated, again.refused), (0, 0, ()))
            self.assertEqual(hung(), known)

    def check_days(self) -> None:
        known = [(m, *self.days(m)) for m in Meter.objects.all()]
        for place, (meter, first, end) in enumerate(known):
            for other, other_first, other_end in known[place + 1 :]:
                if meter.account_id == other.account_id:
                    self.assertFalse(first < other_end and other_first < end, hung())

    def days(self, meter: Meter) -> tuple[date, date]:
        """The days on which it certainly hung there: without a first one, its last."""
        end = meter.removed_on or date.max
        return meter.installed_on or end - timedelta(days=1), end
