"""Puts the simulated providers behind one HTTP port and one SMTP port."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from notifications.simulator import pages
from notifications.simulator.desk import Config, Desk
from notifications.simulator.esms import Esms
from notifications.simulator.mail import Mailserver
from notifications.simulator.push import PushService
from notifications.simulator.scenarios import SCENARIOS, Rule
from notifications.simulator.speedsms import SpeedSms
from notifications.simulator.zalo import Zalo

_STYLE = Path(__file__).with_name("style.css").read_text()
_PAGE_SIZE = 200


def _after(seconds: float) -> Middleware:
    """Answer what is posted only after so many seconds."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if seconds and request.method == "POST":
            await asyncio.sleep(seconds)
        return answer

    return wait


class Simulator:
    """The running simulator; ``async with Simulator(Config()) as simulator``."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.desk = Desk(config)
        self.zalo = Zalo(self.desk)
        self.esms = Esms(self.desk)
        self.push = PushService(self.desk)
        self.speedsms = SpeedSms(self.desk)
        self.port = self.smtp_port = 0
        # Without cancellation a hanging answer would outlive the client that gave up on it.
        self._runner = web.AppRunner(
            self._application(), handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        self._mail: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The base of every HTTP route."""
        return f"http://{self.config.host}:{self.port}"

    async def __aenter__(self) -> Self:
        await self.desk.postman.start()
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.config.host, self.config.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        mailserver = Mailserver(self.desk)
        self._mail = await asyncio.get_running_loop().create_server(
            mailserver.protocol, self.config.host, self.config.smtp_port
        )
        self.smtp_port = self._mail.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._mail is not None:
            self._mail.close()
        await self._runner.cleanup()
        await self.desk.postman.stop()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[_after(self.config.latency)])
        application.add_routes(
            [
                *self.zalo.routes(),
                *self.esms.routes(),
                *self.push.routes(),
                *self.speedsms.routes(),
                web.get("/", self._arrivals),
                web.get("/at/{address}", self._arrivals),
                web.get("/arrived.json", self._arrived),
                web.get("/scenarios", self._scenarios),
                web.get("/style.css", _style),
                web.get("/health", self._health),
                web.post("/control/scenario", self._add_rule),
                web.delete("/control/scenario", self._drop_rules),
                web.post("/control/expire-tokens", self._expire_tokens),
                web.post("/control/forget", self._forget),
            ]
        )
        return application

    async def _arrivals(self, request: web.Request) -> web.StreamResponse:
        address = request.match_info.get("address", "")
        arrivals = self.desk.arrivals.newest(limit=_PAGE_SIZE, address=address)
        return _html(pages.arrivals_page(arrivals, lang=_lang(request), address=address))

    async def _scenarios(self, request: web.Request) -> web.StreamResponse:
        return _html(pages.scenarios_page(lang=_lang(request)))

    async def _arrived(self, request: web.Request) -> web.StreamResponse:
        """JSON: ``totals`` and the newest ``arrivals``; filters in the query string."""
        query = request.query
        arrivals = self.desk.arrivals.newest(
            limit=_number(query.get("limit"), default=_PAGE_SIZE),
            address=query.get("address", ""),
            channel=query.get("channel", ""),
            reference=query.get("reference", ""),
        )
        found = [arrival.as_json() for arrival in arrivals]
        return web.json_response({"totals": self.desk.arrivals.totals(), "arrivals": found})

    async def _health(self, request: web.Request) -> web.StreamResponse:
        postman = self.desk.postman
        state = {
            "ok": True,
            "smtp_port": self.smtp_port,
            "held": len(self.desk.arrivals),
            "receipts": {
                "waiting": postman.waiting,
                "delivered": postman.delivered,
                "refused": postman.refused,
                "dropped": postman.dropped,
            },
        }
        return web.json_response(state)

    async def _add_rule(self, request: web.Request) -> web.StreamResponse:
        """JSON: ``scenario``, and optionally ``channel``, ``address``, ``times``."""
        try:
            rule = Rule(**await request.json())
        except (ValueError, TypeError):
            raise web.HTTPBadRequest(text="scenario, channel, address, times") from None
        if rule.scenario not in SCENARIOS:
            raise web.HTTPBadRequest(text=f"scenarios: {', '.join(SCENARIOS)}")
        self.desk.chooser.rules.append(rule)
        return web.json_response({"rules": len(self.desk.chooser.rules)})

    async def _drop_rules(self, request: web.Request) -> web.StreamResponse:
        self.desk.chooser.rules.clear()
        return web.json_response({"rules": 0})

    async def _expire_tokens(self, request: web.Request) -> web.StreamResponse:
        self.zalo.tokens.expire()
        return web.json_response({"expired": True})

    async def _forget(self, request: web.Request) -> web.StreamResponse:
        self.desk.arrivals.forget()
        self.desk.postman.forget()
        self.esms.forget()
        self.push.forget()
        return web.json_response({"held": 0})


async def _style(request: web.Request) -> web.StreamResponse:
    return web.Response(text=_STYLE, content_type="text/css", headers=pages.SECURITY_HEADERS)


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=pages.SECURITY_HEADERS)


def _lang(request: web.Request) -> str:
    return "en" if request.query.get("lang") == "en" else "vi"


def _number(value: str | None, *, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else default
