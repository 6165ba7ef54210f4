"""Load one file of the billing system: ``manage.py import_file bills hoa-don-2026-10.xlsx``.

It becomes a load like every other: kept, previewed, applied, to be seen and undone at the desk.
Exit code 1: the file was refused; 3: it is unusual or unclear, and people have to look at the desk
(or would have to, where it is only looked at).
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, QuerySet
from django.utils import timezone

from customers.models import Load, LoadNote
from customers.services.loads import at_once, files
from portal.lib.importing import kinds, resource_of

State, Kind = Load.State, LoadNote.Kind
# Not 2, which says that the command itself was mistyped.
WAITS = 3


class Command(BaseCommand):
    help = "Load a CSV, XLSX or ODS file; every refused row is named with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=kinds())
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what it would change")
        parser.add_argument("--again", action="store_true", help="also if it was loaded before")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        began = timezone.now()
        try:
            load = at_once.load(
                resource=resource_of(options["kind"]),
                name=path.name,
                pieces=files.pieces(path),
                clock=timezone.now,
                only_look=options["dry_run"],
                again=options["again"],
            )
        except OSError as error:
            raise CommandError(f"{path.name}: {error}") from error
        # What a killed command left behind, and this one took up, has ended only now.
        is_known = load.made_at < began and not (load.ended_at and load.ended_at >= began)
        if options["json"]:
            self.stdout.write(as_json(load, is_known=is_known))
        elif load.state != State.REFUSED:
            self.stdout.write(as_text(load, is_known=is_known))
        if load.state == State.REFUSED:
            raise CommandError(f"{path.name}: {load.why}")
        if load.state in Load.LEFT_OPEN:
            raise CommandError(
                f"{path.name} leaves something open: load {load.pk} waits at the desk.",
                returncode=WAITS,
            )
        if options["dry_run"] and not is_known and load.report.get("doubts"):
            raise CommandError(
                f"{path.name} is unusual: if loaded, it would wait at the desk.", returncode=WAITS
            )


def as_json(load: Load, *, is_known: bool) -> str:
    """One JSON object: counts, what is unusual or asked, and the refused rows and remarks by their
    number in the file.

    :param is_known: the file was brought before, and the counts are of that time
    """
    told = {"value": F("before"), "reason": F("why")}
    refused = _notes(load, Kind.REFUSED).values("row", "column", **told)
    remarks = _notes(load, Kind.REMARK).values("row", "column", "after", **told)
    counts = ("rows", "created", "updated", "unchanged")
    return json.dumps(
        {
            "load": load.pk,
            "state": load.state,
            "is_known": is_known,
            "why": load.why,
            **{name: getattr(load, name) for name in counts},
            "doubts": load.report.get("doubts", []),
            "asked": _asked(load),
            "refused": list(refused),
            "remarks": list(remarks),
        },
        ensure_ascii=False,
    )


def _asked(load: Load) -> dict[str, Any] | None:
    """What is asked, columns by their headings."""
    if load.state != State.ASKED:
        return None
    asked, heading_of = dict(load.report["asked"]), resource_of(load.kind).table.heading_of
    if "column" in asked:
        asked["column"] = heading_of(asked["column"])
    if asked["about"] == "columns":
        asked["names"] = [heading_of(name) for name in asked["names"]]
    return asked


def as_text(load: Load, *, is_known: bool) -> str:
    """Lines for a person: the counts first, then one line for each doubt, refused row and remark.

    :param is_known: as for :func:`as_json`
    """
    lines = ["This file was brought before; its load:"] * is_known
    lines += [
        (
            f"load {load.pk}, {load.state}: created {load.created}, updated {load.updated}, "
            f"unchanged {load.unchanged}, refused {load.refused}"
        )
    ]
    lines += [f"unusual: {_doubt(**doubt)}" for doubt in load.report.get("doubts", [])]
    lines += [
        f"refused row {n.row}: {n.column} “{n.before}”: {n.why}" for n in _notes(load, Kind.REFUSED)
    ]
    lines += [f"remark  row {n.row}: {n.column}: {n.why}" for n in _notes(load, Kind.REMARK)]
    return "\n".join(lines)


def _doubt(*, code: str, **numbers: Any) -> str:
    told = ", ".join(f"{name} {number}" for name, number in numbers.items())
    return f"{code} ({told})" if told else code


def _notes(load: Load, kind: LoadNote.Kind) -> QuerySet[LoadNote]:
    return LoadNote.objects.filter(load=load, kind=kind).order_by("row", "pk")
