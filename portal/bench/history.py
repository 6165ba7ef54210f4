"""What a person's change costs with its row of history and the chain over it."""

from collections.abc import Iterator, Sequence

from django.db import connection

from customers.models import ContactPoint
from portal.bench import Way

WHAT = "change a contact, each in a transaction of its own"
UNIT = "changes"
CHANGES = 1_000


def ways() -> Iterator[Way]:
    """The save alone; with its row of history; with that row chained, as it is in production."""
    contacts = list(ContactPoint.objects.order_by("pk")[:CHANGES])
    for name, run in {
        "save alone": save_alone,
        "with history": save_unchained,
        "history, chained": save,
    }.items():
        yield Way(
            name=name,
            units=len(contacts),
            prepare=lambda: change(contacts),
            run=lambda run=run: run(contacts),  # type: ignore[misc]
        )


def change(contacts: Sequence[ContactPoint]) -> None:
    """Make each of them different from what is saved."""
    for contact in contacts:
        contact.suspended_why = "" if contact.suspended_why else "bounced"


def save(contacts: Sequence[ContactPoint]) -> None:
    """As services save."""
    for contact in contacts:
        contact.save(update_fields=["suspended_why"])


def save_alone(contacts: Sequence[ContactPoint]) -> None:
    """As before there was a history."""
    for contact in contacts:
        contact.save_without_historical_record(update_fields=["suspended_why"])  # type: ignore[attr-defined]


def save_unchained(contacts: Sequence[ContactPoint]) -> None:
    """With the row of history, and no trigger on it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        save(contacts)
        cursor.execute("SET session_replication_role = DEFAULT")
