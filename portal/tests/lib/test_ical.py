"""Calendars that programs can read: lines, letters, times."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.ical import Event, calendar, escaped, folded

AT = datetime(2026, 11, 24, 5, tzinfo=UTC)


def text_of(*events: Event) -> str:
    return calendar("Điện", events, at=AT, domain="example.vn").decode().replace("\r\n ", "")


class TestCalendar:
    def test_gives_a_day_as_a_day(self):
        text = text_of(Event("bill-1", "Hạn trả", "Mã", date(2026, 12, 5)))
        assert "DTSTART;VALUE=DATE:20261205\r\n" in text
        assert "UID:bill-1@example.vn\r\n" in text
        assert "DTEND" not in text

    def test_gives_hours_in_universal_time(self):
        starts = datetime(2026, 12, 5, 8, tzinfo=UTC)
        text = text_of(Event("outage-1", "Mất điện", "", starts, starts + timedelta(hours=4)))
        assert "DTSTART:20261205T080000Z\r\n" in text
        assert "DTEND:20261205T120000Z\r\n" in text

    def test_ends_each_line_as_the_standard_wants(self):
        whole = calendar("Điện", [], at=AT, domain="example.vn")
        assert whole.startswith(b"BEGIN:VCALENDAR\r\n")
        assert whole.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in whole.replace(b"\r\n", b"")


class TestText:
    def test_means_nothing_to_a_calendar(self):
        assert escaped("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"

    def test_fills_a_line_to_75_octets_at_most(self):
        parts = list(folded("ế" * 60))
        assert [len(part) for part in parts] == [75, 73, 34]

    @given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")))
    def test_is_folded_without_cutting_a_letter(self, line):
        parts = list(folded(line))
        assert all(len(part) <= 75 for part in parts)
        assert "".join([parts[0].decode(), *(part.decode()[1:] for part in parts[1:])]) == line
