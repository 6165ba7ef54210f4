"""What is left over from loads: rows of people are kept no longer than they can be of use."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from customers.models import Load, LoadChange, LoadNote, LoadRow

from . import files

# An upload that was broken off leaves a partial file.
PARTIAL_KEPT = timedelta(hours=1)


def tidy(*, at: datetime) -> None:
    """Forget the rows, notes, changes and files of loads that can be undone no more."""
    old = Load.objects.filter(made_at__lt=at - Load.UNDOABLE).exclude(state__in=Load.WORKED)
    for load in old.filter(tidied=False).order_by("pk")[:100]:
        for model in (LoadRow, LoadNote, LoadChange):
            model.objects.filter(load=load).delete()
        files.mending_path(load.pk).unlink(missing_ok=True)
        if not Load.objects.filter(sha256=load.sha256, tidied=False).exclude(pk=load.pk).exists():
            files.path(load.sha256).unlink(missing_ok=True)
        load.report.pop("changes", None)
        load.tidied = True
        load.save(update_fields=["tidied", "report"])
    _remove_partial()


def _remove_partial() -> None:
    oldest = time.time() - PARTIAL_KEPT.total_seconds()
    for path in Path(settings.LOADS_DIR).glob(f"{files.PARTIAL}*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
