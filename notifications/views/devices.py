"""Browsers that are told by push: the list, "tell me on this device", and no more."""

import json
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.models import User
from notifications.channels.push import BadSubscription, public_key
from notifications.models import PushDevice
from notifications.services import devices

COOKIE_AGE = timedelta(days=400)


@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    """My browsers that are told, the one I sit at first of all."""
    mine = PushDevice.objects.visible_to(request.user).newest_first()
    context = {
        "devices": mine,
        "this_one": request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
        "push_key": push_key(),
    }
    return render(request, "notifications/devices.html", context)


def push_key() -> str:
    """What the page's script subscribes the browser with."""
    return public_key(settings.VAPID_PRIVATE_KEY)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Take the subscription that the script of the page got from the browser."""
    fields = ("endpoint", "p256dh", "auth")
    endpoint, public, secret = (request.POST.get(name, "") for name in fields)
    answer = redirect("devices")
    try:
        device = devices.subscribe(
            user=cast("User", request.user),
            subscription=json.dumps(
                {"endpoint": endpoint, "keys": {"p256dh": public, "auth": secret}}
            ),
            user_agent=request.headers.get("User-Agent", ""),
            at=timezone.now(),
        )
    except BadSubscription:
        messages.error(request, _("This browser cannot be told: we do not know its push service."))
        return answer
    except devices.TooMany:
        words = _("You have added %(n)d devices within 24 hours. Please add another one later.")
        messages.error(request, words % {"n": devices.MOST_A_DAY})
        return answer
    messages.success(request, _("This device is told from now on."))
    answer.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        device.key,
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


@require_POST
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Tell me no more by this device."""
    if not devices.forget(key=key, user=cast("User", request.user)):
        raise Http404
    messages.success(request, _("That device is not told any more."))
    return redirect("usersessions_list" if request.POST.get("back") == "sessions" else "devices")


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; at the root, so that it may open any page of the site."""
    return render(request, "notifications/push-worker.js", content_type="text/javascript")
