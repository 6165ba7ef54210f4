"""Thirty fields that no form offers, sent along with every form of a customer (threat T20)."""

import logging
from typing import Any

from django.db import transaction
from django.test import TestCase

from billing.models import Bill
from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    Case,
    Consent,
    ContactPoint,
    DataRequest,
    User,
)
from portal.tests.api.test_limits import UNASKED
from portal.tests.matrix import FIXED, OPEN
from portal.tests.routes import Route, routes
from portal.tests.world import World

# What no customer sets by any form: all of a row, or these columns of it.
NOBODYS: dict[Any, set[str]] = {
    Account: set(),
    Bill: set(),
    Arrangement: set(),
    User: {"is_staff", "is_superuser", "is_active", "unit_id", "email", "phone", "password",
           "phone_verified_at", "date_joined"},
    AccountLink: {"user_id", "account_id", "role", "proof", "moved_in_on", "created_at"},
    ContactPoint: {"account_id", "value", "owner", "source", "verified_at"},
}  # fmt: skip
# Written anew by some forms: each row has to be the sender's own, recorded as by themselves.
OWN: dict[Any, dict[str, Any]] = {DataRequest: {"via": "online", "state": "received"},
                                  Case: {"via": "site", "state": "new", "unit_id": None},
                                  Consent: {"via": "online"}}  # fmt: skip


def facts() -> dict[str, list[Any]]:
    """What must be the same afterwards."""
    found = {}
    for model, columns in NOBODYS.items():
        names = sorted(columns) or [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk").values_list("pk", *names)
        found[model.__name__] = list(rows)
    found["groups"] = list(User.groups.through.objects.values_list("user", "group"))
    found["permissions"] = list(User.user_permissions.through.objects.values_list("user"))
    return found


def taking() -> list[Route]:
    """The pages of customers that take a POST, with and without a name in the address."""
    elsewhere = ("desk/", "_allauth/", "hooks/")
    ours = [one for one in routes() if not one.pattern.startswith(elsewhere)]
    open_ = [one for one in ours if one.pattern not in OPEN or OPEN[one.pattern]["POST"]]
    # Moving out writes the day of it, which is what that form is for.
    return [one for one in open_ if "move-out" not in one.pattern]


class FormTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World()
        known = cls.world.rows
        rows = (known["datarequest"], known["case"], cls.world.asked_by_login,
                cls.world.case_of_login)  # fmt: skip
        cls.kept = [row.pk for row in rows]

    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def test_change_nothing_that_is_nobodys_to_set(self):
        self.assertGreaterEqual(len(UNASKED), 30)
        before, findings = facts(), []
        fields = {name: "" if value is None else value for name, value in UNASKED.items()}
        for who in ("holder", "relative"):
            for route in taking():
                path = route.path(**FIXED, **self.world.ids(route))
                with transaction.atomic():
                    answer = self.world.client(who).post(path, fields)
                    _ = list(answer)  # a file that is handed out closes once it is read
                    after = facts()
                    findings += [f"{who} {path}: {name}" for name in after
                                 if after[name] != before[name]]  # fmt: skip
                    findings += [f"{who} {path}: {one}" for one in self.forged()]
                    transaction.set_rollback(True)
                # The passkey of this world is none that a browser would make.
                if answer.status_code >= 500 and "webauthn/add" not in path:
                    findings.append(f"{who} {path}: {answer.status_code}")
        self.assertEqual(findings, [])

    def forged(self) -> list[str]:
        """Rows that say something of themselves that only staff or the clock may say."""
        return [
            f"{model.__name__} {name}"
            for model, values in OWN.items()
            for row in model.objects.exclude(pk__in=self.kept)
            for name, value in values.items()
            if getattr(row, name) != value
        ]
