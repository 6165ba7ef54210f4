"""Settings that a production installation must not start with."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, MultiFernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from notifications.channels.push import public_key
from portal.settings.env import env

PLACEHOLDER = "change-me"  # stands for every secret in deploy/example.env
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Kept by one process, or by none: limits and locks would hold in each worker apart.
UNSHARED_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")
VAPID_KEY_LENGTH = 43
PICKLES = {"pickle", "application/x-python-serialize"}


@register(Tags.security, deploy=True)
def production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each unsafe setting, for `manage.py check --deploy`."""
    return [Error(text, id=f"portal.E{number:03}") for number, text in faults()]


def refuse_unsafe() -> None:
    """Keep any process, web or worker, from starting with an unsafe setting.

    :raises ImproperlyConfigured: names every one of them
    """
    if found := [text for _number, text in faults()]:
        raise ImproperlyConfigured("Not safe to start: " + " ".join(found))


def faults() -> Iterator[tuple[int, str]]:
    """Number and description of each unsafe setting; the settings' values stay out of it."""
    yield from _site_faults()
    yield from _secret_faults()
    yield from _background_faults()


def _site_faults() -> Iterator[tuple[int, str]]:
    if settings.DEBUG:
        yield 1, "DEBUG shows our insides to visitors."
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        yield 3, "ALLOWED_HOSTS must name the hosts."
    if not settings.SITE_URL.startswith("https://"):
        yield 4, "SITE_URL must begin with https://."
    if settings.CACHES["default"]["BACKEND"].endswith(UNSHARED_CACHES):
        yield 5, "CACHE_URL must be a cache that all processes share."
    if bool(settings.TRUSTED_PROXIES) != bool(settings.SECURE_PROXY_SSL_HEADER):
        # Without, all visitors share the proxy's limits; with none in front, each forges an own.
        yield 10, "TRUSTED_PROXIES must be the proxies in front, and 0 unless BEHIND_PROXY."
    if getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        yield 11, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is for http://localhost alone."
    if settings.PUSH_SIMULATED or settings.CHANNELS["push"]["OPTIONS"].get("simulated"):
        yield 12, "PUSH_SIMULATED would let browsers have us call this machine."


def _secret_faults() -> Iterator[tuple[int, str]]:
    if not _is_secret(settings.SECRET_KEY):
        yield 2, "SECRET_KEY must be at least 50 random characters."
    for name in _missing_values():
        yield 8, f"{name} must be set."
    if not _can_seal(settings.SEAL_KEYS):
        yield 9, "SEAL_KEYS must be Fernet keys."
    if not _can_push(settings.VAPID_PRIVATE_KEY):
        yield 13, "VAPID_PRIVATE_KEY must be 32 bytes in URL-safe base64."


def _background_faults() -> Iterator[tuple[int, str]]:
    if {settings.CELERY_TASK_SERIALIZER, *settings.CELERY_ACCEPT_CONTENT} & PICKLES:
        yield 6, "Celery must not take pickle."
    for name, url in _servers():
        if _is_open(url):
            yield 7, f"{name}: Redis beyond this machine needs a password."


def _is_secret(key: str) -> bool:
    return len(key) >= 50 and len(set(key)) >= 10 and PLACEHOLDER not in key


def _can_seal(keys: Sequence[str]) -> bool:
    try:
        MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        return False
    return True


def _can_push(key: str) -> bool:
    try:
        public_key(key)
    except ValueError:
        return False
    return len(key) == VAPID_KEY_LENGTH


def _servers() -> Iterator[tuple[str, str]]:
    yield "CELERY_BROKER_URL", settings.CELERY_BROKER_URL
    places = settings.CACHES["default"].get("LOCATION", "")
    for place in [places] if isinstance(places, str) else places:
        yield "CACHE_URL", place


def _is_open(url: str) -> bool:
    server = urlsplit(url)
    if server.scheme not in {"redis", "rediss"} or server.hostname in LOOPBACK:
        return False
    return server.password in {None, "", PLACEHOLDER}


def _missing_values() -> Iterator[str]:
    """The settings that are still the example's, and the secrets that are empty."""
    for name, value in env.dump().items():
        example = isinstance(value, str | list) and PLACEHOLDER in value
        secret = "SECRET" in name or name.endswith("_API_KEY")
        if name not in {"SECRET_KEY", "SEAL_KEYS"} and (example or (secret and not value)):
            yield name
