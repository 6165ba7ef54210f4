"""What all simulated providers share: configuration, the book of arrivals, the postman."""

import json
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from notifications.simulator.arrivals import Arrivals
from notifications.simulator.postman import Letter, Postman
from notifications.simulator.scenarios import Chooser, dice

_LATE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Ports, callbacks and the secrets both sides must know. Port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: int = 0
    smtp_port: int = 0
    callback: str = ""
    """Where the product takes receipts: ``<callback>/zalo/`` and ``<callback>/email/``."""
    zalo_callback: str = ""
    email_callback: str = ""
    app_id: str = "simulated-app"
    app_secret: str = field(default="simulated-app-secret", repr=False)
    oa_secret: str = field(default="simulated-oa-secret", repr=False)
    access_token: str = field(default="simulated-access-token", repr=False)
    refresh_token: str = field(default="simulated-refresh-token", repr=False)
    esms_api_key: str = field(default="simulated-api-key", repr=False)
    esms_secret_key: str = field(default="simulated-secret-key", repr=False)
    speedsms_token: str = field(default="simulated-token", repr=False)
    smtp_username: str = "simulated"
    smtp_password: str = field(default="simulated", repr=False)
    zalo_quota: int = 1_000_000
    lively: bool = False
    pace: float = 1.0
    latency: float = 0.0
    """Seconds until a provider's HTTP answer, as over a real line; the message is taken at once."""
    capacity: int = 100_000
    book: str = ""

    def zalo_url(self) -> str:
        return self.zalo_callback or (self.callback and self.callback.rstrip("/") + "/zalo/")

    def email_url(self) -> str:
        return self.email_callback or (self.callback and self.callback.rstrip("/") + "/email/")

    def speedsms_url(self) -> str:
        """Where SpeedSMS reports; a real account names it in its profile."""
        return self.callback and f"{self.callback.rstrip('/')}/speedsms/simulated/"

    def push_url(self, reference: str) -> str:
        """Where a browser reports that it showed the message."""
        return self.callback and f"{self.callback.rstrip('/')}/push/{reference}/"

    def may_call(self, url: str) -> bool:
        """Only the product itself is called back, whatever URL a request names."""
        return bool(self.callback) and _origin(url) == _origin(self.callback)


class Desk:
    """The state of the simulator, common to its providers."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.arrivals = Arrivals(config.capacity, book=config.book)
        self.postman = Postman(pace=config.pace, capacity=config.capacity)
        self.chooser = Chooser(lively=config.lively)

    def post_receipts(self, scenario: str, address: str, letter: Letter) -> None:
        """Send a receipt for a taken message when the scenario says so."""
        if scenario in {"no-receipt", "early-receipt"} or not letter.url:
            return
        after = _LATE if scenario == "late-receipt" else delivery_seconds(address)
        self.postman.post(letter, after=after)
        if scenario == "doubled-receipt":
            self.postman.post(letter, after=after + 1)


def delivery_seconds(address: str) -> float:
    """One to three seconds, always the same for an address."""
    return 1 + next(dice(address, "delivery")) / 50


def new_id() -> str:
    return secrets.token_hex(10)


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _origin(url: str) -> tuple[str, str]:
    parsed = urlsplit(url)
    return parsed.scheme, parsed.netloc
