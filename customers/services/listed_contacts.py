"""Contact points that other systems of the company know, from a list of their own.

A list is no proof: what it brings is unverified, opens no account, and stands back wherever the
customer or a colleague said something here.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import ContactPoint
from customers.services import reasons
from portal.lib import sql
from portal.lib.columns import Remark, Row
from portal.lib.columns.contacts import MISTYPED_DOMAIN
from portal.lib.loading import Outcome, refusals, stage

STAGED = {
    "row_number": "int",
    "number": "text",
    "kind": "text",
    "value": "text",
    "owner": "text",
    "is_ended": "boolean",
}
REASONS = {
    "unknown_account": reasons.UNKNOWN_ACCOUNT,
    "relative": _(
        "A relative is told only as arranged with both of them. Bring it in a file of "
        "arrangements, or record it on the customer's page, as “Relative is told too”."
    ),
    "of_relative": _(
        "This is recorded here as a relative's, as arranged with the customer; a file does not "
        "change whose it is."
    ),
}
REPLACED = _("The contract names another one by now; it stays out of use.")
STOPPED = _("It was stopped here ({why}) and stays out of use.")
IN_USE = _("The customer proved it, or agreed to it, here; it stays in use.")
NOT_THEIRS = _("The customer said that this is not theirs, or not any more; it is not taken.")
PROVEN_ELSEWHERE = _(
    "Another customer has proven that this is theirs. It is taken, unproven; theirs stays as it is."
)


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add the contacts of a list, and end those that it says are not in use any more."""
    stage("staged_contact", STAGED, rows)
    refused = refusals(sql.run("customers", "refuse_listed_contacts"), REASONS)
    remarks = _kept() + _proven_elsewhere()
    ended = sql.run("customers", "end_listed_contacts", {"at": at})
    values = {"at": at, "mistyped": f"@{MISTYPED_DOMAIN}$"}
    inserted = sql.run("customers", "insert_listed_contacts", values)
    sql.analyze_outgrown("customers_contactpoint", by=len(inserted))
    return Outcome.of(
        rows=rows,
        created=sum(is_new for *_key, is_new in inserted),
        written=len(ended) + len(inserted),
        refused=refused,
        remarks=remarks,
    )


def _kept() -> tuple[Remark, ...]:
    labels = dict(ContactPoint.Suspended.choices)
    told = {"replaced": REPLACED, "in_use": IN_USE, "not_theirs": NOT_THEIRS}
    return tuple(
        _remark(row, told.get(code) or format_lazy(STOPPED, why=labels.get(why, why)))
        for row, code, why in sql.run("customers", "keep_known_contacts")
    )


def _proven_elsewhere() -> tuple[Remark, ...]:
    found = sql.run("customers", "find_proven_elsewhere")
    return tuple(_remark(row, PROVEN_ELSEWHERE) for (row,) in found)


def _remark(row: int, why: object) -> Remark:
    return Remark(row=row, column="value", why=str(why))
