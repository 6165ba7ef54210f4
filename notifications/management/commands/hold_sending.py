"""``manage.py hold_sending "restored the backup of …"``: before workers start after a restore."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.services import reconciling


class Command(BaseCommand):
    help = "Stop every channel until staff start it again at the desk; the inbox goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("why", help="stands beside each channel at the desk")

    def handle(self, *_args: Any, why: str, **_options: Any) -> None:
        held = reconciling.hold(why=why, at=timezone.now())
        self.stdout.write(f"Held: {', '.join(held)}. Start each again at the desk.")
