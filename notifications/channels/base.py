"""The contract between the sender and the companies that carry our messages."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from types import TracebackType
from typing import ClassVar, Literal, Self

from django.core.exceptions import ImproperlyConfigured

# What a provider may call us back with, and what it may answer: bytes.
MAX_BODY = 64 * 1024
MAX_REFERENCE = 50
# It also becomes the local part of a Message-ID.
_REFERENCE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_REFERENCE - 1}}}")
_PERSONAL = re.compile(r"\+?\d(?:[ .-]?\d){7,}|[^\s<>@]+@[^\s<>@]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One dispatch as an adapter sees it: words and an address, nothing of the database."""

    reference: str
    """At most 50 characters; the same for every attempt of one dispatch."""
    address: str
    """E.164 for phones, addr-spec for e-mail, whatever the channel calls a person otherwise."""
    text: str
    subject: str = ""
    html: str = ""
    template: str = ""
    """Our name of the words (the notice kind); an adapter maps it to the provider's own id."""
    data: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    keep_accents: bool = False
    """The customer asked for accents although they make an SMS dearer."""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError("reference: 1 to 50 of letters, digits, dot, dash, underscore")


class ChannelError(Exception):
    """A message was not taken. Its text names no person and is fit for logs and staff."""

    def __init__(self, reason: str = "", *, code: str = "") -> None:
        super().__init__(f"{code}: {reason}" if code else reason)
        self.reason = reason
        self.code = code


class Undeliverable(ChannelError):
    """Never at this address: go on to the next channel.

    ``message_only``: the address is good, only this message cannot go there.
    """

    def __init__(self, reason: str = "", *, code: str = "", message_only: bool = False) -> None:
        super().__init__(reason, code=code)
        self.message_only = message_only


class Unavailable(ChannelError):
    """Not now: try later.

    ``retry_after``: seconds the provider asked the whole channel to pause, if it did.
    ``ambiguous``: the provider may have taken the message all the same.
    """

    def __init__(
        self,
        reason: str = "",
        *,
        code: str = "",
        retry_after: float | None = None,
        ambiguous: bool = False,
    ) -> None:
        super().__init__(reason, code=code)
        self.retry_after = retry_after
        self.ambiguous = ambiguous


class Misconfigured(ChannelError):
    """Stop until staff act: the whole channel, or only ``template`` where that is given."""

    def __init__(self, reason: str = "", *, code: str = "", template: str = "") -> None:
        super().__init__(reason, code=code)
        self.template = template


class Fault(Enum):
    """What a provider's code is about, and therefore which act it asks for."""

    ADDRESS = "address"
    MESSAGE = "message"
    TEMPLATE = "template"
    CHANNEL = "channel"
    LATER = "later"

    def error(self, reason: str, *, code: str, template: str = "") -> ChannelError:
        """The exception that asks the sender for the right act."""
        match self:
            case Fault.ADDRESS:
                return Undeliverable(reason, code=code)
            case Fault.MESSAGE:
                return Undeliverable(reason, code=code, message_only=True)
            case Fault.TEMPLATE:
                return Misconfigured(reason, code=code, template=template)
            case Fault.CHANNEL:
                return Misconfigured(reason, code=code)
            case Fault.LATER:
                return Unavailable(reason, code=code)


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages allowed a day and left today, as of a provider's last answer."""

    daily: int
    remaining: int


class Channel(ABC):
    """An adapter: opens its connections on entry, closes them on exit, sends in between.

    One instance belongs to one event loop. Calls of ``send`` may overlap freely.
    """

    deduplicates: ClassVar[bool]
    """The provider drops a second message with our reference, so a doubtful try may be repeated."""

    digests: ClassVar[bool] = False
    """Several notices to one address may go as one message. Only where it does not deduplicate:
    what a sender died over is repeated one by one, each under a reference of its own."""

    quota: Quota | None = None
    """What the provider said last, where it says it at all."""

    deadline: float = 15.0
    """Seconds, by the clock on the wall, after which ``send`` has ended in any case."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @abstractmethod
    async def send(self, message: Message) -> str:
        """Hand the message to the provider and return the provider's id for it.

        :raises Undeliverable: this address never, go on to the next channel
        :raises Unavailable: later; see ``retry_after`` and ``ambiguous``
        :raises Misconfigured: stop the channel or the template until staff act
        """


ReceiptStatus = Literal["delivered", "seen", "failed"]


class MalformedReceipt(ValueError):
    """What arrived does not follow the provider's protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEvent:
    """The provider's word on one message, in the same shape for every provider."""

    provider: str
    message_id: str
    reference: str
    """Empty where the provider does not repeat it: match on ``message_id`` then."""
    status: ReceiptStatus
    occurred_at: datetime
    detail: str = ""

    @property
    def key(self) -> str:
        """Equal for every repetition of the same word on the same message."""
        return f"{self.provider}:{self.message_id}:{self.status}"


def redact(text: str, *, limit: int = 200) -> str:
    """A provider's words on one line, without anything that looks like a phone or an address."""
    return _PERSONAL.sub("…", _CONTROL.sub(" ", text))[:limit].strip()


def receipt_id(value: object, *, limit: int = 80) -> str:
    """An id out of a receipt.

    :raises MalformedReceipt: it is no plain text of at most so many characters
    """
    if isinstance(value, str) and value.isprintable() and value.isascii() and len(value) <= limit:
        return value
    raise MalformedReceipt("not an id")


def epoch_ms(value: object, *, default: datetime) -> datetime:
    """The instant of a time stamp in milliseconds (text or number), or the default."""
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return default


class UnknownChannel(ImproperlyConfigured):
    """No such channel in the setting CHANNELS."""
