"""What a new password must be: long, or shorter beside a second factor; never what others try.

Validators for ``AUTH_PASSWORD_VALIDATORS``.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.models import User
from portal.lib.text import fold
from portal.sign_in.mfa import has_second_factor

ALONE, BESIDE_A_FACTOR, MOST = 15, 8, 128
# What people of this city put into the password of their electricity account, without accents.
TRIED_FIRST = (
    "evnhcmc", "evnspc", "evncskh", "evn", "hcmc", "tphcm", "hochiminh", "saigon", "vietnam",
    "dienluc", "tiendien", "congtydien", "hoadon", "khachhang", "cskh", "chamsoc", "congto",
    "matkhau", "password", "taikhoan", "dangnhap", "admin", "qwerty", "iloveyou", "anhyeuem",
)  # fmt: skip
LEAST_OWN = 4
_TRIED = re.compile("|".join(TRIED_FIRST))
_NOT_A_LETTER = re.compile(r"[^a-z]+")


def length(password: str) -> int:
    """Characters as the reader counts them: composed letters are one."""
    return len(unicodedata.normalize("NFC", password))


def refuse_endless(password: str) -> None:
    """Refuse what is far too long before anything costly looks at it.

    :raises ValidationError: it has more than ``MOST`` characters
    """
    if len(password) > 4 * MOST or length(password) > MOST:
        raise ValidationError(
            _("A password has at most %(most)d characters.") % {"most": MOST}, code="too_long"
        )


class Length:
    """Fifteen characters, or eight where a second factor stands beside the password."""

    def validate(self, password: str, user: User | None = None) -> None:
        refuse_endless(password)
        least = BESIDE_A_FACTOR if user and user.pk and has_second_factor(user) else ALONE
        if length(password) < least:
            raise ValidationError(_too_short(least), code="too_short")

    def get_help_text(self) -> str:
        return _(
            "At least %(alone)d characters, for example four words that only you would put"
            " together; %(beside)d are enough once your login has a second step."
        ) % {"alone": ALONE, "beside": BESIDE_A_FACTOR}


def _too_short(least: int) -> str:
    if least == ALONE:
        return _(
            "This password is too short: it needs %(alone)d characters,"
            " or %(beside)d once your login has a second step."
        ) % {"alone": ALONE, "beside": BESIDE_A_FACTOR}
    return _("This password is too short: it needs %(least)d characters.") % {"least": least}


class NobodysWords:
    """Not just the words that everybody would try at an electricity company."""

    def validate(self, password: str, user: User | None = None) -> None:
        letters = _NOT_A_LETTER.sub("", fold(password))
        own = _TRIED.sub("", letters)
        if own != letters and len(own) < LEAST_OWN:
            raise ValidationError(
                _("This password is made of words that strangers would try first."),
                code="tried_first",
            )

    def get_help_text(self) -> str:
        return _("No common password, and not just words like “dienluc” or “evn”.")


class NotOneself:
    """Not one's own address with something added."""

    def validate(self, password: str, user: User | None = None) -> None:
        mine = _NOT_WORD.sub("", fold(password))
        for known in _addresses(user):
            rest = mine.replace(known, "")
            if rest != mine and len(rest) < BESIDE_A_FACTOR:
                raise ValidationError(
                    _("This password contains your e-mail address or phone number."),
                    code="oneself",
                )

    def get_help_text(self) -> str:
        return _("Not your e-mail address or phone number.")


_NOT_WORD = re.compile(r"[^a-z0-9]+")


def _addresses(user: User | None) -> list[str]:
    """What is publicly known of the user, letters and digits only, the longest first."""
    email, phone = (getattr(user, "email", "") or "", getattr(user, "phone", "") or "")
    known = [email, email.split("@")[0], phone.removeprefix("+"), phone.removeprefix("+84")]
    folded = (_NOT_WORD.sub("", fold(text)) for text in known)
    return sorted((text for text in folded if len(text) >= LEAST_OWN), key=len, reverse=True)
