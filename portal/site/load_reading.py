"""How the file of a load was read: by which rules, and what its first rows were understood as."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Load, User
from customers.services import loads
from customers.services.loads import first_rows as read
from customers.services.loads import plausibility
from portal.lib import said, spreadsheets
from portal.lib.importing import SheetResource
from portal.lib.money import dong
from portal.site import load_changes, load_questions

DELIMITERS = {
    ";": gettext_lazy("semicolon"),
    ",": gettext_lazy("comma"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}


def facts(load: Load, resource: type[SheetResource]) -> list[tuple[str, str]]:
    """How the file was read, and what its columns come to."""
    report = load.report
    found: list[tuple[str, str]] = [(_("Rows"), said.count(load.rows))]
    if report.get("sheet"):
        found.append((_("Sheet"), report["sheet"]))
    if report.get("encoding"):
        delimiter = str(DELIMITERS.get(report["delimiter"], report["delimiter"]))
        found.append((_("Read as"), f"{report['encoding'].upper()} · {delimiter}"))
    if report.get("header_row"):
        found.append((_("Headings in row"), str(report["header_row"])))
    found += load_questions.said(load, resource)
    found += [(heading, rule) for heading, rule in report.get("rules", {}).items()]
    if report.get("ignored"):
        found.append((_("Columns that are not used"), ", ".join(report["ignored"])))
    for name, value in report.get("sums", {}).items():
        label = _("Sum of “%(column)s”") % {"column": resource.table.heading_of(name)}
        found.append((label, said.count(int(Decimal(value)))))
    if price := plausibility.price(load):
        found.append((_("One kWh costs on average"), dong(int(price))))
    return found


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a file: their numbers, and by heading what stands in each."""

    numbers: list[str]
    columns: list[tuple[str, list[str]]]


def first_rows(load: Load, resource: type[SheetResource], *, to: User) -> FirstRows | None:
    """The first rows for whoever brought the file, and knows what is in it; None for others."""
    if load.staged_at is None or not loads.is_bringer(load=load, user=to):
        return None
    rows = read.first_rows(load=load, resource=resource)
    columns = [
        (column.heading, [_shown(row.cells[place]) for row in rows])
        for place, column in enumerate(resource.table.columns)
        if column.name in load.report["cells"]
    ]
    numbers = [_("Row %(n)s") % {"n": said.count(row.number)} for row in rows]
    return FirstRows(numbers, columns) if rows else None


def _shown(cell: Any) -> str:
    if cell in (None, ""):
        return "–"
    is_number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return load_changes.figure(cell) if is_number else spreadsheets.shown(cell)
