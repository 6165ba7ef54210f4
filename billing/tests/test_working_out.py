"""Every loaded bill is worked out anew, by a statement that must agree with the rating."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import rating
from billing.costs import Supply, rated
from billing.curves import Totals, curve, is_priced
from billing.models import Bill, Tariff
from billing.services import bills, working_out
from billing.tariff_files import shipped_price_book
from billing.tests.factories import a_bill
from billing.tests.test_loading import AT, bill_row
from customers.models import Account
from customers.tests.factories import a_superuser, an_account, opened
from portal.lib.columns import Row
from portal.lib.money import dong
from portal.lib.periods import Period


def a_row(account: Account, *, number: int = 2, **values: object) -> Row:
    """A line of the file for the bill of ``account``."""
    row = bill_row(number=number, **values)
    return Row(number, {**row.values, "number": account.number})


PERIODS = [
    Period(date(2026, 10, 1), date(2026, 11, 1)),
    Period(date(2026, 9, 15), date(2026, 10, 15)),
    Period(date(2026, 10, 1), date(2026, 10, 4)),
    Period(date(2026, 10, 1), date(2026, 11, 16)),
]


class CurveTests(SimpleTestCase):
    @given(
        period=st.sampled_from(PERIODS),
        quarters=st.integers(1, 400),
        kwh=st.integers(0, 30_000),
    )
    @settings(max_examples=150)
    def test_gives_what_the_rating_gives(self, *, period: Period, quarters: int, kwh: int) -> None:
        book = shipped_price_book()
        supply = Supply("residential", "", Decimal(quarters) / 4)
        found = curve(supply, period, book=book)
        whole = rating.rate(supply.basis(period, kwh=kwh), book=book)
        assert found is not None
        self.assertEqual((found.net(kwh), found.total(kwh)), (whole.net, whole.total))

    def test_is_asked_for_each_use_once(self) -> None:
        supply = Supply("residential", "", Decimal(1))
        totals = Totals(
            supply, Period(date(2025, 5, 1), date(2025, 6, 1)), book=shipped_price_book()
        )
        with patch("billing.curves.rating.rate", wraps=rating.rate) as asked:
            found = [totals[kwh] for kwh in (220, 134, 220, 134, 220)]
        self.assertEqual((found[2:], asked.call_count), ([found[0], found[1], found[0]], 2))

    def test_gives_the_total_of_an_issued_bill(self) -> None:
        totals = Totals(
            Supply("residential", "", Decimal(1)), PERIODS[0], book=shipped_price_book()
        )
        self.assertEqual((totals[134], totals[220]), (305_230, 539_633))

    def test_is_no_line_where_the_price_changed_inside(self) -> None:
        book, supply = shipped_price_book(), Supply("residential", "", Decimal(1))
        period = Period(date(2025, 5, 1), date(2025, 6, 1))
        self.assertTrue(is_priced(supply, period, book=book))
        self.assertIsNone(curve(supply, period, book=book))

    def test_prices_nothing_by_hours_or_before_the_first_decision(self) -> None:
        book, october = shipped_price_book(), PERIODS[0]
        business = Supply("business", "<6kV", Decimal(1))
        self.assertFalse(is_priced(business, october, book=book))
        old = Period(date(2001, 1, 1), date(2001, 2, 1))
        self.assertFalse(is_priced(Supply("residential", "", Decimal(1)), old, book=book))


class LoadTests(TestCase):
    """What the statement stores is what the rating says, for bills of every shape."""

    def load(self, **values: object) -> Bill:
        group = values.pop("group", "residential")
        voltage = values.pop("voltage", "")
        account = an_account(group=group, voltage=voltage)
        self.outcome = bills.load(rows=[a_row(account, **values)], at=AT)
        return Bill.objects.get(account=account)

    def test_works_out_what_the_rating_says(self) -> None:
        shapes = [
            (period, households, kwh)
            for period in [*PERIODS, Period(date(2025, 5, 1), date(2025, 6, 1))]
            for households in ("0.25", "1", "7.5")
            for kwh in (0, 1, 50, 51, 137, 400, 401, 12_345)
        ]
        rows = []
        for number, (period, households, kwh) in enumerate(shapes, start=2):
            rows.append(
                a_row(
                    an_account(),
                    number=number,
                    month=period.starts_on.replace(day=1),
                    starts_on=period.starts_on,
                    ends_before=period.ends_before,
                    households=Decimal(households),
                    usage_kwh=kwh,
                )
            )
        bills.load(rows=rows, at=AT)
        wrong = []
        for bill in Bill.objects.select_related("account"):
            supply = Supply("residential", "", bill.households)
            period = Period(bill.starts_on, bill.ends_before)
            ours = rated(supply, period, kwh=bill.usage_kwh, book=shipped_price_book())
            if ours is None or ours.total != bill.worked_out:
                wrong.append((bill.starts_on, bill.households, bill.usage_kwh, bill.worked_out))
        self.assertEqual((Bill.objects.count(), wrong), (len(shapes), []))

    def test_keeps_and_remarks_a_bill_that_differs(self) -> None:
        bill = self.load(usage_kwh=220, net=500_000, vat=40_000, total=540_000)
        self.assertEqual((bill.total, bill.worked_out), (540_000, 539_633))
        remark = self.outcome.remarks[0]
        self.assertEqual((remark.column, remark.before), ("total", dong(540_000)))
        self.assertEqual(list(Bill.objects.differing()), [bill])

    def test_says_nothing_of_a_bill_that_agrees(self) -> None:
        bill = self.load(usage_kwh=220)
        self.assertEqual((bill.worked_out, self.outcome.remarks), (539_633, ()))
        self.assertFalse(Bill.objects.differing().exists())

    def test_leaves_open_what_the_kwh_alone_do_not_price(self) -> None:
        bill = self.load(group="business", voltage="<6kV")
        self.assertIsNone(bill.worked_out)
        self.assertFalse(Bill.objects.differing().exists())

    def test_works_out_a_corrected_bill_anew(self) -> None:
        account = an_account()
        for kwh in (220, 221):
            bills.load(rows=[a_row(account, usage_kwh=kwh)], at=AT)
        self.assertNotEqual(Bill.objects.get().worked_out, 539_633)


class WorkOutAgainTests(TestCase):
    def test_follows_a_price_that_was_entered_late(self) -> None:
        bill = a_bill(net=499_660, total=539_633, usage_kwh=220)
        self.assertEqual(working_out.work_out_lately(today=date(2026, 11, 20)), 1)
        bill.refresh_from_db()
        self.assertEqual(bill.worked_out, 539_633)
        self.assertEqual(working_out.work_out_lately(today=date(2026, 11, 20)), 0)
        tariff = Tariff.objects.get(decision="1279/QD-BCT", group="residential")
        tariff.prices.filter(register_or_step="0-50").update(dong_per_kwh=2000)
        tariff.save()
        self.assertEqual(working_out.work_out_lately(today=date(2026, 11, 20)), 1)
        bill.refresh_from_db()
        self.assertEqual(bill.worked_out, 539_633 + 864)


class DeskTests(TestCase):
    """Staff find a difference without looking for it, and both calculations on one page."""

    def setUp(self) -> None:
        self.staff = a_superuser()
        self.client.force_login(self.staff)
        self.bill = a_bill(net=500_000, total=540_000, worked_out=539_633)
        self.other = a_bill(net=499_660, total=539_633, worked_out=539_633)

    def test_lists_it_as_work_and_by_a_filter(self) -> None:
        url = reverse("admin:billing_bill_changelist") + "?ours=differs"
        home = self.client.get(reverse("admin:index"))
        self.assertContains(home, reverse("admin:billing_bill_changelist") + "?ours=open")
        page = self.client.get(url)
        self.assertContains(page, self.bill.account.number)
        self.assertNotContains(page, self.other.account.number)
        same = self.client.get(reverse("admin:billing_bill_changelist") + "?ours=same")
        self.assertNotContains(same, self.bill.account.number)

    def test_shows_both_calculations(self) -> None:
        opened(self.bill.account, by=self.staff)
        page = self.client.get(reverse("admin:billing_bill_change", args=[self.bill.pk]))
        for amount in (540_000, 539_633, 499_660, 367):
            self.assertContains(page, dong(amount))
