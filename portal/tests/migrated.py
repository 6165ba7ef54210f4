"""One migrated database for all processes of a run: a copy takes a moment, migrating far more."""

import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection

NAME = "test_migrated"


def copy_from_one(*, made: Path) -> None:
    """Let the test database be a copy of the migrated one, made first unless ``made`` is there."""
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make()
            made.touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def _make() -> None:
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own_test, test["NAME"] = test["NAME"], NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # PostgreSQL copies only what nobody is connected to.
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = own
    test["NAME"] = own_test
