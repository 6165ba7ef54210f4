"""What was shown on an earlier day can be shown again: a read that is replaced is kept."""

from datetime import date, datetime, timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from billing import queries
from billing.models import EarlierRead, Read
from billing.queries.use import known_use
from billing.services import reads
from billing.tests.factories import a_read
from billing.tests.test_loading import read_row
from customers.models import AccountLink
from customers.tests.factories import a_link, a_meter, a_user, an_account
from customers.tests.pages import in_english
from portal.lib.periods import Period, end_of

FIRST = date(2026, 9, 1)
SEPTEMBER = Period.of_month(FIRST)


def morning(day: int) -> datetime:
    """Six o'clock of a day in September."""
    return datetime(2026, 9, day, 6, tzinfo=get_default_timezone())


class KeptTestCase(TestCase):
    """1 September is estimated on the 2nd, measured on the 3rd, and corrected on the 20th."""

    def setUp(self) -> None:
        self.account = an_account()
        self.meter = a_meter(account=self.account)
        a_read(meter=self.meter, day=date(2026, 8, 31), index_wh=100_000, learned_at=morning(1))
        for day, index_wh, quality in (
            (2, 110_000, "estimated"),
            (3, 105_000, "measured"),
            (20, 106_000, "measured"),
        ):
            row = read_row(self.meter, FIRST, index_wh, quality=quality)
            reads.load(rows=[row], at=morning(day))


class KeepTests(KeptTestCase):
    def test_keeps_each_figure_with_the_time_in_which_it_stood(self) -> None:
        kept = EarlierRead.objects.order_by("replaced_at")
        self.assertEqual(
            [(old.index_wh, old.quality, old.learned_at, old.replaced_at) for old in kept],
            [
                (110_000, "estimated", morning(2), morning(3)),
                (105_000, "measured", morning(3), morning(20)),
            ],
        )

    def test_keeps_nothing_of_a_file_that_is_loaded_twice(self) -> None:
        before = EarlierRead.objects.count()
        reads.load(rows=[read_row(self.meter, FIRST, 106_000)], at=morning(21))
        self.assertEqual(EarlierRead.objects.count(), before)

    def test_keeps_what_another_hand_changes(self) -> None:
        Read.objects.filter(day=FIRST).update(index_wh=107_000, learned_at=morning(22))
        self.assertEqual(EarlierRead.objects.filter(index_wh=106_000).count(), 1)


class AsOfTests(KeptTestCase):
    def use_on(self, day: int) -> int | None:
        as_of = end_of(date(2026, 9, day))
        known = known_use(
            [self.account], since=date(2026, 8, 31), before=date(2026, 10, 1), as_of=as_of
        )
        parts = known.get(self.account.pk, [])
        return parts[0].wh if parts else None

    def test_gives_each_day_s_figure_as_it_stood(self) -> None:
        self.assertEqual(
            [self.use_on(day) for day in (1, 2, 3, 19, 20, 30)],
            [None, 10_000, 5_000, 5_000, 6_000, 6_000],
        )

    def test_gives_now_what_the_page_shows(self) -> None:
        now = known_use([self.account], since=date(2026, 8, 31), before=date(2026, 10, 1))
        self.assertEqual(now[self.account.pk][0].wh, 6_000)


class PageTests(KeptTestCase):
    def setUp(self) -> None:
        super().setUp()
        in_english(self.client)
        self.client.force_login(a_link(account=self.account).user)

    def text(self, name: str, *args: object, query: str = "") -> str:
        answer = self.client.get(reverse(name, args=[self.account.number, *args]) + query)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")

    def test_shows_the_use_of_an_earlier_day_as_it_was_shown(self) -> None:
        seen = self.text("address", query="?month=2026-09&seen=2026-09-02")
        self.assertIn("As you saw it at the end of 02/09/2026", seen)
        self.assertIn("10 kWh", seen)
        now = self.text("address", query="?month=2026-09")
        self.assertNotIn("As you saw it", now)
        self.assertIn("6 kWh", now)
        self.assertNotIn("10 kWh", now)

    def test_lists_both_times_and_every_correction(self) -> None:
        page = self.text("reads", date(2026, 9, 1))
        for text in ("1 figure was changed later", "110 (Estimated)", "105 (Measured)", "106"):
            self.assertIn(text, page)

    def test_says_which_came_late(self) -> None:
        a_read(meter=self.meter, day=date(2026, 9, 4), index_wh=120_000, learned_at=morning(9))
        self.assertIn("1 came late", self.text("reads", date(2026, 9, 1)))

    def test_refuses_a_day_that_is_none_or_to_come(self) -> None:
        for seen in ("tomorrow", "2026-02-30", "2999-01-01"):
            url = reverse("address", args=[self.account.number])
            self.assertEqual(self.client.get(f"{url}?seen={seen}").status_code, 404)

    def test_opens_to_those_who_see_days_alone(self) -> None:
        url = reverse("reads", args=[self.account.number, date(2026, 9, 1)])
        viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER).user
        for user, status in ((viewer, 404), (a_user(), 404)):
            self.client.force_login(user)
            self.assertEqual(self.client.get(url).status_code, status)

    def test_tells_a_new_tenant_nothing_of_the_days_before(self) -> None:
        link = a_link(
            account=self.account, role=AccountLink.Role.HOUSEHOLD, moved_in_on=date(2026, 9, 3)
        )
        self.client.force_login(link.user)
        page = self.text("reads", date(2026, 9, 1))
        self.assertNotIn("110 (Estimated)", page)


class ReadsQueryTests(KeptTestCase):
    def test_asks_twice_whatever_the_days(self) -> None:
        for day in range(2, 12):
            a_read(meter=self.meter, day=FIRST + timedelta(days=day), index_wh=200_000 + day)
        with self.assertNumQueries(2):
            found = queries.reads_of(self.account, SEPTEMBER)
        self.assertEqual(len(found), 12)
