"""History of what people change: a row a change, with who and when, by django-simple-history.

A model is followed by ``history = Records()`` and a manager made of :class:`Followed`. Loads by SQL
are no human changes and write none.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

from django.db import models, transaction
from simple_history.models import HistoricalRecords

P = ParamSpec("P")
R = TypeVar("R")

_who: ContextVar[models.Model | None] = ContextVar("who", default=None)


@contextmanager
def signing(by: models.Model | None) -> Iterator[None]:
    """Sign every change inside the block with ``by``; the request's user signs the others."""
    before = _who.set(by)
    try:
        yield
    finally:
        _who.reset(before)


def signed(service: Callable[P, R]) -> Callable[P, R]:
    """A service whose changes are signed by whom it was given as ``by``."""

    @wraps(service)
    def signing_service(*args: P.args, **kwargs: P.kwargs) -> R:
        by: Any = kwargs.get("by")
        with signing(by or _who.get()):
            return service(*args, **kwargs)

    return signing_service


class Records(HistoricalRecords):
    """The history of one model.

    :param secret: fields that history must not hold, not even sealed
    :param unnoted: fields that machines keep up to date; a change of these alone is none
    """

    def __init__(
        self, *, secret: Iterable[str] = (), unnoted: Iterable[str] = (), **options: Any
    ) -> None:
        self.unnoted = frozenset(unnoted)
        super().__init__(
            excluded_fields=[*secret, *unnoted],
            history_id_field=models.BigAutoField(),
            # A number, not a foreign key: who was deleted still signs what they did.
            history_user_id_field=models.BigIntegerField(null=True),
            **options,
        )

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            sender._meta.records = self

    def copy_fields(self, model: type[models.Model]) -> dict[str, Any]:
        """As in the model, but a field added later stays empty in the rows that came before it."""
        fields: dict[str, Any] = super().copy_fields(model)
        for name, field in fields.items():
            field.null = field.null or name != model._meta.pk.attname
            field.default = models.NOT_PROVIDED
            if field.is_relation:
                field.db_index = False
        return fields

    def notes(self, names: Iterable[str] | None) -> bool:
        """Whether a change of these fields is one; None stands for all of them."""
        return names is None or not self.unnoted.issuperset(names)

    def post_save(
        self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any
    ) -> None:
        if created or self.notes(kwargs.get("update_fields")):
            super().post_save(instance, created, using=using, **kwargs)

    def get_history_user(self, instance: models.Model) -> Any:
        """Whom the change is signed by: given with the row, by the service, by the request."""
        if hasattr(instance, "_history_user"):
            return instance._history_user
        return _who.get() or super().get_history_user(instance)


class Followed(models.QuerySet):
    """Changes of many rows at once that history sees as it sees ``save()``."""

    def update(self, **values: Any) -> int:
        """Update, with a row of history for each row that is different afterwards."""
        if not _records(self.model).notes(values):
            return super().update(**values)
        with transaction.atomic(using=self.db):
            before = self._locked()
            done = super(Followed, self._among(before)).update(**values)
            after = self.model._base_manager.using(self.db).in_bulk(list(before))
            _note(self.model, [row for key, row in after.items() if _state(row) != before[key]])
        return done

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Create, with a row of history each; an upsert counts as a change."""
        with transaction.atomic(using=self.db):
            made: list[Any] = super().bulk_create(objs, *args, **options)
            _note(self.model, made, update=bool(options.get("update_conflicts")))
        return made

    def _locked(self) -> dict[Any, tuple[Any, ...]]:
        """What the rows hold now; nobody else changes them until the transaction ends."""
        rows = self.model._base_manager.using(self.db).filter(pk__in=self.order_by().values("pk"))
        return {row.pk: _state(row) for row in rows.select_for_update(of=("self",), no_key=True)}

    def _among(self, keys: Iterable[Any]) -> Self:
        return self.filter(pk__in=list(keys))


def _state(row: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields)


def _note(model: type[models.Model], rows: list[Any], *, update: bool = True) -> None:
    if rows:
        model.history.bulk_history_create(rows, update=update)  # type: ignore[attr-defined]


def _records(model: type[models.Model]) -> Records:
    records: Records = model._meta.records  # type: ignore[attr-defined]
    return records
