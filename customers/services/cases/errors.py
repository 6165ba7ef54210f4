from django.utils.translation import gettext_lazy as _

from portal.lib.errors import SaysWhy


class CaseError(SaysWhy):
    """Refused: ``why`` says it to whoever works on the case, or asked; ``field`` is beside what."""

    field = ""


class NotAllowed(CaseError):
    why = _("This request is not yours to work on.")


class Closed(CaseError):
    why = _("It is closed already.")


class Taken(CaseError):
    why = _("A colleague has taken this request.")


class NotYours(CaseError):
    why = _("Take the request first.")


class NotElsewhere(CaseError):
    why = _("It is there already, or no company is in charge of it.")


class NoOutcome(CaseError):
    field = "outcome"
    why = _("Choose what came of it.")


class NoAnswer(CaseError):
    field = "text"
    why = _("Write what the customer is to read.")


class MayNotAsk(CaseError):
    field = "from_whom"
    why = _(
        "No relative may ask about the bills of this contract. Say no amounts; the holder asks "
        "themselves, or lets a relative ask by an arrangement."
    )


class SaysNothing(CaseError):
    field = "asked"
    why = _("Write what it is about.")


class NumberInText(CaseError):
    field = "text"
    why = _("Leave bank, card and identity numbers out of free text.")


class TooMany(CaseError):
    why = _("Ten requests about this address are open. Please wait for the answers.")


class TooManyLines(CaseError):
    field = "text"
    why = _("You have written a lot here. Please wait for our answer, or call us.")


class TooLate(CaseError):
    why = _("It was closed more than seven days ago. Please open a new one.")
