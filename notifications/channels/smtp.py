"""One SMTP connection that is kept open, and what a server's replies mean."""

import re
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from notifications.channels.base import ChannelError, Fault, Misconfigured, Unavailable

CONNECT_SECONDS = 5.0

Stage = Literal["sign-in", "sender", "recipient", "content"]

# RFC 3463: what an enhanced status code 5.x is about.
CODES: dict[str, Fault] = {
    "5.1": Fault.ADDRESS,
    "5.2": Fault.ADDRESS,
    "5.2.2": Fault.MESSAGE,  # mailbox full
    "5.2.3": Fault.MESSAGE,  # message too long for this mailbox
    "5.3": Fault.MESSAGE,
    "5.4": Fault.MESSAGE,
    "5.5": Fault.MESSAGE,
    "5.6": Fault.MESSAGE,
    "5.7": Fault.MESSAGE,  # policy: our reputation or our words, not the mailbox
}
# For servers without enhanced codes: what a refusal at this step is about.
STAGES: dict[Stage, Fault] = {
    "sign-in": Fault.CHANNEL,
    "sender": Fault.CHANNEL,
    "recipient": Fault.ADDRESS,
    "content": Fault.MESSAGE,
}
# What the recipient's own server thinks of it says nothing about our set-up.
_ABOUT_THE_RECIPIENT: frozenset[Stage] = frozenset({"recipient", "content"})
_ENHANCED = re.compile(rb"5\.\d{1,3}\.\d{1,3}")
_SERVICE_CLOSING = 421
_PERMANENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where and how to sign in. ``security``: none, starttls or tls."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)


class Refused(Exception):
    """A negative reply of the server."""

    def __init__(self, stage: Stage, code: int, text: bytes) -> None:
        super().__init__(stage, code)
        self.stage, self.code, self.text = stage, code, text

    def error(self) -> ChannelError:
        """The reply as the sender understands it; the server's words may name a person."""
        enhanced = _ENHANCED.match(self.text)
        detail = enhanced[0].decode() if enhanced else ""
        code = f"{self.code} {detail}".strip()
        if self.code < _PERMANENT:
            return Unavailable(f"deferred at {self.stage}", code=code)
        return self._fault(detail).error(f"refused at {self.stage}", code=code)

    def _fault(self, enhanced: str) -> Fault:
        default = STAGES[self.stage]
        if self.stage not in _ABOUT_THE_RECIPIENT:
            return default
        subject = enhanced.rpartition(".")[0]
        return CODES.get(enhanced) or CODES.get(subject) or default


class Connection:
    """Sends one message after the other over one connection. Runs in a thread of its own."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        # The content is on its way and the server's reply to it has not come (yet).
        self._in_doubt = False
        self.given_up = False
        """Its thread may still be busy with it: not to be used again."""
        self._lock = threading.Lock()

    def deliver(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Send; raises the contract's errors. After one, the connection starts afresh."""
        self._in_doubt = False
        try:
            self._deliver(sender, recipient, content)
        except Refused as refusal:
            self._recover(refusal)
            raise refusal.error() from None
        except smtplib.SMTPNotSupportedError:
            self._abort()
            raise Misconfigured("the mail server lacks what `security` or `username` ask") from None
        # ValueError: what a file of a socket that was closed meanwhile raises.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._abort()
            reason = f"line lost: {type(error).__name__}"
            raise Unavailable(reason, ambiguous=self._in_doubt) from None

    def give_up(self) -> bool:
        """End the work under way, from any thread; whether the server may have taken a message.

        Whoever waits for the server is woken, and closes the line.
        """
        with self._lock:
            self.given_up = True
            in_doubt = self._in_doubt
        line = getattr(self._smtp, "sock", None)
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        return in_doubt

    def close(self) -> None:
        """Say goodbye, if anyone listens."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException, ValueError):
                self._smtp.quit()
        self._abort()

    def _abort(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _deliver(self, sender: str, recipient: str, content: bytes) -> None:
        smtp = self._started(sender)
        _expect("recipient", *smtp.rcpt(recipient))
        code, text = smtp.docmd("DATA")
        if code != 354:
            raise Refused("content", code, text)
        self._begin_content()
        smtp.send(_stuffed(content))
        code, text = smtp.getreply()
        self._in_doubt = code < HTTPStatus.OK
        _expect("content", code, text)

    def _begin_content(self) -> None:
        """From here on the message may arrive, so nobody may have been told that it will not."""
        with self._lock:
            if self.given_up:
                raise smtplib.SMTPServerDisconnected("given up")
            self._in_doubt = True

    def _started(self, sender: str) -> smtplib.SMTP:
        """The connection after MAIL FROM; one that went stale while idle is opened anew."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPServerDisconnected):
                code, text = self._smtp.mail(sender)
                if code != _SERVICE_CLOSING:
                    _expect("sender", code, text)
                    return self._smtp
            self._abort()
        smtp = self._smtp = _connected(self.server, self)
        _expect("sender", *smtp.mail(sender))
        return smtp

    def _recover(self, refusal: Refused) -> None:
        if refusal.code == _SERVICE_CLOSING or self._smtp is None:
            self._abort()
            return
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._abort()


def _connected(server: Server, connection: Connection) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(timeout=CONNECT_SECONDS, context=context)
        if server.security == "tls"
        else smtplib.SMTP(timeout=CONNECT_SECONDS)
    )
    # From here on `give_up` can reach the socket.
    connection._smtp = smtp
    # smtplib keeps the name for TLS only where its constructor connects.
    smtp._host = server.host  # type: ignore[attr-defined]
    _expect("sign-in", *smtp.connect(server.host, server.port))
    if server.security == "starttls":
        _expect("sign-in", *smtp.starttls(context=context))
    if server.username:
        _sign_in(smtp, server)
    smtp.ehlo_or_helo_if_needed()
    # From now on the sender's deadline rules; this is for a server that stays silent for ever.
    if smtp.sock is not None:
        smtp.sock.settimeout(60.0)
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPAuthenticationError as error:
        raise Refused("sign-in", error.smtp_code, b"") from None


def _expect(stage: Stage, code: int, text: bytes) -> None:
    # smtplib gives -1 for a line that is no reply.
    if code < HTTPStatus.OK:
        raise smtplib.SMTPServerDisconnected("no reply")
    if code >= HTTPStatus.BAD_REQUEST:
        raise Refused(stage, code, text)


def _stuffed(content: bytes) -> bytes:
    """RFC 5321, 4.5.2: a leading dot is doubled, a lone dot ends the message."""
    return re.sub(rb"(?m)^\.", b"..", content).removesuffix(b"\r\n") + b"\r\n.\r\n"
