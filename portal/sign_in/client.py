"""Where a request comes from, as far as it can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address that the outermost of our ``settings.TRUSTED_PROXIES`` saw; "" if unknown.

    Each proxy appends whom it was called by to X-Forwarded-For: what stands further left was
    written by the client and says nothing.
    """
    count = settings.TRUSTED_PROXIES
    seen = request.headers.get("X-Forwarded-For", "").split(",") if count else []
    found = seen[-count] if len(seen) >= count > 0 else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(found.strip()))
    except ValueError:
        return ""
