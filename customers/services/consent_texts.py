"""Writing down what is read aloud before an arrangement; a text once written stays."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from customers.models import ConsentText, User
from portal.lib.text import clean


class TextError(Exception):
    """The text cannot be kept like this."""


class BeginsTooEarly(TextError):
    """It would hold for a day on which another one was read, or before one that is written."""


class SaysNothing(TextError):
    """There is no text."""


def write(*, kind: str, text: str, valid_from: date, by: User, today: date) -> ConsentText:
    """The next version of the text of ``kind``, read aloud from ``valid_from`` on.

    :raises BeginsTooEarly: it would change what was read already
    :raises SaysNothing: it has no words
    """
    lines = [line for line in map(clean, text.splitlines()) if line]
    if not lines:
        raise SaysNothing
    known = ConsentText.objects.filter(kind=kind).aggregate(Max("version"), Max("valid_from"))
    newest = known["valid_from__max"]
    if valid_from <= today or (newest is not None and valid_from <= newest):
        raise BeginsTooEarly
    try:
        with transaction.atomic():
            return ConsentText.objects.create(
                kind=kind,
                version=(known["version__max"] or 0) + 1,
                valid_from=valid_from,
                text="\n".join(lines),
                written_by=by,
            )
    except IntegrityError as error:
        # A colleague wrote one meanwhile.
        raise BeginsTooEarly from error
