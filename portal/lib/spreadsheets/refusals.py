"""What stops a whole file."""

from collections.abc import Sequence
from typing import Any

from portal.lib.errors import Unreadable


class Refused(Unreadable):
    """A file that is not taken at all; nothing of it was used."""


class SeveralSheets(Refused):
    """More sheets than one hold data; ``names`` are theirs."""

    def __init__(self, reason: Any, names: Sequence[str]) -> None:
        super().__init__(reason)
        self.names = tuple(names)
