"""Bills that are not what our prices give, looked at one by one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, BillCheck
from customers.models import User
from portal.lib.errors import SaysWhy
from portal.lib.text import clean


class CheckError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class MissingNote(CheckError):
    why = _("Write what you found.")


class UnknownOutcome(CheckError):
    why = _("Choose what is wrong.")


class Agrees(CheckError):
    """There is nothing to look at."""

    why = _("Both totals agree by now; there is nothing to mark.")


class Changed(CheckError):
    """It is not what was looked at any more."""

    why = _("This bill changed while you were looking at it. Look at its figures again.")


def seen(bill: Bill) -> str:
    """What tells the figures that somebody has before them from later ones."""
    return f"{bill.total}-{bill.worked_out}-{bill.learned_at.timestamp()}"


@transaction.atomic
def mark(*, bill: Bill, figures: str, outcome: str, note: str, by: User, at: datetime) -> BillCheck:
    """Note that ``by`` looked at a bill that differs, and what is wrong; twice is once.

    :param figures: what :func:`seen` said of the bill as they had it before them
    :raises UnknownOutcome: ``outcome`` is none of :class:`BillCheck.Outcome`
    :raises MissingNote: ``note`` is empty
    :raises Agrees: both totals are the same
    :raises Changed: the bill is not what they looked at any more
    """
    if outcome not in BillCheck.Outcome.values:
        raise UnknownOutcome
    if not (said := clean(note)[: BillCheck.NOTE_LENGTH]):
        raise MissingNote
    # The lock keeps a load from changing it under us.
    found = Bill.objects.select_for_update(no_key=True, of=("self",)).get(pk=bill.pk)
    if not found.differs:
        raise Agrees
    if figures != seen(found):
        raise Changed
    values = {
        "bill_learned_at": found.learned_at,
        "total": found.total,
        "worked_out": found.worked_out,
        "outcome": outcome,
        "note": said,
        "by": by,
    }
    newest = found.checks.newest_first().first()
    if newest and all(getattr(newest, name) == value for name, value in values.items()):
        return newest
    return BillCheck.objects.create(bill=found, at=at, **values)
