"""Exceptions that say in plain words, to people, what is wrong."""

from typing import Any


class Unreadable(ValueError):
    """Something given from outside is not what it should be; people may be shown ``reason``."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        # The reason is a lazy translation: it takes the language of whoever reads it.
        return str(self.reason)


class SaysWhy(Exception):
    """A step that was refused; ``why``, of each kind its own, is said to whoever asked."""

    why: Any = ""

    def __str__(self) -> str:
        # Lazy, as above.
        return str(self.why)
