"""``manage.py run``: the whole company on one machine, for a look and for work on the code."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from customers.models import Account
from portal import running
from portal.demo.logins import LOGINS, SECOND_STEP


class Command(BaseCommand):
    help = "Start site, worker, database and simulated providers; Ctrl-C stops them all."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        this = installation()
        os.environ.setdefault("LOG_LEVEL", "WARNING")  # what is printed below should stay in sight
        try:
            with running.tidy_end(), running.alone(this.data_dir):
                refuse_taken_ports(this)
                self.prepare()
                code = running.run(this, ready=lambda: self.announce(this))
        except running.AlreadyRunning as error:
            raise CommandError(f"It runs already on {error}.") from None
        except KeyboardInterrupt:
            code = 0
        self.say("Stopped.")
        sys.exit(code)

    def say(self, text: str) -> None:
        """Say it now, also where the output is a file."""
        self.stdout.write(text)
        self.stdout.flush()

    def prepare(self) -> None:
        """Bring the database up to this code, with the demo's company in it if it is empty."""
        call_command("messages", compile=True)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not Account.objects.exists():
            self.say("Loading the demo company …")
            call_command("load_demo")

    def announce(self, this: running.Installation) -> None:
        """Say where the site is and who can sign in."""
        wide = max(len(login.email) for login in LOGINS)
        lines = [
            "",
            f"  CSKH      {this.site_url}",
            f"  Providers http://{running.HOST}:{this.simulator_port}  (what arrived where)",
            "",
            *(f"  {login.role:<10} {login.email:<{wide}}  {login.password}" for login in LOGINS),
            f"  Second step of staff: {SECOND_STEP} (on this machine only)",
            "",
            f"  Its data is in {this.data_dir}. Ctrl-C stops everything.",
            "",
        ]
        self.say("\n".join(lines))


def installation() -> running.Installation:
    """The embedded installation as the environment describes it.

    :raises CommandError: with production settings, which have no embedded parts
    """
    if not hasattr(settings, "SIMULATOR_PORT"):
        raise CommandError("`run` is for the embedded installation: use portal.settings.dev.")
    return running.Installation(
        data_dir=settings.DATA_DIR,
        site_url=settings.SITE_URL,
        port=settings.PORT,
        simulator_port=settings.SIMULATOR_PORT,
        smtp_port=settings.SMTP_PORT,
        email_secret=settings.EMAIL_CALLBACK_SECRET,
    )


def refuse_taken_ports(this: running.Installation) -> None:
    """:raises CommandError: somebody listens on a port that we need"""
    if taken := running.taken(this):
        ports = ", ".join(str(port) for port in taken.values())
        raise CommandError(
            f"Port {ports} is in use. Choose another: make run PORT={this.port + 10}"
        )
