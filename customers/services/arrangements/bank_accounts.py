"""Bank account numbers as callers say them; card numbers are turned away."""

import re

from portal.lib.text import clean

from .errors import CardNumber, NotABankAccount

_SEPARATORS = re.compile(r"[ .-]")
_ACCOUNT = re.compile(r"[0-9]{6,19}")
# 9704 opens the domestic cards of every Vietnamese bank (16 or 19 digits); the others are Visa,
# Mastercard, JCB, American Express' partner range and UnionPay. ISO/IEC 7812 has the check digit.
_DOMESTIC_CARD = re.compile(r"9704(?:[0-9]{12}|[0-9]{15})")
_INTERNATIONAL_CARD = re.compile(
    r"(?=[0-9]{16}$)(?:4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|35(?:2[89]|[3-8])|62)"
)


def parse(text: str) -> str:
    """The digits of a bank account number; zeros in front belong to it.

    :raises CardNumber: it is the number on a card
    :raises NotABankAccount: it is something else
    """
    number = _SEPARATORS.sub("", clean(text))
    if _is_card(number):
        raise CardNumber
    if not _ACCOUNT.fullmatch(number):
        raise NotABankAccount
    return number


def _is_card(number: str) -> bool:
    # A domestic card is known by its first digits alone: a mistyped one is still a card.
    if _DOMESTIC_CARD.fullmatch(number):
        return True
    return bool(_INTERNATIONAL_CARD.match(number)) and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    total = sum(map(int, number[-1::-2])) + sum(sum(divmod(twice, 10)) for twice in doubled)
    return total % 10 == 0
