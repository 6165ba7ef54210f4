"""Tests: dev with fast passwords, mail in memory and no tasks behind one's back."""

import os

from .dev import *  # noqa: F403
from .dev import DATABASES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Tasks go nowhere unless a test asks for the fixture `worker`, least of all to a running site.
os.environ.setdefault("TEST_BROKER_URL", env.str("CELERY_BROKER_URL"))
# Celery heeds the environment before any setting.
CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"] = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

# A test database need not survive a power cut.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
