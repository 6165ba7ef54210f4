"""What became of everybody: the providers' book held against the database."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from notifications.models import Channel, Dispatch, Notice

Status = Dispatch.Status
# At the provider, as we know.
TOLD = {Status.ACCEPTED, Status.DELIVERED, Status.SEEN}
PENDING = {Status.QUEUED, Status.SENDING}
# What is repeated there is dropped there.
DEDUPLICATING = {Channel.SMS.value}


@dataclass
class Findings:
    """Counts of dispatches and copies; ``copies`` counts those beyond one, by channel."""

    notices: int = 0
    told: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    lost: int = 0
    strangers: int = 0
    worst: int = 0
    extra: Counter[str] = field(default_factory=Counter)

    @property
    def dispatches(self) -> int:
        """All that had their turn."""
        return self.told + self.ended.total() + self.pending

    def broken(self, *, allowed_extra: int) -> list[str]:
        """The promises that were not kept, in words."""
        promises = {
            f"{self.lost} lost": not self.lost,
            f"{self.pending} never sent": not self.pending,
            f"{self.strangers} that nobody planned": not self.strangers,
            f"{self.worst} copies of one": self.worst <= 2,
            f"{self.extra.total()} extra": self.extra.total() <= allowed_extra,
            "copies where our reference is known": not any(
                self.extra[channel] for channel in DEDUPLICATING
            ),
        }
        return [words for words, kept in promises.items() if not kept]


def read_book(book: Path) -> Counter[str]:
    """How often each reference was taken."""
    with book.open() as lines:
        return Counter(line.split()[1] for line in lines)


def compare(book: Path) -> Findings:
    """Every dispatch that had its turn, and every line of the book."""
    copies, found = read_book(book), Findings(notices=Notice.objects.count())
    sent = Dispatch.objects.exclude(channel=Channel.INBOX).exclude(status=Status.HELD)
    rows = sent.values_list("reference", "channel", "status", "reason")
    for reference, channel, status, reason in rows.iterator(chunk_size=10_000):
        taken = copies.pop(reference.hex, 0)
        _note(found, channel, Status(status), reason, taken)
    found.strangers = len(copies)
    return found


def _note(found: Findings, channel: str, status: Status, reason: str, taken: int) -> None:
    if status in TOLD:
        found.told += 1
        found.lost += not taken
    elif status in PENDING:
        found.pending += 1
    else:
        found.ended[f"{status.value}: {reason}"] += 1
        found.lost += not reason
    found.worst = max(found.worst, taken)
    found.extra[channel] += max(taken - 1, 0)
