"""Zalo template messages (ZNS): approved templates, sent to a phone number."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import TracebackType
from typing import Any

from notifications.channels.base import (
    ChannelError,
    Fault,
    Message,
    Misconfigured,
    Quota,
    Unavailable,
    redact,
)
from notifications.channels.http import HttpChannel

from .templates import Template, local_phone, template_data
from .tokens import TokenSource, code_of, token_source

# Sources: Zalo's page "Cách xử lý mã lỗi" (zalo.cloud), its OA and OAuth pages, and notes of
# integrators where those are silent; they disagree here and there, so this is data.
CODES: dict[int, tuple[Fault, str]] = {
    -101: (Fault.CHANNEL, "application invalid"),
    -102: (Fault.CHANNEL, "application does not exist"),
    -103: (Fault.CHANNEL, "application not activated"),
    -104: (Fault.CHANNEL, "application secret invalid"),
    -105: (Fault.CHANNEL, "application not linked to the official account"),
    -108: (Fault.ADDRESS, "phone number invalid"),
    -109: (Fault.TEMPLATE, "template id invalid"),
    -111: (Fault.TEMPLATE, "template data empty"),
    -112: (Fault.TEMPLATE, "template data invalid"),
    -1121: (Fault.TEMPLATE, "template parameter too long"),
    -1122: (Fault.TEMPLATE, "template parameter missing"),
    -114: (Fault.ADDRESS, "inactive or refuses these messages"),
    -115: (Fault.CHANNEL, "balance spent"),
    -117: (Fault.TEMPLATE, "no permission for this template"),
    -118: (Fault.ADDRESS, "no Zalo account"),
    -119: (Fault.ADDRESS, "account cannot receive these messages"),
    -125: (Fault.TEMPLATE, "template fault"),
    -131: (Fault.TEMPLATE, "template not approved"),
    -132: (Fault.ADDRESS, "blocked by the recipient"),
    -212: (Fault.CHANNEL, "official account not registered for this service"),
    -219: (Fault.CHANNEL, "application removed or disabled"),
    -223: (Fault.CHANNEL, "official account limited"),
    -224: (Fault.CHANNEL, "official account needs a paid plan"),
}
# The access token is invalid, expired or removed: refresh once and repeat.
TOKEN_CODES = frozenset({-124, -216, -220})
# No more today; the count starts again at midnight in Viet Nam.
QUOTA_CODES = frozenset({-1472})

_MESSAGES_URL = "https://business.openapi.zalo.me/message/template"
_VIET_NAM = timezone(timedelta(hours=7))


class Zalo(HttpChannel):
    """Template messages. Zalo does not de-duplicate on our reference.

    ``token``: a `TokenSource`, or a callable (or its dotted path) that returns one.
    ``templates``: our template name -> Zalo's id and the kinds of its parameters.
    """

    deduplicates = False

    def __init__(
        self,
        *,
        token: TokenSource | Callable[[], TokenSource] | str,
        templates: Mapping[str, Template],
        url: str = _MESSAGES_URL,
        development: bool = False,
        deadline: float = HttpChannel.deadline,
    ) -> None:
        super().__init__(deadline=deadline)
        self.tokens = token_source(token)
        self.templates = templates
        self.url = url
        self.development = development
        self._refreshing: asyncio.Task[str] | None = None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A refresh that is cut short loses the only refresh token.
        if self._refreshing is not None:
            await asyncio.wait([self._refreshing])
        await super().__aexit__(kind, error, trace)

    async def send(self, message: Message) -> str:
        body = self._body(message)
        ends_at = self.ends_at()
        token = await self._token(self.tokens.get(), ends_at=ends_at)
        reply = await self._call(body, token, ends_at=ends_at)
        if code_of(reply) in TOKEN_CODES:
            token = await self._token(self._refresh(stale=token), ends_at=ends_at)
            reply = await self._call(body, token, ends_at=ends_at)
        return self._accepted(reply, template=message.template)

    def _body(self, message: Message) -> dict[str, Any]:
        template = self.templates.get(message.template)
        if template is None:
            raise Misconfigured("no such template in OPTIONS", template=message.template)
        body: dict[str, Any] = {
            "phone": local_phone(message.address),
            "template_id": template["id"],
            "template_data": template_data(message, parameters=template["parameters"]),
            "tracking_id": message.reference,
        }
        return body | ({"mode": "development"} if self.development else {})

    async def _call(self, body: dict[str, Any], token: str, *, ends_at: float) -> dict[str, Any]:
        headers = {"access_token": token}
        return await self.post(self.url, ends_at=ends_at, json=body, headers=headers)

    async def _token(self, awaitable: Any, *, ends_at: float) -> str:
        try:
            async with asyncio.timeout_at(ends_at):
                token: str = await awaitable
                return token
        except TimeoutError:
            raise Unavailable("no access token in time") from None
        except Unavailable as error:
            # The refresh may be in doubt; the message is not, it was never sent.
            raise Unavailable("no access token", code=error.code) from None

    async def _refresh(self, *, stale: str) -> str:
        """One refresh for all who wait; it goes on when its first caller gives up."""
        if self._refreshing is None:
            self._refreshing = asyncio.ensure_future(self.tokens.refresh(stale=stale))
            self._refreshing.add_done_callback(self._refreshed)
        return await asyncio.shield(self._refreshing)

    def _refreshed(self, task: asyncio.Task[str]) -> None:
        self._refreshing = None
        # Whoever still waits gets the error; this only marks it as looked at.
        task.cancelled() or task.exception()

    def _accepted(self, reply: dict[str, Any], *, template: str) -> str:
        code = code_of(reply)
        if code != 0:
            raise _error(code, reply, template=template)
        data = reply.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("msg_id"), str):
            raise Unavailable("malformed: accepted without an id", ambiguous=True)
        self.quota = _quota(data.get("quota")) or self.quota
        message_id: str = data["msg_id"]
        return message_id


def until_quota_returns(at: datetime) -> float:
    """Seconds until the next midnight in Viet Nam."""
    local = at.astimezone(_VIET_NAM)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), _VIET_NAM)
    return (midnight - local).total_seconds()


def _error(code: int, reply: Mapping[str, Any], *, template: str) -> ChannelError:
    if code in TOKEN_CODES:
        return Unavailable("access token refused", code=str(code))
    if code in QUOTA_CODES:
        pause = until_quota_returns(datetime.now(UTC))
        return Unavailable("daily quota spent", code=str(code), retry_after=pause)
    words = redact(str(reply.get("message", "")))
    fault, reason = CODES.get(code, (Fault.LATER, words))
    return fault.error(reason, code=str(code), template=template)


def _quota(value: object) -> Quota | None:
    try:
        return Quota(int(value["dailyQuota"]), int(value["remainingQuota"]))  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None
