"""How fast the audit chain is computed again, against reading the same rows."""

from collections.abc import Iterator

from django.db import connection

from customers.models import AuditEntry, ContactPoint
from customers.services import audit
from portal.bench import Way

WHAT = "verify the audit chain"
UNIT = "links"
ROUNDS_OF_CHANGES = 20


def ways() -> Iterator[Way]:
    """Reading every link and its row; verifying them."""
    for number in range(ROUNDS_OF_CHANGES):
        ContactPoint.objects.update(suspended_why=str(number))
    links = AuditEntry.objects.count()
    yield Way(name="read", units=links, run=read)
    yield Way(name="verify", units=links, run=audit.verify)


def read() -> None:
    """The least that anybody must do who verifies."""
    with connection.cursor() as cursor:
        for table in audit.audited():
            cursor.execute(table.write("SELECT count(kept::text) FROM {table} AS kept"))
        cursor.execute("SELECT count(entry::text) FROM customers_auditentry AS entry")
