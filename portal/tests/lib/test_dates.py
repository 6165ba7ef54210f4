from datetime import UTC, date, datetime, time, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.dates import MonthFirst, NotADate, check_day_first, parse_day, parse_instant
from portal.lib.periods import LOCAL

NOVEMBER_23 = date(2026, 11, 23)
days = st.dates(date(1970, 1, 1), date(2099, 12, 31))


def local(*parts):
    return datetime(*parts, tzinfo=LOCAL)


class ParseDayTests(TestCase):
    def test_takes_the_written_list_of_forms(self):
        for written in (
            "23/11/2026", "23-11-2026", "23.11.2026", "2026-11-23", "20261123", 20261123.0,
            " 23/11/2026 ", "23/11/2026 00:00:00", "2026-11-23 19:37", "2026-11-23T19:37:05.123",
            NOVEMBER_23, datetime(2026, 11, 23, 23, 59, 59, 999_999), 46349, 46349.0, "46349",
        ):  # fmt: skip
            with self.subTest(written):
                self.assertEqual(parse_day(written), NOVEMBER_23)

    def test_reads_the_day_before_the_month(self):
        self.assertEqual(parse_day("03/04/2026"), date(2026, 4, 3))
        self.assertEqual(parse_day("3/4/2026"), date(2026, 4, 3))

    def test_cuts_the_time_of_a_day_count_and_never_rounds_up(self):
        for count in (46349.5, 46349.999999, 46349.9999999, 46349.9999999999):
            with self.subTest(count):
                self.assertEqual(parse_day(count), NOVEMBER_23)

    def test_counts_from_1904_where_the_workbook_says_so(self):
        self.assertEqual(parse_day(44887.0, date1904=True), NOVEMBER_23)
        self.assertEqual(parse_day(44887.0), date(2022, 11, 22))

    def test_brings_an_instant_to_viet_nam_before_cutting_it(self):
        self.assertEqual(parse_day("2026-11-22T17:00:00Z"), NOVEMBER_23)
        self.assertEqual(parse_day("2026-11-22T16:59:59Z"), date(2026, 11, 22))
        self.assertEqual(parse_day("2026-11-23T01:00:00+09:00"), date(2026, 11, 22))
        self.assertEqual(parse_day(datetime(2026, 11, 22, 17, tzinfo=UTC)), NOVEMBER_23)

    def test_refuses_what_is_no_day_and_says_why(self):
        for written, word in (
            ("23/11/26", "four digits"), ("23/11/2569", "2569"), ("2569-11-23", "2569"),
            ("23/11/1026", "1026"), ("31/11/2026", "no such day"), ("29/2/2026", "no such day"),
            ("00/00/2026", "no such day"), ("20261332", "no such day"),
            ("23/11/2026 25:00", "no such day"), ("23 tháng 11 năm 2026", "written like"),
            ("Nov 23 2026", "written like"), ("23/11-2026", "written like"), ("", "written like"),
            ("2026/11/23", "written like"), ("23/11/2026 7:30 PM", "written like"),
            ("٢٣/١١/٢٠٢٦", "written like"), (12.5, "written like"), (-3, "written like"),
            (float("nan"), "written like"), (float("inf"), "written like"), (1e300, "written like"),
            (True, "written like"), (None, "written like"), (time(7, 30), "written like"),
            (timedelta(days=3), "written like"), (date(2569, 11, 23), "2569"),
        ):  # fmt: skip
            with self.subTest(written), self.assertRaisesRegex(NotADate, word):
                parse_day(written)

    @given(days)
    def test_reads_back_every_form(self, day):
        for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"):
            self.assertEqual(parse_day(f"{day:{form}}"), day)
        self.assertEqual(parse_day((day - date(1899, 12, 30)).days + 0.75), day)

    @given(st.one_of(st.text(), st.text(alphabet="0123456789/-.: TZ"), st.floats()))
    def test_gives_a_plausible_day_or_refuses_whatever_it_is_given(self, written):
        try:
            self.assertIn(parse_day(written).year, range(1900, 2101))
        except NotADate as refusal:
            self.assertTrue(str(refusal))


class ParseInstantTests(TestCase):
    def test_reads_times_on_viet_nams_clock(self):
        half_past_seven = local(2026, 11, 28, 7, 30)
        for written in (
            "28/11/2026 07:30", "28/11/2026 7:30:00", "2026-11-28 07:30", "2026-11-28T07:30:00",
            "2026-11-28T00:30:00Z", "2026-11-28T00:30:00.000+0000", 46354.3125,
            datetime(2026, 11, 28, 7, 30), datetime(2026, 11, 28, 7, 30, 0, 914_000),
        ):  # fmt: skip
            with self.subTest(written):
                self.assertEqual(parse_instant(written), half_past_seven)

    def test_takes_a_date_cell_for_midnight(self):
        self.assertEqual(parse_instant(date(2026, 11, 28)), local(2026, 11, 28, 0, 0))

    def test_does_not_invent_a_time(self):
        for written in ("28/11/2026", "2026-11-28", "20261128"):
            with self.subTest(written), self.assertRaisesRegex(NotADate, "time is missing"):
                parse_instant(written)

    @given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
    def test_reads_back_what_was_written(self, moment):
        whole = moment.replace(microsecond=0)
        self.assertEqual(
            parse_instant(f"{moment:%d/%m/%Y %H:%M:%S}"), local(*whole.timetuple()[:6])
        )


class CheckDayFirstTests(TestCase):
    def test_passes_days_first(self):
        self.assertIsNone(check_day_first(["03/04/2026", "13/04/2026", "31/13/2026", "x", 46349.0]))

    def test_stops_at_a_date_with_its_month_first(self):
        for written in ("04/13/2026", "4-13-2026", "04/13/2026 07:30"):
            with self.subTest(written), self.assertRaisesRegex(MonthFirst, "month before the day"):
                check_day_first(["03/04/2026", written])
