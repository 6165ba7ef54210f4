from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.models import User
from portal.site.privacy import export
from portal.site.privacy.person import person_of


class Command(BaseCommand):
    help = "Write everything held about one login into a ZIP file, for whoever asked by letter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", type=int, help="the number of the login, as the desk shows it")
        parser.add_argument("file", type=Path, help="where to; it must not be there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(pk=options["login"]).first()
        if user is None:
            raise CommandError("There is no such login.")
        at = timezone.now()
        try:
            with options["file"].open("xb") as file:
                export.write(file, person=person_of(user, at=at), at=at)
        except FileExistsError as error:
            raise CommandError("This file is there already.") from error
        self.stdout.write("Written.")
