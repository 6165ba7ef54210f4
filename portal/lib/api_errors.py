"""What the API answers where it refuses."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler


def refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """The library's answer; a 404 is always the same one, and names no class of ours."""
    return exception_handler(NotFound() if isinstance(error, Http404) else error, context)
