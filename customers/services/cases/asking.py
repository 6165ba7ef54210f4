"""What customers do: write a case, add a line, say that it is settled."""

from datetime import datetime

from django.db import transaction

from customers.models import Account, AccountLink, Case, CaseKind, CaseLine, Right, User
from customers.services.cases.errors import Closed, NotAllowed, TooMany, TooManyLines
from customers.services.cases.opening import MOST_OPEN, write
from customers.services.cases.working import back_to_queue, end, open_again, say
from portal.lib.history import signed
from portal.lib.periods import local_day

State = Case.State
MOST_LINES = 30
"""What customers write in one case."""


@signed
@transaction.atomic
def ask(*, account: Account | None, kind: str, asked: str, by: User, at: datetime) -> Case:
    """Write down what ``by`` asks on the site, into the city's queue.

    :param account: None where they need help to link one
    :raises NotAllowed: they do not live there, or their link opens no notices; or it needs an
        account
    :raises TooMany: ten are open about this account, or ten of this login without one
    :raises SaysNothing: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    role = _role(account, by=by, at=at) if account else ""
    if account is None and kind != CaseKind.LINKING:
        raise NotAllowed
    if _open_ones(account, by=by) >= MOST_OPEN:
        raise TooMany
    is_holder = role == AccountLink.Role.HOLDER
    other = Case.From.RELATIVE if account else Case.From.OTHER
    return write(
        account=account,
        kind=kind,
        asked=asked,
        via=Case.Via.SITE,
        from_whom=Case.From.HOLDER if is_holder else other,
        asked_by=by,
        made_by=by,
        made_at=at,
    )


@signed
@transaction.atomic
def reply(*, case: Case, text: str, by: User, at: datetime) -> Case:
    """Add what the customer writes; what waited for them, or was closed lately, is open again.

    :raises NotAllowed: it is not theirs to act on
    :raises TooLate: it was closed more than a week ago
    :raises TooManyLines: thirty of theirs stand there
    :raises NoAnswer: there are no words
    :raises NumberInText: they hold a bank, card or identity number
    """
    current = _theirs(case, by=by, at=at)
    if current.lines.filter(kind=CaseLine.Kind.REPLY).count() >= MOST_LINES:
        raise TooManyLines
    if not current.is_open:
        open_again(current, at=at)
    say(current, CaseLine.Kind.REPLY, text, by=by, at=at)
    if current.state == State.WAITING:
        back_to_queue(current, at=at)
    return current


@signed
@transaction.atomic
def settle(*, case: Case, by: User, at: datetime) -> Case:
    """Close it on the customer's word that nothing is left to do.

    :raises NotAllowed: it is not theirs to act on
    :raises Closed: it is closed
    """
    current = _theirs(case, by=by, at=at)
    if not current.is_open:
        raise Closed
    end(current, outcome=Case.Outcome.SETTLED, by=by, at=at)
    return current


def may_act(case: Case, *, by: User, at: datetime) -> bool:
    """Whether ``by``, who sees it, may add to it and close it: who asked, and who may act there."""
    if case.asked_by_id == by.pk:
        return True
    links = AccountLink.objects.in_force().filter(user=by, account=case.account_id)
    return any(Right.CHANGE in link.opens_on(local_day(at)) for link in links)


def _role(account: Account, *, by: User, at: datetime) -> str:
    """In which role they are linked, and write, to this account."""
    links = AccountLink.objects.in_force().living_there(on=local_day(at))
    link = links.filter(user=by, account=account).first()
    if link is None or Right.NOTICES not in link.opens:
        raise NotAllowed
    return link.role


def _open_ones(account: Account | None, *, by: User) -> int:
    """How many are open; held, so that two at once do not both find room."""
    if account is None:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        return Case.objects.open().filter(account=None, asked_by=by).count()
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    return Case.objects.open().filter(account=account).count()


def _theirs(case: Case, *, by: User, at: datetime) -> Case:
    seen = Case.objects.of_customer(by).filter(pk=case.pk)
    rows = Case.objects.filter(pk__in=seen.values("pk"))
    current = rows.select_for_update(of=("self",), no_key=True).first()
    if current is None or not may_act(current, by=by, at=at):
        raise NotAllowed
    return current
