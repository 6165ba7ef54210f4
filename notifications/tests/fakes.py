"""The one seam to the outside world: adapters that answer as a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from notifications.channels import Channel, Message
from notifications.services import dispatching

Answer = str | BaseException | Callable[[Message], str]


class Fake(Channel):
    """Answers each message with the next of ``answers``, the last one for ever."""

    def __init__(self, *answers: Answer, deduplicates: bool = False) -> None:
        self.answers = list(answers) or [lambda message: f"id-{message.reference[:8]}"]
        self.deduplicates = deduplicates  # type: ignore[misc]
        self.sent: list[Message] = []
        self.deadline = 1.0

    async def send(self, message: Message) -> str:
        self.sent.append(message)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer(message) if callable(answer) else answer


@contextmanager
def provider(*answers: Answer, deduplicates: bool = False) -> Iterator[Fake]:
    """Every channel is carried by one fake while the block runs."""
    fake = Fake(*answers, deduplicates=deduplicates)
    with patch.object(dispatching.channels, "get", lambda _name: fake):
        yield fake
