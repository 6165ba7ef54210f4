"""Who can be reached: the desk's page of the trend, and what every citizen may read."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown

from customers.tests.factories import a_link, a_member, a_unit, a_user
from notifications.models import ReachCount, ReachDay
from notifications.tests.factories import a_reach_count
from portal.lib.periods import local_day, start_of
from portal.site.share_charts import Share, said, share_chart

DAY = timedelta(days=1)


class Case(TestCase):
    def setUp(self) -> None:
        cache.clear()
        self.today = local_day(timezone.now())
        self.unit, self.elsewhere = a_unit(code="PE01", name="=Công ty 1"), a_unit(code="PE02")

    def counted(self, *, ago: int = 1, **fields: Any) -> ReachCount:
        return a_reach_count(day=self.today - ago * DAY, **{"unit": self.unit, **fields})


class DeskTests(Case):
    def open(self, who: Any, **query: Any) -> Any:
        self.client.force_login(who)
        return self.client.get(reverse("admin:reach"), query)

    def test_is_for_supervisors_auditors_and_officers(self):
        for role, status in (
            ("supervisor", 200), ("auditor", 200), ("officer", 200), ("agent", 403),
            ("operator", 403),
        ):  # fmt: skip
            with self.subTest(role):
                self.assertEqual(self.open(a_member(role)).status_code, status)
        self.assertEqual(self.open(a_link().user).status_code, 302)
        self.client.logout()
        self.assertEqual(self.client.get(reverse("admin:reach")).status_code, 302)

    def test_draws_every_day_and_says_the_last_in_words(self):
        self.counted(ago=3, reachable=5)
        self.counted(ago=1)
        self.counted(ago=1, age="70+", accounts=4, reachable=1, notices=0, in_time=0)
        page = self.open(a_member("supervisor"))
        chart = page.context["everybody"]
        self.assertEqual(len(chart.shapes), 30)
        kinds = [one.kind for one in chart.shapes]
        self.assertEqual(kinds[-3:], ["measured", "missing", "measured"])
        self.assertEqual(chart.rows[-1].cells, ("10", "14"))
        self.assertIn("71,4\xa0%", page.context["sentence"])
        self.assertIn("25,0\xa0%", page.context["sentence"])
        self.assertEqual(page.context["gaps"], 28)

    def test_names_days_that_were_counted_late(self):
        self.counted()
        ReachDay.objects.update(counted_at=start_of(self.today) + timedelta(hours=13))
        self.assertEqual(len(self.open(a_member("supervisor")).context["late"]), 1)

    def test_shows_officers_their_company_alone(self):
        self.counted()
        self.counted(unit=self.elsewhere, accounts=90, reachable=1)
        officer = a_member("officer", unit=self.unit)
        page = self.open(officer)
        self.assertEqual(page.context["whole"]["accounts"], "10")
        self.assertEqual([one.pk for one in page.context["units"]], [self.unit.pk])
        self.assertEqual(self.open(officer, unit=self.elsewhere.pk).status_code, 404)
        file = b"".join(self.open(officer, **{"as": "csv"}).streaming_content).decode()
        self.assertNotIn("PE02", file)
        of_one = self.open(a_member("supervisor"), unit=self.elsewhere.pk)
        self.assertEqual(of_one.context["whole"]["accounts"], "90")

    def test_has_tables_that_add_up(self):
        self.counted(ward="Xã Củ Chi")
        self.counted(ward="Phường Bến Cát", accounts=5, reachable=2, age="70+")
        page = self.open(a_member("supervisor"))
        for _caption, lines in page.context["tables"]:
            self.assertEqual(sum(int(line["accounts"]) for line in lines), 15)
            self.assertEqual(sum(int(line["reachable"]) for line in lines), 11)

    def test_is_taken_as_a_file_that_runs_nothing(self):
        self.counted(ward="+Xã")
        answer = self.open(a_member("supervisor"), **{"as": "csv"})
        text = b"".join(answer.streaming_content).decode()
        self.assertIn("'=Công ty 1", text)
        self.assertIn("'+Xã", text)

    def test_asks_as_much_whatever_the_number_of_days_and_wards(self):
        boss = a_member("supervisor")
        self.counted()
        self.open(boss)
        with self.assertNumQueries(23):
            self.open(boss, days=30)
        for ago in range(1, 20):
            self.counted(ago=ago, ward=f"Phường {ago}", unit=self.elsewhere)
        with self.assertNumQueries(23):
            self.open(boss, days=90)

    def test_has_no_answer_to_what_it_does_not_offer(self):
        for query in ({"days": "7"}, {"days": "x"}, {"unit": "0"}, {"unit": "' OR 1=1"}):
            self.assertEqual(self.open(a_member("supervisor"), **query).status_code, 404)

    def test_says_so_where_nothing_was_counted(self):
        page = self.open(a_member("supervisor"))
        self.assertTrue(page.context["is_empty"])


class PublicTests(Case):
    def open(self) -> Any:
        return self.client.get(reverse("figures"))

    def test_says_three_things_in_words_and_draws_the_months(self):
        self.counted(accounts=200, reachable=199, notices=1000, in_time=999)
        self.counted(age="70+", accounts=100, reachable=80, notices=0, in_time=0)
        page = self.open()
        self.assertEqual(len(page.context["sentences"]), 3)
        for sentence, number in zip(page.context["sentences"], ("99", "93", "80"), strict=True):
            self.assertIn(f" {number} ", sentence)
        self.assertEqual(page.context["chart"].rows[-1].cells[:3][1:], ("93,0\xa0%", "80,0\xa0%"))

    def test_shows_no_group_of_fewer_than_ten_nor_what_is_left_of_two(self):
        for old, young in ((9, 100), (100, 9)):
            with self.subTest(old=old):
                cache.clear()
                ReachDay.objects.all().delete()
                self.counted(accounts=young, reachable=1, notices=9, in_time=1)
                self.counted(age="60-69", accounts=old, reachable=1, notices=0, in_time=0)
                page = self.open()
                self.assertEqual(len(page.context["sentences"]), 1)
                _notices, _everybody, elderly, _day = page.context["chart"].rows[-1].cells
                self.assertEqual(elderly, "–")
                self.assertEqual(page.context["chart"].rows[-1].share, said(None))

    def test_shows_nothing_of_a_handful_of_customers(self):
        self.counted(accounts=9, reachable=1, notices=9, in_time=1)
        page = self.open()
        self.assertEqual((page.context["sentences"], page.context["chart"]), ([], None))

    def test_is_kept_by_caches_for_visitors_and_by_none_for_who_signed_in(self):
        self.counted()
        answer = self.open()
        self.assertEqual(answer["Cache-Control"], "public, max-age=3600")
        self.assertIn("Cookie", answer["Vary"])
        self.assertEqual(answer.cookies, {})
        self.assertNotContains(answer, "csrfmiddlewaretoken")
        self.client.force_login(a_user())
        self.assertIn("no-store", self.open()["Cache-Control"])

    def test_adds_up_the_days_once_until_another_is_counted(self):
        self.counted(ago=2, accounts=100, reachable=50)
        self.open()
        with patch("portal.site.figures.reach.months") as again:
            before = self.open().context["sentences"]
        again.assert_not_called()
        self.counted(ago=1, accounts=100, reachable=99)
        self.assertNotEqual(self.open().context["sentences"], before)

    def test_is_there_without_a_cache(self):
        self.counted()
        with patch("portal.site.figures.cache.get", side_effect=RedisDown):
            self.assertEqual(self.open().status_code, 200)

    def test_is_light(self):
        for month in range(1, 13):
            a_reach_count(day=date(2026, month, 15) - 60 * DAY, unit=self.unit)
        self.assertLess(len(self.open().content), 20_000)

    def test_is_found_from_the_first_page(self):
        self.assertContains(self.client.get("/"), f'href="{reverse("figures")}"')


class ChartTests(TestCase):
    def test_draws_what_nobody_counted_as_a_gap_and_nothing_as_a_line(self):
        shares = [Share("a", "a", None), Share("b", "b", 0), Share("c", "c", 1000)]
        chart = share_chart(shares=shares, ident="x", title="x", headings=("x",))
        gap, nothing, everything = chart.shapes
        self.assertEqual((gap.kind, nothing.height), ("missing", 1))
        self.assertEqual(everything.height, chart.floor - everything.y)
        self.assertTrue(chart.has_gaps)

    def test_never_says_more_than_there_is(self):
        self.assertEqual(said(999), "99,9\xa0%")
        self.assertEqual(said(1000), "100,0\xa0%")
