"""What can keep an arrangement from being made or changed, in words for the agent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from customers.services import reasons
from portal.lib.errors import SaysWhy
from portal.lib.said import hour


class ArrangementError(SaysWhy):
    """Refused: ``why`` says it to the agent, ``field`` names the answer to mend (or none)."""

    field: str = ""

    def __init__(self, *, field: str = "") -> None:
        super().__init__(field)
        if field:
            self.field = field


class SamePerson(ArrangementError):
    """Whoever recorded an arrangement must not decide on it."""

    why = _("You recorded this yourself; another person has to decide.")


class NotWaiting(ArrangementError):
    """It is not waiting for a decision (any more)."""

    why = _("Somebody has decided already.")


class NotOpen(ArrangementError):
    """It is neither waiting nor in force (any more)."""

    why = _("This arrangement is over already.")


class NotInForce(ArrangementError):
    """Only what is in force can end."""

    why = _("This arrangement is not in force.")


class TooLate(ArrangementError):
    """The day to undo has passed."""

    why = _("More than 24 hours have passed; end the arrangement instead.")


class AlreadyRenewed(ArrangementError):
    """Somebody confirmed it since the page was opened."""

    why = _("A colleague has just confirmed it again; this is it.")


class ChangedMeanwhile(ArrangementError):
    """The arrangements are others than those on the page; ``at``: since when, where that is known.

    Never recorded over: a colleague on the other line may have agreed on something else.
    """

    why = _("The arrangements were changed meanwhile: look again.")
    why_at = _("Somebody changed the arrangements at %(when)s: look again.")

    def __init__(self, *, at: datetime | None = None) -> None:
        super().__init__()
        self.at = at

    def __str__(self) -> str:
        return str(self.why_at) % {"when": hour(self.at)} if self.at else str(self.why)


class MandateOver(ArrangementError):
    """What a bank has closed cannot go on."""

    why = _("The bank debits no more. End this arrangement and record another one.")


class RanOut(ArrangementError):
    """Its last day or its review lies behind: what was agreed holds no more."""

    why = _("Its dates have passed while it waited; agree on it with the customer again.")


class AlreadyOpen(ArrangementError):
    """The account has one of this kind, waiting or in force."""

    why = _("There is already one of this kind, waiting or in force.")


class ContractOver(ArrangementError):
    why = _("This contract has ended; nothing is agreed on for it any more.")


class AnotherOpen(AlreadyOpen):
    """A file brings other terms than those that are open."""

    why = _(
        "There is already one of this kind with other terms, waiting or in force; end that one at "
        "the desk first."
    )


class OverAlready(ArrangementError):
    """The same agreement was recorded before, and ended, was refused or taken back."""

    why = _("This agreement was recorded before and is over; agree on it with the customer again.")
    field = "reference"


class UnknownAccount(ArrangementError):
    why = reasons.UNKNOWN_ACCOUNT


class BeginsAtOnce(ArrangementError):
    why = _("Month-end reading begins on the day on which it is recorded; bring it on that day.")
    field = "starts_on"


class AgreedInTheFuture(ArrangementError):
    why = _("It cannot have been agreed on after today.")
    field = "agreed_on"


class StartsInThePast(ArrangementError):
    why = _("It cannot begin in the past.")
    field = "starts_on"


class EndsTooEarly(ArrangementError):
    why = _("It must end after it begins.")
    field = "ends_on"


class ReviewTooFar(ArrangementError):
    why = _("The review must follow within a year after the beginning.")
    field = "review_on"


class NoReference(ArrangementError):
    why = _("Give the call or letter number, so that the conversation can be found again.")
    field = "reference"


class OldText(ArrangementError):
    """Another text is to be read aloud than the one that was."""

    why = _("The text to read aloud has changed; read the new one.")
    field = "read_aloud"


class MissingReason(ArrangementError):
    """A decision or a choice without its reason."""

    why = _("Give the reason.")


class MissingAnswer(ArrangementError):
    why = _("This is needed.")


class NumberInText(ArrangementError):
    """A free text that holds a bank, card or identity number."""

    why = _("Leave bank, card and identity numbers out of free text.")


class NotABankAccount(ArrangementError):
    why = _("A bank account number has 6 to 19 digits and nothing else.")
    field = "bank_account"


class CardNumber(ArrangementError):
    why = _("This is a card number. Ask for the account number; never write a card number down.")
    field = "bank_account"


class NotAMobile(ArrangementError):
    why = _("This is a landline; messages reach mobile numbers only.")
    field = "phone"


class NotAnEmail(ArrangementError):
    why = _("This is not an e-mail address.")
    field = "address"


class RelativeMustAgree(ArrangementError):
    """Nobody is told another's bills without having said yes themselves."""

    why = _("The relative has to say yes themselves; call them first.")
    field = "agreed"


class NotConfirmed(ArrangementError):
    """The relative has not named the code that was sent to their address."""

    why = _("The relative has not named their code yet; it is approved after that.")


NOT_HERE = _("This contact cannot be recorded here; ask for another one.")
"""One sentence for all that other rows say of a number: else it would tell whose login it is."""


class StaffContact(ArrangementError):
    """It belongs to the login of a colleague."""

    why = NOT_HERE
    field = "address"


class HoldersContact(ArrangementError):
    why = _("This is the contract holder's own contact, not the relative's.")
    field = "address"


class RelativesContact(ArrangementError):
    why = _("This is the contact of a relative; SMS goes on to the holder's own number only.")
    field = "phone"


class TooManyAccounts(ArrangementError):
    """It is told of three accounts already."""

    why = NOT_HERE
    field = "address"


class SuspendedContact(ArrangementError):
    """It was suspended for a reason of its own, which an arrangement does not lift."""

    why = _("This contact was suspended and cannot be used; ask for another one.")
    field = "address"


BY_CONSTRAINT: dict[str, type[ArrangementError]] = {
    "arrangement_one_open_per_kind": AlreadyOpen,
    "arrangement_two_people": SamePerson,
    "renewal_once_a_review": AlreadyRenewed,
    "arrangement_ends_after_start": EndsTooEarly,
    "arrangement_reviewed_after_start": ReviewTooFar,
    "arrangement_has_evidence": NoReference,
    "arrangement_agreed_before": AgreedInTheFuture,
    "sms_retention_gives_every_reason": MissingReason,
}


@contextmanager
def explained() -> Iterator[None]:
    """Say in our own words which promise of the database a write would have broken."""
    try:
        yield
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if broken not in BY_CONSTRAINT:
            raise
        raise BY_CONSTRAINT[broken] from error
