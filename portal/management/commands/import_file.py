"""Load one file of the billing system: ``manage.py import_file bills hoa-don-2026-10.xlsx``."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.lib.loading import Outcome
from portal.lib.spreadsheets import Refused
from portal.site.imports import RESOURCES


class Command(BaseCommand):
    help = "Load a CSV, XLSX or ODS file; every refused row is named with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=RESOURCES)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        outcome = self.load(options["kind"], options["file"], dry_run=options["dry_run"])
        self.stdout.write(as_json(outcome) if options["json"] else as_text(outcome))

    def load(self, kind: str, file: Path, *, dry_run: bool) -> Outcome:
        try:
            content = file.read_bytes()
            return RESOURCES[kind].load_file(content, at=timezone.now(), dry_run=dry_run)
        except (OSError, Refused) as error:
            raise CommandError(f"{file.name}: {error}") from error


def as_json(outcome: Outcome) -> str:
    """One JSON object: counts, and the refused rows and remarks by their number in the file."""
    return json.dumps(
        {
            "created": outcome.created,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "refused": [asdict(refusal) for refusal in outcome.refused],
            "remarks": [asdict(remark) for remark in outcome.remarks],
        },
        ensure_ascii=False,
        default=str,
    )


def as_text(outcome: Outcome) -> str:
    """Lines for a person: the counts first, then one line for each refused row and remark."""
    counts = (
        f"created {outcome.created}, updated {outcome.updated}, "
        f"unchanged {outcome.unchanged}, refused {outcome.refused_rows}"
    )
    lines = [counts]
    lines += [f"refused row {r.row}: {r.column} “{r.value}”: {r.reason}" for r in outcome.refused]
    lines += [f"remark  row {r.row}: {r.column}: {r.why}" for r in outcome.remarks]
    return "\n".join(lines)
