"""What the pages tell of an account: the right period, the right money, few queries."""

from datetime import date, timedelta
from itertools import pairwise

from django.test import TestCase

from billing import queries
from billing.models import Bill
from billing.tests.factories import a_bill, a_payment, a_read, some_reads
from billing.use import Mark
from customers.tests.factories import a_meter, an_account
from portal.lib.periods import Period

OCTOBER = Period.of_month(date(2026, 10, 1))
NOVEMBER = Period.of_month(date(2026, 11, 1))
LAST_OF_OCTOBER = date(2026, 10, 31)
TODAY = date(2026, 11, 24)


class DailyUseTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.meter = a_meter(account=self.account, multiplier=2)

    def test_begins_with_the_index_of_the_day_before_the_period(self) -> None:
        some_reads(meter=self.meter, from_day=LAST_OF_OCTOBER, steps_wh=[3000, 4000])
        with self.assertNumQueries(1):
            found = queries.daily_use(self.account, NOVEMBER, today=TODAY)
        self.assertEqual([one.wh for one in found.days], [6000, 8000])

    def test_finds_the_read_that_closes_a_gap_over_the_end(self) -> None:
        a_read(meter=self.meter, day=date(2026, 10, 29), index_wh=1000)
        a_read(meter=self.meter, day=date(2026, 11, 2), index_wh=9000)
        found = queries.daily_use(self.account, OCTOBER, today=TODAY)
        self.assertEqual([part.wh for part in found.across], [16000])
        self.assertEqual(found.days[-1].mark, Mark.TOGETHER)

    def test_leaves_other_accounts_out(self) -> None:
        some_reads(from_day=LAST_OF_OCTOBER, steps_wh=[3000])
        self.assertIsNone(queries.daily_use(self.account, NOVEMBER, today=TODAY).total_wh)


class UseSoFarTests(TestCase):
    def test_is_of_the_running_period_of_each_account(self) -> None:
        accounts = [an_account(), an_account(reading_day=12)]
        for account in accounts:
            some_reads(
                meter=a_meter(account=account), from_day=LAST_OF_OCTOBER, steps_wh=[1000] * 20
            )
        with self.assertNumQueries(1):
            found = queries.use_so_far(accounts, billed={}, today=TODAY)
        self.assertEqual([one.total_wh for one in found.values()], [20_000, 8_000])
        self.assertEqual({one.until for one in found.values()}, {date(2026, 11, 20)})

    def test_is_unknown_without_reads(self) -> None:
        account = an_account()
        found = queries.use_so_far([account], billed={}, today=TODAY)
        self.assertIsNone(found[account.pk].total_wh)

    def test_does_not_call_old_reads_this_month(self) -> None:
        account = an_account()
        some_reads(meter=a_meter(account=account), from_day=date(2026, 9, 28), steps_wh=[1000] * 5)
        found = queries.use_so_far([account], billed={}, today=TODAY)
        self.assertEqual(found[account.pk].period, NOVEMBER)
        self.assertIsNone(found[account.pk].total_wh)


class OverviewTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.meter = a_meter(account=self.account)

    def reads(self, *, days: int = 81, wh: int = 7000, **fields) -> None:
        some_reads(
            meter=self.meter, from_day=date(2026, 8, 31), steps_wh=[wh] * days, index_wh=0, **fields
        )

    def overview(self, *, month: date | None = None, today: date = TODAY) -> queries.Overview:
        bills = queries.months(self.account)
        return queries.overview(self.account, bills=bills, month=month, today=today)

    def test_tells_the_running_month_in_kwh_and_dong(self) -> None:
        self.reads()
        found = self.overview()
        self.assertEqual(found.use.period, NOVEMBER)
        self.assertEqual(found.use.total_wh, 140_000)
        # 50 × 1984 + 50 × 2050 + 40 × 2380, and 8 % of VAT on it.
        self.assertEqual(found.amount, 296_900 + 23_752)

    def test_tells_when_the_next_step_begins(self) -> None:
        self.reads()
        found = self.overview()
        self.assertEqual((found.step.step, found.step.left_wh), (3, 60_000))
        self.assertEqual(found.step_on, date(2026, 11, 29))

    def test_names_no_day_beyond_the_period(self) -> None:
        self.reads(wh=5000)
        found = self.overview()
        self.assertEqual(found.step.left_wh, 100_000)
        self.assertIsNone(found.step_on)

    def test_gives_a_range_that_holds_the_bill_of_even_use(self) -> None:
        self.reads()
        likely = self.overview().likely
        self.assertEqual(likely.money.low, likely.money.high)
        self.assertEqual((likely.tested.tried, likely.tested.inside), (2, 2))

    def test_sets_the_last_day_beside_an_ordinary_one(self) -> None:
        self.reads()
        a_read(meter=self.meter, day=date(2026, 11, 21), index_wh=81 * 7000 + 9100)
        last = self.overview().last_day
        self.assertEqual((last.day, last.wh, last.usual_wh), (date(2026, 11, 21), 9100, 7000))

    def test_dares_no_range_after_a_few_days(self) -> None:
        some_reads(meter=self.meter, from_day=LAST_OF_OCTOBER, steps_wh=[7000] * 10)
        self.assertIsNone(self.overview().likely)

    def test_leaves_money_out_where_the_hours_make_the_price(self) -> None:
        self.account.group, self.account.voltage = "business", "<6kV"
        self.account.save()
        self.reads()
        found = self.overview()
        self.assertEqual(
            (found.amount, found.step, found.likely, found.use.total_wh),
            (None, None, None, 140_000),
        )

    def test_shows_a_month_with_its_bill(self) -> None:
        self.reads()
        bill = a_bill(account=self.account)
        found = self.overview(month=date(2026, 10, 1))
        self.assertEqual((found.bill, found.is_open, found.amount), (bill, False, None))
        self.assertEqual(found.use.total_wh, 217_000)

    def test_goes_on_after_the_last_bill(self) -> None:
        self.account.reading_day = 12
        self.account.save()
        a_bill(account=self.account)
        self.reads()
        self.assertEqual(self.overview().use.period, NOVEMBER)

    def test_shows_a_month_before_the_first_bill(self) -> None:
        a_bill(account=self.account)
        self.reads()
        found = self.overview(month=date(2026, 9, 1))
        self.assertEqual(found.use.period, Period.of_month(date(2026, 9, 1)))
        self.assertEqual(found.use.total_wh, 210_000)

    def test_asks_few_queries(self) -> None:
        self.reads()
        a_bill(account=self.account)
        self.overview()
        bills = queries.months(self.account)
        with self.assertNumQueries(3):
            queries.overview(self.account, bills=bills, month=None, today=TODAY)


