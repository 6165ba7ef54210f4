"""What is unusual for a house: by the rule, and by the statement that does it for all."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from unittest.mock import patch

from django.test import SimpleTestCase, TestCase
from django.utils.timezone import get_default_timezone

from billing.models import ClosedMonth, UnusualUse
from billing.services import closing, unusual_use
from billing.tests.factories import a_read
from billing.unusual import JUMP, RISE, RULES, Found, judge
from customers.models import Account
from customers.tests.factories import a_link, a_meter, a_unit, a_user, an_account
from portal.lib.periods import DAY

TODAY = date(2026, 11, 24)
LAST = TODAY - DAY
AT = datetime(2026, 11, 24, 6, tzinfo=get_default_timezone())
A_DAY = 6_000


def house(*newest: int, days: int = 70, wh: int = A_DAY, until: date = LAST) -> dict[date, int]:
    """Use of ``days`` days that end with ``newest``; the others swing a little around ``wh``."""
    before = [wh + (number * 37) % 7 * 100 for number in range(days - len(newest))]
    values = [*before, *newest]
    return {until - timedelta(days=days - 1 - at): value for at, value in enumerate(values)}


def found(daily: Mapping[date, int], **given: int) -> Found | None:
    return judge(daily, until=max(daily), rule=JUMP, **given)


class JudgeTests(SimpleTestCase):
    def test_finds_three_days_far_above(self) -> None:
        three = found(house(14_000, 14_500, 13_500))
        assert three is not None
        self.assertEqual((three.first_on, three.last_on), (LAST - 2 * DAY, LAST))
        self.assertEqual(three.wh, 14_000)
        self.assertAlmostEqual(three.usual_wh, 6_300, delta=200)

    def test_leaves_one_day_or_two_alone(self) -> None:
        self.assertIsNone(found(house(6_000, 14_000, 14_000)))
        self.assertIsNone(found(house(14_000, 6_000, 14_000)))

    def test_leaves_alone_what_swings_that_far_anyway(self) -> None:
        wild = {day: (2_000 if at % 2 else 14_000) for at, day in enumerate(house())}
        self.assertIsNone(found(wild | {LAST - ago * DAY: 15_000 for ago in range(3)}))

    def test_finds_little_more_that_stays(self) -> None:
        daily = house(*[8_200] * 14)
        self.assertIsNone(found(daily))
        self.assertIsNotNone(judge(daily, until=LAST, rule=RISE))
        self.assertIsNone(judge(house(*[6_900] * 14), until=LAST, rule=RISE))

    def test_lets_two_quiet_days_of_two_weeks_pass(self) -> None:
        days = [8_200] * 14
        days[4] = days[6] = 3_000
        self.assertIsNotNone(judge(house(*days), until=LAST, rule=RISE))
        days[9] = 3_000
        self.assertIsNone(judge(house(*days), until=LAST, rule=RISE))

    def test_finds_nothing_where_quiet_days_make_up_for_it(self) -> None:
        days = [4_420] * 14
        days[4] = days[6] = 3_000
        self.assertIsNotNone(judge(house(*days, wh=3_000), until=LAST, rule=RISE))
        days[4] = days[6] = 0
        self.assertIsNone(judge(house(*days, wh=3_000), until=LAST, rule=RISE))

    def test_knows_weekends(self) -> None:
        """Who works all week and cooks on Sundays is not warned each Monday."""
        daily = {day: (12_000 if day.isoweekday() > 5 else 3_000) for day in house()}
        sunday = date(2026, 11, 22)
        upto = {day: wh for day, wh in daily.items() if day <= sunday}
        self.assertIsNone(found(upto | {sunday - 2 * DAY: 12_000}))

    def test_raises_the_usual_with_all_houses(self) -> None:
        daily = house(12_000, 12_000, 12_000)
        self.assertIsNotNone(found(daily))
        self.assertIsNone(found(daily, shift=150))

    def test_says_nothing_around_the_new_year_or_of_a_new_house(self) -> None:
        self.assertIsNone(found(house(20_000, 20_000, 20_000, until=date(2026, 2, 20))))
        self.assertIsNone(found(house(14_000, 14_000, 14_000, days=25)))

    def test_says_nothing_where_a_day_is_missing(self) -> None:
        daily = house(14_000, 14_000, 14_000)
        del daily[LAST - DAY]
        self.assertIsNone(found(daily))


class FindTests(TestCase):
    """The statement, on reads as they lie."""

    def setUp(self) -> None:
        self.unit = a_unit()

    def account(self, daily: Mapping[date, int], **fields: object) -> Account:
        account = fields.pop("account", None) or an_account(unit=self.unit, reading_day=31)
        meter = a_meter(account=account, **fields)
        index, days = 1_000_000, sorted(daily)
        a_read(meter=meter, day=days[0] - DAY, index_wh=index)
        for day in days:
            index += daily[day]
            a_read(meter=meter, day=day, index_wh=index)
        return account

    def find(self) -> list[tuple[int, str, date, date]]:
        unusual_use.find(at=AT)
        rows = UnusualUse.objects.order_by("account")
        return list(rows.values_list("account", "rule", "first_on", "last_on"))

    def test_writes_down_what_it_was_held_against(self) -> None:
        account = self.account(house(14_000, 14_500, 13_500))
        self.account(house())
        self.assertEqual(self.find(), [(account.pk, "jump", LAST - 2 * DAY, LAST)])
        row = UnusualUse.objects.get()
        self.assertEqual((row.wh, row.shift, row.since), (14_000, 100, LAST - 58 * DAY))

    def test_leaves_out_nobody_between_two_slices(self) -> None:
        for _number in range(5):
            self.account(house(14_000, 14_500, 13_500))
        with patch.object(unusual_use, "SLICE", 2):
            self.assertEqual(len(self.find()), 5)

    def test_reads_closed_months_as_well(self) -> None:
        self.account(house(14_000, 14_500, 13_500))
        closing.close_all(at=AT, settled=timedelta())
        self.assertTrue(ClosedMonth.objects.exists())
        self.assertEqual(len(self.find()), 1)
        self.assertEqual(UnusualUse.objects.get().since, LAST - 58 * DAY)

    def test_finds_once_a_month_however_often_it_looks(self) -> None:
        account = self.account(house(14_000, 14_000, 14_000))
        self.find()
        last = account.meters.get().reads.latest("day")
        a_read(meter=last.meter, day=TODAY, index_wh=last.index_wh + 14_000)
        unusual_use.find(at=AT + DAY)
        self.assertEqual(UnusualUse.objects.count(), 1)

    def test_agrees_with_the_rule_house_by_house(self) -> None:
        draw = Random(6)
        houses, expected = {}, []
        for number in range(120):
            wh = draw.randrange(2_000, 12_000)
            swing = draw.choice([100, 400, 1_000])
            daily = {day: max(0, int(draw.gauss(wh, swing))) for day in house(days=73)}
            more = draw.choice([0, 0, 1_000, 2_500, 4_000, 9_000])
            since = draw.choice([2, 13, 20])
            daily = {
                day: value + (more if day >= LAST - since * DAY else 0)
                for day, value in daily.items()
                if draw.random() > 0.02 or day in (LAST, min(daily))
            }
            account = self.account(daily)
            known = _measured(daily)
            until = max(known)
            hits = [judge(known, until=until, rule=rule) for rule in RULES]
            hit = next((one for one in hits if one), None)
            houses[account.pk] = number
            if hit:
                expected.append((account.pk, hit.rule, hit.first_on, hit.last_on, hit.wh,
                                 hit.usual_wh))  # fmt: skip
        unusual_use.FEWEST_HOUSES, before = 1_000, unusual_use.FEWEST_HOUSES
        self.addCleanup(setattr, unusual_use, "FEWEST_HOUSES", before)
        self.find()
        columns = ("account", "rule", "first_on", "last_on", "wh", "usual_wh")
        rows = list(UnusualUse.objects.order_by("account").values_list(*columns))
        self.assertEqual(rows, expected)
        self.assertGreater(len(rows), 20)

    def test_raises_the_usual_where_a_whole_company_uses_more(self) -> None:
        for _number in range(unusual_use.FEWEST_HOUSES):
            self.account(house(12_000, 12_000, 12_000))
        leak = self.account(house(24_000, 24_000, 24_000))
        self.assertEqual([row[0] for row in self.find()], [leak.pk])
        self.assertGreater(UnusualUse.objects.get().shift, 150)

    def test_sums_the_meters_of_an_account_and_its_multiplier(self) -> None:
        account = self.account({day: wh // 2 for day, wh in house(14_000, 14_000, 14_000).items()})
        self.account(
            {day: wh // 4 for day, wh in house(14_000, 14_000, 14_000).items()},
            account=account, multiplier=2,
        )  # fmt: skip
        self.assertEqual(len(self.find()), 1)
        self.assertAlmostEqual(UnusualUse.objects.get().wh, 14_000, delta=10)

    def test_counts_no_estimate_and_no_index_that_went_down(self) -> None:
        for change in ({"quality": "estimated"}, {"index_wh": 900_000}):
            account = self.account(house(14_000, 14_000, 14_000))
            account.meters.get().reads.filter(day=LAST - DAY).update(**change)
        self.assertEqual(self.find(), [])

    def test_holds_nobody_against_who_lived_there_before(self) -> None:
        account = self.account(house(14_000, 14_000, 14_000))
        a_link(account=account, moved_in_on=LAST - 20 * DAY)
        ended = self.account(house(14_000, 14_000, 14_000))
        Account.objects.filter(pk=ended.pk).update(ends_on=LAST)
        self.assertEqual(self.find(), [])

    def test_is_seen_by_whoever_may_see_all_of_it(self) -> None:
        account = self.account(house(14_000, 14_000, 14_000))
        self.find()
        link = a_link(account=account)
        self.assertTrue(UnusualUse.objects.visible_to(link.user).exists())
        self.assertFalse(UnusualUse.objects.visible_to(a_user()).exists())
        link.account.window = type(link.account.window)(LAST - 30 * DAY)
        self.assertFalse(UnusualUse.objects.of([link.account]).exists())


def _measured(daily: Mapping[date, int]) -> dict[date, int]:
    """Days whose day before has a read as well: the first one always."""
    first = min(daily)
    return {day: wh for day, wh in daily.items() if day == first or day - DAY in daily}


class VacantTests(TestCase):
    """Somebody moved out, and who came is not linked yet."""

    def test_holds_nobody_against_who_lived_there_before(self) -> None:
        finder = FindTests()
        finder.unit = a_unit()
        account = finder.account(house(14_000, 14_000, 14_000))
        a_link(account=account, moved_out_on=LAST - 2 * DAY)
        finder.find()
        self.assertFalse(UnusualUse.objects.exists())
