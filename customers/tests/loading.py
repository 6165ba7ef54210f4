"""Files for tests, from their bytes to the end."""

from datetime import datetime

from django.utils import timezone

from customers.models import Load, StaffRole
from customers.services.loads import at_once
from customers.tests.factories import a_member
from portal.lib.importing import resource_of


def loaded(
    kind: str, content: bytes, *, at: datetime | None = None, only_look: bool = False
) -> Load:
    """The load of a file, let in where it is unusual; the same one is loaded once more."""
    moment = at or timezone.now()
    return at_once.load(
        resource=resource_of(kind), name=f"{kind}.csv", pieces=[content], clock=lambda: moment,
        only_look=only_look, again=True, released_by=a_member(StaffRole.SUPERVISOR),
    )  # fmt: skip


def refusals(load: Load) -> list[tuple[int, str, str, str]]:
    """The refused rows: number, column, value, reason."""
    found = load.notes.filter(kind="refused").order_by("row", "pk")
    return list(found.values_list("row", "column", "before", "why"))
