"""How long signing in takes for an address that has a login, against one that has none."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from customers.models import User
from notifications.models import DirectMessage
from portal.bench import Way

WHAT = "timing of sign-in"
UNIT = "tries"
TRIES = 60  # of each act with each kind of address, in turns
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "bon tu khong ai ghep"  # noqa: S105 of logins made for this measurement
Steps = list[tuple[str, dict[str, str]]]

ASK: Steps = [("/auth/login/code/", {"login": "{}"})]
ACTS: dict[str, tuple[Steps, Steps]] = {
    "sign up": ([], [("/auth/signup/", {"login": "{}"})]),
    "sign up, password": ([], [("/auth/signup/", {"login": "{}", "password1": PASSWORD})]),
    "sign in": ([], [("/auth/login/", {"login": "{}", "password": "wrong"})]),
    "ask for a code": ([], ASK),
    "resend": (ASK, [("/auth/code/again/", {})]),
    "verify": (ASK, [("/auth/login/code/confirm/", {"code": "x"})]),
    "reset": ([], [("/auth/password/reset/", {"email": "{}"})]),
}
_numbers = count(1)


def ways() -> Iterator[Way]:
    """Each act once with a known address and once with nobody's."""
    for act in ACTS:
        for who in (known_email, unknown_email):
            one = Try(act)
            yield Way(
                name=f"{act}, {who.__name__}",
                units=1,
                prepare=lambda one=one, who=who: one.prepare(who),  # type: ignore[misc]
                run=one.run,
            )


def remarks() -> Iterator[str]:
    """How far apart an act's times are for known and unknown addresses, over tries in turns."""
    for kinds in ((known_email, unknown_email), (known_phone, unknown_phone)):
        for act in ACTS:
            if act != "reset" or kinds[0] is known_email:
                yield _difference(act, *kinds)


def _difference(act: str, known: Callable[[], str], unknown: Callable[[], str]) -> str:
    seconds: dict[str, list[float]] = {known.__name__: [], unknown.__name__: []}
    for _turn in range(TRIES):
        for who in (known, unknown):
            one = Try(act)
            one.prepare(who)
            started = time.perf_counter()
            one.run()
            seconds[who.__name__].append(1000 * (time.perf_counter() - started))
    return f"{act:<18} {_said(seconds, statistics.mean)}; {_said(seconds, statistics.median)}"


def _said(seconds: dict[str, list[float]], of: Callable[[list[float]], float]) -> str:
    """The mean or the median of both, and how far they are apart; all in milliseconds."""
    known, unknown = (of(times) for times in seconds.values())
    return (
        f"{of.__name__} {' / '.join(seconds)} {known:.1f} / {unknown:.1f} ms,"
        f" apart {known - unknown:+.1f}"
    )


@dataclass(slots=True)
class Try:
    """One act in a browser of its own, with an address of its own."""

    act: str
    client: Client | None = None
    address: str = ""

    def prepare(self, who: Callable[[], str]) -> None:
        """Whatever comes before the act; nothing was tried or sent before."""
        cache.clear()
        DirectMessage.objects.all().delete()
        self.client, self.address = Client(SERVER_NAME="localhost"), who()
        self._post(ACTS[self.act][0])

    def run(self) -> None:
        """The act itself."""
        self._post(ACTS[self.act][1])

    def _post(self, steps: Steps) -> None:
        client = self.client or Client(SERVER_NAME="localhost")
        for path, words in steps:
            given = {name: value.format(self.address) for name, value in words.items()}
            answer = client.post(path, given)
            assert answer.status_code in {200, 302}, answer.status_code  # noqa: S101


def known_email() -> str:
    """The address of a login with a password."""
    email = f"known{next(_numbers):06d}@example.vn"
    user = User.objects.create(email=email, last_login=LONG_AGO, password=_some_password())
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return email


def known_phone() -> str:
    """The number of a login with a password."""
    phone = f"+8490{next(_numbers):07d}"
    User.objects.create(
        phone=phone, phone_verified_at=LONG_AGO, last_login=LONG_AGO, password=_some_password()
    )
    return phone


def unknown_email() -> str:
    """An address without a login."""
    return f"other{next(_numbers):06d}@example.vn"


def unknown_phone() -> str:
    """A number without a login."""
    return f"+8491{next(_numbers):07d}"


def _some_password() -> str:
    """What is kept of a password of the demo: making one takes as long as comparing one."""
    with_one = User.objects.exclude(password__startswith="!")  # noqa: S106 no usable password
    return with_one.values_list("password", flat=True)[0]
