"""What was taken from the product: written down before it is answered."""

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifications.simulator.scenarios import Channel


@dataclass(slots=True, kw_only=True)
class Arrival:
    """One message that was taken; a repetition is an arrival of its own."""

    channel: Channel
    address: str
    reference: str
    message_id: str
    scenario: str
    subject: str = ""
    text: str = ""
    template: str = ""
    data: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    parts: int = 1
    status: str = "accepted"
    number: int = 0
    arrived_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"arrived_at": self.arrived_at.isoformat()}


class Arrivals:
    """The newest messages, up to a number that fits in memory.

    ``book``: a file that gets a line of each, channel and reference, before it is answered for.
    """

    def __init__(self, capacity: int, *, book: str = "") -> None:
        # Open for as long as the process lives.
        self._book = Path(book).open("a", buffering=1) if book else None  # noqa: SIM115
        self._held: deque[Arrival] = deque(maxlen=capacity)
        self._numbers = itertools.count(1)

    def add(self, arrival: Arrival) -> Arrival:
        arrival.number = next(self._numbers)
        self._held.append(arrival)
        if self._book:
            self._book.write(f"{arrival.channel} {arrival.reference}\n")
        return arrival

    def forget(self) -> None:
        self._held.clear()

    def newest(
        self, *, limit: int, address: str = "", channel: str = "", reference: str = ""
    ) -> list[Arrival]:
        """Newest first; an empty filter lets everything pass."""
        fitting = (
            arrival
            for arrival in reversed(self._held)
            if address in {"", arrival.address}
            and channel in {"", arrival.channel}
            and reference in {"", arrival.reference}
        )
        return list(itertools.islice(fitting, limit))

    def totals(self) -> dict[str, dict[str, int]]:
        """Per channel: messages taken, different references, and copies beyond one of each."""
        references: dict[str, Counter[str]] = {}
        for arrival in self._held:
            references.setdefault(arrival.channel, Counter())[arrival.reference] += 1
        return {channel: _total(counts.values()) for channel, counts in references.items()}

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Arrival]:
        return iter(self._held)


def _total(copies: Iterable[int]) -> dict[str, int]:
    copies = list(copies)
    return {
        "taken": sum(copies),
        "references": len(copies),
        "extra": sum(copies) - len(copies),
        "most_copies": max(copies),
    }
