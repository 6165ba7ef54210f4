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
        for kind, outcome in company.load(at=timezone.now()):
            self.stdout.write(
                f"{kind:<9} created {outcome.created}, refused {outcome.refused_rows}, "
                f"remarks {len(outcome.remarks)}"
            )
        self.stdout.write(f"The demo company is there, {time.monotonic() - started:.1f} s.")
