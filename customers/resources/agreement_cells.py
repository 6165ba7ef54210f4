"""What cells of a file of agreements say, in its words, and what a row of each kind needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.banks import BANKS
from customers.models import Arrangement, RelativeContact
from customers.services.arrangements import ArrangementError, NumberInText, from_files
from customers.services.arrangements.bank_accounts import parse as parse_bank_account
from portal.lib import secret_numbers
from portal.lib.columns import DIGITS_LOST, SCIENTIFIC, Parser, Wrong, sealed
from portal.lib.numbers import SIGNIFICANT_DIGITS
from portal.lib.spreadsheets import Cell
from portal.lib.text import clean

Kind = Arrangement.Kind
KINDS = {
    "TRICH NO": Kind.AUTO_DEBIT,
    "Trích nợ tự động": Kind.AUTO_DEBIT,
    "GHI CUOI THANG": Kind.MONTH_END_READING,
    "Ghi điện cuối tháng": Kind.MONTH_END_READING,
    "NGUOI THAN": Kind.RELATIVE_CONTACT,
    "Người thân nhận tin": Kind.RELATIVE_CONTACT,
    "GIU SMS": Kind.SMS_RETENTION,
    "Giữ tin nhắn SMS": Kind.SMS_RETENTION,
}
SOURCES = {"HO SO GIAY": from_files.ON_PAPER, "NGAN HANG": from_files.BY_BANK}
RELATIONS = {
    "CON": RelativeContact.Relation.CHILD,
    "VO CHONG": RelativeContact.Relation.SPOUSE,
    "ANH CHI EM": RelativeContact.Relation.SIBLING,
    "CHAU": RelativeContact.Relation.GRANDCHILD,
    "KHAC": RelativeContact.Relation.OTHER,
}
# As banks call themselves in their own lists.
BANK_NAMES = {bank: bank for bank in BANKS} | {
    "VCB": "Vietcombank",
    "CTG": "VietinBank",
    "TCB": "Techcombank",
    "MB Bank": "MB",
    "MBBank": "MB",
    "STB": "Sacombank",
    "TPB": "TPBank",
    "HDB": "HDBank",
    "NHCSXH": "VBSP",
}
# What a row of each kind says, and what it may say; the columns of other kinds stay empty.
NEEDED = {
    Kind.AUTO_DEBIT: ("bank", "bank_account", "bank_holder"),
    Kind.MONTH_END_READING: (),
    Kind.RELATIVE_CONTACT: ("relative_name", "relative_phone"),
    Kind.SMS_RETENTION: ("sms_phone", "ends_on"),
}
OF_ONE_KIND = {name for names in NEEDED.values() for name in names} - {"ends_on"}
# So long agreements on paper are kept.
PAPER_DAYS = 20 * 366

_BANK_AS_NUMBER = _(
    "The spreadsheet holds a number here: zeros at the front may be lost. Format the column as "
    "text and type the account number again."
)
_ABOUT_BANK = _("The number of a bank account as text, with its zeros; never that of a card.")
_NEEDED = _("An agreement of this kind needs this.")
_OF_ANOTHER_KIND = _("This belongs to another kind of agreement; leave the cell empty.")
_ENDS = _("The agreement ends before it begins.")


def bank_account() -> Parser:
    """The number of a bank account, as text, sealed; the number on a card is none."""

    def read(cell: Cell) -> str:
        if not isinstance(cell, str):
            raise Wrong(_BANK_AS_NUMBER)
        if SCIENTIFIC.fullmatch(clean(cell)):
            raise Wrong(DIGITS_LOST)
        try:
            number = parse_bank_account(cell)
        except ArrangementError as error:
            raise Wrong(error.why) from None
        # A spreadsheet that once held it as a number has filled it up with zeros.
        if number[SIGNIFICANT_DIGITS:].strip("0") == "" and len(number) > SIGNIFICANT_DIGITS:
            raise Wrong(DIGITS_LOST)
        return number

    return sealed(read, about=_ABOUT_BANK)


def says_what_its_kind_needs(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """All that a row of its kind says, and nothing of another kind: a slipped column is noticed."""
    needed = NEEDED[row["kind"]]
    for name in needed:
        if row[name] is None:
            yield name, _NEEDED
    for name in sorted(OF_ONE_KIND.difference(needed)):
        if row[name] is not None:
            yield name, _OF_ANOTHER_KIND


def holds_no_number_in_words(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Bank accounts end up in wrong columns, too: such a row does not even wait."""
    if secret_numbers.stand_in(row["reference"]):
        yield "reference", NumberInText.why
    for name in ("bank_holder", "relative_name"):
        if row[name] and secret_numbers.hidden(row[name]) != row[name]:
            yield name, NumberInText.why


def ends_after_start(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """From before until."""
    if row["starts_on"] and row["ends_on"] and row["ends_on"] <= row["starts_on"]:
        yield "ends_on", _ENDS
