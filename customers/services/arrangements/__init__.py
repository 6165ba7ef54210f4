"""Arrangements for customers who cannot use the new channels: asked for, decided on, closed.

A second person decides where money, a destination or a third party is involved.
"""

from .deciding import approve, disown, end, refuse, undo
from .errors import (
    AlreadyOpen,
    ArrangementError,
    CardNumber,
    HoldersContact,
    MissingAnswer,
    MissingReason,
    NotABankAccount,
    NotAMobile,
    NotInForce,
    NotOpen,
    NotWaiting,
    NumberInText,
    RanOut,
    RelativeMustAgree,
    SamePerson,
    StaffContact,
    SuspendedContact,
    TooLate,
    TooManyAccounts,
)
from .requesting import (
    request_auto_debit,
    request_month_end_reading,
    request_relative_contact,
    request_sms_retention,
)
from .terms import Terms

__all__ = [
    "AlreadyOpen",
    "ArrangementError",
    "CardNumber",
    "HoldersContact",
    "MissingAnswer",
    "MissingReason",
    "NotABankAccount",
    "NotAMobile",
    "NotInForce",
    "NotOpen",
    "NotWaiting",
    "NumberInText",
    "RanOut",
    "RelativeMustAgree",
    "SamePerson",
    "StaffContact",
    "SuspendedContact",
    "Terms",
    "TooLate",
    "TooManyAccounts",
    "approve",
    "disown",
    "end",
    "refuse",
    "request_auto_debit",
    "request_month_end_reading",
    "request_relative_contact",
    "request_sms_retention",
    "undo",
]
