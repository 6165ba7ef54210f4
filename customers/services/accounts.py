"""Accounts with their meter and contacts as the billing system exports them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.premises import premise
from customers.services import meters, reading_days, reasons
from portal.lib import sql
from portal.lib.columns import Remark, Row
from portal.lib.columns.contacts import MISTYPED_DOMAIN
from portal.lib.loading import Outcome, all_refusals, stage
from portal.lib.text import fold

STAGED = {
    "row_number": "int",
    "number": "text",
    "holder_name": "text",
    "holder_born_in": "smallint",
    "address": "text",
    "ward": "text",
    "phone": "text",
    "email": "text",
    "unit": "text",
    "tariff_group": "text",
    "households": "numeric",
    "serial": "text",
    "multiplier": "int",
    "reading_day": "smallint",
    "has_app": "boolean",
    "follows_zalo": "boolean",
    "search_text": "text",
    "ward_key": "text",
    "street_key": "text",
    "house_number": "int",
}
REASONS = {
    "unknown_unit": _("There is no regional company with this code; load the companies first."),
    "meter_elsewhere": reasons.METER_ELSEWHERE,
    "meter_twice": _("This meter stands in an earlier row of the file already."),
}
ARRANGED = _("Month-end reading was arranged with the customer; the arranged day is kept.")


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add new accounts and follow the changes of known ones; an account is never removed.

    A changed meter number is an exchange; a changed phone or address suspends the old one.
    """
    stage("staged_account", STAGED, rows)
    refused = all_refusals("customers", "refuse_staged_accounts", REASONS)
    remarks = _keep_arrangements()
    sql.run("customers", "keep_registrations")
    reading_days.note(changes=sql.run("customers", "changed_reading_days"), at=at)
    accounts = sql.run("customers", "upsert_accounts")
    created = sum(new for _number, new in accounts)
    sql.analyze_outgrown("customers_account", by=created)
    touched = {number for number, _created in accounts} | _write_parts(at)
    return Outcome.of(
        rows=rows, created=created, written=len(touched), refused=refused, remarks=remarks
    )


def derived(values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the address and the name: where it stands, and how it is found."""
    where = premise(**values)
    return {
        "search_text": search_text(**values),
        "ward_key": where.ward_key,
        "street_key": where.street_key,
        "house_number": where.house_number,
    }


def search_text(
    *, number: str, holder_name: str, address: str, ward: str, **_others: object
) -> str:
    """What the desk's search box looks through: folded, without accents."""
    return fold(f"{number} {holder_name} {address} {ward}")


def _keep_arrangements() -> tuple[Remark, ...]:
    kept = sql.run("customers", "keep_arranged_reading_days")
    return tuple(Remark(row=row, column="reading_day", why=str(ARRANGED)) for row, _number in kept)


def _write_parts(at: datetime) -> set[str]:
    """Meters and contacts of the staged accounts; returns the accounts that changed."""
    values = {"at": at, "mistyped": f"@{MISTYPED_DOMAIN}$"}
    touched = meters.follow_accounts(at=at)
    replaced = sql.run("customers", "suspend_replaced_contacts", values)
    inserted = sql.run("customers", "insert_contacts", values)
    sql.analyze_outgrown("customers_contactpoint", by=len(inserted))
    return touched | {number for (number,) in replaced + inserted}
