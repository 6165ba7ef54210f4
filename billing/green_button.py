"""Daily use and bills as Green Button: an Atom feed of ESPI 4.0 resources. Pure.

Energy is whole Wh; ESPI counts money in hundred-thousandths of the currency. A day without a figure
has no reading, never a zero; days known only together are one reading over all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from billing.use import Mark, Stretch
from portal.lib.periods import Period, start_of

ATOM, ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
DAY_SECONDS = 86_400
ELECTRICITY = "0"
DELTA, ENERGY, FORWARD, WH, UNSCALED, POWER_ELECTRIC = "4", "12", "1", "72", "0", "1"
VND = "704"
NO_SUMMER_TIME = "FFFFFFFF"
COST_UNIT = 100_000
LARGEST_COST = 2**47 - 1
QUALITY = {
    Mark.MEASURED: "0",
    Mark.CORRECTED: "7",
    Mark.ESTIMATED: "8",
}
"""Valid; replaced or approved by a human; a value that a machine computed."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill as the feed tells it."""

    period: Period
    usage_kwh: int
    total: int
    issued_on: date


def feed(
    number: str, *, title: str, known: Sequence[Stretch], bills: Iterable[Billed], at: datetime
) -> bytes:
    """The feed of one account: what was used day by day, and what was billed."""
    register_namespace("", ATOM)
    register_namespace("espi", ESPI)
    root = Element(f"{{{ATOM}}}feed")
    _head(root, f"{number}/feed", title, at)
    place = f"UsagePoint/{number}"
    _entry(root, place, title, at, _usage_point())
    _entry(root, f"{place}/LocalTimeParameters", title, at, _local_time(at))
    _entry(root, f"{place}/MeterReading", title, at, _espi("MeterReading"))
    _entry(root, f"{place}/ReadingType", title, at, _reading_type())
    for month, parts in groupby(_told(known), key=_month):
        block = _block(list(parts))
        _entry(root, f"{place}/MeterReading/IntervalBlock/{month:%Y-%m}", title, at, block)
    for bill in bills:
        name = f"{place}/UsageSummary/{bill.period.starts_on:%Y-%m-%d}"
        _entry(root, name, title, at, _summary(bill))
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _told(known: Iterable[Stretch]) -> Iterator[Stretch]:
    return (part for part in known if part.wh is not None)


def _month(part: Stretch) -> date:
    return part.days.starts_on.replace(day=1)


def _head(parent: Element, name: str, title: str, at: datetime) -> None:
    _atom(parent, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, name)}")
    _atom(parent, "title", title)
    _atom(parent, "updated", at.isoformat(timespec="seconds"))


def _entry(root: Element, name: str, title: str, at: datetime, resource: Element) -> None:
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _head(entry, name, title, at)
    up = name.rsplit("/", 1)[0]
    for rel, href in (("self", name), ("up", up)):
        SubElement(entry, f"{{{ATOM}}}link", rel=rel, href=href)
    SubElement(entry, f"{{{ATOM}}}content", type="application/xml").append(resource)


def _atom(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _espi(name: str, *children: Element, text: str | None = None) -> Element:
    found = Element(f"{{{ESPI}}}{name}")
    found.text = text
    found.extend(children)
    return found


def _usage_point() -> Element:
    return _espi("UsagePoint", _espi("ServiceCategory", _espi("kind", text=ELECTRICITY)))


def _local_time(at: datetime) -> Element:
    offset = start_of(at.date()).utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    return _espi(
        "LocalTimeParameters",
        _espi("dstEndRule", text=NO_SUMMER_TIME),
        _espi("dstOffset", text="0"),
        _espi("dstStartRule", text=NO_SUMMER_TIME),
        _espi("tzOffset", text=str(seconds)),
    )


def _reading_type() -> Element:
    values = (
        ("accumulationBehaviour", DELTA),
        ("commodity", POWER_ELECTRIC),
        ("currency", VND),
        ("flowDirection", FORWARD),
        ("intervalLength", str(DAY_SECONDS)),
        ("kind", ENERGY),
        ("powerOfTenMultiplier", UNSCALED),
        ("uom", WH),
    )
    return _espi("ReadingType", *(_espi(name, text=text) for name, text in values))


def _interval(name: str, days: Period) -> Element:
    start = int(start_of(days.starts_on).timestamp())
    return _espi(
        name,
        _espi("duration", text=str(days.days * DAY_SECONDS)),
        _espi("start", text=str(start)),
    )


def _block(parts: Sequence[Stretch]) -> Element:
    whole = Period(parts[0].days.starts_on, parts[-1].days.ends_before)
    return _espi("IntervalBlock", _interval("interval", whole), *map(_reading, parts))


def _reading(part: Stretch) -> Element:
    return _espi(
        "IntervalReading",
        _espi("ReadingQuality", _espi("quality", text=QUALITY.get(part.mark, "0"))),
        _interval("timePeriod", part.days),
        _espi("value", text=str(part.wh)),
    )


def _summary(bill: Billed) -> Element:
    cost = bill.total * COST_UNIT
    amount = [_espi("billLastPeriod", text=str(cost))] if cost <= LARGEST_COST else []
    return _espi(
        "UsageSummary",
        _interval("billingPeriod", bill.period),
        *amount,
        _espi("currency", text=VND),
        _espi(
            "overallConsumptionLastPeriod",
            _espi("powerOfTenMultiplier", text=UNSCALED),
            _espi("uom", text=WH),
            _espi("value", text=str(bill.usage_kwh * 1000)),
        ),
        _espi("statusTimeStamp", text=str(int(start_of(bill.issued_on).timestamp()))),
        _espi("commodity", text=POWER_ELECTRIC),
    )
