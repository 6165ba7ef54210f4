"""What is left over from loads: rows of people are kept no longer than they can be of use."""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import Load, LoadChange, LoadNote, LoadRow

from . import files, inbox, ladder

# An upload that was broken off leaves a partial file.
PARTIAL_KEPT = timedelta(hours=1)


def tidy(*, at: datetime) -> None:
    """Forget the rows, notes, changes and files of loads that can be undone no more."""
    old = Load.objects.filter(made_at__lt=at - Load.UNDOABLE).exclude(state__in=Load.WORKED)
    for load in old.filter(tidied=False).order_by("pk")[:100]:
        for model in (LoadRow, LoadNote, LoadChange):
            model.objects.filter(load=load).delete()
        files.mending_path(load.pk).unlink(missing_ok=True)
        for listed in ("changes", "to_decide_on"):
            load.report.pop(listed, None)
        load.tidied = True
        load.save(update_fields=["tidied", "report"])
        if load.state in Load.LEFT_OPEN:
            # Else it would stand in the way of the same file for ever.
            with suppress(ladder.NotNow):
                ladder.cancel(load=load, why=_("Nobody decided."), by=None, at=at)
    _remove_partial()
    _remove_kept(at)
    _remove_taken(at)


def _remove_partial() -> None:
    oldest = time.time() - PARTIAL_KEPT.total_seconds()
    for path in Path(settings.LOADS_DIR).glob(f"{files.PARTIAL}*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _remove_kept(at: datetime) -> None:
    """Files that no load needs: of forgotten ones, also those that were brought once more since."""
    needed = set(Load.objects.filter(tidied=False).values_list("sha256", flat=True).distinct())
    # One that was kept a moment ago becomes a load in the next.
    oldest = (at - PARTIAL_KEPT).timestamp()
    for path in Path(settings.LOADS_DIR).glob("?" * 64 + "*"):
        sha256 = path.name.removesuffix(files.SEALED)
        if sha256 not in needed and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _remove_taken(at: datetime) -> None:
    """What was picked up from the folder; its name begins with the moment."""
    if not settings.LOADS_INBOX:
        return
    oldest = inbox.stamp(at - Load.UNDOABLE)
    for path in Path(settings.LOADS_INBOX).glob(f"*/{inbox.TAKEN}/*-*-*"):
        if path.name[: len(oldest)] < oldest and path.name[0].isdecimal():
            path.unlink(missing_ok=True)
