"""The pages a customer opens first, against an answer that does nothing."""

from collections.abc import Iterator

from django.test import Client

from customers.models import User
from portal.bench import Way
from portal.demo import company
from portal.demo.logins import CUSTOMER

WHAT = "answer a signed-in customer"
UNIT = "pages"
PATHS = {
    "alive": "/healthz",
    "home": "/",
    "address": f"/accounts/{company.HOME}/",
    "bills": f"/accounts/{company.HOME}/bills/",
    "inbox": "/notices/",
}
TIMES = 10


def ways() -> Iterator[Way]:
    """Each page ten times, by the same browser."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=CUSTOMER.email))
    for name, path in PATHS.items():
        size = len(client.get(path).content)
        yield Way(
            name=f"{name}, {size / 1000:.1f} kB",
            units=TIMES,
            run=lambda path=path: [client.get(path) for _ in range(TIMES)],  # type: ignore[misc]
        )
