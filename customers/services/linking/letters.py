"""Letters with a code, posted to the place of the contract."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Account, AccountEvent, LetterCode, Need, User
from customers.services import events
from portal.lib.text import clean

from .codes import letter_hash, new_letter_code
from .errors import NoLetters, NoReference

VALID_FOR = timedelta(days=30)


@transaction.atomic
def issue(*, account: Account, by: User, reference: str, at: datetime) -> tuple[LetterCode, str]:
    """Make a code for a letter: the row, and the code in clear, which is never shown again.

    An earlier letter that nobody used is dead from now on.

    :raises NoReference: ``reference`` is empty
    :raises NoLetters: the household needs word by voice
    """
    if not clean(reference):
        raise NoReference
    if not takes_letters(account):
        raise NoLetters
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    account.letter_codes.filter(used_at=None, replaced_at=None).update(replaced_at=at)
    code = new_letter_code()
    letter = LetterCode.objects.create(
        account=account,
        code_hash=letter_hash(account.number, code),
        issued_by=by,
        reference=clean(reference),
        issued_at=at,
        expires_at=at + VALID_FOR,
    )
    events.record(account=account, kind=AccountEvent.Kind.LINK_ASKED, at=at, by=by)
    return letter, code


def takes_letters(account: Account) -> bool:
    """Whether word on paper is of use to the household."""
    return not _needs(account, Need.Kind.READ_ALOUD)


def in_large_print(account: Account) -> bool:
    """Whether what we print for the household is in large letters."""
    return _needs(account, Need.Kind.LARGE_PRINT)


def _needs(account: Account, kind: str) -> bool:
    return Need.objects.in_force().filter(account=account, kind=kind).exists()
