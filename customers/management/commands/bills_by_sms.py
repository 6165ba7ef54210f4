"""``manage.py bills_by_sms PE01 on``: whether bills of a company go by SMS without an agreement."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.models import OperatingUnit


class Command(BaseCommand):
    help = (
        "Say which companies tell bills by SMS to the phones of their contracts, as before. It "
        "ends by a cut-over at the desk. Switched on where it never was so, thousands are sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="of the company, as it is loaded")
        parser.add_argument("state", choices=["on", "off"])

    def handle(self, *_args: Any, code: str, state: str, **_options: Any) -> None:
        unit = OperatingUnit.objects.filter(code=code).first()
        if unit is None:
            raise CommandError(f"No company {code}.")
        unit.bills_by_sms = state == "on"
        unit.save(update_fields=["bills_by_sms"])
        self.stdout.write(f"{unit}: bills by SMS {state}.")
