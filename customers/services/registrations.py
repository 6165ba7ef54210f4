"""Which customers use a channel, as its provider exports it: followers on Zalo, users of the app.

The provider knows it at first hand, so its word holds until it says something newer, whatever the
billing system's export says of the same account meanwhile.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Remark, Row
from portal.lib.loading import Outcome, refusals, stage
from portal.lib.said import day

STAGED = {
    "row_number": "int",
    "number": "text",
    "channel": "text",
    "is_registered": "boolean",
    "since": "date",
}
REASONS = {"unknown_account": reasons.UNKNOWN_ACCOUNT}
NEWER = _("A newer word of {day} is known of this customer; it stays.")
UNMET = {
    "no_number": _("No phone number is known to which Zalo could write; it will, once one is."),
    "proven": _("The customer proved, or agreed to, this Zalo here; it stays in use."),
}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Keep what providers say, and let the app and Zalo of each account follow it."""
    stage("staged_registration", STAGED, rows)
    refused = refusals(sql.run("customers", "refuse_staged_registrations"), REASONS)
    newer = _newer()
    upserted = sql.run("customers", "upsert_registrations")
    sql.analyze_outgrown("customers_registration", by=len(upserted))
    written = {(number, channel) for number, channel, _created in upserted}
    for name in (
        "follow_app_registrations",
        "suspend_unregistered_zalo",
        "insert_registered_zalo",
    ):
        written.update(sql.run("customers", name, {"at": at}))
    return Outcome.of(
        rows=rows,
        created=sum(is_new for *_key, is_new in upserted),
        written=len(written),
        refused=refused,
        remarks=newer + _unmet(),
    )


def _newer() -> tuple[Remark, ...]:
    found = sql.run("customers", "keep_newer_registrations")
    return tuple(
        Remark(row, "since", str(format_lazy(NEWER, day=day(since)))) for row, since in found
    )


def _unmet() -> tuple[Remark, ...]:
    found = sql.run("customers", "find_unmet_registrations")
    return tuple(Remark(row, "is_registered", str(UNMET[code])) for row, code in found)
