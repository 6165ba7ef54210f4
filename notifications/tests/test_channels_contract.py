"""What every adapter must do, whoever the provider is; a new one adds a row to each table."""

import asyncio

import pytest

from notifications.channels import ChannelError, Misconfigured, Unavailable, Undeliverable
from notifications.simulator.server import Simulator

from .simulated import MAKERS, address, message

# The inbox calls nobody, so nothing can go wrong there.
CALLING = ("zalo", "esms", "speedsms", "email", "push")
NOWHERE = "http://nobody.invalid"

UNDELIVERABLE = {
    "zalo": ["no-zalo-account", "invalid", "blocked", "refuses"],
    "esms": ["invalid", "blocked", "refuses"],
    "speedsms": ["invalid"],
    "email": ["invalid", "blocked", "refuses", "rejected-content"],
    "push": ["invalid", "gone", "bad-credentials"],
}
MISCONFIGURED = {
    "zalo": ["bad-credentials", "balance-spent", "template-withdrawn"],
    "esms": ["bad-credentials", "balance-spent", "template-withdrawn"],
    "speedsms": ["bad-credentials", "balance-spent"],
}
LATER = {
    "zalo": ["busy", "error-500", "html-200", "error-200", "huge", "redirect"],
    "speedsms": ["busy", "error-500", "html-200", "error-200", "huge", "redirect"],
    "esms": ["busy", "error-500", "html-200", "error-200", "huge", "redirect"],
    "email": ["busy", "error-500", "greylisted", "rate-limited", "cut-before-accept"],
    "push": ["busy", "error-500", "html-200", "huge", "redirect"],
}
PAUSED = {
    "zalo": ["rate-limited", "rate-limited-until", "quota-spent"],
    "esms": ["rate-limited", "rate-limited-until", "rate-code"],
    "speedsms": ["rate-limited", "rate-limited-until"],
    "push": ["rate-limited", "rate-limited-until"],
}
IN_DOUBT = {
    "zalo": ["cut-after-accept", "cut-before-accept", "hang", "drip", "gateway-timeout"],
    "speedsms": ["cut-after-accept", "cut-before-accept", "hang", "drip", "gateway-timeout"],
    "esms": ["cut-after-accept", "cut-before-accept", "hang", "drip", "gateway-timeout"],
    "email": ["cut-after-accept", "hang"],
    "push": ["cut-after-accept", "cut-before-accept", "hang", "gateway-timeout"],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, scenario) for name, scenarios in table.items() for scenario in scenarios]


async def failure(
    simulator: Simulator, name: str, scenario: str, **options: object
) -> ChannelError:
    """The error of a message to an address that meets the scenario; then a good one must pass."""
    async with MAKERS[name](simulator, **options) as channel:
        with pytest.raises(ChannelError) as caught:
            await channel.send(message(address(simulator, name, scenario)))
        await channel.send(message(address(simulator, name, "ok"), reference="n-2"))
    return caught.value


class TestAccepted:
    @pytest.mark.parametrize("name", list(MAKERS))
    async def test_returns_an_id(self, simulator: Simulator, name: str):
        async with MAKERS[name](simulator) as channel:
            assert await channel.send(message(address(simulator, name, "ok")))

    @pytest.mark.parametrize("name", CALLING)
    async def test_arrives_once_under_our_reference(self, simulator: Simulator, name: str):
        async with MAKERS[name](simulator) as channel:
            await channel.send(message(address(simulator, name, "ok"), reference="n-7"))
        [arrival] = simulator.desk.arrivals
        # A provider that takes no reference tells of a message by its own id.
        assert arrival.reference == ("" if name == "speedsms" else "n-7")

    @pytest.mark.parametrize("name", list(MAKERS))
    async def test_says_truly_whether_a_repetition_is_harmless(
        self, simulator: Simulator, name: str
    ):
        async with MAKERS[name](simulator) as channel:
            for _ in range(2):
                await channel.send(message(address(simulator, name, "ok")))
        copies = len(simulator.desk.arrivals)
        assert (copies <= 1) == channel.deduplicates

    @pytest.mark.parametrize("name", list(MAKERS))
    async def test_sends_many_at_once(self, simulator: Simulator, name: str):
        async with MAKERS[name](simulator) as channel:
            sends = (
                channel.send(message(address(simulator, name, "ok"), reference=f"n-{number}"))
                for number in range(50)
            )
            ids = await asyncio.gather(*sends)
        assert len(set(ids)) == 50

    @pytest.mark.parametrize("name", CALLING)
    async def test_a_hanging_message_holds_up_no_other(self, simulator: Simulator, name: str):
        async with MAKERS[name](simulator, deadline=30.0) as channel:
            hanging = asyncio.create_task(channel.send(message(address(simulator, name, "hang"))))
            await channel.send(message(address(simulator, name, "ok"), reference="n-2"))
            assert not hanging.done()
            hanging.cancel()
            await asyncio.wait([hanging])

    @pytest.mark.parametrize("name", list(MAKERS))
    async def test_can_be_opened_again_after_it_was_closed(self, simulator: Simulator, name: str):
        for reference in ("n-1", "n-2"):
            async with MAKERS[name](simulator) as channel:
                assert await channel.send(
                    message(address(simulator, name, "ok"), reference=reference)
                )


