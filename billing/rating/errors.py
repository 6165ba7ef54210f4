"""What can stop a rating; each says in words what is missing or wrong."""


class CannotRate(ValueError):
    """No bill can be worked out from what was given."""


class BadBasis(CannotRate):
    """The use, the period or the household count makes no sense."""


class BadTariff(CannotRate):
    """A price list or another table of rules is not well formed."""


class NoTariff(CannotRate):
    """No price is known for this group, voltage and date."""


class UnconfirmedTariff(CannotRate):
    """A rule is on record from a weak source only: not for a real bill."""


class NoVatRate(CannotRate):
    """No VAT rate is known for this date."""


class ReadNeeded(CannotRate):
    """The price changed inside the period and this group is billed by a read on that day."""


class NotRunningForward(CannotRate):
    """A meter's index went down and its digits do not explain it."""
