"""Link my home: the customer code, the proof, the code; then today's use of the address.

No page tells whether a customer code exists: nothing is looked up until something is proven.
"""

import ipaddress
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import AccountLink, LinkRequest, User
from customers.services import linking
from portal.sign_in.client import client_ip
from portal.site.link_forms import CodeForm, NumberForm, ProofForm

NUMBER = "link_number"
PREFIX = {4: 24, 6: 48}
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def number(request: HttpRequest) -> HttpResponse:
    """Which address? The code is kept in the session, so that no address of a page holds it."""
    form = NumberForm(request.POST or None)
    if form.is_valid():
        request.session[NUMBER] = form.cleaned_data["number"]
        return redirect("link_proof")
    waiting = LinkRequest.objects.filter(user=member(request), state=LinkRequest.State.WAITING)
    page = {"form": form, "waiting": waiting.in_time(timezone.now()).order_by("-created_at", "pk")}
    return render(request, "portal/link_number.html", page)


@require_http_methods(GET_OR_POST)
def proof(request: HttpRequest) -> HttpResponse:
    """How is it shown? From here on the try counts."""
    typed = request.session.get(NUMBER)
    if not typed:
        return redirect("link")
    form = ProofForm(request.POST or None)
    if form.is_valid():
        return ask(request, typed, form.cleaned_data["proof"])
    return render(request, "portal/link_proof.html", {"form": form, "number": typed})


def ask(request: HttpRequest, typed: str, how: str) -> HttpResponse:
    """Write the request down and go to its page; or say why not."""
    try:
        made = linking.ask(
            user=member(request),
            number=typed,
            proof=how,
            network=network_of(client_ip(request)),
            at=timezone.now(),
        )
    except linking.AlreadyLinked as already:
        messages.info(request, str(already))
        return redirect("address", typed)
    except linking.LinkingError as error:
        return refused(request, error)
    return redirect("link_request", made.reference)


@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Type the code, or read what is waited for. Looking at the page uses nothing up."""
    now, mine = timezone.now(), LinkRequest.objects.filter(user=member(request))
    asked = mine.select_related("link__account").filter(reference=reference).first()
    if asked is None:
        return gone(request)
    if request.method != "POST" and asked.link:
        return redirect("address", asked.number)
    if asked.state == LinkRequest.State.WAITING and asked.expires_at > now:
        return render(request, "portal/link_waiting.html", {"asked": asked})
    form = CodeForm(request.POST or None, proof=asked.proof)
    if not asked.takes_code(at=now):
        return gone(request)
    if form.is_valid():
        return redeem(request, form, asked)
    return code_page(request, form, asked)


def redeem(request: HttpRequest, form: CodeForm, asked: LinkRequest) -> HttpResponse:
    """What becomes of a code that was typed."""
    try:
        done = linking.answer(
            reference=asked.reference,
            user=member(request),
            typed=form.cleaned_data["code"],
            at=timezone.now(),
        )
    except linking.WrongCode as wrong:
        form.add_error("code", str(wrong))
        return code_page(request, form, asked)
    except linking.Gone:
        return gone(request)
    except linking.LinkingError as error:
        return refused(request, error)
    request.session.pop(NUMBER, None)
    if done.link is None:
        return redirect("link_request", done.reference)
    if done.link.moved_in_on and done.link.moved_in_on > timezone.localdate():
        messages.success(request, _("The address is linked. You see it from the day you move in."))
        return redirect("home")
    messages.success(request, _("The address is linked. This is its use so far."))
    return redirect("address", done.number)


@require_POST
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for another code for the same address; the earlier one is dead."""
    mine = LinkRequest.objects.filter(user=member(request), reference=reference)
    asked = mine.filter(proof__in=LinkRequest.BY_CODE).first()
    if asked is None or asked.state == LinkRequest.State.LINKED:
        return gone(request)
    return ask(request, asked.number, asked.proof)


def code_page(request: HttpRequest, form: CodeForm, asked: LinkRequest) -> HttpResponse:
    by_letter = asked.proof == AccountLink.Proof.LETTER
    page = {"form": form, "asked": asked, "by_letter": by_letter}
    return render(request, "portal/link_code.html", page)


def gone(request: HttpRequest) -> HttpResponse:
    """One page for whatever is used, over, another's, or never was."""
    return render(request, "portal/link_gone.html", status=404)


def refused(request: HttpRequest, error: linking.LinkingError) -> HttpResponse:
    """Why not, and the way to a person."""
    status = 429 if isinstance(error, linking.TooMany) else 403
    return render(request, "portal/link_refused.html", {"why": str(error)}, status=status)


def network_of(address: str) -> str:
    """The network that the tries from this address count for: /24, or /48 for IPv6."""
    if not address:
        return "unknown"
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{ip}/{PREFIX[ip.version]}", strict=False))


def member(request: HttpRequest) -> User:
    """Whoever is signed in; the middleware has let nobody else in."""
    return cast("User", request.user)
