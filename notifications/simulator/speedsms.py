"""SpeedSMS's sending service, and its unsigned reports."""

import base64
import re
from typing import Any

from aiohttp import web

from notifications import sms
from notifications.simulator import faults
from notifications.simulator.arrivals import Arrival
from notifications.simulator.desk import Desk, new_id
from notifications.simulator.postman import Letter

CODES = {
    "invalid": "105",
    "balance-spent": "300",
    "bad-credentials": "009",
    "error-200": "999",
}
RETRIES = (10.0, 60.0)
PART_PRICE = 550
_PHONE = re.compile(r"84\d{9}")


class SpeedSms:
    """The routes of SpeedSMS."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/index.php/sms/send", self.send)]

    async def send(self, request: web.Request) -> web.StreamResponse:
        token = base64.b64encode(f"{self.desk.config.speedsms_token}:x".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {token}":
            return _error("009")
        try:
            body = await request.json()
            [phone] = [str(one) for one in body["to"]]
        except (ValueError, KeyError, TypeError):
            return _error("101")
        if not _PHONE.fullmatch(phone):
            return _error("105")
        scenario = self.desk.chooser.choose("speedsms", phone)
        if code := CODES.get(scenario):
            return _error(code)
        if scenario == "early-receipt":
            arrival = self._accept(phone, body, scenario)
            await self.desk.postman.bring(self._letter(arrival))
            return web.json_response(_taken(arrival))
        return await faults.answer(
            request, scenario, lambda: _taken(self._accept(phone, body, scenario))
        )

    def _accept(self, phone: str, body: dict[str, Any], scenario: str) -> Arrival:
        text = str(body.get("content", ""))
        arrival = self.desk.arrivals.add(
            Arrival(
                channel="speedsms",
                address=f"+{phone}",
                reference="",
                message_id=str(int(new_id()[:12], 16)),
                scenario=scenario,
                text=text,
                headers={"Sender": str(body.get("sender", ""))},
                parts=len(sms.parts(text)),
            )
        )
        self.desk.post_receipts(scenario, arrival.address, self._letter(arrival))
        return arrival

    def _letter(self, arrival: Arrival) -> Letter:
        failed = arrival.scenario == "failed-receipt"

        def note() -> None:
            arrival.status = "failed" if failed else "delivered"

        report = {
            "type": "report",
            "tranId": arrival.message_id,
            "phone": arrival.address.removeprefix("+"),
            "status": 64 if failed else 0,
        }
        return Letter(
            method="POST",
            url=self.desk.config.speedsms_url(),
            make=lambda: {"json": report},
            retries=RETRIES,
            after=note,
        )


def _taken(arrival: Arrival) -> dict[str, Any]:
    data = {
        "tranId": arrival.message_id,
        "totalSMS": arrival.parts,
        "totalPrice": arrival.parts * PART_PRICE,
        "invalidPhone": [],
    }
    return {"status": "success", "code": "00", "data": data}


def _error(code: str) -> web.StreamResponse:
    return web.json_response({"status": "error", "code": code, "message": "refused"})
