"""``manage.py bench [NAME …]``: how fast, in units a second and against a named baseline."""

import pkgutil
from argparse import ArgumentParser
from importlib import import_module
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from portal import bench
from portal.demo import company

DATABASE = "bench_cskh"


class Command(BaseCommand):
    help = "Measure in a database of its own; medians of rounds taken in turns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="benchmarks to run; all where none is named")
        parser.add_argument("--rounds", type=int, default=5)

    def handle(self, *_args: Any, names: list[str], rounds: int, **_options: Any) -> None:
        there = benchmarks()
        if unknown := set(names) - set(there):
            raise CommandError(f"No benchmark {', '.join(unknown)}; there are {', '.join(there)}.")
        before = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = DATABASE
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            for _load in company.load(at=timezone.now()):
                pass
            for name in names or [n for n in there if not _only_when_named(there[n])]:
                self.show(there[name], rounds=rounds)
        finally:
            _end_other_sessions()
            connection.creation.destroy_test_db(before, verbosity=0)

    def show(self, module: ModuleType, *, rounds: int) -> None:
        """Measure one benchmark and print its table."""
        rounds = min(rounds, getattr(module, "ROUNDS", rounds))
        results = bench.measure(module.ways(), rounds=rounds)
        self.stdout.write(f"\n{module.WHAT} (median of {rounds}; 1.0 × is {results[0].way.name})")
        for result in results:
            rate = f"{result.rate:>12,.0f} {module.UNIT}/s"
            self.stdout.write(f"  {result.way.name:<20} {rate} {result.ratio:>7.1f} ×")
        for remark in getattr(module, "remarks", list)():
            self.stdout.write(f"  {remark}")


def _end_other_sessions() -> None:
    """Of workers that were killed: a database that still listens cannot be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _only_when_named(module: ModuleType) -> bool:
    """What takes longer than anybody waits for by chance."""
    return getattr(module, "ONLY_WHEN_NAMED", False)


def benchmarks() -> dict[str, ModuleType]:
    """The benchmark modules, by name; one that begins with a line only helps them."""
    return {
        found.name: import_module(f"{bench.__name__}.{found.name}")
        for found in pkgutil.iter_modules(bench.__path__)
        if not found.name.startswith("_")
    }
