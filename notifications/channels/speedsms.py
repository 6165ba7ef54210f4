"""SMS by SpeedSMS.vn: the second provider, chosen by the setting SMS_PROVIDER."""

import json
from datetime import datetime
from typing import Any

import aiohttp

from notifications import sms
from notifications.channels.base import (
    Fault,
    MalformedReceipt,
    Message,
    ReceiptEvent,
    ReceiptStatus,
    Unavailable,
    Undeliverable,
    receipt_id,
    redact,
)
from notifications.channels.http import HttpChannel

# Source: SpeedSMS's "SMS API" (speedsms.vn/sms-api-service), read 2026-11-28.
CODES: dict[str, tuple[Fault, str]] = {
    "007": (Fault.CHANNEL, "our server's address is locked"),
    "008": (Fault.CHANNEL, "account blocked"),
    "009": (Fault.CHANNEL, "account may not call the API"),
    "101": (Fault.MESSAGE, "parameters invalid or missing"),
    "105": (Fault.ADDRESS, "phone number invalid"),
    "110": (Fault.MESSAGE, "encoding of the text not supported"),
    "113": (Fault.MESSAGE, "text too long"),
    "300": (Fault.CHANNEL, "balance spent"),
    "500": (Fault.LATER, "internal error of the provider"),
}
ACCEPTED = "00"

_URL = "https://api.speedsms.vn/index.php/sms/send"
_BRAND_NAME = 3
_DELIVERED, _FAILED = 0, 64


class SpeedSms(HttpChannel):
    """SMS under a brand name. SpeedSMS takes no reference, so it drops no repetition."""

    deduplicates = False

    def __init__(
        self,
        *,
        access_token: str,
        sender: str,
        url: str = _URL,
        deadline: float = HttpChannel.deadline,
    ) -> None:
        super().__init__(deadline=deadline)
        self.url = url
        self.sender = sender
        # The token is the user's name; the password may be anything.
        self._headers = {"Authorization": aiohttp.encode_basic_auth(access_token, "x")}

    async def send(self, message: Message) -> str:
        """As the contract says; the id is SpeedSMS's number of the transaction."""
        body = {
            "to": [_phone(message.address)],
            "content": message.text if message.keep_accents else sms.plain(message.text),
            "sms_type": _BRAND_NAME,
            "sender": self.sender,
        }
        reply = await self.post(self.url, ends_at=self.ends_at(), json=body, headers=self._headers)
        code = str(reply.get("code", ""))
        if code == ACCEPTED:
            return _accepted_id(reply.get("data"))
        if not code:
            raise Unavailable("malformed: no code")
        fault, reason = CODES.get(code, (Fault.LATER, redact(str(reply.get("message", "")))))
        raise fault.error(reason, code=code, template=message.template)


def receipts(body: bytes, *, received_at: datetime) -> list[ReceiptEvent]:
    """The receipt in SpeedSMS's callback, unsigned JSON; none while it still tries.

    :raises MalformedReceipt: not what SpeedSMS sends
    """
    try:
        said = json.loads(body)
        kind, status = said["type"], int(said["status"])
        message_id = receipt_id(str(said["tranId"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise MalformedReceipt("not a report") from None
    word = _status(status)
    if kind != "report" or word is None:
        return []
    event = ReceiptEvent(
        provider="speedsms",
        message_id=message_id,
        reference="",
        status=word,
        occurred_at=received_at,
        detail=str(status) if word == "failed" else "",
    )
    return [event]


def _status(number: int) -> ReceiptStatus | None:
    """0 is delivery, from 64 on it is given up, in between it is tried again."""
    if number == _DELIVERED:
        return "delivered"
    return "failed" if number >= _FAILED else None


def _accepted_id(data: Any) -> str:
    if not isinstance(data, dict):
        raise Unavailable("malformed: accepted without an id", ambiguous=True)
    if data.get("invalidPhone"):
        raise Undeliverable("phone number invalid", code="invalidPhone")
    if not data.get("tranId"):
        raise Unavailable("malformed: accepted without an id", ambiguous=True)
    return str(data["tranId"])


def _phone(address: str) -> str:
    """A Vietnamese mobile number as SpeedSMS shows it: 84901234567."""
    number = address.removeprefix("+")
    number = "84" + number.removeprefix("0") if number.startswith("0") else number
    if not (number.isascii() and number.isdigit() and len(number) == 11 and number[:2] == "84"):
        raise Undeliverable("not a Vietnamese mobile number")
    return number
