"""Letters with a code, posted to the place of the contract."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Account, AccountEvent, LetterCode, User
from customers.services import events
from portal.lib.text import clean

from .codes import letter_hash, new_letter_code
from .errors import NoReference

VALID_FOR = timedelta(days=30)


@transaction.atomic
def issue(*, account: Account, by: User, reference: str, at: datetime) -> tuple[LetterCode, str]:
    """Make a code for a letter: the row, and the code in clear, which is never shown again.

    An earlier letter that nobody used is dead from now on.

    :raises NoReference: ``reference`` is empty
    """
    if not clean(reference):
        raise NoReference
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
