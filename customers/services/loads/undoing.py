"""Taking back what a load did, newest first, except where something was built on it since."""

from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Func
from django.db.models.functions import Coalesce
from psycopg import sql

from customers.models import Load, LoadChange
from portal.lib.importing import SheetResource
from portal.lib.loading import OwnUndo
from portal.lib.sql import run, stage_query, statement

from . import asking

BATCH = 5_000
# So many rows are taken back on trial while a person waits for the page.
MOST_TRIED = 10_000
# Why a row stays, beside the tables that hang on it.
BY_PEOPLE = "people"


@transaction.atomic
def batch(*, load: Load, resource: type[SheetResource], at: datetime) -> bool:
    """Take back the newest changes that are left; False where none is.

    What cannot be taken back is counted in the load's report: of which table, and why.
    """
    found = Load.objects.locked().get(pk=load.pk)
    if resource.own_undo:
        return _by_own(found, resource.own_undo, at)
    changes = LoadChange.objects.filter(load=found)
    if found.mark is not None:
        changes = changes.filter(pk__lt=int(found.mark))
    made = Func("made", function="cardinality", output_field=models.IntegerField())
    newest = list(changes.order_by("-pk").values_list("pk", Coalesce(made, 1))[:BATCH])
    if not newest:
        return False
    keys, worked = _batch(newest)
    undone = found.report.setdefault("undone", {"taken": {}, "kept": {}, "because": {}})
    for table in _tables(found):
        _undo_table(found, table, keys[-1], keys[0], undone, at)
    found.mark, found.worked = str(keys[-1]), found.worked + worked
    found.tries = 0
    found.save(update_fields=["tries", "mark", "worked", "report"])
    return True


def _tables(load: Load) -> list[str]:
    """The tables that the load changed; what hangs on others goes before them."""
    changed = LoadChange.objects.filter(load=load).order_by("table_name")
    tables = set(changed.values_list("table_name", flat=True).distinct())
    hanging = {
        table: {other for other, _column in _referring(table)} & tables - {table}
        for table in sorted(tables)
    }
    return list(TopologicalSorter(hanging).static_order())


def _by_own(found: Load, own: OwnUndo, at: datetime) -> bool:
    """The next rows, by the rules of their own service."""
    done = own.batch(load=found.pk, after=int(found.mark or 0), by=found.undone_by, at=at)
    if done is None:
        return False
    undone = found.report.setdefault("undone", {"taken": {}, "kept": {}, "because": {}})
    _count(undone["taken"], own.table, done.taken)
    _count(undone["kept"], own.table, done.kept)
    found.mark, found.worked, found.tries = str(done.last), found.worked + done.taken, 0
    found.save(update_fields=["tries", "mark", "worked", "report"])
    return True


def _batch(newest: list[tuple[int, int]]) -> tuple[list[int], int]:
    """Of changes, each with its number of rows, those of one batch, and how many rows that is."""
    keys: list[int] = []
    rows = 0
    for key, more in newest:
        if keys and rows + more > BATCH:
            break
        keys.append(key)
        rows += more
    return keys, rows


@transaction.atomic
def finish(*, load: Load, at: datetime) -> None:
    """Everything was tried."""
    Load.objects.filter(pk=load.pk, state=Load.State.UNDOING).update(
        state=Load.State.UNDONE, undone_at=at, mark=None
    )
    LoadChange.objects.filter(load=load).delete()
    asking.unlearn(load=load)
    _open_again(load)


def _open_again(load: Load) -> None:
    """Rows that were mended are refused again, where their load was settled by mending."""
    if load.mends_id is None:
        return
    ended = Load.objects.filter(mends=load.mends_id).values("ended_at")
    mended = Load.objects.filter(pk=load.mends_id, settled_at__in=ended)
    mended.update(settled_by=None, settled_at=None, settled_why="")


def extent(load: Load, *, resource: type[SheetResource]) -> list[tuple[str, int, int]]:
    """By table: how many rows the load made, and how many others it changed."""
    if own := resource.own_undo:
        return [(own.table, own.extent(load=load.pk), 0)]
    return [tuple(row) for row in run("customers", "count_undoable", {"load": load.pk})]


def tried(load: Load, *, resource: type[SheetResource], at: datetime) -> dict[str, Any] | None:
    """What an undo would take back, keep, and why: found by doing it and taking that back.

    None where it is so much that nobody could wait for it, or of a kind with an undo of its own.
    """
    rows = sum(made + changed for _table, made, changed in extent(load, resource=resource))
    if resource.own_undo or rows > MOST_TRIED:
        return None
    with transaction.atomic():
        Load.objects.filter(pk=load.pk).update(mark=None)
        while batch(load=load, resource=resource, at=at):
            pass
        told: dict[str, Any] = Load.objects.get(pk=load.pk).report.get("undone", {})
        transaction.set_rollback(True)
    return told


