"""Text that the database holds only sealed: bank details, provider tokens.

Fernet (AES-128-CBC with HMAC) under ``settings.SEAL_KEYS``, newest key first; older ones still
open what they sealed.
A sealed column cannot be filtered; a keyed hash beside it answers "is it this one?".
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Seal ``text`` with the newest key."""
    return seal_bytes(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Open what :func:`seal` made.

    :raises cryptography.fernet.InvalidToken: no key of this installation sealed it
    """
    return unseal_bytes(sealed.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    """As :func:`seal`; the result is one line of ASCII."""
    return _box(tuple(settings.SEAL_KEYS)).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """Open what :func:`seal_bytes` made; raises as :func:`unseal`."""
    return _box(tuple(settings.SEAL_KEYS)).decrypt(sealed)


def keyed_hash(text: str) -> str:
    """The look-up value of a sealed text: 64 hex digits, worthless without the oldest key."""
    return hmac.new(settings.SEAL_KEYS[-1].encode(), text.encode(), hashlib.sha256).hexdigest()


class SealedField(models.TextField):
    """Text sealed in the database, clear in Python; refuses every look-up but "is null"."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else seal(str(value))

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return value if value in (None, "") else unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed; look it up by its keyed hash")
