"""Regional companies as the billing system exports them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, stage

STAGED = {"row_number": "int", "code": "text", "name": "text"}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add new companies and rename known ones."""
    stage("staged_unit", STAGED, rows)
    written = sql.run("customers", "upsert_units")
    created = sum(new for _code, new in written)
    return Outcome.of(rows=rows, created=created, written=len(written))
