"""Answers that no view gives: 404 where none is, 503 while a server that we need is away, 500 for a
fault of ours. Programs get JSON, people a page.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import page_not_found
from redis.exceptions import ConnectionError as RedisAway
from rest_framework.exceptions import NotFound

AWAY = (OperationalError, InterfaceError, RedisAway)
RETRY_AFTER = 30  # seconds


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's ``handler404``; a program learns no more of an address than of another's account."""
    if _is_of_a_program(request):
        return JsonResponse({"detail": str(NotFound.default_detail)}, status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``, which runs while the exception is being handled.

    A middleware would come too late: Django turns an exception into an answer at every layer.
    """
    away = isinstance(sys.exception(), AWAY)
    return _answer(request, status=503 if away else 500)


def _answer(request: HttpRequest, *, status: int) -> HttpResponse:
    response: HttpResponse
    if _is_of_a_program(request):
        response = JsonResponse(
            {"detail": "Unavailable" if status == 503 else "Error"}, status=status
        )
    else:
        # No request for the template: the frame of a page would ask the database who is signed in.
        response = render(None, f"{status}.html", status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _is_of_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