class TestUndeliverable:
    @pytest.mark.parametrize(("name", "scenario"), cases(UNDELIVERABLE))
    async def test_is_told_apart(self, simulator: Simulator, name: str, scenario: str):
        assert isinstance(await failure(simulator, name, scenario), Undeliverable)

    @pytest.mark.parametrize("name", CALLING)
    @pytest.mark.parametrize("nonsense", ["", "12", "khách", "a@b@c", "x@y\r\nRCPT TO:<z@y>"])
    async def test_is_what_no_address_is(self, simulator: Simulator, name: str, nonsense: str):
        async with MAKERS[name](simulator) as channel:
            with pytest.raises(Undeliverable):
                await channel.send(message(nonsense))
        assert not len(simulator.desk.arrivals)


class TestMisconfigured:
    @pytest.mark.parametrize(("name", "scenario"), cases(MISCONFIGURED))
    async def test_is_told_apart(self, simulator: Simulator, name: str, scenario: str):
        error = await failure(simulator, name, scenario)
        assert isinstance(error, Misconfigured)
        assert error.template == ("bill_issued" if scenario == "template-withdrawn" else "")

    @pytest.mark.parametrize(
        "options", [{"password": "wrong"}, {"sender": "x+bad-credentials@example.vn"}]
    )
    async def test_covers_what_a_mail_server_thinks_of_us(
        self, simulator: Simulator, options: dict[str, str]
    ):
        async with MAKERS["email"](simulator, **options) as channel:
            with pytest.raises(Misconfigured):
                await channel.send(message(address(simulator, "email", "ok")))


class TestUnavailable:
    @pytest.mark.parametrize(("name", "scenario"), cases(LATER))
    async def test_is_told_apart(self, simulator: Simulator, name: str, scenario: str):
        error = await failure(simulator, name, scenario)
        assert isinstance(error, Unavailable)
        assert (error.ambiguous, error.retry_after) == (False, None)

    @pytest.mark.parametrize(("name", "scenario"), cases(PAUSED))
    async def test_hands_on_how_long_to_pause(self, simulator: Simulator, name: str, scenario: str):
        error = await failure(simulator, name, scenario)
        assert isinstance(error, Unavailable)
        assert not error.ambiguous
        assert error.retry_after > 0

    @pytest.mark.parametrize(("name", "scenario"), cases(IN_DOUBT))
    async def test_says_when_the_message_may_have_been_taken(
        self, simulator: Simulator, name: str, scenario: str
    ):
        # Long enough to be heard on a busy machine, where the provider does not end the call.
        deadline = 1.0 if scenario in {"hang", "drip"} else 15.0
        error = await failure(simulator, name, scenario, deadline=deadline)
        assert isinstance(error, Unavailable)
        assert error.ambiguous

    @pytest.mark.parametrize("name", CALLING)
    async def test_is_without_doubt_when_nobody_listens(self, simulator: Simulator, name: str):
        channel = MAKERS[name](simulator)
        await simulator.__aexit__(None, None, None)
        async with channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(address(simulator, name, "ok")))
        assert not caught.value.ambiguous

    @pytest.mark.parametrize("name", CALLING)
    async def test_is_without_doubt_when_the_name_is_unknown(self, simulator: Simulator, name: str):
        to = address(simulator, name, "ok").replace(simulator.url, NOWHERE)
        where = {"email": {"host": "nobody.invalid"}, "push": {"simulated": NOWHERE}}
        async with MAKERS[name](simulator, **where.get(name, {"url": NOWHERE})) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(message(to))
        assert not caught.value.ambiguous


class TestPrivacy:
    @pytest.mark.parametrize(
        ("name", "scenario"),
        [*cases(UNDELIVERABLE), *cases(MISCONFIGURED), *cases(LATER), *cases(PAUSED)],
    )
    async def test_an_error_names_neither_person_nor_secret(
        self, simulator: Simulator, name: str, scenario: str
    ):
        error = await failure(simulator, name, scenario)
        words = f"{error} {error!r} {error.__context__!r}".lower()
        local = address(simulator, name, scenario).removeprefix("+84")
        secrets = vars_of(simulator)
        assert [secret for secret in (local, "701.525", *secrets) if secret in words] == []


def vars_of(simulator: Simulator) -> list[str]:
    config = simulator.config
    return [config.access_token, config.refresh_token, config.esms_api_key, config.esms_secret_key]
