from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.models import User
from portal.site.privacy import erasing


class Command(BaseCommand):
    help = "Erase a login and its ended contracts; bills stay, without contacts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", type=int, help="the number of the login, as the desk shows it")
        parser.add_argument("--yes", action="store_true", help="do it; without it, only say what")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(pk=options["login"]).first()
        if user is None:
            raise CommandError("There is no such login.")
        if not options["yes"]:
            self.stdout.write("Nothing was erased. Add --yes to erase this login for good.")
            return
        try:
            done = erasing.erase(user=user, at=timezone.now())
        except erasing.NotErasable as error:
            raise CommandError("This is a member of staff: make them inactive instead.") from error
        for name, number in sorted(done.rows.items()):
            self.stdout.write(f"{name}: {number}")
        for account in done.kept:
            self.stdout.write(f"kept, because the contract runs: {account}")
