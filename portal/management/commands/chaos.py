"""``manage.py chaos``: kill senders, database and broker at random while a crowd is told."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.chaos.parts import BROKERS
from portal.chaos.run import AT_RISK, Chaos, Report

RECOVERED_WITHIN = 30  # seconds


class Command(BaseCommand):
    help = "Ends with status 1 where a promise was broken, and leaves its folder to look at."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--notices", type=int, default=100_000)
        parser.add_argument("--kills", type=int, default=30)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--broker", action="append", choices=BROKERS, help="all of them")

    def handle(self, *_args: Any, broker: list[str] | None, **options: Any) -> None:
        wanted = {name: options[name] for name in ("notices", "kills", "seed")}
        outcomes = [self.try_with(name, **wanted) for name in broker or BROKERS]
        if not all(outcomes):
            sys.exit(1)

    def try_with(self, broker: str, *, notices: int, kills: int, seed: int) -> bool:
        """One run; whether every promise was kept."""
        home = Path(tempfile.mkdtemp(prefix="cskh-chaos-"))
        self.stdout.write(f"\n{notices:,} notices, {kills} kills, broker {broker}, seed {seed}")
        chaos = Chaos(home=home, notices=notices, kills=kills, broker=broker, seed=seed)
        try:
            report = chaos.run()
        finally:
            chaos.close()
        broken = report.findings.broken(allowed_extra=kills * AT_RISK)
        if report.recovered_in > RECOVERED_WITHIN:
            broken.append(f"{report.recovered_in:.0f} s without a message after the database")
        self.show(report)
        if broken:
            self.stdout.write(f"  BROKEN: {'; '.join(broken)}. See {home}")
        else:
            self.stdout.write("  every promise kept")
            shutil.rmtree(home)
        return not broken

    def show(self, report: Report) -> None:
        """The figures of one run."""
        found = report.findings
        ended = ", ".join(f"{number:,} {why}" for why, number in sorted(found.ended.items()))
        extra = ", ".join(f"{number} {channel}" for channel, number in sorted(found.extra.items()))
        struck = ", ".join(
            f"{report.struck.count(name)} × {name}" for name in sorted(set(report.struck))
        )
        lines = {
            "struck": struck,
            "lost": f"{found.lost}",
            "extra": f"{found.extra.total()} ({extra}); most copies of one: {found.worst}",
            "balance": f"{found.dispatches:,} had their turn = {found.told:,} told + "
            f"{found.ended.total():,} ended ({ended or 'none'}) + {found.pending:,} pending; "
            f"{found.notices:,} notices; {found.strangers} strangers",
            "duration": f"planned in {report.planned_in:.0f} s, sent in {report.sent_in:.0f} s "
            f"({found.told / report.sent_in:,.0f}/s), again at work "
            f"{report.recovered_in:.1f} s after the database",
        }
        for name, words in lines.items():
            self.stdout.write(f"  {name:<9} {words}")
