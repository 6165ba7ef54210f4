"""Codes of six digits that prove an address: sent there, typed by whoever reads it.

One machinery for every row that keeps such a code in ``code_hash`` and its tries in ``tries``; what
the code is bound to, the caller says. A row whose code may be made anew (:func:`renew`) keeps
``code_sent_at`` and ``codes``, too; another one names the column that says when it was sent.
"""

import secrets
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare

from customers.models.codes import BETWEEN_CODES, CODE_LASTS, MOST_CODES, MOST_TRIES
from portal.lib.sealed import keyed_hash
from portal.lib.text import clean

SENT = "code_sent_at"
KEPT = ["code_hash", "code_sent_at", "codes", "tries"]


class TooManyCodes(Exception):
    """A code was sent a moment ago, or as often as one may."""


class Typed(Enum):
    """What a typed code turned out to be; dead: too old, or tried too often."""

    RIGHT = "right"
    WRONG = "wrong"
    DEAD = "dead"


def draw() -> str:
    """Six digits, drawn by the system's secure generator."""
    return f"{secrets.randbelow(1_000_000):06d}"


def renew(row: Any, *, bound: str, at: datetime) -> str:
    """A new code for ``row``, which is locked; the code itself is kept nowhere.

    :raises TooManyCodes: see there
    """
    too_soon = row.code_sent_at is not None and at < row.code_sent_at + BETWEEN_CODES
    if too_soon or row.codes >= MOST_CODES:
        raise TooManyCodes
    code = draw()
    row.code_hash, row.code_sent_at = hashed(code, bound=bound, sent_at=at), at
    row.codes, row.tries = row.codes + 1, 0
    row.save(update_fields=KEPT)
    return code


def count_try(rows: QuerySet[Any], *, at: datetime, sent: str = SENT) -> bool:
    """Count a try of the one row in ``rows`` before its code is compared; False: it is dead."""
    alive = rows.filter(tries__lt=MOST_TRIES, **{f"{sent}__gt": at - CODE_LASTS})
    return bool(alive.update(tries=F("tries") + 1))


def is_right(row: Any, *, bound: str, code: str, sent: str = SENT) -> bool:
    """Whether this is the code that was sent last."""
    sent_at = getattr(row, sent)
    if not row.code_hash or sent_at is None:
        return False
    typed = hashed(clean(code), bound=bound, sent_at=sent_at)
    return constant_time_compare(typed, row.code_hash)


def hashed(code: str, *, bound: str, sent_at: datetime) -> str:
    """Bound to its question and the moment it was sent: worth nothing anywhere else."""
    return keyed_hash(f"{bound}:{sent_at.timestamp()}:{code}")
