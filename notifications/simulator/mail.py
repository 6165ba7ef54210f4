"""A mail server, and the delivery reports (RFC 3464) that follow."""

import asyncio
import email
import email.policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.simulator import scenarios
from notifications.simulator.arrivals import Arrival
from notifications.simulator.desk import Desk
from notifications.simulator.postman import Letter

AT_RCPT = {
    "invalid": "550 5.1.1 No such mailbox",
    "blocked": "550 5.7.1 Sender blocked by the recipient",
    "refuses": "552 5.2.2 Mailbox full",
    "rate-limited": "450 4.7.0 Too many messages",
}
AT_DATA = {
    "rejected-content": "554 5.7.1 Content refused",
    "error-500": "451 4.3.0 Internal error",
}
RETRIES = (30.0, 300.0, 900.0)
_SHOWN_HEADERS = ("From", "List-Unsubscribe", "List-Unsubscribe-Post")
_MAX_BYTES = 1024 * 1024
_REPORT = """\
From: Mail Delivery System <mailer-daemon@simulator.invalid>
Subject: Delivery status
Content-Type: multipart/report; report-type=delivery-status; boundary="report"
MIME-Version: 1.0

--report
Content-Type: text/plain

Your message was {action}.
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; simulator.invalid

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--report
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>

--report--
"""
_SLOW_SECONDS = 3.0
_FOREVER = 3600.0


class Mailserver:
    """Takes mail for every address, and reports on it later."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._greeted: dict[str, None] = {}

    def protocol(self) -> SMTP:
        """One connection."""
        return SMTP(
            Conversation(self),
            hostname="simulator",
            data_size_limit=_MAX_BYTES,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        config = self.desk.config
        expected = LoginPassword(config.smtp_username.encode(), config.smtp_password.encode())
        return AuthResult(success=data == expected, handled=False)

    def is_first_try(self, address: str) -> bool:
        """Whether the address is greylisted, which ends with its first try."""
        if address in self._greeted:
            return False
        self._greeted[address] = None
        if len(self._greeted) > self.desk.config.capacity:
            self._greeted.pop(next(iter(self._greeted)))
        return True

    def accept(self, address: str, scenario: str, content: bytes) -> None:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        message_id = str(mail.get("Message-ID", "")).strip("<>")
        arrival = self.desk.arrivals.add(
            Arrival(
                channel="smtp",
                address=address,
                reference=message_id.partition("@")[0],
                message_id=message_id,
                scenario=scenario,
                subject=str(mail.get("Subject", "")),
                text=_text(mail),
                headers={name: str(mail[name]) for name in _SHOWN_HEADERS if mail[name]},
            )
        )
        self.desk.post_receipts(scenario, address, self._letter(arrival))

    def _letter(self, arrival: Arrival) -> Letter:
        failed = arrival.scenario == "failed-receipt"

        def note() -> None:
            arrival.status = "failed" if failed else "delivered"

        return Letter(
            method="POST",
            url=self.desk.config.email_url(),
            make=lambda: {
                "data": report(arrival, failed=failed),
                "headers": {"Content-Type": "message/rfc822"},
            },
            retries=RETRIES,
            after=note,
        )


class Conversation:
    """Handler of one connection; the names of its methods are aiosmtpd's."""

    def __init__(self, mailserver: Mailserver) -> None:
        self.mailserver = mailserver
        self.scenario = "ok"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if scenarios.for_address(address) == "bad-credentials":
            return "550 5.7.1 Sender not permitted"
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.scenario = self.mailserver.desk.chooser.choose("smtp", address)
        if refusal := AT_RCPT.get(self.scenario):
            return refusal
        if self.scenario == "greylisted" and self.mailserver.is_first_try(address):
            return "450 4.7.1 Greylisted, try again"
        if self.scenario == "busy":
            return _closing(server)
        if self.scenario == "cut-before-accept":
            _cut(server)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if refusal := AT_DATA.get(self.scenario):
            return refusal
        for address in envelope.rcpt_tos:
            self.mailserver.accept(address, self.scenario, envelope.original_content or b"")
        if self.scenario == "cut-after-accept":
            _cut(server)
        elif self.scenario in {"slow", "hang"}:
            await asyncio.sleep(_SLOW_SECONDS if self.scenario == "slow" else _FOREVER)
        return "250 2.0.0 Taken"


def report(arrival: Arrival, *, failed: bool) -> bytes:
    """A delivery report as a mail server writes it."""
    action, status = ("failed", "5.1.1") if failed else ("delivered", "2.0.0")
    text = _REPORT.format(
        action=action, status=status, address=arrival.address, message_id=arrival.message_id
    )
    return text.replace("\n", "\r\n").encode()


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""


def _closing(server: SMTP) -> str:
    """The server says that it closes the line, and does."""
    if server.transport is not None:
        asyncio.get_running_loop().call_later(0.05, server.transport.close)
    return "421 4.3.2 Service closing"


def _cut(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()
