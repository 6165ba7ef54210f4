"""Writing a case down: its number, by when it is answered, in whose queue."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from customers.models import Account, Case, CaseTerms, User
from customers.models.cases import NUMBER_LENGTH
from customers.services.cases import relatives
from customers.services.cases.errors import NotAllowed, NumberInText, SaysNothing
from portal.lib import secret_numbers, spoken
from portal.lib.history import signed
from portal.lib.periods import local_day
from portal.lib.text import clean

RECORD = "customers.add_case"
MOST_OPEN = 10
MOST_ASKED = 1000


def due_at(*, kind: str, at: datetime) -> datetime:
    """By when a case of ``kind`` that comes at ``at`` is answered, by the terms of that day."""
    # A migration brings the first ones, and none is ever deleted.
    terms = CaseTerms.objects.in_force(kind=kind, on=local_day(at))[0]
    return at + timedelta(hours=terms.hours)


@signed
@transaction.atomic
def record(
    *,
    account: Account,
    kind: str,
    via: str,
    from_whom: str,
    asked: str,
    by: User,
    at: datetime,
    reference: str = "",
) -> Case:
    """Write down what somebody asked by phone, e-mail or at the counter; into one's own queue.

    :raises NotAllowed: ``by`` may not record, or does not see the account
    :raises MayNotAsk: a relative asks about bills, and no arrangement lets them
    :raises SaysNothing: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    sees = Account.objects.visible_to(by).filter(pk=account.pk).exists()
    if not (by.is_staff and by.has_perm(RECORD) and sees) or via == Case.Via.SITE:
        raise NotAllowed
    relatives.check(account=account, kind=kind, from_whom=from_whom, at=at)
    return write(
        account=account,
        kind=kind,
        via=via,
        from_whom=from_whom,
        asked=asked,
        reference=clean(reference)[:40],
        unit=by.unit,
        made_by=by,
        made_at=at,
    )


def write(*, kind: str, asked: str, made_at: datetime, **fields: Any) -> Case:
    """The row itself, under a number of its own.

    :raises SaysNothing: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    return Case.objects.create(
        number=_new_number(),
        kind=kind,
        asked=words(asked, most=MOST_ASKED),
        made_at=made_at,
        due_at=due_at(kind=kind, at=made_at),
        **fields,
    )


def words(text: str, *, most: int) -> str:
    """Free text as it is kept: its lines cleaned, none but single empty ones between them.

    :param most: so many letters fit; a few become longer when they are cleaned

    :raises SaysNothing: nothing is left
    :raises NumberInText: it holds a bank, card or identity number
    """
    lines = [clean(line) for line in text.splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    said = "\n".join(kept).strip()
    if not said:
        raise SaysNothing
    # Of all lines as one: a number goes on in the next line as well.
    if secret_numbers.stand_in(clean(said)) or secret_numbers.stand_in(said):
        raise NumberInText
    return said[:most]


def _new_number() -> str:
    """One that no case has; of two that draw the same at once, the database refuses one."""
    number = spoken.draw(NUMBER_LENGTH)
    while Case.objects.filter(number=number).exists():
        number = spoken.draw(NUMBER_LENGTH)
    return number
