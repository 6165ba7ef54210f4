"""Phone numbers and e-mail addresses. What cannot reach anybody is not taken for a contact."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib import phones
from portal.lib.spreadsheets import Cell, as_text
from portal.lib.text import clean, fold

from .base import DIGITS_LOST, SCIENTIFIC, Context, Mended, Parser, Prepared, Wrong, each

LOWERED = _("Spaces or capitals in the e-mail address were put right.")
LEFT_EMPTY = _("{reason} The number was left out; the row is taken without it.")
MISTYPED = _("The domain {domain} looks mistyped; nothing is sent there until it is confirmed.")

_ABOUT_PHONE = _("A phone number, like 0903123456.")
_ABOUT_EMAIL = _("One e-mail address.")
_NOT_A_PHONE = _("This is not a phone number.")
_NOT_AN_EMAIL = _("This is not one e-mail address.")
_PLACEHOLDER = _("This stands for “no e-mail address”; leave the cell empty instead.")

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=.{{6,254}}$)(?=[^@]{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+[a-z]{{2,24}}")

# What clerks type because the form wants something: alone, or in front of any domain.
_NOTHING = re.compile(
    r"(?:khong|ko|chua)(?:co)?(?:e?mail)?|noe?mail|none|null|n/a|test|abc|xxx|aaa"
)
# Domains that do not exist or belong to somebody else, one slip away from the well-known ones; the
# database reads the expression, too.
MISTYPED_DOMAIN = (
    r"(?:.*\.(?:con|cmo|comm|vm|v|cm|om|vnn)|(?:gmai|gmial|gmal|gamil|yaho|hotmai)\..*"
    r"|gmail\.(?:co|vn|com\.vn)|(?:yahoo|hotmail)\.co)"
)
_SLIP = re.compile(MISTYPED_DOMAIN)


def phone(*, strict: bool = False) -> Parser:
    """A Vietnamese number as E.164.

    A number that is written like one but lies in no range in use is left out with a remark (its
    value is None), so that the row is not lost for a mistyped digit; ``strict`` refuses it too.
    """

    def read(cell: Cell) -> Any:
        if not isinstance(cell, str | float | int) or isinstance(cell, bool):
            raise Wrong(_NOT_A_PHONE)
        if isinstance(cell, str) and SCIENTIFIC.fullmatch(cell.strip()):
            raise Wrong(DIGITS_LOST)
        try:
            value, remark = phones.parse_with_remark(cell)
        except phones.NoSuchNumber as error:
            if strict:
                raise
            return Mended(None, format_lazy(LEFT_EMPTY, reason=error.reason))
        return value if remark is None else Mended(value, remark)

    return each(read, about=_ABOUT_PHONE)


def contact() -> Parser:
    """An e-mail address or, where no @ is written, a phone number; what reaches nobody is refused.

    Which of both a row should hold is for the checks of its table.
    """
    as_email, as_phone = email(), phone(strict=True)

    def prepare(cells: Sequence[Cell], context: Context) -> Prepared:
        read_email = as_email.prepare(cells, context).read
        read_phone = as_phone.prepare(cells, context).read

        def read(cell: Cell) -> Any:
            return read_email(cell) if isinstance(cell, str) and "@" in cell else read_phone(cell)

        return Prepared(read)

    return Parser(prepare, about=format_lazy("{} {}", _ABOUT_PHONE, _ABOUT_EMAIL))


def email() -> Parser:
    """One address in small letters; words for "none" and made-up addresses are refused."""

    def read(cell: Cell) -> Any:
        # A line break inside becomes a space here, and no address holds one.
        address = clean(as_text(cell)).lower()
        local, _at, domain = address.rpartition("@")
        if _stands_for_none(local, domain):
            raise Wrong(_PLACEHOLDER)
        if not _EMAIL.fullmatch(address):
            raise Wrong(_NOT_AN_EMAIL)
        if _SLIP.fullmatch(domain):
            return Mended(address, format_lazy(MISTYPED, domain=domain))
        return address if address == cell else Mended(address, LOWERED)

    return each(read, about=_ABOUT_EMAIL)


def _stands_for_none(local: str, domain: str) -> bool:
    """Whether an address, or a text without @, only fills the field: không có, a@a.com."""
    word = fold(local or domain).replace(" ", "").replace(".", "")
    return bool(_NOTHING.fullmatch(word)) or local == domain.partition(".")[0]
