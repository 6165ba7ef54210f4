"""What a load would do, found by doing it chunk by chunk and taking each chunk back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.models import Account, Load, LoadChange
from portal.lib import sql
from portal.lib.importing import SheetResource
from portal.lib.loading import Outcome

from . import chunks, mended, plausibility, staging
from .staging import Stopped

# So many changed rows are shown field by field.
MOST_SHOWN = 200
# What follows from other fields, or says when a row was written.
UNSHOWN = frozenset({"id", "search_text", "ward_key", "street_key", "house_number", "learned_at"})


def chunk(*, load: Load, resource: type[SheetResource], at: datetime) -> bool:
    """Try the next chunk; False where none is left.

    :raises Stopped: the load was cancelled
    """
    size = settings.LOAD_CHUNK
    rows, mark = chunks.following(load=load, resource=resource, after=load.mark, size=size)
    if not rows:
        return False
    with transaction.atomic():
        with chunks.noted(load):
            outcome = chunks.load_rows(resource=resource, rows=rows, at=at)
        changes = _changes(load)
        fields = _changed_fields(load)
        transaction.set_rollback(True)
    load.mark, load.worked = mark, load.worked + len(rows)
    with transaction.atomic():
        _add(load, outcome, changes, fields)
    return True


def _add(
    load: Load, outcome: Outcome, changes: list[dict[str, Any]], fields: dict[str, int]
) -> None:
    staging.note(load, refused=outcome.refused, remarks=outcome.remarks, by_rule=True)
    load.created += outcome.created
    load.updated += outcome.updated
    load.unchanged += outcome.unchanged
    shown = load.report.setdefault("changes", [])
    shown += changes[: MOST_SHOWN - len(shown)]
    counted = load.report.setdefault("changed_fields", {})
    for name, count in fields.items():
        counted[name] = counted.get(name, 0) + count
    going = Load.objects.filter(pk=load.pk, state=Load.State.UPLOADED)
    names = ["mark", "worked", "created", "updated", "unchanged", "refused", "remarked", "report"]
    if not going.update(**{name: getattr(load, name) for name in names}):
        raise Stopped


def _changes(load: Load) -> list[dict[str, Any]]:
    """Rows that were changed, with each field that differs."""
    changed = LoadChange.objects.filter(load=load, before__isnull=False).order_by("pk")
    found = []
    for one in changed[:MOST_SHOWN]:
        was, now = one.before or {}, one.after or {}
        fields = [
            [name, was.get(name), now[name]]
            for name in now
            if name not in UNSHOWN and was.get(name) != now[name]
        ]
        if fields:
            label = _label(was)
            about = {"table": one.table_name, "row": one.row_key, "label": label, "fields": fields}
            found.append(about)
    return _with_accounts(found)


def _label(row: dict[str, Any]) -> Any:
    """By what people know a row, or the key of the account that it belongs to."""
    for name in ("number", "code", "reference"):
        if row.get(name):
            return row[name]
    return row.get("account_id")


def _with_accounts(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, those that belong to an account under its customer code."""
    keys = [one["label"] for one in found if isinstance(one["label"], int)]
    numbers = dict(Account.objects.filter(pk__in=keys).values_list("pk", "number"))
    return [{**one, "label": numbers.get(one["label"], one["label"])} for one in found]


def _changed_fields(load: Load) -> dict[str, int]:
    """How often each field of each table was changed, and how often rows were made in it."""
    found = sql.run("customers", "count_changed_fields", {"load": load.pk})
    return {f"{table}.{name}": count for table, name, count in found}


@transaction.atomic
def finish(*, load: Load, resource: type[SheetResource], at: datetime) -> None:
    """The preview is whole; somebody is asked to confirm."""
    found = Load.objects.select_for_update(no_key=True, of=("self",)).get(pk=load.pk)
    if found.state != Load.State.UPLOADED:
        raise Stopped
    found.report["only_mends"] = mended.is_only_mended(load=found, resource=resource)
    found.report["doubts"] = plausibility.doubts(load=found, table=resource.table)
    found.report["foreseen"] = {
        name: getattr(found, name) for name in ("created", "updated", "unchanged", "refused")
    }
    found.needs_second = bool(found.report["doubts"])
    found.state, found.previewed_at, found.mark, found.worked = "previewed", at, None, 0
    found.save()
