"""What every page's frame shows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The hotline for the footer."""
    return {"hotline": settings.HOTLINE}
