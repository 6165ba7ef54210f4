"""Fill an empty installation with the demo company."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.models import Account
from portal.demo import company


class Command(BaseCommand):
    help = "Load the sample files, three logins and a few arrangements into an empty database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Account.objects.exists():
            raise CommandError("There are accounts already; the demo is for an empty database.")
        started = time.monotonic()
        for load in company.load(at=timezone.now()):
            self.stdout.write(
                f"{load.kind:<9} created {load.created}, refused {load.refused}, "
                f"remarks {load.remarked}"
            )
        self.stdout.write(f"The demo company is there, {time.monotonic() - started:.1f} s.")
