"""``manage.py reconcile_sending zalo report.csv``: what a provider took is not sent again."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications import channels
from notifications.services import reconciling
from notifications.services.reconciling import Taken


class Command(BaseCommand):
    help = "Read a provider's report: CSV with a heading, columns `reference` and `address`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("channel", choices=channels.names())
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, channel: str, file: Path, **_options: Any) -> None:
        try:
            done = reconciling.reconcile(channel=channel, report=_lines(file), at=timezone.now())
        except reconciling.AddressesMissing:
            raise CommandError("Each line needs an address; nothing was changed.") from None
        self.stdout.write(f"{done.accepted} taken already, {done.unclear} unclear.")


def _lines(file: Path) -> Iterator[Taken]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        for line in csv.DictReader(text):
            yield Taken(line.get("reference") or "", line.get("address") or "")
