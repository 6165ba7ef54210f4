"""A file comes in: the same one is one load, whoever brings it, however often they press."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from customers.models import Load, User
from portal.lib.text import clean

from .files import Kept

NAME_SHOWN = 120


def take(
    *,
    kind: str,
    name: str,
    kept: Kept,
    source: str,
    at: datetime,
    by: User | None = None,
    mends: Load | None = None,
    again: bool = False,
) -> tuple[Load, bool]:
    """The load of this file, and whether it is a new one.

    :param mends: the load whose refused rows the file holds, mended
    :param again: begin anew although the same file was loaded
    """
    known = Load.objects.of_file(kind=kind, sha256=kept.sha256)
    if not again and (found := known.newest_first().first()):
        return found, False
    # Only on purpose another turn: else the constraint finds whoever brought it a moment ago.
    last = known.aggregate(last=Max("turn"))["last"] if again else None
    values = {
        "name": clean(name)[:NAME_SHOWN] or "?",
        "size": kept.size,
        "source": source,
        "made_by": by,
        "made_at": at,
        "mends": mends,
        "turn": 0 if last is None else last + 1,
    }
    try:
        with transaction.atomic():
            return Load.objects.create(kind=kind, sha256=kept.sha256, **values), True
    except IntegrityError:
        # Somebody else brought the same file in the same moment.
        return known.newest_first()[0], False
