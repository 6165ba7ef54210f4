"""``manage.py verify_load load-12.json``: is this the record of a load as we signed it?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.services.loads import manifest


class Command(BaseCommand):
    help = "Check a load's signed record; fails where a sign of it is another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file.name}: {error}") from error
        if not manifest.is_ours(text):
            raise CommandError(
                f"{file.name} is not as it was signed with the key of this installation."
            )
        self.stdout.write(f"{file.name} is as it was signed with the key of this installation.")
