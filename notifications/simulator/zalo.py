"""Zalo's message and token services, and its signed webhooks."""

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

from aiohttp import web

from notifications.simulator import faults
from notifications.simulator.arrivals import Arrival
from notifications.simulator.desk import Config, Desk, compact, delivery_seconds, new_id
from notifications.simulator.postman import Letter
from notifications.simulator.scenarios import dice

CODES = {
    "no-zalo-account": (-118, "Zalo account not existed"),
    "invalid": (-108, "Phone number invalid"),
    "blocked": (-132, "User blocked the official account"),
    "refuses": (-114, "User is inactive, or reject the message"),
    "quota-spent": (-1472, "Daily quota exceeded"),
    "balance-spent": (-115, "Out of quota"),
    "bad-credentials": (-101, "Application invalid"),
    "template-withdrawn": (-131, "Template not approved"),
    "error-200": (-124, "Access token invalid"),
}
RETRIES = (30.0, 300.0, 900.0, 1800.0, 3600.0)
_LIFETIME = 90_000
_PHONE = re.compile(r"84\d{9,10}")
_VIET_NAM = timezone(timedelta(hours=7))

Status = Literal["delivered", "seen"]
_EVENTS: dict[Status, str] = {
    "delivered": "user_received_message",
    "seen": "user_seen_message",
}


class Tokens:
    """Token pairs that need no memory to be known again after a restart: they are signed."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._used: set[str] = set()
        self._invalid_before = 0.0

    def is_valid(self, token: str) -> bool:
        if token == self.config.access_token:
            return self._invalid_before == 0.0
        issued = self._issued(token, kind="a")
        return issued is not None and self._invalid_before <= issued > time.time() - _LIFETIME

    def expire(self) -> None:
        """Make every access token given out so far invalid."""
        self._invalid_before = time.time()

    def refresh(self, token: str) -> dict[str, str] | None:
        """A new pair, once for each refresh token."""
        known = token == self.config.refresh_token or self._issued(token, kind="r") is not None
        if not known or token in self._used:
            return None
        self._used.add(token)
        return {
            "access_token": self._token("a"),
            "refresh_token": self._token("r"),
            "expires_in": str(_LIFETIME),
        }

    def _token(self, kind: str) -> str:
        body = f"{kind}.{time.time()}.{new_id()}"
        return f"{body}.{self._seal(body)}"

    def _issued(self, token: str, *, kind: str) -> float | None:
        body, _, seal = token.rpartition(".")
        if not body.startswith(f"{kind}.") or not hmac.compare_digest(self._seal(body), seal):
            return None
        return float(body.split(".", 1)[1].rpartition(".")[0])

    def _seal(self, body: str) -> str:
        return hmac.new(self.config.app_secret.encode(), body.encode(), "sha256").hexdigest()


class Zalo:
    """The routes of Zalo."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tokens = Tokens(desk.config)
        self._spent: tuple[str, int] = ("", 0)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/message/template", self.message),
            web.post("/v4/oa/access_token", self.token),
        ]

    async def token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        config = self.desk.config
        if request.headers.get("secret_key") != config.app_secret:
            return _error(-14004, "Invalid secret key")
        if form.get("app_id") != config.app_id or form.get("grant_type") != "refresh_token":
            return _error(-14002, "Invalid app id or grant type")
        pair = self.tokens.refresh(str(form.get("refresh_token", "")))
        return web.json_response(pair) if pair else _error(-14020, "Refresh token is used")

    async def message(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
            phone = str(body["phone"])
        except (ValueError, KeyError, TypeError):
            return _error(-122, "Body format invalid")
        if not self.tokens.is_valid(request.headers.get("access_token", "")):
            return _error(-124, "Access token invalid")
        if not _PHONE.fullmatch(phone):
            return _error(*CODES["invalid"])
        scenario = self.desk.chooser.choose("zalo", phone)
        if refusal := CODES.get(scenario):
            return _error(*refusal)
        if self._quota_left() <= 0:
            return _error(*CODES["quota-spent"])
        if scenario == "early-receipt":
            return await self._early(body)
        return await faults.answer(
            request, scenario, lambda: self._taken(self._accept(body, scenario))
        )

    async def _early(self, body: dict[str, Any]) -> web.StreamResponse:
        arrival = self._accept(body, "early-receipt")
        await self.desk.postman.bring(self._letter(arrival, "delivered"))
        return web.json_response(self._taken(arrival))

    def _accept(self, body: dict[str, Any], scenario: str) -> Arrival:
        data = {str(name): str(value) for name, value in (body.get("template_data") or {}).items()}
        arrival = self.desk.arrivals.add(
            Arrival(
                channel="zalo",
                address=f"+{body['phone']}",
                reference=str(body.get("tracking_id", "")),
                message_id=new_id(),
                scenario=scenario,
                template=str(body.get("template_id", "")),
                data=data,
            )
        )
        self._spent = (_today(), self._spent_today() + 1)
        self._receipts(arrival)
        return arrival

    def _taken(self, arrival: Arrival) -> dict[str, Any]:
        quota = {
            "dailyQuota": str(self.desk.config.zalo_quota),
            "remainingQuota": str(self._quota_left()),
        }
        sent = str(int(arrival.arrived_at.timestamp() * 1000))
        data = {"msg_id": arrival.message_id, "sent_time": sent, "quota": quota}
        return {"error": 0, "message": "Success", "data": data}

    def _receipts(self, arrival: Arrival) -> None:
        scenario, address = arrival.scenario, arrival.address
        letter = self._letter(arrival, "delivered")
        self.desk.post_receipts(scenario, address, letter)
        if not letter.url or scenario not in {"seen", "disordered-receipt"}:
            return
        after = 0.5 if scenario == "disordered-receipt" else _seen_seconds(address)
        self.desk.postman.post(self._letter(arrival, "seen"), after=after)

    def _letter(self, arrival: Arrival, status: Status) -> Letter:
        def note() -> None:
            arrival.status = "seen" if arrival.status == "seen" else status

        return Letter(
            method="POST",
            url=self.desk.config.zalo_url(),
            make=lambda: self._webhook(arrival, status),
            retries=RETRIES,
            after=note,
        )

    def _webhook(self, arrival: Arrival, status: Status) -> dict[str, Any]:
        now = str(int(time.time() * 1000))
        message: dict[str, Any] = {"msg_id": arrival.message_id, "tracking_id": arrival.reference}
        if status == "delivered":
            message["delivery_time"] = now
        config = self.desk.config
        body = compact(
            {
                "event_name": _EVENTS[status],
                "app_id": config.app_id,
                "sender": {"id": "simulated-oa"},
                "recipient": {"id": hashlib.sha256(arrival.address.encode()).hexdigest()[:16]},
                "message": message,
                "timestamp": now,
            }
        )
        signed = config.app_id.encode() + body + now.encode() + config.oa_secret.encode()
        signature = "mac=" + hashlib.sha256(signed).hexdigest()
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signature}
        return {"data": body, "headers": headers}

    def _quota_left(self) -> int:
        return self.desk.config.zalo_quota - self._spent_today()

    def _spent_today(self) -> int:
        day, spent = self._spent
        return spent if day == _today() else 0


def _seen_seconds(address: str) -> float:
    return delivery_seconds(address) + 2 + next(dice(address, "seen")) / 10


def _today() -> str:
    return datetime.now(UTC).astimezone(_VIET_NAM).date().isoformat()


def _error(code: int, message: str) -> web.StreamResponse:
    return web.json_response({"error": code, "message": message})
