"""A file from its bytes to the end while somebody waits: the command line, the demo.

The same steps as in the background, taken here; a worker that is at the same kind is waited for.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from customers.models import Load, User
from portal.lib.importing import SheetResource

from . import ladder, working
from .taking import bring

State = Load.State

# Between two looks at what another worker does.
PAUSE = 0.2  # seconds


def load(
    *,
    resource: type[SheetResource],
    name: str,
    pieces: Iterable[bytes],
    clock: Callable[[], datetime],
    only_look: bool = False,
    again: bool = False,
    released_by: User | None = None,
) -> Load:
    """The load of a file, done, refused, or waiting for people where it is unusual.

    :param only_look: cancel it once it is known what it would do
    :param again: as in :func:`bring`
    :param released_by: who lets it in, where it is unusual
    """
    kind = resource.table.kind
    found, is_new = bring(
        kind=kind, name=name, pieces=pieces, source=Load.Source.COMMAND, at=clock(), again=again
    )
    # What an earlier command of the same left behind is taken up; of what others brought it is only
    # seen how far they come.
    is_left = found.source == Load.Source.COMMAND and found.state in Load.WORKED
    if not is_new and (only_look or not is_left):
        _work(found, resource, clock)
        return found
    _work(found, resource, clock)
    if found.state == State.PREVIEWED and only_look:
        return ladder.cancel(load=found, why=_("Only looked at."), by=None, at=clock())
    # Where two people always answer for the rows, both of them do so at the desk.
    while found.state == State.PREVIEWED and not resource.two_people:
        _go_on(found, resource, clock)
    if found.state == State.WAITING and released_by:
        ladder.release(load=found, by=released_by, at=clock())
        _work(found, resource, clock)
    return found


def _go_on(load: Load, resource: type[SheetResource], clock: Callable[[], datetime]) -> None:
    try:
        ladder.confirm(load=load, by=None, at=clock())
    except ladder.Expired:
        ladder.check_again(load=load, at=clock())
    _work(load, resource, clock)


def _work(load: Load, resource: type[SheetResource], clock: Callable[[], datetime]) -> None:
    """Go on with the files of its kind until this one waits or has ended."""
    load.refresh_from_db()
    while load.state in Load.WORKED:
        working.work(resource=resource, clock=clock, seconds=60)
        load.refresh_from_db()
        if load.state in Load.WORKED:
            time.sleep(PAUSE)
