"""What every notice may say."""

from typing import Any

from django.conf import settings

from notifications.models import Notice


def common(notice: Notice) -> dict[str, Any]:
    """The values of any notice: never more of the customer code than its end."""
    return {
        "code": notice.code,
        "number_end": notice.account.number[-4:],
        "customer_name": notice.account.holder_name,
        "site_url": settings.SITE_URL,
        "hotline": settings.HOTLINE,
    }
