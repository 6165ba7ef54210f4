"""Price bands by the clock of Viet Nam."""

from datetime import UTC, date, datetime, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from billing.rating import band_at, minutes_by_band
from billing.tariff_files import load_band_hours
from portal.lib.periods import LOCAL

HOURS = load_band_hours()
SATURDAY, SUNDAY = date(2026, 10, 3), date(2026, 10, 4)


def at(on: date, clock: str) -> str:
    return band_at(datetime.fromisoformat(f"{on}T{clock}").replace(tzinfo=LOCAL), hours=HOURS)


class BandTests(TestCase):
    def test_follows_the_hours_of_a_working_day(self):
        for clock, band in (
            ("00:00", "offpeak"),
            ("03:59", "offpeak"),
            ("04:00", "normal"),
            ("09:29", "normal"),
            ("09:30", "peak"),
            ("11:29", "peak"),
            ("11:30", "normal"),
            ("17:00", "peak"),
            ("19:59", "peak"),
            ("20:00", "normal"),
            ("21:59", "normal"),
            ("22:00", "offpeak"),
            ("23:59", "offpeak"),
        ):
            with self.subTest(clock):
                self.assertEqual(at(SATURDAY, clock), band)

    def test_has_no_peak_on_a_sunday(self):
        self.assertEqual(at(SUNDAY, "10:00"), "normal")
        self.assertEqual(at(SUNDAY, "23:00"), "offpeak")

    def test_goes_by_local_time_whatever_the_zone(self):
        self.assertEqual(band_at(datetime(2026, 10, 3, 10, 30, tzinfo=UTC), hours=HOURS), "peak")

    def test_leaves_hours_out_that_are_not_in_force(self):
        self.assertIn(None, {row.valid_from for row in HOURS})
        self.assertEqual(at(SATURDAY, "21:00"), "normal")

    def test_refuses_an_instant_without_a_zone(self):
        with self.assertRaises(ValueError):
            band_at(datetime(2026, 10, 3, 10, 30), hours=HOURS)

    def test_counts_the_minutes_of_a_day(self):
        working = {"normal": 24 * 60 - 300 - 360, "peak": 300, "offpeak": 360}
        self.assertEqual(minutes_by_band(SATURDAY, hours=HOURS), working)
        self.assertEqual(
            minutes_by_band(SUNDAY, hours=HOURS), {"normal": 1080, "peak": 0, "offpeak": 360}
        )

    @given(st.dates(date(2015, 3, 16), date(2030, 1, 1)))
    def test_counts_what_the_clock_says_quarter_by_quarter(self, on):
        midnight = datetime(on.year, on.month, on.day, tzinfo=LOCAL)
        quarters = [band_at(midnight + timedelta(minutes=15 * n), hours=HOURS) for n in range(96)]
        counted = {band: 15 * quarters.count(band) for band in ("normal", "peak", "offpeak")}
        self.assertEqual(minutes_by_band(on, hours=HOURS), counted)
