"""The days between two days as a regular expression of their two commonest ways to be written."""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=64)
def form(first: date, last: date) -> str:
    """Matches ``23/11/2026`` and ``2026-11-23`` for days from ``first`` to ``last``, no other."""
    by_days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for month in _months(first, last):
        length = monthrange(month.year, month.month)[1]
        begins = first.day if _same_month(month, first) else 1
        ends = last.day if _same_month(month, last) else length
        by_days[begins, ends].append(month)
    if not by_days:
        return "(?!)"
    told = [(_range(*days), months) for days, months in by_days.items()]
    slashed = "|".join(f"{days}/{_any(months, '{0:%m}/{0:%Y}')}" for days, months in told)
    iso = "|".join(f"{_any(months, '{0:%Y}-{0:%m}')}-{days}" for days, months in told)
    return f"(?:{slashed}|{iso})"


def _months(first: date, last: date) -> list[date]:
    """The months in which days lie, the newest first: it is met most often."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found[::-1]


def _same_month(month: date, day: date) -> bool:
    return (month.year, month.month) == (day.year, day.month)


def _any(months: list[date], how: str) -> str:
    return f"(?:{'|'.join(map(how.format, months))})"


def _range(begins: int, ends: int) -> str:
    """Two digits from ``begins`` to ``ends``, a class for each tenner."""
    tenners = defaultdict(list)
    for day in range(begins, ends + 1):
        tenners[day // 10].append(day % 10)
    return f"(?:{'|'.join(f'{ten}[{units[0]}-{units[-1]}]' for ten, units in tenners.items())})"
