"""A file comes in: the same one is one load, whoever brings it, however often they press."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Load, User
from portal.lib.importing import resource_of
from portal.lib.text import clean

from . import files, ladder
from .files import Kept
from .ladder import LoadError, check_reach

NAME_SHOWN = 120
_CAME_BY_ITSELF = _("The same file came by the folder.")
State = Load.State


class NothingToMend(LoadError):
    """No refused row of the load is open."""

    why = _("No refused rows of that file are open: load this one as a file of its own.")


def bring(
    *,
    kind: str,
    name: str,
    pieces: Iterable[bytes],
    source: str,
    at: datetime,
    by: User | None = None,
    mends: Load | None = None,
    again: bool = False,
) -> tuple[Load, bool]:
    """Keep a file, sealed where its kind holds secrets, and take it as :func:`take` does."""
    kept = files.keep(pieces, is_secret=resource_of(kind).table.is_secret)
    return take(
        kind=kind, name=name, kept=kept, source=source, at=at, by=by, mends=mends, again=again
    )


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
    """The load of this kept file, and whether it is a new one.

    :param mends: the load whose refused rows the file holds, mended
    :param again: begin anew although the same file is loaded; one under way stays the load, but for
        one that is being undone
    :raises OneCompany: ``by`` works for one company
    :raises NothingToMend: ``mends`` is not loaded, or all its refused rows are settled
    """
    check_reach(by)
    if resource_of(kind).table.is_secret or files.is_sealed(kept.sha256):
        files.seal(kept.sha256)
    if mends is not None and not _is_open(mends, kind):
        raise NothingToMend
    known = Load.objects.of_file(kind=kind, sha256=kept.sha256)
    found = known.order_by("-turn").first()
    if found and source == Load.Source.INBOX and _is_left_open(found):
        # What somebody only looked at holds up nothing that comes by itself.
        ladder.cancel(load=found, why=str(_CAME_BY_ITSELF), by=None, at=at)
        found = None
    if found and not (found.state == State.UNDOING or (again and found.state == State.DONE)):
        return found, False
    values = {
        "name": clean(name)[:NAME_SHOWN] or "?",
        "size": kept.size,
        "source": source,
        "made_by": by,
        "made_at": at,
        "mends": mends,
        # The constraint finds whoever brought it, or began it anew, in the same moment.
        "turn": found.turn + 1 if found else 0,
    }
    try:
        with transaction.atomic():
            return Load.objects.create(kind=kind, sha256=kept.sha256, **values), True
    except IntegrityError:
        # Somebody else brought the same file in the same moment.
        return known.newest_first()[0], False


def _is_left_open(load: Load) -> bool:
    """Whether people brought it and have not let it in yet."""
    return load.source != Load.Source.INBOX and load.state in (State.PREVIEWED, State.ASKED)


def _is_open(load: Load, kind: str) -> bool:
    return Load.objects.with_open_refusals().filter(pk=load.pk, kind=kind, tidied=False).exists()


def is_bringer(*, load: Load, user: User) -> bool:
    """Whether they had the file: to load a colleague's once more shows nothing of it."""
    if load.made_by_id != user.pk:
        return False
    first = Load.objects.filter(kind=load.kind, sha256=load.sha256).order_by("pk")
    return first.values_list("made_by", flat=True)[0] == user.pk
