"""Processes that send when they are told to: ``python -m portal.bench._senders``.

Lines of stdin: ``send`` empties the channel, ``bare`` does so without any call, ``memory`` asks
for the megabytes that were needed at most. Each is answered by a line.
"""

import os
import subprocess
import sys
from typing import Any

import django
from celery import shared_task

from portal.settings.env import BASE_DIR

CHANNEL = "sms"


class Senders:
    """Some sending processes, started and imported before anybody measures."""

    def __init__(self, number: int, env: dict[str, str]) -> None:
        command = [sys.executable, "-W", "ignore", "-m", __spec__.name]
        self._processes = [
            subprocess.Popen(  # noqa: S603
                command, env=os.environ | env, cwd=BASE_DIR, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for _ in range(number)
        ]  # fmt: skip
        self.tell("memory")

    def tell(self, word: str) -> list[str]:
        """Tell all of them at once; what each answered."""
        pipes = [(one.stdin, one.stdout) for one in self._processes]
        for hears, _ in pipes:
            print(word, file=hears, flush=True)
        return [str(says and says.readline().strip()) for _, says in pipes]

    def stop(self) -> None:
        """End them."""
        for one in self._processes:
            one.communicate()


@shared_task(name="portal.bench._senders.send_one")
def send_one(*, dispatch: int, **_: object) -> None:
    """The usual way: a task for each message reads it, says it, calls, and saves."""
    import asyncio

    from django.utils import timezone

    from notifications import channels
    from notifications.models import Dispatch
    from notifications.services import rendering
    from notifications.services.claiming import Claim

    found = Dispatch.objects.select_related("notice").get(pk=dispatch)
    claim = Claim(
        dispatch=found.pk, notice=found.notice_id, number=1, reference=found.reference,
        address=found.address, contact=found.contact_id, crashes=0, confirm_within=None,
    )  # fmt: skip
    [message] = rendering.messages(
        claims=[claim], channel=found.channel, at=timezone.now()
    ).values()

    async def call() -> str:
        async with channels.get(found.channel) as adapter:
            return await adapter.send(message)  # type: ignore[arg-type]

    found.provider_ref, found.status = asyncio.run(call()), "accepted"
    found.save(update_fields=["provider_ref", "status"])


def main() -> None:
    """Answer each line."""
    django.setup()
    from portal.bench.planning import peak_mb

    for line in sys.stdin:
        word = line.strip()
        if word != "memory":
            _send(bare=word == "bare")
        print(f"{peak_mb():.0f}", flush=True)  # noqa: T201


def _send(*, bare: bool) -> None:
    from django.conf import settings
    from django.test import override_settings
    from django.utils import timezone

    from notifications.services import dispatching

    entry: dict[str, Any] = settings.CHANNELS[CHANNEL]
    if bare:
        inbox = "notifications.channels.inbox.Inbox"
        entry = {name: value for name, value in entry.items() if name != "OPTIONS"}
        entry["BACKEND"] = inbox
    with override_settings(CHANNELS={**settings.CHANNELS, CHANNEL: entry}):
        while dispatching.send_batch(channel=CHANNEL, at=timezone.now()):
            pass


if __name__ == "__main__":
    main()
