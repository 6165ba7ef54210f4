"""What a household needs us to do differently: recorded, confirmed again, ended; on whose word."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account, AccountLink, Arrangement, ConsentText, Need, User, WorkItem
from customers.models.consent_texts import NEED
from customers.services import work
from portal.lib import sql
from portal.lib.errors import SaysWhy
from portal.lib.history import signed
from portal.lib.periods import local_day

CONFIRMED_WITHIN = timedelta(days=365)
LISTED_AHEAD = timedelta(days=30)


class NeedError(SaysWhy):
    """Refused: ``why`` says it to the agent, ``field`` names the answer to mend (or none)."""

    field: ClassVar[str] = ""


class AlreadyThere(NeedError):
    why = _("This is recorded already.")
    field = "kind"


class NotInForce(NeedError):
    why = _("This was ended already.")


class NoRelative(NeedError):
    why = _("No relative has an arrangement here: ask the contract holder.")
    field = "said_by"


class NoLanguage(NeedError):
    why = _("Choose the language.")
    field = "language"


class OldText(NeedError):
    why = _("The text was changed meanwhile. Please read it again.")
    field = "read_aloud"


class NotToConfirm(NeedError):
    why = _("This holds until it is ended; nothing has to be confirmed.")


@transaction.atomic
@signed
def record(
    *,
    account: Account,
    kind: str,
    said_by: str,
    text: ConsentText,
    by: User,
    at: datetime,
    language: str = "",
) -> Need:
    """Do one thing differently from now on.

    :param text: what was read aloud, word by word
    :raises NeedError: it is there already, on nobody's word, or an old text was read
    """
    today = local_day(at)
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    language = language if kind == Need.Kind.LANGUAGE else ""
    if kind == Need.Kind.LANGUAGE and language not in Need.Language.values:
        raise NoLanguage
    if text != ConsentText.objects.in_force(kind=NEED, on=today):
        raise OldText
    _check_word(account, said_by, on=today)
    try:
        with transaction.atomic():
            return Need.objects.create(
                account=account,
                kind=kind,
                language=language,
                said_by=said_by,
                said_on=today,
                starts_on=today,
                confirm_by=_confirm_by(kind, today),
                consent_text=text,
                recorded_by=by,
                recorded_at=at,
            )
    except IntegrityError as error:
        raise AlreadyThere from error


@transaction.atomic
@signed
def confirm(*, need: Need, said_by: str, by: User, at: datetime) -> Need:
    """It is still so: asked again a year from now.

    :raises NeedError: it ended meanwhile, has no day to be confirmed by, or on nobody's word
    """
    current, today = _locked(need), local_day(at)
    if current.confirm_by is None:
        raise NotToConfirm
    _check_word(current.account, said_by, on=today)
    current.said_by, current.said_on = said_by, today
    current.confirm_by = _confirm_by(current.kind, today)
    current.save(update_fields=["said_by", "said_on", "confirm_by"])
    _settle_work(current, WorkItem.Outcome.RENEWED, by=by, at=at)
    return current


@transaction.atomic
@signed
def end(*, need: Need, said_by: str, by: User, at: datetime) -> Need:
    """Do it no more, from now on.

    :raises NeedError: it ended meanwhile, or on nobody's word
    """
    current = _locked(need)
    _check_word(current.account, said_by, on=local_day(at))
    current.ended_at, current.ended_by, current.ended_said_by = at, by, said_by
    current.save(update_fields=["ended_at", "ended_by", "ended_said_by"])
    _settle_work(current, WorkItem.Outcome.ENDED, by=by, at=at)
    return current


def keep(*, at: datetime) -> None:
    """What the clock makes of needs. Safe to rerun.

    Those of who moved out go with them. That the supply must not be cut does not: somebody may
    still live there, so a person asks. With the contract all of them end.
    """
    today = local_day(at)
    left = AccountLink.objects.filter(
        account=OuterRef("account"),
        role=AccountLink.Role.HOLDER,
        moved_out_on__lte=today,
        moved_out_on__gt=OuterRef("said_on"),
    )
    in_force, stays = Need.objects.in_force(), Q(kind=Need.Kind.KEEP_SUPPLY)
    over = Q(account__ends_on__lte=today) | (Exists(left) & ~stays)
    in_force.filter(over).update(ended_at=at)
    in_force.filter(stays, Exists(left), confirm_by__gt=today).update(confirm_by=today)
    known = {"at": at, "day": today, "confirm_before": today + LISTED_AHEAD}
    sql.run("customers", "list_needs", known)
    sql.run("customers", "settle_needs", {"at": at})


def reads_large(*, at: datetime) -> Exists:
    """Whether a login holds a contract whose pages are in large print; for a query of logins."""
    held = AccountLink.objects.holding(at=at).filter(user=OuterRef("pk"))
    kind = Need.Kind.LARGE_PRINT
    return Exists(held.filter(account__needs__kind=kind, account__needs__ended_at=None))


def _confirm_by(kind: str, today: date) -> date | None:
    return today + CONFIRMED_WITHIN if kind == Need.Kind.KEEP_SUPPLY else None


def _check_word(account: Account, said_by: str, *, on: date) -> None:
    """A relative speaks for the household where an arrangement says who they are."""
    relatives = Arrangement.objects.filter(
        account=account, kind=Arrangement.Kind.RELATIVE_CONTACT
    ).in_force_on(on)
    if said_by not in Need.SaidBy.values:
        raise NoRelative
    if said_by == Need.SaidBy.RELATIVE and not relatives.exists():
        raise NoRelative


def _locked(need: Need) -> Need:
    """The need as it is now, held until the commit."""
    rows = Need.objects.in_force().select_for_update(of=("self",), no_key=True)
    current = rows.select_related("account").filter(pk=need.pk).first()
    if current is None:
        raise NotInForce
    return current


def _settle_work(need: Need, outcome: str, *, by: User, at: datetime) -> None:
    work.settle_for(
        kind=WorkItem.Kind.NEED, subject=f"need-{need.pk}-", outcome=outcome, by=by, at=at
    )
