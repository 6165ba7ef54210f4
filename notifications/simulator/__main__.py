"""Command line of the simulator. Secrets come from the environment the product reads, too."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence

from notifications.simulator.desk import Config
from notifications.simulator.server import Simulator

# Environment variable -> field of Config.
_ENVIRONMENT = {
    "ZALO_APP_ID": "app_id",
    "ZALO_APP_SECRET": "app_secret",
    "ZALO_OA_SECRET": "oa_secret",
    "ZALO_ACCESS_TOKEN": "access_token",
    "ZALO_REFRESH_TOKEN": "refresh_token",
    "ESMS_API_KEY": "esms_api_key",
    "ESMS_SECRET_KEY": "esms_secret_key",
    "EMAIL_USERNAME": "smtp_username",
    "EMAIL_PASSWORD": "smtp_password",
}


def config(arguments: Sequence[str], environment: dict[str, str]) -> Config:
    """The configuration asked for by arguments and environment."""
    given = vars(_parser().parse_args(arguments))
    given["lively"] = given.pop("mode") == "lively"
    for variable, name in _ENVIRONMENT.items():
        if environment.get(variable):
            given[name] = environment[variable]
    return Config(**given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m notifications.simulator",
        description="Stands in for Zalo, eSMS and a mail server.",
        epilog=f"Secrets from the environment: {', '.join(_ENVIRONMENT)}.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--smtp-port", type=int, default=8026)
    parser.add_argument(
        "--callback", default="", help="base URL of the product's receipts: <base>/zalo/, /email/"
    )
    parser.add_argument("--zalo-callback", default="", help="instead of <base>/zalo/")
    parser.add_argument("--email-callback", default="", help="instead of <base>/email/")
    parser.add_argument(
        "--mode", choices=["lively", "plain"], default="lively", help="plain: everything arrives"
    )
    parser.add_argument("--pace", type=float, default=1.0, help="stretches every wait (0: none)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until each answer")
    parser.add_argument("--capacity", type=int, default=100_000, help="messages held in memory")
    parser.add_argument("--book", default="", help="file that gets a line of each message taken")
    parser.add_argument("--zalo-quota", type=int, default=1_000_000, help="messages a day")
    return parser


async def serve(wanted: Config) -> None:
    """Run until SIGINT or SIGTERM."""
    # aiosmtpd logs every line of every conversation, addresses included.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Simulator(wanted) as simulator:
        print(f"simulator: {simulator.url} smtp {simulator.smtp_port}", flush=True)  # noqa: T201
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(config(sys.argv[1:], dict(os.environ))))
