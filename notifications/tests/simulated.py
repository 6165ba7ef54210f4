"""Adapters wired to a simulator, and a stand-in for the product that takes their receipts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from notifications.channels import Channel, Message
from notifications.channels.email import Email
from notifications.channels.esms import Esms
from notifications.channels.http import open_session
from notifications.channels.inbox import Inbox
from notifications.channels.push import Push
from notifications.channels.speedsms import SpeedSms
from notifications.channels.zalo import TokenPair, Zalo, refresh_tokens
from notifications.simulator.desk import Config
from notifications.simulator.push import subscription
from notifications.simulator.scenarios import device, mailbox, phone
from notifications.simulator.server import Simulator

TEMPLATES = {
    "bill_issued": {
        "id": "100001",
        "parameters": {"customer_name": "name", "account_number": "code", "total": "amount"},
    }
}
DATA = {"customer_name": "Trần Thị Hạnh", "account_number": "PE04000123456", "total": "701.525 đ"}


def message(address: str, *, reference: str = "n-1", **values: object) -> Message:
    """A bill notice to the address."""
    defaults = {
        "subject": "Hóa đơn tiền điện tháng 10",
        "text": "Tiền điện tháng 10: 701.525 đ, trả trước 05/12/2026.",
        "template": "bill_issued",
        "data": DATA,
    }
    return Message(reference=reference, address=address, **(defaults | values))


class MemoryTokens:
    """A token source as the product's, without the database."""

    def __init__(self, simulator: Simulator) -> None:
        config = simulator.config
        self.simulator = simulator
        self.pair = TokenPair(config.access_token, config.refresh_token, 90_000)
        self.refreshed = 0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        return self.pair.access_token

    async def refresh(self, *, stale: str) -> str:
        async with self._lock:
            if self.pair.access_token == stale:
                self.pair = await self._refresh()
                self.refreshed += 1
            return self.pair.access_token

    async def _refresh(self) -> TokenPair:
        config = self.simulator.config
        async with open_session() as session:
            return await refresh_tokens(
                session,
                app_id=config.app_id,
                secret_key=config.app_secret,
                refresh_token=self.pair.refresh_token,
                ends_at=asyncio.get_running_loop().time() + 5,
                url=f"{self.simulator.url}/v4/oa/access_token",
            )


def zalo(simulator: Simulator, **options: object) -> Zalo:
    defaults = {
        "token": MemoryTokens(simulator),
        "templates": TEMPLATES,
        "url": f"{simulator.url}/message/template",
    }
    return Zalo(**(defaults | options))


def esms(simulator: Simulator, **options: object) -> Esms:
    defaults = {
        "api_key": simulator.config.esms_api_key,
        "secret_key": simulator.config.esms_secret_key,
        "brandname": "DIENLUC",
        "url": f"{simulator.url}/MainService.svc/json/SendMultipleMessage_V4_post_json/",
        "callback_url": f"{simulator.config.callback}/esms/" if simulator.config.callback else "",
    }
    return Esms(**(defaults | options))


def speedsms(simulator: Simulator, **options: object) -> SpeedSms:
    defaults = {
        "access_token": simulator.config.speedsms_token,
        "sender": "DIENLUC",
        "url": f"{simulator.url}/index.php/sms/send",
    }
    return SpeedSms(**(defaults | options))


def email(simulator: Simulator, **options: object) -> Email:
    defaults = {
        "host": simulator.config.host,
        "port": simulator.smtp_port,
        "security": "none",
        "username": simulator.config.smtp_username,
        "password": simulator.config.smtp_password,
        "sender": "Điện lực <khachhang@example.vn>",
    }
    return Email(**(defaults | options))


def push(simulator: Simulator, **options: object) -> Push:
    defaults = {
        "private_key": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
        "contact": "mailto:khachhang@example.vn",
        "simulated": simulator.url,
    }
    return Push(**(defaults | options))


def inbox(simulator: Simulator, **options: object) -> Inbox:
    return Inbox()


MAKERS: dict[str, Callable[..., Channel]] = {
    "inbox": inbox,
    "zalo": zalo,
    "esms": esms,
    "speedsms": speedsms,
    "email": email,
    "push": push,
}


def address(simulator: Simulator, name: str, scenario: str) -> str:
    """Where a message on the channel meets the scenario."""
    if name == "push":
        return subscription(simulator.url, device(scenario))
    return mailbox(scenario) if name == "email" else phone(scenario)


@dataclass
class Product:
    """Takes every callback and keeps it; answers with the statuses given, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    calls: asyncio.Queue = field(default_factory=asyncio.Queue)

    async def call(self) -> tuple[web.BaseRequest, bytes]:
        """The next callback, as request and body."""
        async with asyncio.timeout(5):
            return await self.calls.get()

    async def take(self, request: web.BaseRequest) -> web.Response:
        await self.calls.put((request, await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def running_product() -> AsyncIterator[Product]:
    product = Product()
    runner = web.ServerRunner(web.Server(product.take))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    product.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield product
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running_simulator(**values: object) -> AsyncIterator[Simulator]:
    """A simulator that does not make anybody wait."""
    async with Simulator(Config(**({"pace": 0.0} | values))) as simulator:
        yield simulator
