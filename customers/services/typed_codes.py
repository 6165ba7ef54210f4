"""Codes of six digits that prove an address: sent there, typed by whoever reads it.

One machinery for every row that keeps such a code (``code_hash``, ``code_sent_at``, ``codes``,
``tries``); what the code is bound to, the caller says.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare

from customers.models.codes import BETWEEN_CODES, CODE_LASTS, MOST_CODES, MOST_TRIES
from portal.lib.sealed import keyed_hash
from portal.lib.text import clean

KEPT = ["code_hash", "code_sent_at", "codes", "tries"]


class TooManyCodes(Exception):
    """A code was sent a moment ago, or as often as one may."""


def renew(row: Any, *, bound: str, at: datetime) -> str:
    """A new code for ``row``, which is locked; the code itself is kept nowhere.

    :raises TooManyCodes: see there
    """
    too_soon = row.code_sent_at is not None and at < row.code_sent_at + BETWEEN_CODES
    if too_soon or row.codes >= MOST_CODES:
        raise TooManyCodes
    code = f"{secrets.randbelow(1_000_000):06d}"
    row.code_hash, row.code_sent_at = _hash(bound, code, at), at
    row.codes, row.tries = row.codes + 1, 0
    row.save(update_fields=KEPT)
    return code


def count_try(rows: QuerySet[Any], *, at: datetime) -> bool:
    """Count a try of the one row in ``rows`` before its code is compared; False: it is dead."""
    alive = rows.filter(tries__lt=MOST_TRIES, code_sent_at__gt=at - CODE_LASTS)
    return bool(alive.update(tries=F("tries") + 1))


def is_right(row: Any, *, bound: str, code: str) -> bool:
    """Whether this is the code that was sent last."""
    if not row.code_hash or row.code_sent_at is None:
        return False
    return constant_time_compare(_hash(bound, clean(code), row.code_sent_at), row.code_hash)


def _hash(bound: str, code: str, sent_at: datetime) -> str:
    """Bound to its question and the moment it was sent: worth nothing anywhere else."""
    return keyed_hash(f"{bound}:{sent_at.timestamp()}:{code}")
