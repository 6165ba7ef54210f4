"""Closing months: exactly the same reads come back, whatever they were, and however often."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from billing import tasks
from billing.models import ClosedMonth, EarlierRead, Read, StandingRead, UsualMoments
from billing.queries.standing import standing_reads
from billing.queries.use import known_use
from billing.services import closing, reads
from billing.tests import strategies
from billing.tests.factories import a_read, some_reads
from billing.tests.test_loading import read_row
from customers.models import Account, Meter
from customers.tests.factories import a_meter, an_account
from portal.lib.periods import DAY, LOCAL, Window

assert strategies  # no example is measured by the clock

FIRST = date(2026, 7, 1)
LEARNED = datetime(2026, 7, 2, 5, 30, 0, 123_456, tzinfo=UTC)
MONTHS_LATER = datetime(2026, 12, 10, tzinfo=UTC)
LONG_LATER = datetime(2027, 3, 10, tzinfo=UTC)
SINCE, BEFORE = date(2026, 1, 1), date(2028, 1, 1)

Told = tuple[int, date, int, str, datetime]


def told(account: Account, as_of: datetime | None = None) -> list[Told]:
    """Everything that is known of an account's reads."""
    found = standing_reads([account], since=SINCE, before=BEFORE, as_of=as_of, with_moments=True)
    return [(r.meter_id, r.day, r.index_wh, r.quality, r.learned_at) for r in found]


def load(meter: Meter, day: date, index_wh: int, *, at: datetime, quality: str = "measured"):
    return reads.load(rows=[read_row(meter, day, index_wh, quality=quality)], at=at)


@dataclass(frozen=True)
class Drawn:
    """A read as it is drawn: of one of two meters, a day, a figure, how sure, and when learned."""

    meter: int
    day: date
    index_wh: int
    quality: str
    learned_at: datetime


