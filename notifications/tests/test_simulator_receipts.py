from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from notifications.channels import email as mail
from notifications.channels import esms, zalo
from notifications.channels.base import ReceiptEvent
from notifications.simulator.scenarios import mailbox, phone
from notifications.simulator.server import Simulator

from .simulated import MAKERS, Product, message, running_simulator
from .simulated import email as email_channel
from .simulated import esms as esms_channel
from .simulated import zalo as zalo_channel

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class TestReceipts:
    @pytest.fixture
    async def simulator(self, product: Product) -> AsyncIterator[Simulator]:
        async with running_simulator(callback=product.url) as simulator:
            yield simulator

    async def zalo_receipts(self, simulator: Simulator, product: Product) -> list[ReceiptEvent]:
        request, body = await product.call()
        assert (request.method, request.path) == ("POST", "/zalo/")
        signature = request.headers["X-ZEvent-Signature"]
        secrets = ["another", simulator.config.oa_secret]
        assert zalo.is_signed(body, signature, app_id=simulator.config.app_id, secrets=secrets)
        assert not zalo.is_signed(body, signature, app_id="other", secrets=secrets)
        return zalo.receipts(body, received_at=AT)

    async def test_of_zalo_are_signed(self, simulator: Simulator, product: Product):
        async with zalo_channel(simulator) as channel:
            message_id = await channel.send(message(phone("ok"), reference="n-3"))
        [receipt] = await self.zalo_receipts(simulator, product)
        assert (receipt.message_id, receipt.reference) == (message_id, "n-3")
        assert receipt.status == "delivered"

    async def test_tell_sight_after_delivery(self, simulator: Simulator, product: Product):
        async with zalo_channel(simulator) as channel:
            await channel.send(message(phone("seen")))
        found = [await self.zalo_receipts(simulator, product) for _ in range(2)]
        assert {receipt.status for [receipt] in found} == {"delivered", "seen"}
        [held] = simulator.desk.arrivals
        assert held.status == "seen"

    async def test_come_twice_with_the_same_key(self, simulator: Simulator, product: Product):
        async with zalo_channel(simulator) as channel:
            await channel.send(message(phone("doubled-receipt")))
        [[first], [second]] = [await self.zalo_receipts(simulator, product) for _ in range(2)]
        assert first.key == second.key

    @pytest.mark.parametrize("name", ["zalo", "esms"])
    async def test_may_come_before_the_answer(
        self, simulator: Simulator, product: Product, name: str
    ):
        async with MAKERS[name](simulator) as channel:
            await channel.send(message(phone("early-receipt")))
            assert not product.calls.empty()

    async def test_of_sms_come_by_get(self, simulator: Simulator, product: Product):
        for scenario, status in (("ok", "delivered"), ("failed-receipt", "failed")):
            async with esms_channel(simulator) as channel:
                message_id = await channel.send(message(phone(scenario), reference=f"n-{status}"))
            request, _ = await product.call()
            assert (request.method, request.path) == ("GET", "/esms/")
            [receipt] = esms.receipts(request.query, received_at=AT)
            assert (receipt.message_id, receipt.status) == (message_id, status)

    async def test_of_mail_are_delivery_reports(self, simulator: Simulator, product: Product):
        for scenario, status in (("ok", "delivered"), ("failed-receipt", "failed")):
            async with email_channel(simulator) as channel:
                message_id = await channel.send(message(mailbox(scenario)))
            request, body = await product.call()
            assert (request.method, request.path) == ("POST", "/email/")
            [receipt] = mail.receipts(body, received_at=AT)
            assert (receipt.message_id, receipt.status) == (message_id, status)

    @pytest.mark.parametrize("name", ["zalo", "esms", "email"])
    async def test_come_again_until_they_are_taken(
        self, simulator: Simulator, product: Product, name: str
    ):
        product.statuses = [500, 503]
        address = mailbox("ok") if name == "email" else phone("ok")
        async with MAKERS[name](simulator) as channel:
            await channel.send(message(address))
        for _ in range(3):
            await product.call()
        assert product.calls.empty()

    async def test_go_to_the_product_only(self, simulator: Simulator, product: Product):
        elsewhere = "http://127.0.0.1:9/steal"
        async with esms_channel(simulator, callback_url=elsewhere) as channel:
            await channel.send(message(phone("ok")))
        assert simulator.desk.postman.waiting == 0

    async def test_stay_away_when_the_scenario_says_so(
        self, simulator: Simulator, product: Product
    ):
        async with zalo_channel(simulator) as channel:
            await channel.send(message(phone("no-receipt")))
        assert simulator.desk.postman.waiting == 0