class MonthTotalsTests(TestCase):
    def test_leave_out_no_day_before_a_first_bill_that_begins_after_another_day(self) -> None:
        account = an_account(reading_day=20)
        bill = a_bill(account=account)
        some_reads(meter=a_meter(account=account), from_day=date(2026, 8, 31), steps_wh=[1000] * 80)
        found = queries.month_totals(account, bills=[bill], today=TODAY)
        september = next(one for one in found if one.month == date(2026, 9, 1))
        self.assertEqual(september.period, Period.of_month(date(2026, 9, 1)))
        self.assertEqual((september.wh, september.is_whole), (30_000, True))

    def test_join_one_another(self) -> None:
        for reading_day in (5, 20, 31):
            account = an_account(reading_day=reading_day)
            bill = a_bill(account=account)
            some_reads(
                meter=a_meter(account=account), from_day=date(2026, 7, 31), steps_wh=[1000] * 112
            )
            found = queries.month_totals(account, bills=[bill], today=TODAY)
            days = sorted(one.period for one in found)
            for before, after in pairwise(days):
                self.assertEqual(before.ends_before, after.starts_on, reading_day)


class LastBillsTests(TestCase):
    def test_is_the_newest_of_each_account(self) -> None:
        account, other, without = an_account(), an_account(), an_account()
        a_bill(account=account, month=date(2026, 9, 1))
        newest, only = a_bill(account=account), a_bill(account=other)
        with self.assertNumQueries(1):
            found = queries.last_bills([account, other, without])
        self.assertEqual(found, {account.pk: newest, other.pk: only})


class DueBillsTests(TestCase):
    def test_names_the_most_urgent_first_and_leaves_paid_ones_out(self) -> None:
        account = an_account()
        later = a_bill(account=account)
        sooner = a_bill(account=account, month=date(2026, 9, 1))
        a_bill(account=account, month=date(2026, 8, 1), paid_at="2026-09-03T00:00:00Z")
        a_bill()
        found = queries.due_bills([account], on=TODAY)
        self.assertEqual([one.bill for one in found], [sooner, later])

    def test_tells_what_came_in_already(self) -> None:
        bill = a_bill(total=500_000)
        a_payment(bill=bill, amount=200_000)
        a_payment(bill=bill, amount=50_000)
        [found] = queries.due_bills([bill.account], on=TODAY)
        self.assertEqual((found.bill.total, found.paid), (500_000, 250_000))


class BillSheetTests(TestCase):
    def sheet(self, **fields) -> queries.BillSheet:
        meter = a_meter(**fields.pop("meter", {}))
        bill = a_bill(account=meter.account, **fields)
        return queries.bill_sheet(Bill.objects.select_related("account").get(pk=bill.pk))

    def test_agrees_with_a_bill_to_the_dong(self) -> None:
        sheet = self.sheet(usage_kwh=220, net=499_660, total=539_633)
        self.assertEqual(sheet.rating.total, 539_633)
        self.assertEqual((sheet.differs_by, sheet.index_kwh), (0, 220))

    def test_says_by_how_much_a_bill_differs(self) -> None:
        self.assertEqual(self.sheet(usage_kwh=220, total=540_633).differs_by, 1000)

    def test_counts_the_meters_multiplier(self) -> None:
        self.assertEqual(self.sheet(meter={"multiplier": 40}).index_kwh, 8800)

    def test_does_not_compare_indexes_of_two_meters(self) -> None:
        account = an_account()
        a_meter(account=account, removed_on=date(2026, 10, 12))
        a_meter(account=account)
        bill = a_bill(account=account)
        self.assertIsNone(queries.bill_sheet(bill).index_kwh)

    def test_adds_up_what_was_paid(self) -> None:
        bill = a_bill(total=500_000)
        a_payment(bill=bill, amount=200_000)
        a_payment(bill=bill, amount=50_000, paid_at=bill.learned_at + timedelta(days=9))
        sheet = queries.bill_sheet(bill)
        self.assertEqual((sheet.paid, sheet.payments[0].amount), (250_000, 50_000))
