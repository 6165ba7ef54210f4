"""The button "This was not me", at the notice in the inbox and on the page that checks a message.

Only by POST: a scanner or a preview that opens addresses stops nothing.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Right, User
from customers.queries import places
from notifications.inbox import inbox
from notifications.models import Notice
from notifications.services import refusing, whole_codes
from notifications.views.verifying import is_allowed, typed_code

PER_HOUR = 10


@require_POST
def refuse_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Stop the link that one of my notices tells of."""
    user = cast("User", request.user)
    mine = [place.account for place in places(user) if place.may(Right.NOTICES)]
    notice = get_object_or_404(inbox(mine, reader=user), code=code)
    if not is_allowed(request, "refuse", per_hour=PER_HOUR):
        return render(request, "429.html", status=429)
    try:
        refusing.refuse(notice=notice, by=user, at=timezone.now())
    except refusing.NotRefusable:
        messages.warning(request, _("There is nothing to stop here any more. Please call us."))
    else:
        messages.success(request, _done(notice))
    if refusing.may_refuse(notice, by=user, at=timezone.now()):
        return redirect("notice", code)
    # Whoever stopped their own login is shown nothing here any more.
    return redirect("inbox")


def _done(notice: Notice) -> str:
    if refusing.is_about_money(notice):
        return _(
            "Stopped. The bank takes no money by this auto-debit. We look into it and call you."
        )
    return _(
        "Stopped. That login sees nothing here any more. We look into it and call you; "
        "only we can let it in again."
    )


@login_not_required
@require_POST
def refuse_verified(request: HttpRequest) -> HttpResponse:
    """Stop the link that a message tells of, proven by its whole code, which nothing else says."""
    if not is_allowed(request, "refuse", per_hour=PER_HOUR):
        return render(request, "429.html", status=429)
    typed = typed_code(request)
    found = whole_codes.find(typed)
    notice = found.notice if found else None
    context: dict[str, object] = {"typed": typed, "is_asked": True, "notice": notice}
    if found is not None and found.is_whole:
        try:
            refusing.refuse(notice=found.notice, at=timezone.now())
            context["is_stopped"] = True
            context["is_about_money"] = refusing.is_about_money(found.notice)
        except refusing.NotRefusable:
            context["is_too_late"] = True
    return render(request, "notifications/verify.html", context)
