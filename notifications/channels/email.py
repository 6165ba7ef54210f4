"""E-mail by SMTP, over a few connections that are kept open."""

import asyncio
import email
import email.policy
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.header import Header
from email.message import Message as RawMail
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from types import TracebackType
from typing import Literal, Self

from notifications.channels.base import (
    MAX_BODY,
    Channel,
    MalformedReceipt,
    Message,
    ReceiptEvent,
    ReceiptStatus,
    Unavailable,
    Undeliverable,
    receipt_id,
    redact,
)
from notifications.channels.smtp import Connection, Server

# RFC 3464, 2.3.3: what became of a message; other actions are not the last word.
ACTIONS: dict[str, ReceiptStatus] = {"failed": "failed", "delivered": "delivered"}
# Headers a message may bring along (RFC 2369, RFC 8058).
_OWN_HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To"})

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^\s@<>()\[\],;:\"\\]{1,253})")
_WIRE = email.policy.compat32.clone(linesep="\r\n", max_line_length=76)


class Email(Channel):
    """E-mail. SMTP knows no reference, so a doubtful try may not be repeated freely.

    ``sender``: the From header, such as ``Điện lực <khachhang@example.vn>``.
    ``domain``: the right side of Message-IDs; the sender's by default.
    ``connections``: how many messages travel at the same time.
    """

    deduplicates = False
    digests = True

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        security: Literal["none", "starttls", "tls"] = "starttls",
        username: str = "",
        password: str = "",
        domain: str = "",
        connections: int = 8,
        deadline: float = Channel.deadline,
    ) -> None:
        self.server = Server(
            host=host, port=port, security=security, username=username, password=password
        )
        self.sender = sender
        self.envelope_sender = parseaddr(sender)[1]
        self.domain = domain or self.envelope_sender.rpartition("@")[2]
        self.deadline = deadline
        self._slots = asyncio.Semaphore(connections)
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="smtp")
        self._idle: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        idle, self._idle = self._idle, []
        loop = asyncio.get_running_loop()
        goodbyes = [loop.run_in_executor(self._threads, one.close) for one in idle]
        if goodbyes:
            await asyncio.wait(goodbyes, timeout=1.0)
        for connection in idle:
            connection.give_up()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, message: Message) -> str:
        """As the contract says; the id is our Message-ID, the same for every attempt."""
        recipient = ascii_address(message.address)
        message_id = f"{message.reference}@{self.domain}"
        connection: Connection | None = None
        try:
            async with asyncio.timeout(self.deadline), self._slots:
                connection = self._idle.pop() if self._idle else Connection(self.server)
                await self._run(self._work, connection, message, recipient, message_id)
        except TimeoutError:
            in_doubt = connection is not None and connection.give_up()
            raise Unavailable("no answer in time", ambiguous=in_doubt) from None
        except asyncio.CancelledError:
            if connection is not None:
                connection.give_up()
            raise
        finally:
            if connection is not None and not connection.given_up:
                self._idle.append(connection)
        return message_id

    async def _run(self, work: Callable[..., None], *args: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def _work(
        self, connection: Connection, message: Message, recipient: str, message_id: str
    ) -> None:
        content = render(
            message, sender=self.sender, message_id=message_id, written_at=datetime.now(UTC)
        )
        connection.deliver(sender=self.envelope_sender, recipient=recipient, content=content)


def ascii_address(address: str) -> str:
    """The address as it goes over the wire, an international domain in its ASCII form."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise Undeliverable("not an e-mail address")
    try:
        domain = match[1].encode("idna").decode()
    except UnicodeError:
        raise Undeliverable("not an e-mail domain") from None
    return f"{address.rpartition('@')[0]}@{domain}"


def render(message: Message, *, sender: str, message_id: str, written_at: datetime) -> bytes:
    """The message as it is sent: text, and HTML beside it if there is some.

    The older MIME classes are used because they are three times as fast.
    """
    text = MIMEText(message.text, "plain", "utf-8")
    mail: MIMEText | MIMEMultipart = text
    if message.html:
        mail = MIMEMultipart(
            "alternative", _subparts=[text, MIMEText(message.html, "html", "utf-8")]
        )
    name, address = parseaddr(sender)
    headers = {
        "From": formataddr((name, address)),
        "To": ascii_address(message.address),
        "Subject": Header(_one_line(message.subject), "utf-8").encode(),
        "Message-ID": f"<{message_id}>",
        "Date": format_datetime(written_at),
        "Auto-Submitted": "auto-generated",
    }
    for header, value in (headers | _own_headers(message.headers)).items():
        mail[header] = value
    return mail.as_bytes(policy=_WIRE)


def receipts(raw: bytes, *, received_at: datetime) -> list[ReceiptEvent]:
    """The receipts in a delivery report (RFC 3464) or a complaint (RFC 5965), as raw mail.

    :raises MalformedReceipt: no such report, or not about a message of ours
    """
    if len(raw) > MAX_BODY:
        raise MalformedReceipt("too long")
    report = email.message_from_bytes(raw)
    if report.get_content_type() != "multipart/report":
        raise MalformedReceipt("not a report")
    message_id = _reported_id(report)
    return [
        ReceiptEvent(
            provider="smtp",
            message_id=message_id,
            reference=message_id.partition("@")[0],
            status=status,
            occurred_at=received_at,
            detail=detail,
        )
        for status, detail in _verdicts(report)
    ]


def _verdicts(report: RawMail) -> Iterator[tuple[ReceiptStatus, str]]:
    """What a report says about each recipient; ours have one."""
    for part in report.walk():
        if part.get_content_type() == "message/feedback-report":
            yield "failed", "complaint"
        action = str(part.get("Action", "")).strip().lower()
        if action in ACTIONS:
            yield ACTIONS[action], redact(str(part.get("Status", "")))


def _reported_id(report: RawMail) -> str:
    """The Message-ID of the mail a report is about, out of the copy it brings back."""
    for part in report.walk():
        headers = part.get_payload(decode=True)
        if part.get_content_type() == "text/rfc822-headers" and isinstance(headers, bytes):
            part = email.message_from_bytes(headers)
        if part is not report and part.get("Message-ID"):
            return receipt_id(str(part["Message-ID"]).strip(" <>"))
    raise MalformedReceipt("no Message-ID")


def _own_headers(headers: Mapping[str, str]) -> dict[str, str]:
    unknown = headers.keys() - _OWN_HEADERS
    if unknown:
        raise ValueError(f"headers not allowed: {sorted(unknown)}")
    return {name: _one_line(value) for name, value in headers.items()}


def _one_line(text: str) -> str:
    """No line break gets into a header."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text).split())