# Most meters learn a day at the same moment, some at one of their own; indexes jump and roll over.
moments = st.one_of(
    st.just(timedelta(0)),
    st.just(timedelta(seconds=1)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
indexes = st.one_of(
    st.integers(0, 99_999_999), st.integers(99_999_000, 99_999_999), st.integers(0, 4 * 10**9)
)
drawn_reads = st.builds(
    lambda meter, place, index_wh, quality, late: Drawn(
        meter, FIRST + place * DAY, index_wh, quality, LEARNED + place * DAY + late
    ),
    st.integers(0, 1),
    st.integers(0, 70),
    indexes,
    st.sampled_from(["measured", "measured", "measured", "estimated", "corrected"]),
    moments,
)
some_drawn = st.lists(drawn_reads, max_size=60, unique_by=lambda read: (read.meter, read.day))


class RandomTests(PropertyTestCase):
    """Two meters of one account over ten weeks: gaps, an exchange, any order of indexes."""

    def setUp(self) -> None:
        self.account = an_account()
        self.meters = [a_meter(account=self.account) for _number in range(2)]

    def store(self, drawn: list[Drawn]) -> None:
        Read.objects.bulk_create(
            Read(
                meter=self.meters[one.meter], day=one.day, index_wh=one.index_wh,
                quality=one.quality, learned_at=one.learned_at,
            )
            for one in drawn
        )  # fmt: skip

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(some_drawn)
    def test_closed_reads_come_back_as_they_were(self, drawn: list[Drawn]) -> None:
        self.store(drawn)
        before = told(self.account)
        closing.close_all(at=MONTHS_LATER)
        self.assertEqual(told(self.account), before)
        self.assertEqual(len(before), len(drawn))
        with transaction.atomic():
            kept = list(ClosedMonth.objects.order_by("pk").values())
            closing.close_all(at=MONTHS_LATER)
            self.assertEqual(list(ClosedMonth.objects.order_by("pk").values()), kept)
            self.assertEqual(told(self.account), before)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(some_drawn, some_drawn)
    def test_late_reads_and_corrections_leave_every_earlier_day_as_it_was_shown(
        self, first: list[Drawn], then: list[Drawn]
    ) -> None:
        """The same files with and without closing between them: the same on every day since."""
        shown = []
        for closes in (False, True):
            with transaction.atomic():
                shown.append(self.shown_after(first, then, closes=closes))
                transaction.set_rollback(True)
        self.assertEqual(shown[0], shown[1])

    def shown_after(self, first: list[Drawn], then: list[Drawn], *, closes: bool) -> object:
        """What is told now and was on three days, after two files and closing where asked."""
        self.store(first)
        for number, late in enumerate((then, then[: len(then) // 2])):
            if closes:
                closing.close_all(at=MONTHS_LATER + number * timedelta(days=60))
            at = MONTHS_LATER + timedelta(days=1 + 60 * number)
            rows = [
                read_row(self.meters[one.meter], one.day, one.index_wh + number, number=n,
                         quality="estimated" if one.quality == "estimated" else "measured")
                for n, one in enumerate(then if number == 0 else late, start=2)
            ]  # fmt: skip
            outcome = reads.load(rows=rows, at=at)
            refused = {refusal.row for refusal in outcome.refused}
            counts = (outcome.created, outcome.updated, outcome.unchanged, len(refused))
            days = [LEARNED + timedelta(days=40), MONTHS_LATER, at, at + DAY, LONG_LATER]
            found = [counts, told(self.account), [told(self.account, day) for day in days]]
        if closes:
            closing.close_all(at=LONG_LATER + timedelta(days=60))
            again = [told(self.account), [told(self.account, day) for day in days]]
            self.assertEqual(again, found[1:])
        return found


class ClosingTestCase(TestCase):
    """Ten days of July and the 31st, known since, of two meters; the first is closed with it."""

    def setUp(self) -> None:
        self.account = an_account()
        self.meter = a_meter(account=self.account, digits=5)
        some_reads(
            meter=self.meter, from_day=FIRST, steps_wh=[5_000] * 9, index_wh=1_000_000,
            learned_at=LEARNED,
        )  # fmt: skip

    def close(self, at: datetime = MONTHS_LATER) -> None:
        closing.close_all(at=at)


class ChoosingTests(ClosingTestCase):
    def test_leaves_this_month_and_the_last_open(self) -> None:
        day = date(2026, 11, 1)
        a_read(meter=self.meter, day=day - DAY, index_wh=2_000_000, learned_at=LEARNED)
        a_read(meter=self.meter, day=day, index_wh=2_000_000, learned_at=LEARNED)
        self.close(at=datetime(2026, 12, 31, tzinfo=UTC))
        self.assertEqual([read.day for read in Read.objects.all()], [day])

    def test_leaves_a_month_open_while_a_load_of_it_may_be_undone(self) -> None:
        Read.objects.filter(day=FIRST).update(learned_at=MONTHS_LATER - timedelta(days=30))
        self.close()
        self.assertFalse(ClosedMonth.objects.exists())
        self.close(at=MONTHS_LATER + timedelta(days=6))
        self.assertFalse(Read.objects.exists())

    def test_leaves_a_month_open_that_does_not_fit(self) -> None:
        a_read(meter=self.meter, day=date(2026, 7, 31), index_wh=2**31 + 1_000_000,
               learned_at=LEARNED)  # fmt: skip
        before = told(self.account)
        self.close()
        self.assertEqual((ClosedMonth.objects.count(), told(self.account)), (0, before))

    def test_walks_on_from_meter_to_meter(self) -> None:
        others = [a_meter() for _number in range(3)]
        for meter in others:
            a_read(meter=meter, day=FIRST, learned_at=LEARNED)
        marks: list[int | None] = [0]
        with mock.patch.object(closing, "METERS_AT_ONCE", 2):
            while (mark := marks[-1]) is not None:
                marks.append(closing.close(at=MONTHS_LATER, after=mark))
        self.assertEqual(marks, [0, others[0].pk, others[2].pk, None])
        self.assertFalse(Read.objects.exists())

    def test_keeps_moments_that_many_share_once(self) -> None:
        for _number in range(20):
            some_reads(meter=a_meter(), from_day=FIRST, steps_wh=[1] * 9, learned_at=LEARNED)
        self.close()
        self.assertEqual(UsualMoments.objects.count(), 1)
        self.assertEqual(ClosedMonth.objects.filter(own_learned=None).count(), 21)


class TaskTests(ClosingTestCase):
    def at_hour(self, hour: int) -> None:
        clock = MONTHS_LATER.replace(tzinfo=LOCAL, hour=hour)
        with mock.patch.object(timezone, "now", return_value=clock):
            tasks.close_reads()

    def test_closes_by_night_alone(self) -> None:
        self.at_hour(12)
        self.assertFalse(ClosedMonth.objects.exists())
        self.at_hour(2)
        self.assertTrue(ClosedMonth.objects.exists())

    def test_rings_again_where_its_turn_was_too_short(self) -> None:
        with (
            mock.patch.object(tasks, "TURN", 0),
            mock.patch.object(tasks.close_reads, "delay") as ring,
        ):
            self.at_hour(2)
        ring.assert_called_once_with(after=self.meter.pk)


class CommandTests(ClosingTestCase):
    """What was learned just now, of months long ago."""

    def setUp(self) -> None:
        super().setUp()
        Read.objects.update(learned_at=timezone.now())

    def test_waits_until_no_load_of_it_can_be_undone(self) -> None:
        call_command("close_reads")
        self.assertFalse(ClosedMonth.objects.exists())

    def test_closes_at_once_where_it_is_told_to(self) -> None:
        call_command("close_reads", settled_days=0)
        self.assertFalse(Read.objects.exists())


class LateTests(ClosingTestCase):
    """What is loaded of a day that is closed."""

    def setUp(self) -> None:
        super().setUp()
        self.close()

    def test_says_of_the_same_again_that_nothing_changes(self) -> None:
        outcome = load(self.meter, FIRST, 1_000_000, at=MONTHS_LATER)
        self.assertEqual((outcome.unchanged, outcome.created, outcome.updated), (1, 0, 0))
        self.assertFalse(Read.objects.exists() or EarlierRead.objects.exists())

    def test_takes_another_index_as_a_correction_and_keeps_the_old_one(self) -> None:
        outcome = load(self.meter, FIRST, 1_001_000, at=MONTHS_LATER)
        self.assertEqual((outcome.unchanged, outcome.created, outcome.updated), (0, 0, 1))
        read, old = Read.objects.get(), EarlierRead.objects.get()
        self.assertEqual((read.index_wh, read.quality), (1_001_000, "corrected"))
        self.assertEqual((old.index_wh, old.learned_at), (1_000_000, LEARNED))
        self.assertEqual(old.replaced_at, MONTHS_LATER)
        self.assertEqual(len(told(self.account)), 10)

    def test_merges_a_correction_at_the_next_closing(self) -> None:
        load(self.meter, FIRST, 1_001_000, at=MONTHS_LATER)
        load(self.meter, FIRST + 20 * DAY, 1_100_000, at=MONTHS_LATER, quality="estimated")
        before = told(self.account)
        self.close(at=LONG_LATER)
        self.assertEqual((Read.objects.count(), ClosedMonth.objects.count()), (0, 1))
        self.assertEqual(told(self.account), before)
        self.assertEqual(told(self.account, LEARNED + DAY)[0][2:4], (1_000_000, "measured"))
        self.assertEqual(EarlierRead.objects.count(), 1)

    def test_keeps_what_was_replaced_without_a_file(self) -> None:
        a_read(meter=self.meter, day=FIRST, index_wh=1_002_000, learned_at=MONTHS_LATER)
        shown = [told(self.account), told(self.account, LEARNED + DAY)]
        self.close(at=LONG_LATER)
        self.assertEqual([told(self.account), told(self.account, LEARNED + DAY)], shown)
        self.assertEqual(EarlierRead.objects.get().index_wh, 1_000_000)

    def test_holds_a_new_read_against_the_closed_one_before_it(self) -> None:
        for day in (FIRST + 10 * DAY, date(2026, 11, 20)):
            outcome = load(self.meter, day, 1_044_000, at=MONTHS_LATER)
            self.assertEqual([refusal.column for refusal in outcome.refused], ["index_wh"])
        outcome = load(self.meter, date(2026, 11, 20), 1_045_000, at=MONTHS_LATER)
        self.assertEqual(outcome.created, 1)

    def test_holds_a_new_read_against_a_closed_one_behind_an_open_one(self) -> None:
        load(self.meter, FIRST, 1_000_500, at=MONTHS_LATER)
        outcome = load(self.meter, date(2026, 11, 20), 1_044_000, at=MONTHS_LATER)
        self.assertEqual(len(outcome.refused), 1)

    def test_lets_no_chunk_note_what_is_only_opened(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('cskh.load', '77', true)")
            load(self.meter, FIRST, 1_001_000, at=MONTHS_LATER)
            cursor.execute("SELECT before ->> 'index_wh' FROM customers_loadchange")
            self.assertEqual(cursor.fetchall(), [("1000000",)])
            cursor.execute("SELECT set_config('cskh.load', '', true)")


class ReadingTests(ClosingTestCase):
    def test_gives_each_account_its_window_alone(self) -> None:
        self.close()
        self.account.window = Window(FIRST + 3 * DAY, FIRST + 6 * DAY)
        days = [day for _meter, day, *_rest in told(self.account)]
        self.assertEqual(days, [FIRST + n * DAY for n in (2, 3, 4, 5)])

    def test_gives_the_same_use_before_and_after(self) -> None:
        use = [known_use([self.account], since=SINCE, before=BEFORE)]
        self.close()
        use.append(known_use([self.account], since=SINCE, before=BEFORE))
        self.assertEqual(use[0], use[1])
        self.assertEqual(len(use[1][self.account.pk]), 9)

    def test_gives_all_of_an_account_as_rows(self) -> None:
        self.close()
        rows = StandingRead.objects.filter(account=self.account, day__gte=FIRST + 4 * DAY)
        self.assertEqual(rows.count(), 6)

    def test_of_many_accounts_takes_one_query(self) -> None:
        other = an_account()
        a_read(meter=a_meter(account=other), day=FIRST, learned_at=LEARNED)
        self.close()
        with self.assertNumQueries(1):
            known_use([self.account, other], since=SINCE, before=BEFORE)
