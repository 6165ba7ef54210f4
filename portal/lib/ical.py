"""Calendars as programs fetch them: RFC 5545, as far as days and hours with a text need it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

LONGEST = 75
"""Octets of a line, after which it goes on in the next one."""
DAY = "%Y%m%d"
INSTANT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Event:
    """A whole day, or the hours from ``starts`` to ``ends``; ``key`` stays the same for ever."""

    key: str
    summary: str
    text: str
    starts: date | datetime
    ends: datetime | None = None


def calendar(name: str, events: Iterable[Event], *, at: datetime, domain: str) -> bytes:
    """The whole file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CSKH//Calendar//VI",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for event in events:
        lines += _event(event, at=at, domain=domain)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def _event(event: Event, *, at: datetime, domain: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.key}@{domain}",
        f"DTSTAMP:{_instant(at)}",
        f"SUMMARY:{escaped(event.summary)}",
        f"DESCRIPTION:{escaped(event.text)}",
    ]
    if isinstance(event.starts, datetime):
        lines.append(f"DTSTART:{_instant(event.starts)}")
    else:
        lines.append(f"DTSTART;VALUE=DATE:{event.starts.strftime(DAY)}")
    if event.ends:
        lines.append(f"DTEND:{_instant(event.ends)}")
    return [*lines, "END:VEVENT"]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime(INSTANT)


def escaped(text: str) -> str:
    """Text in which no sign means anything to a calendar."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> Iterator[bytes]:
    """A line in parts of at most 75 octets; no letter is cut in two."""
    part, room = b"", LONGEST
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > room:
            yield part
            part = b" "
        part += octets
    yield part
