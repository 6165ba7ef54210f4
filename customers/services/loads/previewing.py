"""What a load would do, found by doing it chunk by chunk and taking each chunk back."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import Load
from portal.lib import sql
from portal.lib.importing import SheetResource, following
from portal.lib.loading import Outcome

from . import chunks, mended, plausibility, shown, staging
from .staging import Stopped


def chunk(*, load: Load, resource: type[SheetResource], at: datetime) -> bool:
    """Try the next chunk; False where none is left.

    :raises Stopped: the load was cancelled
    """
    rows = chunks.following(load=load, resource=resource)
    if rows is None:
        return False
    with transaction.atomic():
        with chunks.noted(load):
            outcome = chunks.load_rows(resource=resource, rows=rows, at=at, is_preview=True)
        changes, (contacts, new, beside) = shown.changes(load), shown.new_contacts(load)
        to_decide_on = shown.to_decide_on(load, resource)
        fields, follows = _changed_fields(load), following(load.kind, load=load.pk, at=at)
        transaction.set_rollback(True)
    load.mark, load.worked = str(rows.until), load.worked + rows.size
    with transaction.atomic():
        _count(load, "changed_fields", fields)
        _count(load, "follows", follows)
        _count(load, "contacts", {"beside": beside})
        _count(load, "remarked_on", Counter(one.column for one in outcome.remarks))
        _list(load, "to_decide_on", to_decide_on, most=shown.MOST_TO_DECIDE_ON)
        _list(load, "changes", contacts + changes, most=shown.MOST)
        _add(load, outcome, new)
    return True


def _add(load: Load, outcome: Outcome, contacts: int) -> None:
    staging.note(load, refused=outcome.refused, remarks=outcome.remarks, by_rule=True)
    load.created += outcome.created
    load.updated += outcome.updated
    load.unchanged += outcome.unchanged
    load.report["new_contacts"] = load.report.get("new_contacts", 0) + contacts
    going = Load.objects.filter(pk=load.pk, state=Load.State.UPLOADED)
    names = ["mark", "worked", "created", "updated", "unchanged", "refused", "remarked", "report"]
    if not going.update(tries=0, **{name: getattr(load, name) for name in names}):
        raise Stopped


def _list(load: Load, what: str, found: list[dict[str, Any]], *, most: int) -> None:
    listed = load.report.setdefault(what, [])
    listed += found[: most - len(listed)]


def _count(load: Load, what: str, found: Mapping[str, int]) -> None:
    counted = load.report.setdefault(what, {})
    for name, count in found.items():
        counted[name] = counted.get(name, 0) + count


def _changed_fields(load: Load) -> dict[str, int]:
    """How often each field of each table was changed, and how often rows were made in it."""
    found = sql.run("customers", "count_changed_fields", {"load": load.pk})
    return {f"{table}.{name}": count for table, name, count in found}


@transaction.atomic
def finish(*, load: Load, resource: type[SheetResource], at: datetime) -> None:
    """The preview is whole; somebody is asked to confirm."""
    found = Load.objects.locked().get(pk=load.pk)
    if found.state != Load.State.UPLOADED:
        raise Stopped
    found.report["only_mends"] = mended.is_only_mended(load=found, resource=resource)
    found.report["doubts"] = plausibility.doubts(load=found, resource=resource)
    found.needs_second = bool(found.report["doubts"])
    found.state, found.previewed_at = Load.State.PREVIEWED, at
    found.mark, found.worked = None, 0
    found.save()
