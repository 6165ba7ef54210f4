"""``manage.py take_off_second_step lan@dienluc.vn``: where the desk has too few people for it."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from customers.models import User
from customers.services import lost_factors
from portal.sign_in import letters


class Command(BaseCommand):
    help = (
        "Take every second step off a login of staff, sign it out everywhere, tell its owner. "
        "Two people do it together and write down who asked, when and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="the e-mail address of the login")

    def handle(self, *_args: Any, login: str, **_options: Any) -> None:
        user = User.objects.filter(email=login.lower()).first()
        if user is None:
            raise CommandError(f"No login {login}.")
        at = timezone.now()
        try:
            with transaction.atomic():
                code = lost_factors.take_off(user=user, at=at)
                letters.mail(
                    name="second_step_taken_off_at_the_server", to=login.lower(),
                    words={"person": str(user)}, from_ip="", at=at,
                )  # fmt: skip
        except lost_factors.LostFactorError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user}: second step taken off, signed out everywhere.")
        if code:
            minutes = lost_factors.CODE_LASTS // timedelta(minutes=1)
            self.stdout.write(f"Say them this code, good for {minutes} minutes: {code}")
