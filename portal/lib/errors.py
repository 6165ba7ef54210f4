"""The exception that says in plain words why a text cannot be what it should be."""

from typing import Any


class Unreadable(ValueError):
    """Something given from outside is not what it should be; people may be shown ``reason``."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        # The reason is a lazy translation: it takes the language of whoever reads it.
        return str(self.reason)
