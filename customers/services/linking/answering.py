"""Typing a code: at most five are compared for a request, also when sixty come at once."""

import hmac
from datetime import datetime

from django.db import transaction
from django.db.models import F

from customers.models import Account, AccountLink, LetterCode, LinkRequest, User
from customers.models.codes import MOST_TRIES

from .codes import contact_hash, letter_hash
from .errors import Gone, LinkingError, WrongCode
from .joining import join_or_wait
from .preparing import is_stopped, linkable

Proof, State = AccountLink.Proof, LinkRequest.State


def answer(*, reference: str, user: User, typed: str, at: datetime) -> LinkRequest:
    """Redeem a code: the request is linked then, or waits for the holder's yes.

    :raises WrongCode: it is not the code, as far as anybody is told
    :raises Gone: the request is over, or not this login's
    :raises TooManyAddresses: the login sees as many addresses as one may
    """
    found = _answer(reference, user, typed, at)
    if isinstance(found, LinkingError):
        raise found  # after the commit: the try is counted whatever comes of it
    return found


@transaction.atomic
def _answer(reference: str, user: User, typed: str, at: datetime) -> LinkRequest | LinkingError:
    mine = LinkRequest.objects.filter(reference=reference, user=user, state=State.OPEN)
    in_time = mine.in_time(at).filter(tries__lt=MOST_TRIES, proof__in=LinkRequest.BY_CODE)
    # The row is held from here to the commit: whoever comes next counts on from this try.
    if not in_time.update(tries=F("tries") + 1):
        return Gone()
    request = mine.get()
    account = _proven(request, typed, at=at)
    if account is None:
        return Gone() if request.tries >= MOST_TRIES else WrongCode()
    join_or_wait(request=request, account=account, proof=Proof(request.proof), at=at)
    return request


def _proven(request: LinkRequest, typed: str, *, at: datetime) -> Account | None:
    """The account, held until the commit, where ``typed`` is its code.

    Nothing of an account is read before the code is right: a wrong one costs the same everywhere.
    """
    if request.proof == Proof.LETTER:
        return _by_letter(request, typed, at=at)
    # A request without a code compares with a hash that no code has.
    if not hmac.compare_digest(request.code_hash or "-" * 64, contact_hash(request, typed)):
        return None
    account = linkable(request.number, at=at)
    return account if account and not is_stopped(account) else None


def _by_letter(request: LinkRequest, typed: str, *, at: datetime) -> Account | None:
    """A letter's code is found by its hash, so that a wrong one costs as much wherever it is."""
    letters = LetterCode.objects.redeemable(at=at)
    found = letters.filter(code_hash=letter_hash(request.number, typed)).first()
    account = linkable(request.number, at=at) if found else None
    if found is None or account is None:
        return None
    # Whoever was before us at the account may have used it meanwhile.
    if not letters.filter(pk=found.pk).update(used_at=at):
        return None
    request.letter = found
    return account
