"""How tests read the customers' pages: in the words of the code, whatever the translation."""

from django.conf import settings
from django.test import Client


def in_english(client: Client) -> None:
    """Let this visitor have chosen English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
