"""The folder into which the billing system drops its files: one folder a kind, picked up once."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings

from customers.models import Load
from portal.lib.importing import kinds, resource_of
from portal.lib.periods import LOCAL, local_day, start_of
from portal.lib.text import clean

from . import files
from .taking import bring

log = structlog.get_logger(__name__)

# A file that was written to a moment ago may not be whole yet.
QUIET_FOR = 30.0  # seconds
# Nor is one whose name a copying tool has yet to shorten, however long the line was down.
UNFINISHED = (".partial", ".filepart", ".part", ".tmp")
TAKEN = "taken"
# Bytes of a name that are left of it, with the moment before them.
LONGEST = 200


def pick_up(*, at: datetime) -> list[Load]:
    """Make loads of the files that lie in the folder of each kind, and move them away.

    Kinds that others build on come first. A file is moved after its load stands: if this ends in
    between, the next round finds that the load is there and only moves the file. Of a kind that
    holds secrets it is removed instead: what is kept of it is sealed.
    """
    found: list[Load] = []
    for kind in kinds() if settings.LOADS_INBOX else ():
        for path in _waiting(Path(settings.LOADS_INBOX) / kind):
            # One that cannot be taken holds up no other.
            try:
                load, is_new = _take(kind, path, at)
            except Exception:
                log.exception("file_not_picked_up", kind=kind)
                continue
            log.info("file_picked_up", kind=kind, load=load.pk, is_new=is_new)
            if is_new:
                found.append(load)
    return found


def _take(kind: str, path: Path, at: datetime) -> tuple[Load, bool]:
    # A name of other signs than UTF-8 becomes one that can be shown.
    name = os.fsencode(path.name).decode(errors="replace")
    pieces = files.pieces(path)
    taken = bring(kind=kind, name=name, pieces=pieces, source=Load.Source.INBOX, at=at)
    if resource_of(kind).table.is_secret:
        path.unlink(missing_ok=True)
    else:
        _move(path, at)
    return taken


def _waiting(folder: Path) -> Iterator[Path]:
    """Whole files, the oldest first; never what a link leads to, nor what is being written."""
    if not folder.is_dir():
        return
    there = []
    for path in folder.iterdir():
        # Whoever writes it may put it elsewhere in this moment.
        with suppress(FileNotFoundError):
            is_whole = not path.name.startswith(".") and path.suffix.lower() not in UNFINISHED
            if is_whole and path.is_file() and not path.is_symlink():
                there.append((path.stat().st_mtime, path.name, path))
    for written, _name, path in sorted(there):
        if time.time() - written >= QUIET_FOR:
            yield path


def _move(path: Path, at: datetime) -> None:
    folder = path.parent / TAKEN
    folder.mkdir(exist_ok=True)
    # Somebody else may have moved it meanwhile.
    if path.exists():
        last = os.fsdecode(os.fsencode(path.name)[-LONGEST:])
        path.rename(folder / f"{stamp(at)}-{last}")


def stamp(at: datetime) -> str:
    """With which the name of a file begins that was picked up then."""
    return f"{at.astimezone(LOCAL):%Y%m%d-%H%M%S}"


def left_lying() -> list[str]:
    """Folders in which files lie that nobody picks up, since no kind is called so; "." for files in
    no folder.
    """
    if not settings.LOADS_INBOX or not Path(settings.LOADS_INBOX).is_dir():
        return []
    inbox, known = Path(settings.LOADS_INBOX), set(kinds())
    folders = [
        path
        for path in inbox.iterdir()
        if path.is_dir() and path.name not in known and not path.name.startswith(".")
    ]
    loose = ["."] if _holds_files(inbox) else []
    return loose + sorted(clean(path.name) for path in folders if _holds_files(path))


def _holds_files(folder: Path) -> bool:
    """Whether files lie in it; what we may not look into is none of ours."""
    try:
        return any(_waiting(folder))
    except OSError:
        return False


def missing(*, at: datetime) -> list[str]:
    """Kinds whose file of today should have come, and has not."""
    expected = settings.LOADS_EXPECTED
    if not expected:
        return []
    today = start_of(local_day(at))
    came = Load.objects.filter(made_at__gte=today).exclude(state__in=Load.GONE)
    there = set(came.values_list("kind", flat=True))
    return [kind for kind, by in expected.items() if at >= today + _of(by) and kind not in there]


def _of(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
