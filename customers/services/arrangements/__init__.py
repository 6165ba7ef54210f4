"""Arrangements for customers who cannot use the new channels: from the request to the end.

A second person decides where money, a destination or a third party is involved.
"""

from . import from_files
from .deciding import ENDED_BECAUSE, HOLDING, approve, disown, end, refuse, undo
from .errors import (
    AlreadyOpen,
    AlreadyRenewed,
    AnotherOpen,
    ArrangementError,
    CardNumber,
    ChangedMeanwhile,
    ContractOver,
    HoldersContact,
    MandateOver,
    MissingAnswer,
    MissingReason,
    NotABankAccount,
    NotAMobile,
    NotConfirmed,
    NotInForce,
    NotOpen,
    NotWaiting,
    NumberInText,
    OldText,
    RanOut,
    RelativeMustAgree,
    SamePerson,
    StaffContact,
    SuspendedContact,
    TooLate,
    TooManyAccounts,
)
from .lapsing import keep
from .relatives import confirm_relative, new_relative_code
from .renewing import Word, renew
from .requesting import (
    request_auto_debit,
    request_month_end_reading,
    request_relative_contact,
    request_sms_retention,
)
from .supposing import supposed, supposed_approved
from .terms import Terms, lock
from .unchanged import refuse_changed, state_of
from .ways import left_without

__all__ = [
    "ENDED_BECAUSE",
    "HOLDING",
    "AlreadyOpen",
    "AlreadyRenewed",
    "AnotherOpen",
    "ArrangementError",
    "CardNumber",
    "ChangedMeanwhile",
    "ContractOver",
    "HoldersContact",
    "MandateOver",
    "MissingAnswer",
    "MissingReason",
    "NotABankAccount",
    "NotAMobile",
    "NotConfirmed",
    "NotInForce",
    "NotOpen",
    "NotWaiting",
    "NumberInText",
    "OldText",
    "RanOut",
    "RelativeMustAgree",
    "SamePerson",
    "StaffContact",
    "SuspendedContact",
    "Terms",
    "TooLate",
    "TooManyAccounts",
    "Word",
    "approve",
    "confirm_relative",
    "disown",
    "end",
    "from_files",
    "keep",
    "left_without",
    "lock",
    "new_relative_code",
    "refuse",
    "refuse_changed",
    "renew",
    "request_auto_debit",
    "request_month_end_reading",
    "request_relative_contact",
    "request_sms_retention",
    "state_of",
    "supposed",
    "supposed_approved",
    "undo",
]
