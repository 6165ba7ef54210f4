"""``manage.py messages``: keep the Vietnamese of every app complete."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.lib import catalogs

APPS = ("portal", "customers", "billing", "notifications")


class Command(BaseCommand):
    help = "Put new texts into the .po files, compile them, and name what lacks Vietnamese."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="change nothing, fail on a gap")
        only.add_argument("--compile", action="store_true", help="only write the .mo files")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:  # noqa: A002
        base = settings.BASE_DIR
        if not (check or compile):
            renew(base)
        if not check:
            for po in catalogues(base):
                catalogs.compile_po(po)
        if not compile and (found := gaps(base)):
            raise CommandError("\n".join([*found, f"{len(found)} gaps in the Vietnamese."]))


def catalogues(base: Path) -> list[Path]:
    """Every .po file of ours, those for packages that come without Vietnamese included."""
    return sorted(po for app in APPS for po in (base / app).glob("locale*/vi/LC_MESSAGES/*.po"))


def renew(base: Path) -> None:
    """Bring the apps' .po files in line with their code and templates."""
    known = {}
    for po in catalogues(base):
        known.update(catalogs.translations(catalogs.load(po)))
    for app in APPS:
        catalogs.renew(base / app, known=known)


def gaps(base: Path) -> list[str]:
    """What is missing, fuzzy, broken or unused in any of the .po files, one line each."""
    wanted = {base / app / catalogs.PO: base / app for app in APPS}
    found = []
    for po in sorted({*wanted, *catalogues(base)}):
        texts = catalogs.texts(wanted[po]) if po in wanted else None
        name = po.relative_to(base)
        found += [f"{name}: {gap}" for gap in catalogs.gaps(catalogs.load(po), wanted=texts)]
    return found
