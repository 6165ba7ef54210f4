import asyncio
import json
import os
import signal
import sys
from html.parser import HTMLParser
from unittest import TestCase

import aiohttp
import pytest

from notifications.channels import Misconfigured, Unavailable, Undeliverable, esms
from notifications.simulator import pages
from notifications.simulator.__main__ import config
from notifications.simulator.arrivals import Arrival, Arrivals
from notifications.simulator.desk import Config
from notifications.simulator.scenarios import (
    SCENARIOS,
    Chooser,
    Rule,
    for_address,
    mailbox,
    phone,
)
from notifications.simulator.server import Simulator

from .simulated import esms as esms_channel
from .simulated import message, running_simulator
from .simulated import zalo as zalo_channel


def arrival(number: int = 1, **values: object) -> Arrival:
    defaults = {
        "channel": "esms",
        "address": "+84901234567",
        "reference": f"n-{number}",
        "message_id": f"m-{number}",
        "scenario": "ok",
    }
    return Arrival(**(defaults | values))


class ScenarioTests(TestCase):
    def test_has_a_number_of_its_own(self):
        numbers = {scenario.number for scenario in SCENARIOS.values()}
        self.assertEqual(len(numbers), len(SCENARIOS))
        self.assertLessEqual(max(numbers), 99)

    def test_is_met_by_its_phone_and_mailbox(self):
        for name in SCENARIOS:
            number = phone(name)
            for address in (number, number.removeprefix("+"), "0" + number[3:], mailbox(name)):
                self.assertEqual(for_address(address), name)

    def test_is_not_met_by_chance(self):
        for address in ("+84901234567", "0912345678", "hanh@example.vn", "a+b@example.vn", ""):
            self.assertIsNone(for_address(address))


class ChooserTests(TestCase):
    def test_lets_everything_arrive_when_plain(self):
        chooser = Chooser()
        self.assertEqual({chooser.choose("zalo", f"8491{n:07}") for n in range(200)}, {"ok"})

    def test_is_as_in_life_when_lively(self):
        chooser = Chooser(lively=True)
        found = [chooser.choose("zalo", f"8491{n:07}") for n in range(2_000)]
        self.assertEqual(found, [chooser.choose("zalo", f"8491{n:07}") for n in range(2_000)])
        for name, low, high in (
            ("no-zalo-account", 100, 220),
            ("seen", 800, 1_050),
            ("ok", 750, 1_050),
        ):
            self.assertTrue(low < found.count(name) < high, (name, found.count(name)))

    def test_treats_a_phone_alike_however_it_is_written(self):
        chooser = Chooser(lively=True)
        for n in range(100):
            self.assertEqual(
                chooser.choose("zalo", f"+8491{n:07}"), chooser.choose("zalo", f"8491{n:07}")
            )

    def test_follows_the_newest_rule_that_fits(self):
        chooser = Chooser()
        chooser.rules += [
            Rule("busy"),
            Rule("blocked", address="84901234567"),
            Rule("hang", channel="esms"),
        ]
        self.assertEqual(chooser.choose("zalo", "84901234567"), "blocked")
        self.assertEqual(chooser.choose("zalo", "84901234568"), "busy")
        self.assertEqual(chooser.choose("esms", "84901234567"), "hang")

    def test_follows_a_rule_as_often_as_it_says(self):
        chooser = Chooser(rules=[Rule("busy", times=2)])
        self.assertEqual(
            [chooser.choose("zalo", "84901") for _ in range(3)], ["busy", "busy", "ok"]
        )

    def test_does_nothing_that_a_channel_cannot_do(self):
        self.assertEqual(Chooser().choose("smtp", mailbox("no-zalo-account")), "ok")


