"""Regional companies as the billing system exports them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from portal.lib import sql
from portal.lib.columns import Row
from portal.lib.loading import Outcome, staged_rows

STAGED = {"row_number": "int", "code": "text", "name": "text"}


@transaction.atomic
def load(*, rows: Sequence[Row], at: datetime) -> Outcome:
    """Add new companies and rename known ones."""
    sql.stage("staged_unit", STAGED, staged_rows(rows, list(STAGED)[1:]))
    written = sql.run("customers", "upsert_units")
    created = sum(new for _code, new in written)
    return Outcome.of(rows=rows, created=created, written=len(written))
