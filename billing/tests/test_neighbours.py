"""One's use beside that of the ward: only of those who agreed, only of many, once a month."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from billing import queries
from billing.models import FEWEST_OTHERS, Neighbourhood
from billing.services import neighbours
from billing.tests.factories import a_bill
from customers.models import Account, AccountLink, Consent, User
from customers.tests.factories import a_link, a_superuser, a_unit, a_user, an_account
from customers.tests.pages import in_english

TODAY = datetime(2026, 11, 24, 9, tzinfo=get_default_timezone())
AGREED = datetime(2026, 9, 1, 9, tzinfo=get_default_timezone())
WARD = {"ward": "Phường Bến Thành", "ward_key": "ben thanh"}


class WardTestCase(TestCase):
    """A ward with 21 homes that agreed; they used 100, 110, … 300 kWh in October."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.unit = a_unit()
        cls.holder = a_user()
        cls.homes = [cls.home(100 + 10 * at) for at in range(FEWEST_OTHERS + 1)]

    @classmethod
    def home(cls, kwh: int, *, agreed: bool = True, bill: dict | None = None, **fields) -> Account:
        account = an_account(unit=cls.unit, **{"group": "residential", **WARD, **fields})
        a_bill(account=account, **{"usage_kwh": kwh, **(bill or {})})
        if agreed:
            cls.agree(account)
        return account

    @classmethod
    def agree(cls, account: Account, *, at: datetime = AGREED, by: User | None = None) -> Consent:
        """A yes, of one person a home unless told otherwise."""
        return Consent.objects.create(
            account=account,
            purpose="neighbours",
            text_version="x",
            given_by=by or a_user(),
            given_at=at,
        )

    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)

    def sums(self, at: datetime = TODAY) -> list[tuple[int, int, int, int]]:
        neighbours.sum_up(at=at)
        columns = ("homes", "low_kwh", "middle_kwh", "high_kwh")
        return list(Neighbourhood.objects.order_by("pk").values_list(*columns))


class SumTests(WardTestCase):
    def test_gives_rounded_quarters_of_those_who_agreed(self) -> None:
        self.home(900, agreed=False)
        self.assertEqual(self.sums(), [(20, 150, 200, 250)])

    def test_says_nothing_of_fewer(self) -> None:
        Consent.objects.filter(account=self.homes[0]).update(
            withdrawn_at=AGREED, withdrawn_via="online"
        )
        self.assertEqual(self.sums(), [])

    def test_counts_only_homes_of_that_ward_and_whole_months(self) -> None:
        others = [
            {"group": "business", "voltage": "<6kV"},
            {"ward": "Phường Sài Gòn", "ward_key": "sai gon"},
            {"unit": a_unit(code="PE77")},
            {"bill": {"starts_on": date(2026, 10, 20)}},
        ]
        account = self.homes.pop()
        Consent.objects.filter(account=account).delete()
        for fields in others:
            unit = fields.pop("unit", None)
            home = self.home(200, **fields)
            if unit:
                Account.objects.filter(pk=home.pk).update(unit=unit)
        self.assertEqual(self.sums(), [])

    def test_counts_a_household_of_a_shared_meter(self) -> None:
        self.home(1_000, bill={"households": 4})
        self.assertEqual(self.sums()[0][0], 20)
        self.assertEqual(self.sums()[0][3], 250)

    def test_is_worked_out_once_and_never_again(self) -> None:
        """Nobody learns what one home used by comparing the days before and after it agreed."""
        before = self.sums()
        self.home(90_000)
        Consent.objects.filter(account=self.homes[3]).update(
            withdrawn_at=TODAY, withdrawn_via="online"
        )
        self.assertEqual(self.sums(TODAY + timedelta(days=1)), before)

    def test_counts_nobody_who_agreed_when_the_month_was_over(self) -> None:
        Consent.objects.filter(account=self.homes[0]).update(given_at=TODAY)
        self.assertEqual(self.sums(), [])

    def test_waits_until_the_bills_have_come(self) -> None:
        self.assertEqual(self.sums(TODAY - timedelta(days=10)), [])
        self.assertEqual(neighbours.ripe(on=date(2026, 11, 15)).starts_on, date(2026, 10, 1))
        self.assertEqual(neighbours.ripe(on=date(2026, 11, 14)).starts_on, date(2026, 9, 1))


class PageTests(WardTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.account = self.homes[-1]
        self.link = a_link(account=self.account)
        self.client.force_login(self.link.user)
        self.url = reverse("neighbours", args=[self.account.number])

    def page(self) -> str:
        answer = self.client.get(self.url)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")

    def test_shows_one_s_own_beside_half_of_the_homes(self) -> None:
        neighbours.sum_up(at=TODAY)
        page = self.page()
        self.assertIn("your home used 300 kWh a household", page)
        self.assertIn("between 150 kWh and 250 kWh", page)
        self.assertIn("among the quarter that used most", page)
        self.assertIn("<svg role", page)

    def test_says_why_there_is_nothing(self) -> None:
        self.assertIn("Not enough homes yet", self.page())

    def test_shows_nothing_to_who_has_not_agreed_or_does_no_more(self) -> None:
        neighbours.sum_up(at=TODAY)
        Consent.objects.filter(account=self.account).update(
            withdrawn_at=TODAY, withdrawn_via="online"
        )
        page = self.page()
        self.assertIn("You have not agreed", page)
        self.assertNotIn("250 kWh", page)
        self.assertIn(reverse("consent_neighbours", args=[self.account.number]), page)
        stranger = self.home(120, agreed=False)
        self.assertEqual(queries.neighbours_of(stranger).months, [])

    def test_takes_the_yes_of_the_holder_as_other_consents(self) -> None:
        Consent.objects.filter(account=self.account).delete()
        url = reverse("consent_neighbours", args=[self.account.number])
        self.assertContains(self.client.get(url), "at least 20 other homes")
        self.client.post(url, {"answer": "yes", "version": "2026-11-29"})
        self.assertTrue(Consent.objects.filter(account=self.account, withdrawn_at=None).exists())

    def test_keeps_to_the_days_of_a_tenant(self) -> None:
        neighbours.sum_up(at=TODAY)
        AccountLink.objects.filter(pk=self.link.pk).update(moved_in_on=date(2026, 11, 1))
        self.assertNotIn("300 kWh", self.page())

    def test_is_shown_to_no_stranger_and_no_staff(self) -> None:
        for user in (a_user(), a_superuser()):
            self.client.force_login(user)
            self.assertEqual(self.client.get(self.url).status_code, 404)

    def test_costs_three_queries_however_many_months(self) -> None:
        neighbours.sum_up(at=TODAY)
        with self.assertNumQueries(3):
            queries.neighbours_of(self.account)
