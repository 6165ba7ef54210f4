"""``manage.py verify_audit``: is everything that was written once still as it was written?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from customers.services import audit

SHOWN = 50


class Command(BaseCommand):
    help = "Compute the audit chain again; fails where a byte was changed, or a row is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", help="a head noted before, kept elsewhere")

    def handle(self, *_args: Any, head: str, **_options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            report = audit.verify(head=head.strip().lower())
        for table, rows in report.rows.items():
            self.stdout.write(f"{table:<50} {rows:>12,} rows")
        self.stdout.write(f"{'links':<50} {report.links:>12,}")
        self.stdout.write(f"head {report.head}")
        if report.faults:
            raise CommandError(_shown(report.faults))
        self.stdout.write("Everything is as it was written.")


def _shown(faults: list[audit.Fault]) -> str:
    lines = [str(fault) for fault in faults[:SHOWN]]
    if len(faults) > SHOWN:
        lines.append(f"and {len(faults) - SHOWN:,} more")
    return f"{len(faults):,} faults\n" + "\n".join(lines)
