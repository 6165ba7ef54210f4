"""SMS by eSMS.vn: customer-care messages under a brand name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notifications import sms
from notifications.channels.base import (
    MAX_REFERENCE,
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
from notifications.channels.http import DEFAULT_PAUSE, HttpChannel

# Source: eSMS's "Table of error codes" (developers.esms.vn).
CODES: dict[str, tuple[Fault, str]] = {
    "99": (Fault.ADDRESS, "phone number blocked"),
    "101": (Fault.CHANNEL, "ApiKey or SecretKey wrong"),
    "102": (Fault.CHANNEL, "no price list"),
    "103": (Fault.CHANNEL, "balance spent"),
    "104": (Fault.CHANNEL, "brand name unknown"),
    "108": (Fault.ADDRESS, "phone number invalid"),
    "118": (Fault.CHANNEL, "message type not supported"),
    # Some lists have 140 among the faults of the address; the provider's own page says that our
    # server is not on its list, and a good phone number must not be given up for that.
    "140": (Fault.CHANNEL, "our server's address is not on the provider's list"),
    "143": (Fault.CHANNEL, "stopped by the provider"),
    "146": (Fault.TEMPLATE, "text differs from the registered template"),
    "177": (Fault.ADDRESS, "brand name not registered with this network"),
}
ACCEPTED = "100"
# The RequestId was used in the last 24 hours: an earlier try of ours was taken.
REPEATED = "124"
RATE = "160"

_URL = "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_CUSTOMER_CARE = "2"
_DONE, _REJECTED = "5", "4"


class Esms(HttpChannel):
    """SMS, without accents unless the message asks to keep them."""

    deduplicates = True

    def __init__(
        self,
        *,
        api_key: str,
        secret_key: str,
        brandname: str,
        callback_url: str = "",
        sandbox: bool = False,
        url: str = _URL,
        deadline: float = HttpChannel.deadline,
    ) -> None:
        super().__init__(deadline=deadline)
        self.url = url
        self._account = {
            "ApiKey": api_key,
            "SecretKey": secret_key,
            "Brandname": brandname,
            "SmsType": _CUSTOMER_CARE,
            "Sandbox": "1" if sandbox else "0",
        }
        if callback_url:
            self._account["CallbackUrl"] = callback_url

    async def send(self, message: Message) -> str:
        """As the contract says; the reference stands in for the id of a try taken earlier."""
        reply = await self.post(self.url, ends_at=self.ends_at(), json=self._body(message))
        code = str(reply.get("CodeResult", ""))
        if code == ACCEPTED:
            return _accepted_id(reply)
        if code == REPEATED:
            return message.reference
        if code == RATE:
            raise Unavailable("too fast", code=code, retry_after=DEFAULT_PAUSE)
        if not code:
            raise Unavailable("malformed: no CodeResult")
        words = redact(str(reply.get("ErrorMessage", "")))
        fault, reason = CODES.get(code, (Fault.LATER, words))
        raise fault.error(reason, code=code, template=message.template)

    def _body(self, message: Message) -> dict[str, str]:
        text = content(message.text, keep_accents=message.keep_accents)
        return self._account | {
            "Phone": _local(message.address),
            "Content": text,
            "IsUnicode": "1" if sms.encoding(text) == "UCS-2" else "0",
            "RequestId": message.reference,
        }


def content(text: str, *, keep_accents: bool = False) -> str:
    """The text as it is sent."""
    return text if keep_accents else sms.plain(text)


def cost(text: str, *, part_price: int, keep_accents: bool = False) -> int:
    """The price in đồng of sending the text; a part costs about 320 to 820."""
    return len(sms.parts(content(text, keep_accents=keep_accents))) * part_price


def receipts(query: Mapping[str, str], *, received_at: datetime) -> list[ReceiptEvent]:
    """The receipt in the query string of eSMS's callback (an unsigned GET); none while it waits.

    :raises MalformedReceipt: no SMSID, or something else in its place
    """
    message_id = receipt_id(query.get("SMSID", ""))
    if not message_id:
        raise MalformedReceipt("no SMSID")
    status = _status(query)
    if status is None:
        return []
    event = ReceiptEvent(
        provider="esms",
        message_id=message_id,
        reference=receipt_id(query.get("RequestId", ""), limit=MAX_REFERENCE),
        status=status,
        occurred_at=received_at,
        detail=redact(query.get("error_info", "")) if status == "failed" else "",
    )
    return [event]


def _status(query: Mapping[str, str]) -> ReceiptStatus | None:
    """One message has one recipient, so one success is delivery."""
    state = query.get("SendStatus", "")
    if state == _REJECTED:
        return "failed"
    if state != _DONE:
        return None
    if _count(query, "SendSuccess"):
        return "delivered"
    return "failed" if _count(query, "SendFailed") else None


def _count(query: Mapping[str, str], name: str) -> int:
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _accepted_id(reply: Mapping[str, Any]) -> str:
    message_id = reply.get("SMSID")
    if not message_id:
        raise Unavailable("malformed: accepted without an id", ambiguous=True)
    return str(message_id)


def _local(address: str) -> str:
    """A Vietnamese mobile number as eSMS shows it: 0901234567."""
    number = address.removeprefix("+")
    number = "0" + number.removeprefix("84") if number.startswith("84") else number
    if not (number.isascii() and number.isdigit() and number.startswith("0") and len(number) == 10):
        raise Undeliverable("not a Vietnamese mobile number")
    return number
