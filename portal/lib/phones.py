"""Vietnamese phone numbers as spreadsheets and people write them, kept as E.164.

Which numbers exist is the table of ``phonenumbers``; what is taken for a number is stricter here,
because that library reads a letter O as a zero and knows no 11-digit mobile from before 2018.
"""

import re
from typing import Any, NamedTuple

import phonenumbers
from django.utils.translation import gettext_lazy as _

from .errors import Unreadable
from .text import clean, has_control_characters


class NotAPhone(Unreadable):
    """A text that is not one Vietnamese phone number which can be called at the normal price."""


class NoSuchNumber(NotAPhone):
    """Written like a Vietnamese number, but in no range in use: the person mistyped a digit."""


class Parsed(NamedTuple):
    """A number in E.164, and what had to be changed to read it, if anything."""

    value: str
    remark: Any


SEPARATORS = _("Spaces and signs were removed from the phone number.")
ZERO_RESTORED = _("The zero at the front of the phone number was lost and is restored.")
CONVERTED = _("An 11-digit number from before 2018 was converted to its new prefix.")

_EMPTY = _("There is no phone number here.")
_FRACTION = _("This is a number with decimals, not a phone number.")
_LETTERS = _("A phone number holds digits only; this one holds letters or other signs.")
_FOREIGN = _("This is a foreign number; only Vietnamese numbers are taken.")
_SPECIAL = _("Short and special numbers (113, 1900…) cannot be reached; give a personal number.")
_LENGTH = _("A Vietnamese phone number has ten digits, for example 0903 123 456.")
_NO_SUCH = _("No Vietnamese phone number begins like this; a digit is probably mistyped.")

# The operators' conversion of September 2018, after the zero: old prefix, new prefix.
PREFIXES_OF_2018 = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35",
    "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip

_TABLE: Any = phonenumbers.PhoneMetadata.metadata_for_region("VN")
# The library counts numbers of machines (014…, 0121…) as mobiles; nobody reads a notice there.
_MOBILE = re.compile(rf"(?=[35789])(?:{_TABLE.mobile.national_number_pattern})")
_LANDLINE = re.compile(_TABLE.fixed_line.national_number_pattern)
_SHAPE = re.compile(r"[+(]{0,2}[0-9][0-9 .()\-]*")
_FOLDED = str.maketrans(
    "０１２３４５６７８９٠١٢٣٤٥٦٧٨٩＋－．（）‐‑–—", "01234567890123456789+-.()----"
)
_DIGITS = re.compile("[0-9]")


def parse(text: str | int | float) -> str:
    """The E.164 form of a Vietnamese number.

    :raises NotAPhone: it is none, is foreign, or is a special number
    """
    return parse_with_remark(text).value


def parse_with_remark(text: str | int | float) -> Parsed:
    """Like :func:`parse`, and what was changed on the way, for an importer that must say so."""
    written = _written(text)
    national, remark = _national(_digits(written))
    if not _MOBILE.fullmatch(national) and not _LANDLINE.fullmatch(national):
        raise NoSuchNumber(_NO_SUCH) if 9 <= len(national) <= 10 else NotAPhone(_LENGTH)
    if remark is None and written not in (f"0{national}", f"84{national}", f"+84{national}"):
        remark = SEPARATORS
    return Parsed(f"+84{national}", remark)


def _written(text: str | int | float) -> str:
    """The cell as text; Excel hands a number over as a float."""
    if isinstance(text, float):
        if not text.is_integer():
            raise NotAPhone(_FRACTION)
        text = int(text)
    written = str("" if text is None else text).translate(_FOLDED)
    if not clean(written):
        raise NotAPhone(_EMPTY)
    return written


def _digits(written: str) -> str:
    """The digits of a text that holds nothing but digits and separators, '+' in front kept."""
    text = clean(written)
    if has_control_characters(written) or not _SHAPE.fullmatch(text):
        raise NotAPhone(_LETTERS)
    plus = "+" if "+" in text else ""
    return plus + "".join(_DIGITS.findall(text))


def _national(digits: str) -> tuple[str, Any]:
    """The number without country code and zero, brought to today's numbering; the remark."""
    for international in ("+", "00"):
        if digits.startswith(international):
            rest = digits.removeprefix(international)
            if not rest.startswith("84"):
                raise NotAPhone(_FOREIGN)
            return _of_today(rest[2:].removeprefix("0"))
    if digits.startswith("0"):
        return _of_today(digits[1:])
    if digits.startswith("84") and len(digits) > 10:
        return _of_today(digits[2:].removeprefix("0"))
    if len(digits) < 9 or digits.startswith(("1800", "1900")):
        raise NotAPhone(_SPECIAL if digits.startswith("1") or len(digits) < 7 else _LENGTH)
    return _of_today(digits, ZERO_RESTORED)


def _of_today(national: str, remark: Any = None) -> tuple[str, Any]:
    if len(national) == 10 and national[:3] in PREFIXES_OF_2018:
        return PREFIXES_OF_2018[national[:3]] + national[3:], CONVERTED
    return national, remark


def is_mobile(number: str) -> bool:
    """Whether an E.164 number can receive SMS and Zalo messages."""
    return _MOBILE.fullmatch(number.removeprefix("+84")) is not None


def display(number: str) -> str:
    """An E.164 number as Vietnamese read it: ``0903 123 456``, ``028 3822 1234``."""
    local = f"0{number.removeprefix('+84')}"
    area, last = (3, 7) if local.startswith(("024", "028")) else (4, len(local) - 3)
    return f"{local[:area]} {local[area:last]} {local[last:]}"
