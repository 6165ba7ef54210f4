"""One arrangement at the desk: its own page, with what is told next, and the relative's code."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.admin.opening import question
from customers.admin.staff import member
from customers.models import Arrangement, RelativeContact
from customers.services import arrangements, typed_codes
from customers.services.typed_codes import Typed
from notifications.services import direct
from portal.sign_in.client import client_ip
from portal.site import foreseen, relative_letters
from portal.site.foreseen_words import coming, said

CHANGE = "customers.change_arrangement"


def show(request: HttpRequest, object_id: str) -> HttpResponse:
    """The page of the table, and the next three notices to read back.

    They are looked for once the page is built, so only where its own question was answered.
    """
    key = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else None
    extra = {} if key is None else {"coming": partial(_coming, key)}
    page = admin.site.get_model_admin(Arrangement)
    return page.change_view(request, object_id, extra_context=extra)


def _coming(key: int) -> list[str]:
    arrangement = Arrangement.objects.with_terms().get(pk=key)
    return said(coming(foreseen.once_approved(arrangement, at=timezone.now())))


@require_POST
def send_code(request: HttpRequest, arrangement_id: int) -> HttpResponse:
    """Send the relative a code, to be named to the agent while they are on the line."""
    arrangement = _relative(request, arrangement_id)
    back = redirect("admin:customers_arrangement_change", arrangement.pk)
    if question(request, arrangement.account, page=f"arrangement {arrangement.pk}"):
        return back
    at = timezone.now()
    try:
        with transaction.atomic():
            code = arrangements.new_relative_code(arrangement=arrangement, at=at)
            relative_letters.send_code(
                arrangement=arrangement, code=code, from_ip=client_ip(request), at=at
            )
    except (typed_codes.TooManyCodes, direct.Refused):
        text = _("A code was sent there a moment ago, or too often. Use it, or try later.")
        messages.warning(request, text)
    except arrangements.NotWaiting as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The code is on its way. It holds for ten minutes."))
    return back


@require_POST
def type_code(request: HttpRequest, arrangement_id: int) -> HttpResponse:
    """The code that the relative named: the right one is their own yes."""
    arrangement = _relative(request, arrangement_id)
    back = redirect("admin:customers_arrangement_change", arrangement.pk)
    if question(request, arrangement.account, page=f"arrangement {arrangement.pk}"):
        return back
    typed = arrangements.confirm_relative(
        arrangement=arrangement,
        code=request.POST.get("code", "").replace("\0", "")[:20],
        by=member(request),
        at=timezone.now(),
    )
    if typed == Typed.RIGHT:
        messages.success(request, _("The relative has confirmed it themselves."))
    elif typed == Typed.WRONG:
        messages.error(request, _("This is not the code. Check the digits and try again."))
    else:
        messages.error(request, _("This code is not valid any more. Ask for a new one."))
    return back


def _relative(request: HttpRequest, arrangement_id: int) -> RelativeContact:
    """:raises Http404: it is not there for this person, or names no relative"""
    if not request.user.has_perm(CHANGE):
        raise Http404
    rows: Any = RelativeContact.objects.visible_to(request.user)
    found: RelativeContact = get_object_or_404(
        rows.select_related("account", "contact"), pk=arrangement_id
    )
    return found
