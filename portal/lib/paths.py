"""Parts of URLs that are not numbers or words."""

from datetime import date

from django.urls import register_converter

from portal.lib.periods import NotAMonth, parse_month


class MonthConverter:
    """A billing month as ``2026-10``; in Python its first day."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        year, month = value.split("-")
        try:
            return parse_month(f"{month}/{year}").starts_on
        except NotAMonth as error:
            raise ValueError(value) from error

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")
