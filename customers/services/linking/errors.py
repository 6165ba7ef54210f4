"""What can keep an address from being linked, in words that tell a stranger nothing."""

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import SaysWhy


class LinkingError(SaysWhy):
    """Refused: ``why`` says it to whoever asked. No two reasons of a stranger's differ in words."""


class NotANumber(LinkingError):
    """No customer code stands in what was typed."""

    why = _(
        "A customer code is PE or PB and 11 digits, such as PE04001234567. Check what you typed."
    )


class TwoNumbers(LinkingError):
    """More than one customer code stands in what was typed."""

    why = _("These are two customer codes. Link one address at a time.")


class TooMany(LinkingError):
    """A limit is reached: of the login, the customer code, the network or the whole site."""

    why = _(
        "This cannot be done here any more today. Try again tomorrow, or call us: we link it for "
        "you."
    )


class TooManyAddresses(LinkingError):
    """The login sees as many addresses as one login may."""

    why = _("A login sees at most 20 addresses. For more, call us: we find a way that fits.")


class AlreadyLinked(LinkingError):
    """The login sees this address already."""

    why = _("This address is linked to your login already.")


class WrongCode(LinkingError):
    """It is not the code, or nothing was ever sent."""

    why = _("This is not the code, or its time is over. Check it, or ask for a new one.")


class Gone(LinkingError):
    """The request was used, ran out of time or tries, is another's, or never was."""

    why = _("This request has expired or was used.")


class NotWaiting(LinkingError):
    """It does not wait for an answer (any more)."""

    why = _("This request was answered, taken back, or has expired.")


class NotAllowed(LinkingError):
    """Whoever answers is not the one who may."""

    why = _("Only the contract holder can answer this.")


class SamePerson(LinkingError):
    """Nobody checks themselves."""

    why = _("You asked for this yourself; another person has to check you.")


class NotEnough(LinkingError):
    """A check that passed although nothing was asked that only the customer can show."""

    why = _("What stands on a bill is not enough: anyone may hold the paper.")


class NoReference(LinkingError):
    why = _("Give the call or case number, so that the conversation can be found again.")


class NoLetters(LinkingError):
    """The household needs word by voice: a code on paper would reach nobody."""

    why = _("No letters go there: check them by a call back or at the counter.")


class OthersRemain(LinkingError):
    """Nobody would be left to say who sees the address."""

    why = _(
        "Others see this address by your yes. End their links first, or record that you move out."
    )
