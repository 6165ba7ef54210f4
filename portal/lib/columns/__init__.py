"""The columns of a kind of file, declared once: headings, types, rules, natural key.

A :class:`Table` reads a sheet column by column, because whether ``1.250`` is a thousand is a
question to the column and not to the cell. A row with a wrong field is refused whole, with every
wrong field named; what only looks odd is mended and remarked on; nothing is changed silently.
"""

from .amounts import decimal, index_wh, money, percent, whole, year_of_birth
from .base import (
    DIGITS_LOST,
    SCIENTIFIC,
    TEXT,
    Context,
    Mended,
    Parser,
    Prepared,
    Stored,
    Wrong,
    each,
)
from .codes import account_number, code, serial
from .contacts import contact, email, phone
from .parts import Parts
from .reading import UnclearColumn, refusal, without_repeats
from .results import Parsed, Refusal, Remark, Row
from .sealing import sealed
from .table import Column, Derived, MissingColumns, Table
from .template import template
from .times import billing_month, day, instant, last_day
from .totals import IS_TOTAL
from .words import address, choice, flag, person_name, text

__all__ = [
    "DIGITS_LOST",
    "IS_TOTAL",
    "SCIENTIFIC",
    "TEXT",
    "Column",
    "Context",
    "Derived",
    "Mended",
    "MissingColumns",
    "Parsed",
    "Parser",
    "Parts",
    "Prepared",
    "Refusal",
    "Remark",
    "Row",
    "Stored",
    "Table",
    "UnclearColumn",
    "Wrong",
    "account_number",
    "address",
    "billing_month",
    "choice",
    "code",
    "contact",
    "day",
    "decimal",
    "each",
    "email",
    "flag",
    "index_wh",
    "instant",
    "last_day",
    "money",
    "percent",
    "person_name",
    "phone",
    "refusal",
    "sealed",
    "serial",
    "template",
    "text",
    "whole",
    "without_repeats",
    "year_of_birth",
]
