"""Linking an address to a login. A stranger learns nothing from any of it.

``ask`` writes the wish down; ``prepare`` looks the account up in the background and makes the code
that is sent; ``answer`` redeems a code; the holder says yes by ``accept``, an agent by
``record_check``. A letter's code is made by ``issue_letter``.
"""

from .alarms import lift, watch
from .answering import answer
from .asking import ask
from .checking import record as record_check
from .codes import reference_in
from .deciding import accept, refuse
from .errors import (
    AlreadyLinked,
    Gone,
    LinkingError,
    NoLetters,
    NoReference,
    NotAllowed,
    NotANumber,
    NotEnough,
    NotWaiting,
    OthersRemain,
    SamePerson,
    TooMany,
    TooManyAddresses,
    TwoNumbers,
    WrongCode,
)
from .leaving import leave, name_place
from .letters import in_large_print, takes_letters
from .letters import issue as issue_letter
from .numbers import number_in
from .preparing import CodeToSend, lost, prepare

__all__ = [
    "AlreadyLinked",
    "CodeToSend",
    "Gone",
    "LinkingError",
    "NoLetters",
    "NoReference",
    "NotANumber",
    "NotAllowed",
    "NotEnough",
    "NotWaiting",
    "OthersRemain",
    "SamePerson",
    "TooMany",
    "TooManyAddresses",
    "TwoNumbers",
    "WrongCode",
    "accept",
    "answer",
    "ask",
    "in_large_print",
    "issue_letter",
    "leave",
    "lift",
    "lost",
    "name_place",
    "number_in",
    "prepare",
    "record_check",
    "reference_in",
    "refuse",
    "takes_letters",
    "watch",
]
