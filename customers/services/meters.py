"""Meters and their exchanges, as files name them: of the accounts' file and of one of their own."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, all_refusals, stage
from portal.lib.periods import local_day

STAGED = {
    "row_number": "int",
    "number": "text",
    "serial": "text",
    "multiplier": "int",
    "digits": "smallint",
    "installed_on": "date",
    "removed_on": "date",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "no_day": _("This meter is not known here yet; say from which day it hangs here."),
    "removed_before": _("The meter was removed before it was installed."),
    "removed_already": _(
        "The meter was removed from here on this day; if it hangs here again, give the day from "
        "which it does."
    ),
    "meter_elsewhere": reasons.METER_ELSEWHERE,
    "two_at_once": _(
        "Another meter hung at this account on the same days; add its row, with the day on which "
        "it was removed."
    ),
}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add meters, put known ones right and follow exchanges; none is ever deleted.

    An exchange is two rows, or the new meter's alone: then the old one went as the new one came.
    Bills and reads that are there stay as they are, whatever becomes of a multiplier.
    """
    stage("named_meter", STAGED, rows)
    _stage("name_meters")
    refused = all_refusals("customers", "refuse_staged_meters", REASONS)
    created, written = _write(at)
    return Outcome.of(rows=rows, created=len(created), written=len(written), refused=refused)


def follow_accounts(*, at: datetime) -> set[str]:
    """Write the meters of the staged accounts; returns the accounts that changed.

    Must run inside a transaction.
    """
    _stage("name_meters_of_accounts")
    _created, written = _write(at)
    return {number for number, _serial in written}


def entangle(*, load: int, cells: Mapping[str, str]) -> None:
    """See that meters that change hands within a long file are judged together.

    :param cells: SQL of the cells of a waiting row, by the names of their columns
    """
    sql.run("customers", "entangle_meters", {"load": load}, cells)


def _stage(name: str) -> None:
    """Put what a file says of meters into one form, and find those that are known."""
    sql.stage_query("staged_meter", sql.statement("customers", name))
    sql.run("customers", "match_staged_meters")


def _write(at: datetime) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The staged meters, each as its account and number: those made, and all that were written."""
    today = {"today": local_day(at)}
    # What goes makes room for what comes.
    changed = sql.run("customers", "change_meters")
    changed += sql.run("customers", "remove_exchanged_meters", today)
    created = {(number, serial) for number, serial in sql.run("customers", "insert_meters", today)}
    sql.analyze_outgrown("customers_meter", by=len(created))
    return created, created | {(number, serial) for number, serial in changed}
