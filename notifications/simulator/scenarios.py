"""What can happen to a message, by name, and which of it happens to a given address."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["zalo", "esms", "speedsms", "smtp", "push"]
ALL: frozenset[Channel] = frozenset({"zalo", "esms", "speedsms", "smtp", "push"})
# Where a person has an address; a browser has none that could refuse us.
PERSONAL = ALL - {"push"}
HTTP = ALL - {"smtp"}
# Where a message may be taken and given up later.
LATER_WORD: frozenset[Channel] = frozenset({"esms", "speedsms", "smtp"})
# Providers that answer with codes of their own, in JSON.
CODED = HTTP - {"push"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that can happen; ``number`` is the last two digits of its phone number."""

    number: int
    name: str
    about: str
    channels: frozenset[Channel] = ALL


_LIST = (
    Scenario(0, "ok", "accepted, delivered after 1 to 3 s"),
    Scenario(1, "seen", "accepted, delivered, then seen", frozenset({"zalo"})),
    Scenario(2, "late-receipt", "accepted, delivered after a minute"),
    Scenario(3, "early-receipt", "the receipt comes before the answer", HTTP),
    Scenario(4, "doubled-receipt", "the same receipt twice"),
    Scenario(5, "disordered-receipt", "seen is reported before delivered", frozenset({"zalo"})),
    Scenario(6, "no-receipt", "accepted, and never heard of again"),
    Scenario(7, "failed-receipt", "accepted, later bounced", LATER_WORD),
    Scenario(10, "no-zalo-account", "no account for this phone: -118", frozenset({"zalo"})),
    Scenario(11, "invalid", "no such address: -108, 108, 550 5.1.1, 404"),
    Scenario(12, "blocked", "the recipient blocked us: -132, 99, 550 5.7.1", PERSONAL),
    Scenario(13, "refuses", "inactive or refuses: -114, 177, 552 5.2.2", PERSONAL),
    Scenario(14, "gone", "the browser unsubscribed: 410", frozenset({"push"})),
    Scenario(20, "quota-spent", "no more today: -1472", frozenset({"zalo"})),
    Scenario(21, "balance-spent", "no money left: -115, 103", CODED),
    Scenario(
        22,
        "bad-credentials",
        "we are not known: -101, 101, 403, 550 (mail: as the sender's address)",
    ),
    Scenario(23, "template-withdrawn", "the words are not approved: -131, 146", CODED),
    Scenario(24, "rejected-content", "the words are refused: 554 5.7.1", frozenset({"smtp"})),
    Scenario(30, "rate-limited", "429 with Retry-After: 2; 450 4.7.0"),
    Scenario(31, "rate-limited-until", "429 with Retry-After as a date", HTTP),
    Scenario(32, "rate-code", "answer 160: too fast", frozenset({"esms"})),
    Scenario(33, "busy", "503; 421 and the line is closed"),
    Scenario(34, "error-500", "500"),
    Scenario(35, "greylisted", "450 4.7.1 at the first try, then ok", frozenset({"smtp"})),
    Scenario(40, "cut-before-accept", "the line is cut, nothing was taken"),
    Scenario(41, "cut-after-accept", "taken, then the line is cut"),
    Scenario(42, "slow", "taken, answered after 3 s"),
    Scenario(43, "hang", "taken, never answered"),
    Scenario(44, "drip", "taken, answered at one byte a second", CODED),
    Scenario(50, "html-200", "200 with an HTML sign-in page", HTTP),
    Scenario(51, "error-200", "200 with -124 (token), or an unknown code", CODED),
    Scenario(52, "huge", "200 with a body that never ends", HTTP),
    Scenario(53, "redirect", "302 to somewhere else", HTTP),
    Scenario(54, "gateway-timeout", "taken, then 504", HTTP),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _LIST}
_BY_NUMBER = {scenario.number: scenario.name for scenario in _LIST}

# 0900 0000 NN, written with or without the country code.
_PHONE = re.compile(r"(?:\+?84|0)9000000(\d\d)")


@dataclass(slots=True)
class Rule:
    """Set by hand: this scenario for a channel, an address or both, a number of times or always."""

    scenario: str
    channel: str = ""
    address: str = ""
    times: int | None = None

    def fits(self, channel: Channel, address: str) -> bool:
        return self.channel in {"", channel} and self.address in {"", address} and self.times != 0

    def use_up(self) -> None:
        if self.times is not None:
            self.times -= 1


@dataclass(slots=True)
class Chooser:
    """Chooses the scenario of each message."""

    lively: bool = False
    rules: list[Rule] = field(default_factory=list)

    def choose(self, channel: Channel, address: str) -> str:
        """The newest rule that fits, else what the address says, else what the mode says."""
        for rule in reversed(self.rules):
            if rule.fits(channel, address):
                rule.use_up()
                return rule.scenario
        name = for_address(address) or (_as_in_life(channel, address) if self.lively else "ok")
        return name if channel in SCENARIOS[name].channels else "ok"


def phone(name: str) -> str:
    """The phone number that always meets this scenario, in E.164."""
    return f"+849000000{SCENARIOS[name].number:02}"


def mailbox(name: str) -> str:
    """A mail address that always meets this scenario."""
    return f"khach+{name}@example.vn"


def device(name: str) -> str:
    """The name of a simulated browser that always meets this scenario."""
    return f"may+{name}@trinh-duyet"


def for_address(address: str) -> str | None:
    """The scenario an address asks for: phone 0900 0000 NN, or ``name@`` or ``x+name@``."""
    if match := _PHONE.fullmatch(address):
        return _BY_NUMBER.get(int(match[1]))
    local = address.partition("@")[0].rpartition("+")[2]
    return local if "@" in address and local in SCENARIOS else None


def dice(address: str, purpose: str) -> Iterator[int]:
    """Numbers from 0 to 99 that are always the same for an address and a purpose."""
    digest = hashlib.sha256(f"{purpose}:{address.removeprefix('+')}".encode()).digest()
    return (byte * 100 // 256 for byte in digest)


# Out of a hundred addresses, the first N meet the scenario.
_LIFE: dict[Channel, tuple[tuple[int, str], ...]] = {
    "zalo": ((8, "no-zalo-account"), (9, "refuses"), (55, "seen")),
    "esms": ((3, "failed-receipt"),),
    "speedsms": ((3, "failed-receipt"),),
    "smtp": ((3, "invalid"), (5, "failed-receipt")),
    "push": ((5, "gone"), (15, "no-receipt")),
}


def _as_in_life(channel: Channel, address: str) -> str:
    roll = next(dice(address, channel))
    return next((name for below, name in _LIFE[channel] if roll < below), "ok")
