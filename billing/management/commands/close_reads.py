"""``manage.py close_reads``: close the months of reads that are due, without waiting for night."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.services import closing


class Command(BaseCommand):
    help = "Move reads of months that are over into a row a meter and month. May be broken off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--settled-days",
            type=int,
            default=closing.SETTLED.days,
            help="days since the last read of a month was learned; below 35 a load of it that is"
            " undone finds no rows: for years of old reads that were loaded at once",
        )

    def handle(self, *_args: Any, settled_days: int, **_options: Any) -> None:
        closing.close_all(at=timezone.now(), settled=timedelta(days=settled_days))
