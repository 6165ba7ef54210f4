"""A bill that is loaded again with other figures keeps what it said before."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from billing import queries
from billing.models import Bill, EarlierBill
from billing.services import bills
from billing.tests.factories import a_bill, a_payment
from billing.tests.test_working_out import a_row
from customers.models import StaffRole
from customers.tests.factories import a_link, a_member, a_meter, a_user, an_account, opened
from customers.tests.pages import in_english
from portal.lib.money import dong
from portal.lib.periods import Window

SEPTEMBER = date(2026, 9, 1)
FIRST = {"usage_kwh": 220, "net": 499_660, "vat": 39_973, "total": 539_633}
SECOND = {
    "usage_kwh": 180,
    "net": 392_200,
    "vat": 31_376,
    "total": 423_576,
    "index_to_wh": 32_150_000,
}
TODAY = datetime(2026, 11, 24, 9, tzinfo=get_default_timezone())


def noon(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=get_default_timezone())


class KeptTestCase(TestCase):
    """October's bill comes on 1 November, is corrected on the 12th, and paid on the 15th."""

    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = an_account()
        a_meter(account=self.account)
        self.link = a_link(account=self.account)
        for day, figures in ((1, FIRST), (12, SECOND)):
            bills.load(rows=[a_row(self.account, **figures)], at=noon(day))
        self.bill = Bill.objects.get()
        a_payment(bill=self.bill, paid_at=noon(14), learned_at=noon(15))
        Bill.objects.update(paid_at=noon(14))

    def page(self, name: str = "bill", query: str = "") -> str:
        url = reverse(name, args=[self.account.number, date(2026, 10, 1)])
        answer = self.client.get(url + query)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")


class KeepTests(KeptTestCase):
    def test_keeps_what_stood_with_its_times(self) -> None:
        old = EarlierBill.objects.get()
        self.assertEqual((old.total, old.usage_kwh, old.worked_out), (539_633, 220, 539_633))
        self.assertEqual((old.learned_at, old.replaced_at), (noon(1), noon(12)))
        self.assertEqual((self.bill.total, self.bill.learned_at), (423_576, noon(12)))

    def test_keeps_nothing_of_the_same_figures_or_of_a_payment(self) -> None:
        bills.load(rows=[a_row(self.account, **SECOND)], at=noon(20))
        Bill.objects.update(paid_at=None, worked_out=1, debit_failed_on=date(2026, 11, 5))
        self.assertEqual(EarlierBill.objects.count(), 1)

    def test_keeps_what_another_hand_changes(self) -> None:
        Bill.objects.update(due_on=date(2026, 12, 1), learned_at=noon(20))
        self.assertEqual(EarlierBill.objects.count(), 2)


class AtTests(KeptTestCase):
    def total_at(self, moment: datetime) -> tuple[int, bool] | None:
        found = queries.bill_at(self.account, self.bill.month, at=moment)
        return (found.total, found.is_paid) if found else None

    def test_gives_the_bill_and_its_state_as_they_stood(self) -> None:
        found = [self.total_at(moment) for moment in
                 (noon(1) - timedelta(seconds=1), noon(1), noon(12) - timedelta(seconds=1),
                  noon(12), noon(15))]  # fmt: skip
        old, new = 539_633, 423_576
        self.assertEqual(found, [None, (old, False), (old, False), (new, False), (new, True)])

    def test_gives_every_month_s(self) -> None:
        september = a_bill(account=self.account, month=SEPTEMBER, learned_at=noon(1, 10))
        current = queries.months(self.account)
        self.assertEqual(queries.months_at(self.account, current, at=noon(20)), current)
        at_fifth = queries.months_at(self.account, current, at=noon(5))
        self.assertEqual([bill.total for bill in at_fifth], [539_633, september.total])
        self.assertEqual(queries.months_at(self.account, current, at=noon(20, 10)), [september])

    def test_follows_an_undo(self) -> None:
        """Which writes the old figures with the time of the undo."""
        Bill.objects.update(**FIRST, index_to_wh=32_190_000, learned_at=noon(18))
        found = [self.total_at(noon(day)) for day in (11, 13, 19)]
        self.assertEqual(
            [total for total, _paid in filter(None, found)], [539_633, 423_576, 539_633]
        )

    def test_keeps_to_the_days_of_whoever_asks(self) -> None:
        self.account.window = Window(date(2026, 10, 15))
        self.assertIsNone(self.total_at(noon(5)))
        self.bill.account = self.account
        self.assertEqual(queries.corrections_of(self.bill), [])


class PageTests(KeptTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.link.user)

    def test_says_that_it_was_corrected_and_what_it_said(self) -> None:
        page = self.page()
        self.assertIn("Corrected on 12/11/2026", page)
        for words in ("220 kWh", dong(539_633).replace("\u00a0", " "), "?seen=2026-11-11"):
            self.assertIn(words, page)

    def test_shows_the_whole_bill_as_it_stood(self) -> None:
        page = self.page(query="?seen=2026-11-11")
        self.assertIn("As you saw it at the end of 11/11/2026", page)
        self.assertIn("Bill of 10/2026: 539.633", page)
        self.assertNotIn("423.576", page)
        self.assertNotIn("Paid", page)

    def test_answers_no_day_before_it_was_known_nor_to_come(self) -> None:
        for seen in ("2026-10-31", "2026-11-25", "x"):
            url = reverse("bill", args=[self.account.number, self.bill.month])
            self.assertEqual(self.client.get(f"{url}?seen={seen}").status_code, 404, seen)

    def test_of_the_address_names_the_bill_of_that_day(self) -> None:
        url = reverse("address", args=[self.account.number])
        page = self.client.get(f"{url}?month=2026-10&seen=2026-11-11").content.decode()
        self.assertIn("539.633", page)
        page = self.client.get(f"{url}?month=2026-10&seen=2026-11-13").content.decode()
        self.assertIn("423.576", page)

    def test_why_it_changed_holds_the_figures_of_now_against_the_last_month(self) -> None:
        before = {"month": SEPTEMBER, "starts_on": SEPTEMBER, "ends_before": date(2026, 10, 1)}
        bills.load(rows=[a_row(self.account, **{**FIRST, **before})], at=noon(20))
        page = self.page("bill_change")
        self.assertIn("116.057", page)  # 539,633 less 423,576
        found = queries.bill_change(*reversed(queries.months(self.account)))
        parts = found.explanation.parts if found.explanation else ()
        self.assertEqual(sum(part.amount for part in parts), found.difference)

    def test_says_nothing_of_a_bill_that_was_never_corrected(self) -> None:
        EarlierBill.objects.all().delete()
        self.assertNotIn("corrected", self.page())

    def test_is_shown_to_no_stranger(self) -> None:
        self.client.force_login(a_user())
        url = reverse("bill", args=[self.account.number, self.bill.month])
        self.assertEqual(self.client.get(f"{url}?seen=2026-11-11").status_code, 404)

    def test_is_shown_to_staff_who_gave_a_reason(self) -> None:
        agent = a_member(StaffRole.AGENT)
        self.client.force_login(agent)
        url = reverse("admin:billing_bill_change", args=[self.bill.pk])
        self.assertNotContains(self.client.get(url), "539.633")
        opened(self.account, by=agent)
        self.assertContains(self.client.get(url), "539.633")

    def test_is_told_to_programs(self) -> None:
        url = reverse("api:bill", args=[self.account.number, self.bill.month])
        earlier = self.client.get(url).json()["earlier"]
        self.assertEqual([one["total"] for one in earlier], [539_633])