class ArrivalsTests(TestCase):
    def test_are_bounded_and_newest_first(self):
        book = Arrivals(3)
        for number in range(5):
            book.add(arrival(number))
        self.assertEqual([one.reference for one in book.newest(limit=9)], ["n-4", "n-3", "n-2"])
        self.assertEqual([one.reference for one in book.newest(limit=1)], ["n-4"])

    def test_are_found_by_address_channel_and_reference(self):
        book = Arrivals(9)
        book.add(arrival(1))
        book.add(arrival(2, channel="zalo", address="+84909999999"))
        for filters in ({"address": "+84909999999"}, {"channel": "zalo"}, {"reference": "n-2"}):
            self.assertEqual([one.number for one in book.newest(limit=9, **filters)], [2])

    def test_count_copies(self):
        book = Arrivals(9)
        for number in (1, 1, 1, 2):
            book.add(arrival(number))
        self.assertEqual(
            book.totals(),
            {"esms": {"taken": 4, "references": 2, "extra": 2, "most_copies": 3}},
        )


class TestControl:
    async def call(self, simulator: Simulator, method: str, path: str, **values: object):
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, simulator.url + path, **values) as answer,
        ):
            body = await answer.text()
            return answer, json.loads(body) if answer.content_type.endswith("json") else body

    async def test_sets_and_drops_a_scenario(self, simulator: Simulator):
        rule = {"scenario": "blocked", "channel": "zalo"}
        await self.call(simulator, "POST", "/control/scenario", json=rule)
        async with zalo_channel(simulator) as channel:
            with pytest.raises(Undeliverable):
                await channel.send(message("+84901234567"))
            await self.call(simulator, "DELETE", "/control/scenario")
            assert await channel.send(message("+84901234567"))

    @pytest.mark.parametrize("rule", [{"scenario": "unknown"}, {"other": 1}, [], "x"])
    async def test_refuses_a_rule_it_does_not_know(self, simulator: Simulator, rule: object):
        answer, _ = await self.call(simulator, "POST", "/control/scenario", json=rule)
        assert answer.status == 400

    async def test_expires_tokens(self, simulator: Simulator):
        await self.call(simulator, "POST", "/control/expire-tokens")
        assert not simulator.zalo.tokens.is_valid(simulator.config.access_token)

    async def test_forgets(self, simulator: Simulator):
        async with esms_channel(simulator) as channel:
            await channel.send(message(phone("ok")))
            await self.call(simulator, "POST", "/control/forget")
            assert not len(simulator.desk.arrivals)
            assert await channel.send(message(phone("ok"))) != "n-1"

    async def test_tells_what_arrived(self, simulator: Simulator):
        async with zalo_channel(simulator) as channel:
            for number in range(3):
                await channel.send(message(phone("ok"), reference=f"n-{number}"))
        _, found = await self.call(simulator, "GET", "/arrived.json?limit=1")
        assert found["totals"]["zalo"]["taken"] == 3
        assert [one["reference"] for one in found["arrivals"]] == ["n-2"]
        _, found = await self.call(simulator, "GET", "/arrived.json?reference=n-0")
        assert [one["number"] for one in found["arrivals"]] == [1]

    async def test_is_healthy(self, simulator: Simulator):
        _, found = await self.call(simulator, "GET", "/health")
        assert found["ok"]

    @pytest.mark.parametrize("path", ["/", "/at/%2B84900000000", "/scenarios", "/?lang=en"])
    async def test_shows_pages_fit_for_a_strict_policy(self, simulator: Simulator, path: str):
        async with esms_channel(simulator) as channel:
            await channel.send(message(phone("ok")))
        answer, body = await self.call(simulator, "GET", path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert inline_code(body) == []
        assert "+84900000000" in body

    async def test_shows_one_recipient_alone(self, simulator: Simulator):
        async with esms_channel(simulator) as channel:
            await channel.send(message(phone("ok"), reference="mine"))
            await channel.send(message("+84901234567", reference="other"))
        _, body = await self.call(simulator, "GET", "/at/%2B84901234567")
        assert "other" in body
        assert "mine" not in body


def inline_code(page: str) -> list[str]:
    """Whatever a strict content security policy would block."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]):
            if tag in {"script", "style", "iframe", "object"}:
                found.append(tag)
            found.extend(name for name, _ in attributes if name == "style" or name.startswith("on"))

    Reader().feed(page)
    return found


class PageTests(TestCase):
    def test_shows_what_was_written_as_text(self):
        attack = "<script>alert(1)</script>\"'&"
        page = pages.arrivals_page(
            [
                arrival(
                    address=attack,
                    reference=attack,
                    subject=attack,
                    text=attack,
                    template=attack,
                    data={attack: attack},
                    headers={attack: attack},
                )
            ],
            lang="en",
            address=attack,
        )
        self.assertEqual(inline_code(page), [])
        self.assertNotIn("<script", page)

    def test_says_when_there_is_nothing(self):
        self.assertIn("Chưa có tin nào", pages.arrivals_page([], lang="vi"))

    def test_lists_every_scenario(self):
        page = pages.scenarios_page(lang="en")
        for name in SCENARIOS:
            self.assertIn(f'<th scope="row">{name}</th>', page)

    def test_says_the_same_in_both_languages(self):
        self.assertEqual(pages._WORDS["vi"].keys(), pages._WORDS["en"].keys())


class ConfigTests(TestCase):
    def test_takes_arguments_and_secrets(self):
        found = config(
            ["--port", "1", "--smtp-port", "2", "--callback", "http://localhost:3/hooks/"],
            {"ZALO_OA_SECRET": "s", "PATH": "/"},
        )
        self.assertEqual((found.port, found.smtp_port, found.oa_secret), (1, 2, "s"))
        self.assertEqual(found.zalo_url(), "http://localhost:3/hooks/zalo/")
        self.assertTrue(found.lively)
        self.assertFalse(config(["--mode", "plain"], {}).lively)

    def test_shows_no_secret(self):
        self.assertNotIn("secret-canary", repr(Config(app_secret="secret-canary")))

    def test_calls_back_the_product_only(self):
        found = Config(callback="http://localhost:3/hooks")
        self.assertTrue(found.may_call("http://localhost:3/esms/x"))
        for url in ("http://localhost:4/", "https://localhost:3/", "http://localhost:3@evil/", ""):
            self.assertFalse(found.may_call(url))
        self.assertFalse(Config().may_call(""))


class TestTokens:
    async def test_outlive_a_restart(self):
        async with running_simulator() as first:
            pair = first.zalo.tokens.refresh(first.config.refresh_token)
        async with running_simulator() as second:
            assert second.zalo.tokens.is_valid(pair["access_token"])
            assert second.zalo.tokens.refresh(pair["refresh_token"])
            assert second.zalo.tokens.refresh(pair["refresh_token"]) is None

    async def test_cannot_be_made_up(self, simulator: Simulator):
        for token in ("", "a.1.x", "a.99999999999.x.0", "r.1.x.y", simulator.config.refresh_token):
            assert not simulator.zalo.tokens.is_valid(token)


class TestLatency:
    async def test_lets_the_answer_wait_and_not_the_message(self):
        async with running_simulator(latency=600) as far, esms_channel(far) as channel:
            sending = asyncio.create_task(channel.send(message("+84901234567")))
            while not far.desk.arrivals.newest(limit=1):
                await asyncio.sleep(0)
            assert not sending.done()
            sending.cancel()


class TestProcess:
    """The simulator as `make run` starts it."""

    async def test_starts_serves_and_stops(self):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "notifications.simulator", "--port", "0", "--smtp-port", "0"),
            stdout=asyncio.subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "ESMS_API_KEY": "another"},
        )
        try:
            words = (await process.stdout.readline()).decode().split()
            url = words[1] + "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
            await self.check(url)
        finally:
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0

    async def check(self, url: str) -> None:
        for key, error in (("another", None), ("wrong", Misconfigured)):
            account = {"api_key": key, "secret_key": "simulated-secret-key", "brandname": "B"}
            async with esms.Esms(url=url, **account) as channel:
                if error is None:
                    assert await channel.send(message(phone("ok")))
                    continue
                with pytest.raises(error):
                    await channel.send(message(phone("ok")))


class TestSlow:
    async def test_is_in_time_for_the_patient_only(self, simulator: Simulator):
        async with zalo_channel(simulator, deadline=1.0) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(phone("slow")))
        assert caught.value.ambiguous
        assert len(simulator.desk.arrivals) == 1
