"""Works out a bill from figures alone: no account, no database."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import rating, tariff_files

YEARS = range(1990, 2200)
WHOLE = re.compile(r"\d{1,12}", re.ASCII)
DECIMAL = re.compile(r"\d{1,6}(\.\d{1,4})?", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Command(BaseCommand):
    help = "Work out an electricity bill: lines, net, VAT and total, with the rule of each line."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        use = parser.add_argument_group("use")
        use.add_argument("--kwh", help="whole kWh of the period")
        use.add_argument("--registers", help="kWh by band: normal=..,peak=..,offpeak=..")
        use.add_argument(
            "--read",
            action="append",
            default=[],
            metavar="DATE:KWH",
            help="used until the beginning of a day with a new price, as 2025-05-10:120"
            " or 2025-05-10:normal=..,peak=..,offpeak=..",
        )
        use.add_argument("--kvarh", help="reactive energy of the period; needs --registered-kw")
        use.add_argument("--registered-kw", help="registered power, for reactive energy")
        when = parser.add_argument_group("when")
        when.add_argument("--from", dest="from_", metavar="DATE", help="first day of the period")
        when.add_argument("--to", metavar="DATE", help="last day of the period, inclusive")
        when.add_argument("--on", metavar="DATE", help="one plain month at the prices of a day")
        who = parser.add_argument_group("who")
        who.add_argument("--group", default="residential", help="customer group")
        who.add_argument("--voltage", default="", help="voltage class, as <6kV or >=110kV")
        who.add_argument("--households", default="1", help="households on the meter, as 2 or 1.25")
        who.add_argument("--undeclared-tenants", action="store_true", help="tenants not declared")
        how = parser.add_argument_group("how")
        how.add_argument("--rounding", default="quota", help="quota (as on a bill) or exact")
        how.add_argument("--allow-unconfirmed", action="store_true", help="use weak sources too")
        how.add_argument("--tariffs", metavar="FILE", help="price lists of another file")
        how.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rated = rate(options)
        except rating.CannotRate as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(rated), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_text(rated)))


def rate(options: dict[str, Any]) -> rating.Rating:
    """The bill that the options describe."""
    basis = basis_of(options)
    rated = rating.rate(
        basis,
        book=book_of(options["tariffs"]),
        rounding=rounding_of(options["rounding"]),
        allow_unconfirmed=options["allow_unconfirmed"],
    )
    if options["kvarh"] is None:
        return rated
    return rating.with_reactive(
        rated,
        basis=basis,
        kvarh=whole("--kvarh", options["kvarh"]),
        registered_kw=whole("--registered-kw", options["registered_kw"]),
        rates=tariff_files.load_power_factor_rates(),
        allow_unconfirmed=options["allow_unconfirmed"],
    )


def basis_of(options: dict[str, Any]) -> rating.Basis:
    """What the bill rests on; exactly one way to say the use and one to say the period."""
    what: dict[str, Any] = {
        "usage": usage_of(options["kwh"], options["registers"]),
        "group": options["group"],
        "voltage": options["voltage"],
        "households": households_of(options["households"]),
        "undeclared_tenants": options["undeclared_tenants"],
    }
    if options["on"] is not None:
        if options["from_"] is not None or options["to"] is not None or options["read"]:
            raise CommandError("give either --on for one plain month, or --from and --to")
        return rating.Basis.month(day("--on", options["on"]), **what)
    if options["from_"] is None and options["to"] is None:
        raise CommandError("say when: --on for one plain month, or --from and --to")
    return rating.Basis(
        starts_on=day("--from", options["from_"]),
        ends_before=day("--to", options["to"]) + timedelta(days=1),
        usage_until=dict(read_of(read) for read in options["read"]),
        **what,
    )


def book_of(path: str | None) -> rating.PriceBook:
    """The product's own prices, or those of a file in the columns of `tariffs.csv`."""
    book = tariff_files.shipped_price_book()
    if path is None:
        return book
    try:
        return replace(book, tariffs=tariff_files.load_tariffs(Path(path)))
    except OSError as error:
        raise CommandError(f"--tariffs: {path} cannot be read: {error.strerror}") from error


def usage_of(kwh: str | None, registers: str | None) -> rating.Usage:
    if (kwh is None) == (registers is None):
        raise CommandError("give the use once: either --kwh or --registers")
    return whole("--kwh", kwh) if registers is None else by_register(registers)


def by_register(text: str) -> dict[str, int]:
    """From `normal=100,peak=20,offpeak=5`; a register given twice is refused."""
    found: dict[str, int] = {}
    for pair in text.split(","):
        name, _, kwh = (part.strip() for part in pair.partition("="))
        if name in found:
            raise CommandError(f"--registers: {name} is given twice")
        found[name] = whole(f"--registers: {name or pair!r}", kwh)
    return found


def read_of(text: str) -> tuple[date, rating.Usage]:
    """From `2025-05-10:120` or `2025-05-10:normal=100,peak=20,offpeak=5`."""
    on, _, usage = text.partition(":")
    return day("--read", on), by_register(usage) if "=" in usage else whole("--read", usage)


def households_of(text: object) -> Decimal:
    return Decimal(matching(DECIMAL, "--households", text, "a number such as 2 or 1.25"))


def rounding_of(text: str) -> rating.Rounding:
    try:
        return rating.Rounding(text)
    except ValueError:
        known = ", ".join(rating.Rounding)
        raise CommandError(f"--rounding must be one of {known}; got {text!r}") from None


def whole(option: str, text: object) -> int:
    return int(matching(WHOLE, option, text, "a whole number of kWh, 0 or more"))


def day(option: str, text: object) -> date:
    wanted = "a date such as 2026-10-31"
    try:
        found = date.fromisoformat(matching(DATE, option, text, wanted))
    except ValueError as error:
        raise CommandError(f"{option}: {text} is no day of the calendar") from error
    if found.year not in YEARS:
        raise CommandError(f"{option}: {text} is too far away")
    return found


def matching(pattern: re.Pattern[str], option: str, text: object, wanted: str) -> str:
    """The text if it has the form of what is wanted; anything else is refused in words."""
    if text is None:
        raise CommandError(f"{option} is missing: {wanted}")
    if pattern.fullmatch(str(text)) is None:
        raise CommandError(f"{option} must be {wanted}; got {text!r}")
    return str(text)


def as_json(rated: rating.Rating) -> dict[str, Any]:
    """Whole numbers as numbers, fractions as text: no float anywhere."""
    return {
        "lines": [line_as_json(line) for line in rated.lines],
        "net": rated.net,
        "vat_rate": f"{rated.vat_rate:f}",
        "vat": rated.vat,
        "total": rated.total,
    }


def line_as_json(line: rating.Line) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "label": line.label,
        "decision": line.decision,
        "from": line.starts_on.isoformat(),
        "to": (line.ends_before - timedelta(days=1)).isoformat(),
        "kwh": line.kwh if isinstance(line.kwh, int) else f"{line.kwh:f}",
        "price": line.price,
        "amount": line.amount,
    }


def as_text(rated: rating.Rating) -> Iterator[str]:
    """One line each, amounts aligned, for people at a terminal."""
    for line in rated.lines:
        words = f"{line.label} ({line.decision})"
        yield f"{words:<60} {line.kwh:>8} × {line.price:>5} = {line.amount:>14,}"
    yield f"{'net':<79} {rated.net:>14,}"
    yield f"{f'VAT {rated.vat_rate:.0%}':<79} {rated.vat:>14,}"
    yield f"{'total':<79} {rated.total:>14,}"
