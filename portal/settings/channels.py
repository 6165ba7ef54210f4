"""The channels and the companies behind them; a company is named only here and in its adapter."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from .env import env

SITE_URL = env.str("SITE_URL")

SMTP = env.dj_email_url("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
# Part of the address at which our mail server hands in delivery reports, and nobody else knows.
EMAIL_CALLBACK_SECRET = env.str("EMAIL_CALLBACK_SECRET")

ZALO_OA_SECRETS: list[str] = env.list("ZALO_OA_SECRETS")  # two while one is replaced
ZALO: dict[str, str] = {
    "APP_ID": env.str("ZALO_APP_ID"),
    "SECRET_KEY": env.str("ZALO_SECRET_KEY"),
    # The pair to start from; newer ones are kept in the database.
    "ACCESS_TOKEN": env.str("ZALO_ACCESS_TOKEN", ""),
    "REFRESH_TOKEN": env.str("ZALO_REFRESH_TOKEN", ""),
    "TOKEN_URL": env.str("ZALO_OAUTH_URL", "https://oauth.zaloapp.com") + "/v4/oa/access_token",
}
# One approved template carries every code: Zalo's own kind for one-time passwords.
_CODE = {"id": env.str("ZALO_TEMPLATE_CODE"), "parameters": {"code": "code"}}
_WHOSE = {"customer_name": "name", "number_end": "code", "code": "code"}
_OWED = {**_WHOSE, "month": "code", "total": "amount", "due_on": "code", "to_do": "status"}
# Zalo has a kind of its own for a number to ring; in the text there must be none.
_CALL = {"hotline": "phone"}
# One approved template carries whatever is written by hand.
_BY_HAND = {
    "id": env.str("ZALO_TEMPLATE_BY_HAND"),
    # Zalo's kind for long texts is named after addresses.
    "parameters": {
        "customer_name": "name",
        "number_end": "code",
        "title": "status",
        "text": "address",
        "code": "code",
    },
}
_OUTAGE = {**_WHOSE, "short": "status", "starts": "code", "ends": "code", "reason": "address"}
ZALO_TEMPLATES = {
    "bill_issued": {"id": env.str("ZALO_TEMPLATE_BILL_ISSUED"), "parameters": _OWED},
    "payment_received": {
        "id": env.str("ZALO_TEMPLATE_PAYMENT_RECEIVED"),
        "parameters": {**_WHOSE, "month": "code", "amount": "amount", "paid_on": "code"},
    },
    "planned_outage": {"id": env.str("ZALO_TEMPLATE_PLANNED_OUTAGE"), "parameters": _OUTAGE},
    "unplanned_outage": {"id": env.str("ZALO_TEMPLATE_UNPLANNED_OUTAGE"), "parameters": _OUTAGE},
    "payment_reminder": {"id": env.str("ZALO_TEMPLATE_PAYMENT_REMINDER"), "parameters": _OWED},
    "payment_overdue": {
        "id": env.str("ZALO_TEMPLATE_PAYMENT_OVERDUE"),
        "parameters": {**_OWED, **_CALL},
    },
    "debit_failed": {
        "id": env.str("ZALO_TEMPLATE_DEBIT_FAILED"),
        "parameters": {
            **_WHOSE,
            "month": "code",
            "total": "amount",
            "due_on": "code",
            "why_not": "status",
        },
    },
    "disconnection": {
        "id": env.str("ZALO_TEMPLATE_DISCONNECTION"),
        "parameters": {
            **_WHOSE,
            **_CALL,
            "short": "status",
            "month": "code",
            "total": "amount",
            "cut_at": "code",
        },
    },
    "service_fee": {
        "id": env.str("ZALO_TEMPLATE_SERVICE_FEE"),
        "parameters": {**_WHOSE, "fee": "address", "total": "amount", "due_on": "code"},
    },
    "reading_schedule": {
        "id": env.str("ZALO_TEMPLATE_READING_SCHEDULE"),
        "parameters": {**_WHOSE, "read_on": "code"},
    },
    "use_threshold": {
        "id": env.str("ZALO_TEMPLATE_USE_THRESHOLD"),
        "parameters": {**_WHOSE, "limit": "code", "used": "code", "used_until": "code"},
    },
    "unusual_use": {
        "id": env.str("ZALO_TEMPLATE_UNUSUAL_USE"),
        "parameters": {
            **_WHOSE,
            "use_from": "code",
            "used_until": "code",
            "used": "code",
            "usual": "code",
        },
    },
    "contact_check": {
        "id": env.str("ZALO_TEMPLATE_CONTACT_CHECK"),
        "parameters": {**_WHOSE, "contact": "code", "answer_by": "code"},
    },
    "test_message": {
        "id": env.str("ZALO_TEMPLATE_TEST_MESSAGE"),
        "parameters": _WHOSE,
    },
    "security": {
        "id": env.str("ZALO_TEMPLATE_SECURITY"),
        "parameters": {**_WHOSE, "short": "status", "when": "code"},
    },
    **dict.fromkeys(("survey", "advice", "announcement"), _BY_HAND),
    **dict.fromkeys(("sign_in_code", "verify_code", "reset_code", "link_code"), _CODE),
}

ESMS_URL = env.str("ESMS_URL", "https://rest.esms.vn")
# eSMS signs nothing: only it knows the address to call.
ESMS_CALLBACK_SECRET = env.str("ESMS_CALLBACK_SECRET")


# Signs what we push; browsers that subscribed know its other half, so a new key loses them all.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY")
# The origin of a push service on this machine, for the demo and the tests alone.
PUSH_SIMULATED = ""


def _mail_security() -> str:
    if SMTP["EMAIL_USE_SSL"]:
        return "tls"
    return "starttls" if SMTP["EMAIL_USE_TLS"] else "none"


# Unsigned as well; told to SpeedSMS in the profile of our account there.
SPEEDSMS_CALLBACK_KEY = env.str("SPEEDSMS_CALLBACK_KEY", "")
# One carries all SMS; what was handed to the other is never repeated here: it ends as unclear.
SMS_PROVIDERS: dict[str, dict[str, Any]] = {
    "esms": {
        "BACKEND": "notifications.channels.esms.Esms",
        "PROVIDER": "esms",
        "IN_FLIGHT": env.int("ESMS_IN_FLIGHT", 20),
        "PER_SECOND": env.int("ESMS_PER_SECOND", 20),
        "OPTIONS": {
            "api_key": env.str("ESMS_API_KEY"),
            "secret_key": env.str("ESMS_SECRET_KEY"),
            "brandname": env.str("ESMS_BRANDNAME"),
            "url": f"{ESMS_URL}/MainService.svc/json/SendMultipleMessage_V4_post_json/",
            "callback_url": f"{SITE_URL}/hooks/esms/{ESMS_CALLBACK_SECRET}/",
        },
    },
    "speedsms": {
        "BACKEND": "notifications.channels.speedsms.SpeedSms",
        "PROVIDER": "speedsms",
        "IN_FLIGHT": env.int("SPEEDSMS_IN_FLIGHT", 4),
        # Its own limit is 60 calls in 60 seconds.
        "PER_SECOND": env.int("SPEEDSMS_PER_SECOND", 1),
        "OPTIONS": {
            "access_token": env.str("SPEEDSMS_ACCESS_TOKEN", ""),
            "sender": env.str("SPEEDSMS_SENDER", ""),
            "url": env.str("SPEEDSMS_URL", "https://api.speedsms.vn") + "/index.php/sms/send",
        },
    },
}

# PROVIDER: whose receipts count on this channel. IN_FLIGHT: calls under way in one sender.
# PER_SECOND: calls that all senders together may start; 0 for as many as they can.
CHANNELS: dict[str, dict[str, Any]] = {
    "inbox": {"BACKEND": "notifications.channels.inbox.Inbox"},
    "push": {
        "BACKEND": "notifications.channels.push.Push",
        "PROVIDER": "webpush",
        "IN_FLIGHT": env.int("PUSH_IN_FLIGHT", 20),
        "PER_SECOND": env.int("PUSH_PER_SECOND", 100),
        "OPTIONS": {
            "private_key": VAPID_PRIVATE_KEY,
            "contact": f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}",
        },
    },
    "zalo": {
        "BACKEND": "notifications.channels.zalo.Zalo",
        "PROVIDER": "zalo",
        "IN_FLIGHT": env.int("ZALO_IN_FLIGHT", 20),
        "PER_SECOND": env.int("ZALO_PER_SECOND", 20),
        "OPTIONS": {
            "token": "notifications.services.tokens.ZaloTokens",
            "templates": ZALO_TEMPLATES,
            "url": env.str("ZALO_URL", "https://business.openapi.zalo.me") + "/message/template",
        },
    },
    "email": {
        "BACKEND": "notifications.channels.email.Email",
        "PROVIDER": "smtp",
        "IN_FLIGHT": env.int("EMAIL_IN_FLIGHT", 8),
        "PER_SECOND": env.int("EMAIL_PER_SECOND", 20),
        "OPTIONS": {
            "host": SMTP["EMAIL_HOST"],
            "port": SMTP["EMAIL_PORT"],
            "security": _mail_security(),
            "username": SMTP["EMAIL_HOST_USER"],
            "password": SMTP["EMAIL_HOST_PASSWORD"],
            "sender": DEFAULT_FROM_EMAIL,
            "connections": env.int("EMAIL_IN_FLIGHT", 8),
        },
    },
    "sms": SMS_PROVIDERS[env.str("SMS_PROVIDER", "esms")],
}

# Since 2026-11-24: whom a direct message went to and what it said is wiped so long after its end.
# Long enough for "I never got a code", short enough to be worth little to a thief.
DIRECT_WORDS_KEPT = timedelta(days=env.int("DIRECT_WORDS_KEPT_DAYS", 7))
# What strangers can make us pay for: codes by SMS and Zalo, each channel counted for itself.
DIRECT_LIMITS = {
    "ADDRESS_HOUR": 3,
    "ADDRESS_DAY": 10,
    # Mobile operators put thousands of people behind one network.
    "NETWORK_DAY": env.int("DIRECT_NETWORK_DAY", 200),
    "DAY": env.int("DIRECT_DAY", 20_000),
    # Below so many an hour nothing is a rush: a new installation has no usual yet.
    "USUAL_HOUR": env.int("DIRECT_USUAL_HOUR", 300),
}
