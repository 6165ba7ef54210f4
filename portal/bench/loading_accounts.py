"""A city's accounts from nothing: as many as the company has, through preview and load.

How many is in the environment: ``ACCOUNTS=2800000 make bench ONLY=loading_accounts``.
"""

import os
from collections.abc import Iterator
from datetime import date

from customers.models import Account
from portal.bench import Way, loading_city
from portal.demo.city import City

WHAT = "load a city's accounts from nothing"
UNIT = "accounts"
ONLY_WHEN_NAMED = True
ROUNDS = 1

ACCOUNTS = int(os.environ.get("ACCOUNTS", "50000"))


def ways() -> Iterator[Way]:
    """The whole way, from the bytes of a file to accounts, meters and contacts."""
    city = City(accounts=ACCOUNTS, months=1, seed=2, last_month=date(2026, 10, 1))
    units = loading_city.written("units.csv", city.units())
    loading_city.load(units, kind="units")
    # The demo's accounts bear some of the same numbers, and would seem to get other names.
    known = set(Account.objects.values_list("number", flat=True))
    rows = (row for row in city.account_rows() if row[0] not in known)
    path = loading_city.written("accounts.csv", rows)
    yield Way(
        name="preview and load",
        units=ACCOUNTS,
        run=lambda: loading_city.load(path, kind="accounts"),
    )


def remarks() -> list[str]:
    """Whether they are there."""
    return [f"{Account.objects.count():,} accounts are there"]
