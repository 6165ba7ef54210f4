"""Files on their way into the database: taken, read, previewed, confirmed, applied, undone.

People's steps are in ``ladder``, the background's in ``working``: whoever holds the lock of a kind
goes on where the last one stopped, wherever that was.
"""

from . import inbox
from .asking import NotAnAnswer, answer, forget
from .ladder import (
    CannotUndo,
    Expired,
    LoadError,
    NoReason,
    NotNow,
    NotYours,
    OneCompany,
    SamePerson,
    ask_undo,
    cancel,
    check_again,
    confirm,
    decline_undo,
    dismiss,
    release,
    withdraw_undo,
)
from .taking import NothingToMend, bring, is_bringer, take
from .tending import tidy
from .working import kinds_to_work, work

__all__ = [
    "CannotUndo",
    "Expired",
    "LoadError",
    "NoReason",
    "NotAnAnswer",
    "NotNow",
    "NotYours",
    "NothingToMend",
    "OneCompany",
    "SamePerson",
    "answer",
    "ask_undo",
    "bring",
    "cancel",
    "check_again",
    "confirm",
    "decline_undo",
    "dismiss",
    "forget",
    "inbox",
    "is_bringer",
    "kinds_to_work",
    "release",
    "take",
    "tidy",
    "withdraw_undo",
    "work",
]
