"""eSMS's sending service, and its unsigned callbacks."""

import re
import time
from collections import OrderedDict
from typing import Any

from aiohttp import web

from notifications import sms
from notifications.simulator import faults
from notifications.simulator.arrivals import Arrival
from notifications.simulator.desk import Desk, new_id
from notifications.simulator.postman import Letter

CODES = {
    "invalid": "108",
    "blocked": "99",
    "refuses": "177",
    "balance-spent": "103",
    "bad-credentials": "101",
    "template-withdrawn": "146",
    "rate-code": "160",
    "error-200": "999",
}
RETRIES = (10.0, 30.0, 60.0, 120.0)
PART_PRICE = 550
_REMEMBERED_SECONDS = 24 * 3600
_PHONE = re.compile(r"(?:84|0)\d{9}")


class Esms:
    """The routes of eSMS."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # RequestId -> when it was taken, oldest first.
        self._requests: OrderedDict[str, float] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        path = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
        return [web.post(path, self.send)]

    def forget(self) -> None:
        self._requests.clear()

    async def send(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
            phone = str(body["Phone"])
        except (ValueError, KeyError, TypeError):
            return _error("300")
        scenario = self.desk.chooser.choose("esms", phone)
        if code := self._refusal(body, phone, scenario):
            return _error(code)
        if scenario == "early-receipt":
            return await self._early(body)
        return await faults.answer(request, scenario, lambda: _taken(self._accept(body, scenario)))

    def _refusal(self, body: dict[str, Any], phone: str, scenario: str) -> str:
        config = self.desk.config
        keys = (body.get("ApiKey"), body.get("SecretKey"))
        if keys != (config.esms_api_key, config.esms_secret_key):
            return "101"
        if not _PHONE.fullmatch(phone):
            return "108"
        if code := CODES.get(scenario):
            return code
        return "124" if self._was_taken(str(body.get("RequestId", ""))) else ""

    async def _early(self, body: dict[str, Any]) -> web.StreamResponse:
        arrival = self._accept(body, "early-receipt")
        await self.desk.postman.bring(self._letter(arrival, str(body.get("CallbackUrl", ""))))
        return web.json_response(_taken(arrival))

    def _accept(self, body: dict[str, Any], scenario: str) -> Arrival:
        text = str(body.get("Content", ""))
        reference = str(body.get("RequestId", ""))
        self._remember(reference)
        arrival = self.desk.arrivals.add(
            Arrival(
                channel="esms",
                address="+84" + re.sub(r"^(84|0)", "", str(body["Phone"])),
                reference=reference,
                message_id=new_id(),
                scenario=scenario,
                text=text,
                headers={"Brandname": str(body.get("Brandname", ""))},
                parts=len(sms.parts(text)),
            )
        )
        letter = self._letter(arrival, str(body.get("CallbackUrl", "")))
        self.desk.post_receipts(scenario, arrival.address, letter)
        return arrival

    def _letter(self, arrival: Arrival, url: str) -> Letter:
        failed = arrival.scenario == "failed-receipt"

        def note() -> None:
            arrival.status = "failed" if failed else "delivered"

        return Letter(
            method="GET",
            url=url if self.desk.config.may_call(url) else "",
            make=lambda: {"params": _report(arrival, failed=failed)},
            retries=RETRIES,
            after=note,
        )

    def _was_taken(self, reference: str) -> bool:
        oldest = time.monotonic() - _REMEMBERED_SECONDS
        while self._requests and next(iter(self._requests.values())) < oldest:
            self._requests.popitem(last=False)
        return reference in self._requests

    def _remember(self, reference: str) -> None:
        if not reference:
            return
        self._requests[reference] = time.monotonic()
        if len(self._requests) > self.desk.config.capacity:
            self._requests.popitem(last=False)


def _taken(arrival: Arrival) -> dict[str, Any]:
    return {"CodeResult": "100", "CountRegenerate": 0, "SMSID": arrival.message_id}


def _report(arrival: Arrival, *, failed: bool) -> dict[str, str]:
    return {
        "SMSID": arrival.message_id,
        "SendFailed": "1" if failed else "0",
        "SendStatus": "5",
        "SendSuccess": "0" if failed else "1",
        "TotalPrice": "0.0000" if failed else f"{arrival.parts * PART_PRICE}.0000",
        "TotalReceiver": "1",
        "TotalSent": "1",
        "RequestId": arrival.reference,
        "TypeId": "2",
        "telcoid": "1",
        "phonenumber": "0" + arrival.address.removeprefix("+84"),
    }


def _error(code: str) -> web.StreamResponse:
    return web.json_response({"CodeResult": code, "ErrorMessage": "refused"})
