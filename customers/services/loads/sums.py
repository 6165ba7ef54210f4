"""What the rows that a load touched come to, before it and after it."""

from customers.models import Load
from portal.lib import sql
from portal.lib.importing import SheetResource


def changed(*, load: Load, resource: type[SheetResource]) -> dict[str, dict[str, str]]:
    """By table and column: the sum of the rows as they were, and as they are."""
    found: dict[str, dict[str, str]] = {}
    for table, columns in resource.sums.items():
        for column in columns:
            values = {"load": load.pk, "table": table, "column": column}
            parts = {"own_table": table, "own_column": column}
            ((before, after),) = sql.run("customers", "sum_changes", values, parts)
            if before or after:
                found[f"{table}.{column}"] = {"before": str(before), "after": str(after)}
    return found
