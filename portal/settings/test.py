"""Tests: dev with fast passwords, mail in memory and no tasks behind one's back."""

import os

from .dev import *  # noqa: F403
from .dev import CACHES, CHANNELS, DATABASES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Tasks go nowhere unless a test asks for the fixture `worker`, least of all to a running site.
os.environ.setdefault("TEST_BROKER_URL", env.str("CELERY_BROKER_URL"))
# Celery heeds the environment before any setting.
CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"] = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

# A test database need not survive a power cut.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"

# Two test processes count tries apart: a Redis database each, as each has a database of its own.
_cache = CACHES["default"]
if _cache["BACKEND"].endswith("RedisCache"):
    _process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    _cache["LOCATION"] = f"{_cache['LOCATION'].rsplit('/', 1)[0]}/{8 + _process}"

# No simulated provider minds; who tests the pace sets one.
for _channel in CHANNELS.values():
    _channel["PER_SECOND"] = 0

# Tests click faster than people; who tests the pace sets one.
PAGES_A_MINUTE = 0

# Each test client is a site of its own: it looks for a static file when it is asked for one, not
# for all of them at its start. That was two thirds of the time of tests of many pages.
WHITENOISE_AUTOREFRESH = True
