"""A browser maker's push service, and the browsers behind it: what is sealed is opened here."""

import base64
import json
from typing import Any
from urllib.parse import quote

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from notifications.simulator import faults
from notifications.simulator.arrivals import Arrival
from notifications.simulator.desk import Desk, new_id
from notifications.simulator.postman import Letter

STATUSES = {"invalid": 404, "gone": 410, "bad-credentials": 403}
RETRIES = (10.0, 60.0)
# All simulated browsers share one pair of keys: nothing here is anybody's secret.
_KEY = ec.derive_private_key(20261124, ec.SECP256R1())
_PUBLIC = _KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
_SECRET = b"simulated-secret"


def subscription(origin: str, device: str) -> str:
    """What a simulated browser of this name says when it subscribes at the simulator: JSON."""
    keys = {"p256dh": _encoded(_PUBLIC), "auth": _encoded(_SECRET)}
    return json.dumps({"endpoint": f"{origin}/push/{quote(device, safe='+@')}", "keys": keys})


class PushService:
    """The route that browsers name as their endpoint; one browser for each last part."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # What each browser shows: one message for each tag.
        self._shown: dict[tuple[str, str], Arrival] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/push/{device}", self.push)]

    def forget(self) -> None:
        self._shown.clear()

    async def push(self, request: web.Request) -> web.StreamResponse:
        device = request.match_info["device"]
        if not _is_signed(request):
            return web.Response(status=401)
        scenario = self.desk.chooser.choose("push", device)
        if status := STATUSES.get(scenario):
            return web.Response(status=status)
        try:
            shown = _opened(await request.read())
        except (ValueError, http_ece.ECEException):
            return web.Response(status=400)
        if scenario == "early-receipt":
            await self.desk.postman.bring(self._letter(self._accept(device, shown, scenario)))
            return web.Response(status=201)
        answer = await faults.answer(
            request, scenario, lambda: self._taken(device, shown, scenario)
        )
        if answer.status == web.HTTPOk.status_code and scenario != "html-200":
            answer.set_status(web.HTTPCreated.status_code)
        return answer

    def _taken(self, device: str, shown: dict[str, Any], scenario: str) -> dict[str, Any]:
        return {"message": self._accept(device, shown, scenario).message_id}

    def _accept(self, device: str, shown: dict[str, Any], scenario: str) -> Arrival:
        tag = str(shown.get("tag", ""))
        if found := self._shown.get((device, tag)):
            return found
        arrival = self.desk.arrivals.add(
            Arrival(
                channel="push",
                address=device,
                reference=tag,
                message_id=new_id(),
                scenario=scenario,
                subject=str(shown.get("title", "")),
                text=str(shown.get("body", "")),
                headers={"URL": str(shown.get("url", ""))},
            )
        )
        self._shown[device, tag] = arrival
        self.desk.post_receipts(scenario, device, self._letter(arrival))
        return arrival

    def _letter(self, arrival: Arrival) -> Letter:
        def note() -> None:
            arrival.status = "delivered"

        return Letter(
            method="POST",
            url=self.desk.config.push_url(arrival.reference),
            make=dict,
            retries=RETRIES,
            after=note,
        )


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _is_signed(request: web.Request) -> bool:
    try:
        return bool(Vapid02.verify(request.headers.get("Authorization", "")))
    except Exception:
        # The library raises whatever comes up on what is no token.
        return False


def _opened(body: bytes) -> dict[str, Any]:
    """What the service worker would see."""
    content = http_ece.decrypt(body, private_key=_KEY, auth_secret=_SECRET, version="aes128gcm")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
