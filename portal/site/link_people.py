"""What people do about links of an address: the holder's answer, one's own name, giving it up."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import AccountLink, LinkRequest, Right
from customers.services import linking
from customers.visits import Visit, visit
from portal.site.link_forms import AcceptForm, NicknameForm
from portal.site.linking import GET_OR_POST, member
from portal.site.me.fresh import fresh

REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who wants to see the address, as far as the holder is told who."""

    request: LinkRequest
    name: str
    contact: str
    form: AcceptForm


@require_http_methods(GET_OR_POST)
def requests(request: HttpRequest, number: str) -> HttpResponseBase:
    """Who asked to see the address; the holder says yes, in which role, or no.

    A no needs no proof; a yes lets somebody in, and asks for a fresh one as inviting does.
    """
    is_yes = request.method == "POST" and request.POST.get("verb") != REFUSE
    return (fresh()(_requests) if is_yes else _requests)(request, number)


def _requests(request: HttpRequest, number: str) -> HttpResponse:
    at = _of_holder(request, number)
    now = timezone.now()
    waiting = list(LinkRequest.objects.waiting_at(at.here.account, at=now))
    chosen = next((one for one in waiting if one.reference in request.POST.get("asked", "-")), None)
    shown = [_asked(one, request.POST if one is chosen else None) for one in waiting]
    if chosen is not None:
        form = next(one.form for one in shown if one.request is chosen)
        if done := _decide(request, chosen, form, at=now):
            messages.success(request, done)
            return redirect("link_requests", number)
    elif request.method == "POST":
        messages.info(request, str(linking.NotWaiting()))
    context = {**at.context("link_requests", Right.CHANGE), "shown": shown}
    return render(request, "portal/link_requests.html", context)


def _of_holder(request: HttpRequest, number: str) -> Visit:
    at = visit(request, number, right=Right.CHANGE)
    if not at.here.is_holder:
        raise Http404(_("There is no such page."))
    return at


def _asked(one: LinkRequest, data: object) -> Asked:
    return Asked(one, one.user.name, one.user.masked, AcceptForm(data, asked=one))


def _decide(request: HttpRequest, asked: LinkRequest, form: AcceptForm, *, at: datetime) -> str:
    """What was done, in words; empty, and the reason in the form, where it was refused."""
    by = member(request)
    try:
        if request.POST.get("verb") == REFUSE:
            linking.refuse(request=asked, by=by, at=at)
            return _("You said no. They see nothing of this address.")
        if not form.is_valid():
            return ""
        chosen = form.cleaned_data
        linking.accept(request=asked, by=by, role=chosen["role"], rights=chosen["rights"], at=at)
    except linking.LinkingError as error:
        form.add_error(None, str(error))
        return ""
    return _("They see the address from now on. You can change or end that at any time.")


@require_http_methods(GET_OR_POST)
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """My own name for the place, and the way to give the link up."""
    at = visit(request, number, right=Right.TOTALS)
    link = _own_link(request, at)
    form = NicknameForm(request.POST or None, initial={"nickname": link.nickname})
    if request.method == "POST" and form.is_valid():
        linking.name_place(link=link, nickname=form.cleaned_data["nickname"])
        messages.success(request, _("The name is kept."))
        return redirect("address", number)
    context = {**at.context("link_mine", Right.TOTALS), "form": form, "link": link}
    return render(request, "portal/link_mine.html", context)


@require_http_methods(GET_OR_POST)
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Unlink the address from my login, after one question."""
    at = visit(request, number, right=Right.TOTALS)
    page = at.context("link_mine", Right.TOTALS)
    if request.method == "POST":
        try:
            linking.leave(link=_own_link(request, at), at=timezone.now())
        except linking.OthersRemain as error:
            return render(
                request, "portal/link_leave.html", {**page, "why": str(error)}, status=409
            )
        messages.success(request, _("The address is unlinked. You see and are told nothing of it."))
        return redirect("home")
    return render(request, "portal/link_leave.html", page)


def _own_link(request: HttpRequest, at: Visit) -> AccountLink:
    links = AccountLink.objects.in_force().select_related("account", "user")
    return get_object_or_404(links, user=member(request), account=at.here.account)