def _undo_table(
    load: Load, table: str, low: int, high: int, undone: dict[str, Any], at: datetime
) -> None:
    values: dict[str, Any] = {"load": load.pk, "table": table, "low": low, "high": high, "at": at}
    stage_query("wanted", statement("customers", "join_changes"), values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wanted")
        asked = int(cursor.fetchone()[0])
        if not asked:
            return
        # What goes makes room for what comes back: a meter hangs in one place.
        removed = _remove(cursor, table, values, undone)
        restored = _restore(cursor, table, values)
    taken = restored + removed
    _count(undone["taken"], table, taken)
    _count(undone["kept"], table, asked - taken)


def _count(counts: dict[str, int], name: str, more: int) -> None:
    if more:
        counts[name] = counts.get(name, 0) + more


def _restore(cursor: Any, table: str, values: dict[str, Any]) -> int:
    """Rows that were changed become what they were, where nobody changed them since.

    One whose place another row has taken, which stays, stays as well.
    """
    try:
        with transaction.atomic():
            return _restore_these(cursor, table, values, only=None)
    except IntegrityError:
        cursor.execute("SELECT row_key FROM wanted WHERE before IS NOT NULL")
        return sum(_restore_one(cursor, table, values, key) for (key,) in cursor.fetchall())


def _restore_one(cursor: Any, table: str, values: dict[str, Any], key: int) -> int:
    try:
        with transaction.atomic():
            return _restore_these(cursor, table, values, only=key)
    except IntegrityError:
        return 0


def _restore_these(cursor: Any, table: str, values: dict[str, Any], *, only: int | None) -> int:
    names = [name for name in _columns(table) if name != "id"]
    # Whoever follows what is learned has to hear of this, too.
    pairs = [
        sql.SQL("{} = %(at)s").format(sql.Identifier(name))
        if name == "learned_at"
        else sql.SQL("{0} = old.{0}").format(sql.Identifier(name))
        for name in names
    ]
    cursor.execute(
        sql.SQL(
            "UPDATE {table} t SET {pairs} FROM wanted w,"
            " LATERAL jsonb_populate_record(NULL::{table}, w.before) old"
            " WHERE w.before IS NOT NULL AND t.id = w.row_key AND to_jsonb(t) = w.after"
            " AND (%(only)s::bigint IS NULL OR w.row_key = %(only)s)"
        ).format(table=sql.Identifier(table), pairs=sql.SQL(", ").join(pairs)),
        {**values, "only": only},
    )
    return int(cursor.rowcount)


def _remove(cursor: Any, table: str, values: dict[str, Any], undone: dict[str, Any]) -> int:
    """Rows that the load made go, where nothing hangs on them and nobody changed them since."""
    hanging = [
        (other, sql.SQL("EXISTS (SELECT FROM {} x WHERE x.{} = w.row_key)").format(
            sql.Identifier(other), sql.Identifier(column)
        ))
        for other, column in _referring(table)
    ]  # fmt: skip
    later = sql.SQL(
        "EXISTS (SELECT FROM customers_loadchange l WHERE l.load_id IN"
        " (SELECT id FROM customers_load WHERE started_at > (SELECT started_at FROM"
        " customers_load WHERE id = %(load)s)) AND l.table_name = %(table)s"
        " AND l.row_key = w.row_key)"
    )
    held = [*hanging, ("customers_load", later), *_by_people(table)]
    free = sql.SQL(" OR ").join(condition for _other, condition in held)
    cursor.execute(
        sql.SQL(
            "DELETE FROM {} t USING wanted w"
            " WHERE w.before IS NULL AND t.id = w.row_key AND NOT ({})"
        ).format(sql.Identifier(table), free),
        values,
    )
    removed = int(cursor.rowcount)
    for other, condition in held:
        cursor.execute(
            sql.SQL(
                "SELECT count(*) FROM wanted w JOIN {} t ON t.id = w.row_key"
                " WHERE w.before IS NULL AND {}"
            ).format(sql.Identifier(table), condition),
            values,
        )
        _count(undone["because"], other, cursor.fetchone()[0])
    return removed


def _by_people(table: str) -> list[tuple[str, sql.Composable]]:
    """Whether people changed a row: loads write no history, so what is there is of people."""
    history: Any = getattr(model_of(table), "history", None)
    if history is None:
        return []
    changed = sql.SQL("EXISTS (SELECT FROM {} h WHERE h.id = w.row_key)")
    return [(BY_PEOPLE, changed.format(sql.Identifier(history.model._meta.db_table)))]


def _referring(table: str) -> list[tuple[str, str]]:
    """Tables and their columns that point to rows of ``table``."""
    found = run("customers", "list_references", {"table": table})
    return [(other, column) for other, column in found]


def _columns(table: str) -> list[str]:
    return [str(field.column) for field in model_of(table)._meta.concrete_fields]


def model_of(table: str) -> type[models.Model]:
    """The model whose rows stand in ``table``."""
    return next(model for model in apps.get_models() if model._meta.db_table == table)
