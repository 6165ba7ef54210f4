"""What we do differently for a household: its holder sees it, and can end it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers import need_words
from customers.models import Need, Right
from customers.services import needs as service
from portal.site.me.fresh import fresh
from portal.site.me.people import holder_at, person


@require_GET
def needs(request: HttpRequest, number: str) -> HttpResponse:
    """Each with what it is for; nothing is added here, since a text is read aloud before."""
    found = holder_at(request, number, at=timezone.now())
    mine = need_words.in_force(found.here.account)
    context = {**found.at.context("address", Right.TOTALS), "needs": [_said(one) for one in mine]}
    return render(request, "me/needs.html", context)


@fresh()
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, number: str, need: int) -> HttpResponse:
    """What we would do no more, and the button."""
    at = timezone.now()
    found = holder_at(request, number, at=at)
    one = get_object_or_404(found.here.account.needs.in_force(), pk=need)
    if request.method == "POST":
        service.end(need=one, said_by=Need.SaidBy.HOLDER, by=person(request), at=at)
        messages.success(request, _("Ended. To have it again, call us."))
        return redirect("needs", number)
    context = {**found.at.context("address", Right.TOTALS), "need": _said(one)}
    return render(request, "me/need_end.html", context)


def _said(need: Need) -> dict[str, object]:
    return {
        "pk": need.pk,
        "label": need_words.label(need),
        "purpose": need_words.PURPOSES[need.kind],
        "said": need_words.said(need),
        "confirm_by": need.confirm_by,
    }
