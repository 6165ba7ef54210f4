"""Where providers report what became of a message. Each call proves itself: there is no session.

A report is committed before it is answered, so a provider that got a 2xx need not repeat it.
"""

import hmac
from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.channels import ReceiptEvent, email, esms, push, speedsms, zalo
from notifications.channels.base import MAX_BODY, MalformedReceipt
from notifications.services import receipts


@csrf_exempt
@login_not_required
def zalo_hook(request: HttpRequest) -> HttpResponse:
    """Zalo's events, signed over the very bytes of the body."""
    body = _body(request)
    signature = request.headers.get("X-ZEvent-Signature", "")
    if body is None or not _is_zalos(body, signature):
        return HttpResponse(status=403)
    return _posted(body, zalo.receipts)


@csrf_exempt
@login_not_required
def esms_hook(request: HttpRequest, secret: str) -> HttpResponse:
    """eSMS's callback: an unsigned GET, so only who was told the address may call."""
    _check(secret, settings.ESMS_CALLBACK_SECRET)
    raw = request.META.get("QUERY_STRING", "")
    if len(raw) > MAX_BODY:
        return HttpResponse(status=413)
    try:
        events = esms.receipts(request.GET.dict(), received_at=timezone.now())
    except MalformedReceipt:
        return HttpResponse(status=400)
    return _recorded(events, raw)


@csrf_exempt
@login_not_required
def email_hook(request: HttpRequest, secret: str) -> HttpResponse:
    """Delivery reports and complaints (RFC 3464, RFC 5965), handed in raw by our mail server."""
    _check(secret, settings.EMAIL_CALLBACK_SECRET)
    return _posted(_body(request), email.receipts)


@csrf_exempt
@login_not_required
@require_POST
def speedsms_hook(request: HttpRequest, secret: str) -> HttpResponse:
    """SpeedSMS's unsigned report: only who was told the address may call."""
    _check(secret, settings.SPEEDSMS_CALLBACK_KEY)
    return _posted(_body(request), speedsms.receipts)


@csrf_exempt
@login_not_required
@require_POST
def push_hook(request: HttpRequest, reference: str) -> HttpResponse:
    """A browser's word that it showed a message; the reference came sealed to it alone.

    Anybody may call, so a reference that was never pushed is not kept; the answer is the same.
    """
    try:
        events = push.receipts(reference, received_at=timezone.now())
    except MalformedReceipt:
        return HttpResponse(status=404)
    if receipts.is_ours(reference=reference, provider="webpush"):
        receipts.record(events=events, raw="", at=timezone.now())
    return HttpResponse(status=204)


def _is_zalos(body: bytes, signature: str) -> bool:
    return zalo.is_signed(
        body, signature, app_id=settings.ZALO["APP_ID"], secrets=settings.ZALO_OA_SECRETS
    )


def _posted(body: bytes | None, read: Callable[..., Sequence[ReceiptEvent]]) -> HttpResponse:
    """Record what ``read`` of a provider's module finds in the body; None is one too long."""
    if body is None:
        return HttpResponse(status=413)
    try:
        events = read(body, received_at=timezone.now())
    except MalformedReceipt:
        return HttpResponse(status=400)
    return _recorded(events, body.decode(errors="replace"))


def _recorded(events: Sequence[ReceiptEvent], raw: str) -> HttpResponse:
    receipts.record(events=events, raw=raw, at=timezone.now())
    return HttpResponse("OK", content_type="text/plain")


def _body(request: HttpRequest) -> bytes | None:
    """The body, unless it is longer than any report."""
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= MAX_BODY else None


def _check(given: str, secret: str) -> None:
    """Look like any other address that does not exist to whoever does not know the secret."""
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise Http404
