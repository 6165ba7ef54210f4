"""Writing many arrangements at once, each with what a single one leaves behind it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from customers.models import (
    AccountEvent,
    Arrangement,
    MonthEndReading,
    RelativeContact,
    SmsRetention,
    User,
)
from customers.reading_days import LAST_DAY
from customers.services import reading_days
from portal.lib import sql
from portal.lib.history import signing

from . import contacts
from .terms import tell


def write(made: Sequence[Arrangement], *, maker: User, checker: User, at: datetime) -> None:
    """Write what was drafted: contacts, reading days, rows with their history, what is told.

    Must run inside a transaction, with the accounts locked.
    """
    with signing(maker):
        _write_rows(made, at=at)
    in_force = [one for one in made if one.state == Arrangement.State.IN_FORCE]
    used = [one.contact for one in in_force if isinstance(one, RelativeContact | SmsRetention)]
    if used:
        with signing(checker):
            contacts.put_in_use(used)
    for by in (maker, checker):
        theirs = (one for one in in_force if by.pk == (one.decided_by_id or one.requested_by_id))
        tell(theirs, AccountEvent.Kind.ARRANGED, by=by, at=at)


def _write_rows(made: Sequence[Arrangement], *, at: datetime) -> None:
    named = [one for one in made if isinstance(one, RelativeContact | SmsRetention)]
    contacts.record([one.contact for one in named])
    for one in named:
        one.contact = one.contact  # its key is known by now
    at_month_end = [one.account for one in made if isinstance(one, MonthEndReading)]
    if at_month_end:
        reading_days.move(at_month_end, to=LAST_DAY, at=at)
    for model in {type(one) for one in made}:
        _insert(model, [one for one in made if type(one) is model])


def _insert(model: type[Arrangement], made: list[Arrangement]) -> None:
    """Both rows of each, and the history of its kind: what ``save`` does for one of them."""
    shared = [field for field in Arrangement._meta.concrete_fields if not field.primary_key]
    parents = [Arrangement(**_values(one, shared)) for one in made]
    Arrangement._base_manager.bulk_create(parents)
    for one, parent in zip(made, parents, strict=True):
        one.pk = one.id = parent.pk
    own: list[Any] = list(model._meta.local_concrete_fields)
    rows = (
        [field.get_db_prep_save(value, connection) for field, value in _pairs(one, own)]
        for one in made
    )
    sql.copy(model._meta.db_table, [field.column for field in own], rows)
    model.history.bulk_history_create(made)


def _values(one: models.Model, fields: Iterable[Any]) -> dict[str, Any]:
    return {field.attname: value for field, value in _pairs(one, fields)}


def _pairs(one: models.Model, fields: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    return ((field, getattr(one, field.attname)) for field in fields)
