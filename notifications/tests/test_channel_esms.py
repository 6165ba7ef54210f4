from datetime import UTC, datetime
from unittest import TestCase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import Unavailable, Undeliverable
from notifications.channels.base import MalformedReceipt
from notifications.channels.esms import content, cost, receipts
from notifications.simulator.scenarios import phone
from notifications.simulator.server import Simulator

from .simulated import esms, message

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class TestSend:
    async def test_sends_no_accents(self, simulator: Simulator):
        async with esms(simulator) as channel:
            await channel.send(message(phone("ok")))
        [arrival] = simulator.desk.arrivals
        assert arrival.text == "Tien dien thang 10: 701.525 VND, tra truoc 05/12/2026."
        assert arrival.parts == 1

    async def test_keeps_accents_that_were_asked_for(self, simulator: Simulator):
        async with esms(simulator) as channel:
            await channel.send(message(phone("ok"), keep_accents=True))
        [arrival] = simulator.desk.arrivals
        assert arrival.text.startswith("Tiền điện")

    async def test_returns_the_reference_when_an_earlier_try_was_taken(self, simulator: Simulator):
        async with esms(simulator) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("cut-after-accept"), reference="n-9"))
            assert caught.value.ambiguous
            assert await channel.send(message(phone("ok"), reference="n-9")) == "n-9"
        assert len(simulator.desk.arrivals) == 1

    @pytest.mark.parametrize("address", ["+8428382202", "+12025550100", "090123456x", "0٩01234567"])
    async def test_takes_vietnamese_numbers_only(self, simulator: Simulator, address: str):
        async with esms(simulator) as channel:
            with pytest.raises(Undeliverable):
                await channel.send(message(address))


class CostTests(TestCase):
    text = "Tiền điện tháng 10 của quý khách là 701.525 đ. " * 3

    def test_counts_the_parts_that_are_sent(self):
        self.assertEqual(cost(self.text, part_price=500), 500)
        self.assertEqual(cost(self.text, part_price=500, keep_accents=True), 1_500)

    def test_is_of_the_text_as_it_is_sent(self):
        self.assertEqual(content("Đã trả 5.000 đ"), "Da tra 5.000 VND")
        self.assertEqual(content("Đã trả", keep_accents=True), "Đã trả")


class ReceiptsTests(TestCase):
    def receipts(self, **query: str):
        defaults = {"SMSID": "s-1", "RequestId": "n-1", "SendStatus": "5"}
        return receipts(defaults | query, received_at=AT)

    def test_tell_what_became_of_the_message(self):
        for query, status in (
            ({"SendSuccess": "1", "SendFailed": "0"}, "delivered"),
            ({"SendSuccess": "0", "SendFailed": "1"}, "failed"),
            ({"SendStatus": "4"}, "failed"),
        ):
            [found] = self.receipts(**query)
            self.assertEqual(
                (found.status, found.message_id, found.reference, found.occurred_at),
                (status, "s-1", "n-1", AT),
            )

    def test_are_none_while_nothing_is_certain(self):
        for query in (
            {"SendStatus": "7", "SendSuccess": "0"},
            {"SendStatus": "1"},
            {"SendStatus": ""},
            {"SendStatus": "five", "SendSuccess": "1"},
            {"SendSuccess": "0", "SendFailed": "0"},
            {"SendSuccess": "x", "SendFailed": "²"},
            {"SendSuccess": "9" * 5_000},
        ):
            with self.subTest(query):
                self.assertEqual(self.receipts(**query), [])

    def test_say_why_without_naming_anybody(self):
        [found] = self.receipts(SendFailed="1", error_info="0901234567 inactive")
        self.assertEqual(found.detail, "… inactive")

    def test_refuse_what_has_no_id(self):
        for query in ({"SMSID": ""}, {"SMSID": "x" * 81}, {"RequestId": "a\nb"}):
            with self.subTest(query), self.assertRaises(MalformedReceipt):
                self.receipts(**({"SendSuccess": "1"} | query))
        with self.assertRaises(MalformedReceipt):
            receipts({}, received_at=AT)

    @given(
        st.dictionaries(
            st.sampled_from(["SMSID", "RequestId", "SendStatus", "SendSuccess", "SendFailed"]),
            st.sampled_from(["5", "4", "1", "0"]) | st.text(max_size=60),
        )
    )
    def test_survive_anything(self, query: dict[str, str]):
        try:
            found = receipts(query, received_at=AT)
        except MalformedReceipt:
            return
        self.assertLessEqual(len(found), 1)
