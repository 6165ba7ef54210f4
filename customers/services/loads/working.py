"""The background's part: whoever holds the lock of a kind goes on where the last one stopped.

The lock belongs to a connection: it is gone with a worker that was killed, and the next one takes
the load from its last mark on. A mark is written in the transaction of its chunk.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from customers.models import Load, LoadNote, LoadRow
from portal.lib import sql
from portal.lib.importing import SheetResource
from portal.lib.spreadsheets import Refused

from . import asking, chunks, ladder, mended, mending, previewing, staging, sums, undoing
from .staging import Stopped

log = structlog.get_logger(__name__)
State = Load.State

# In a row, each after a rest: a database that starts anew takes a while.
MOST_TRIES, REST = 5, timedelta(minutes=1)
Clock = Callable[[], datetime]


def kinds_to_work() -> list[str]:
    """The kinds of which something is to be read, applied or undone."""
    kinds = Load.objects.to_work().order_by("kind").values_list("kind", flat=True)
    return list(kinds.distinct())


def work(*, resource: type[SheetResource], clock: Clock, seconds: float) -> bool:
    """Go on with the loads of one kind for so long; whether there is more to do.

    While another worker is at this kind nothing is done: one load waits for the other.
    """
    until = time.monotonic() + seconds
    with _turn(resource.table.kind) as is_mine:
        if not is_mine:
            return False
        while load := _next(resource, at=clock()):
            if time.monotonic() >= until:
                return True
            _step(load, resource, clock, until)
    return False


@contextmanager
def _turn(kind: str) -> Iterator[bool]:
    """Hold the lock of a kind, if nobody else does."""
    key = f"load:{kind}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _next(resource: type[SheetResource], *, at: datetime) -> Load | None:
    """What was begun is finished first; then what people wait for, the oldest first.

    A preview waits for what it builds on: begun now, it would say nothing when it is done.
    """
    waiting = Load.objects.filter(kind=resource.table.kind).to_work().rested(at=at)
    is_free = not Load.objects.filter(kind__in=resource.builds_on).writing().exists()
    states = (State.UNDOING, State.APPLYING, *([State.UPLOADED] if is_free else []))
    for state in states:
        if found := waiting.filter(state=state).oldest_first().first():
            return found
    return None


def _step(load: Load, resource: type[SheetResource], clock: Clock, until: float) -> None:
    steps = {State.UNDOING: _undo, State.APPLYING: _apply, State.UPLOADED: _preview}
    try:
        steps[State(load.state)](load, resource, clock, until)
    except Stopped:
        log.info("load_stopped", load=load.pk)
    except Refused as refused:
        if load.staged_at is not None:
            # It was read before: whatever stopped it this time is no fault of the file's.
            log.warning("load_not_read_again", load=load.pk)
            _failed(load, at=clock())
        elif about := asking.question(refused=refused, load=load):
            asking.ask(load=load, about=about)
        else:
            why = asking.why_refused(refused=refused, load=load)
            _end(load, State.REFUSED, why=why, at=clock())
    except Exception:
        log.exception("load_failed", load=load.pk)
        _failed(load, at=clock())


def _preview(load: Load, resource: type[SheetResource], clock: Clock, until: float) -> None:
    if load.staged_at is None:
        staging.stage(load=load, resource=resource, at=clock())
    _check_staged(load, resource)
    while time.monotonic() < until:
        if not previewing.chunk(load=load, resource=resource, at=clock()):
            # First: once it is previewed, its page looks at it no more.
            mending.write(load=load, resource=resource)
            previewing.finish(load=load, resource=resource, at=clock())
            _go_on_unattended(load, resource, clock())
            return


def _go_on_unattended(load: Load, resource: type[SheetResource], at: datetime) -> None:
    """A file that came by itself and is as usual is loaded; else people look."""
    if load.source == Load.Source.INBOX and load.made_by_id is None:
        load.refresh_from_db()
        if load.state == State.PREVIEWED and not load.needs_second:
            try:
                ladder.confirm(load=load, by=None, at=at)
            except ladder.Expired:
                ladder.check_again(load=load, at=at)


def _apply(load: Load, resource: type[SheetResource], clock: Clock, until: float) -> None:
    _check_staged(load, resource)
    while time.monotonic() < until:
        if not apply_chunk(load=load, resource=resource, at=clock()):
            mending.write(load=load, resource=resource)
            is_mended = mended.is_whole(load=load, resource=resource)
            finish(load, resource=resource, at=clock(), is_mended=is_mended)
            return


@transaction.atomic
def apply_chunk(*, load: Load, resource: type[SheetResource], at: datetime) -> bool:
    """Write the next chunk and the mark behind it, together; False where none is left.

    :raises Stopped: the load was cancelled
    """
    found = Load.objects.locked().get(pk=load.pk)
    if found.state != State.APPLYING:
        raise Stopped
    rows = chunks.following(load=found, resource=resource)
    if rows is None:
        return False
    sql.commit_unhurried()
    with chunks.noted(found):
        outcome = chunks.load_rows(resource=resource, rows=rows, at=at)
    staging.note(found, refused=outcome.refused, remarks=outcome.remarks, by_rule=True)
    found.started_at = found.started_at or at
    found.mark, found.worked = str(rows.until), found.worked + rows.size
    found.tries = 0
    found.created += outcome.created
    found.updated += outcome.updated
    found.unchanged += outcome.unchanged
    found.save()
    return True


@transaction.atomic
def finish(
    load: Load, *, resource: type[SheetResource], at: datetime, is_mended: bool = False
) -> None:
    """Everything was written.

    :param is_mended: nothing of the load that it mends is refused any more
    """
    found = Load.objects.locked().get(pk=load.pk)
    if found.state != State.APPLYING:
        return
    found.report["sums_changed"] = sums.changed(load=found, resource=resource)
    found.state, found.ended_at, found.started_at = State.DONE, at, found.started_at or at
    found.save(update_fields=["state", "ended_at", "started_at", "report"])
    LoadRow.objects.filter(load=found).delete()
    asking.remember(load=found, at=at)
    if is_mended and found.mends_id is not None:
        open_ones = Load.objects.filter(pk=found.mends_id).with_open_refusals()
        open_ones.update(settled_by=found.made_by, settled_at=at, settled_why=_("Mended"))
    log.info("load_done", load=found.pk, kind=found.kind, created=found.created)


def _undo(load: Load, resource: type[SheetResource], clock: Clock, until: float) -> None:
    while time.monotonic() < until:
        if not undoing.batch(load=load, resource=resource, at=clock()):
            resource.undone(at=clock())
            undoing.finish(load=load, at=clock())
            return


def _check_staged(load: Load, resource: type[SheetResource]) -> None:
    """After a crash of the database the rows are gone: the kept file has them still."""
    if load.good and not LoadRow.objects.filter(load=load).exists():
        staging.restage(load=load, resource=resource)


def _failed(load: Load, *, at: datetime) -> None:
    """Tried again after a rest; what fails again and again is given up, and somebody has to look.

    Nothing else of the row is written: what its last chunk left there stays.
    """
    going = Load.objects.filter(pk=load.pk).to_work()
    going.update(tries=F("tries") + 1, rests_until=at + REST)
    if going.filter(tries__gte=MOST_TRIES).exists():
        why = _("It failed again and again. Tell whoever looks after the servers.")
        _end(load, State.CANCELLED, why=why, at=at)


def _end(load: Load, state: Load.State, *, why: str, at: datetime) -> None:
    going = Load.objects.filter(pk=load.pk).to_work()
    if going.update(state=state, why=why, ended_at=at):
        LoadRow.objects.filter(load=load).delete()
        if state == State.REFUSED:
            LoadNote.objects.filter(load=load).delete()
