"""Pick up what the billing system dropped: ``manage.py watch_inbox``; the clock does so, too."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from customers.services.loads import inbox
from customers.tasks import ring_for_loads
from portal.lib.importing import kinds


class Command(BaseCommand):
    help = "Make loads of the files in the inbox; name those that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="look again and again")

    def handle(self, *_args: Any, every: float | None, **_options: Any) -> None:
        self.stdout.write(_looked_in())
        while True:
            at = timezone.now()
            for load in inbox.pick_up(at=at):
                ring_for_loads(load.kind)
                self.stdout.write(f"{load.kind}: {load.name}, load {load.pk}")
            for kind in inbox.missing(at=at):
                self.stderr.write(f"{kind}: the file of today is missing")
            for folder in inbox.left_lying():
                self.stderr.write(f"{folder}: no kind of file is called so; its files are left")
            if every is None:
                return
            time.sleep(every)


def _looked_in() -> str:
    if not settings.LOADS_INBOX:
        return "LOADS_INBOX is empty: nothing is looked at."
    return f"Looking in {settings.LOADS_INBOX} for folders named: {', '.join(kinds())}"
