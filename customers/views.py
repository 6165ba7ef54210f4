"""Pages about an address itself: who learns about it, who sees what, and since when."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers import people_words, queries
from customers.models import AccountLink, ContactPoint, Invitation, Right, User
from customers.services import invitations, links
from customers.visits import Visit, visit


@dataclass(frozen=True, slots=True)
class Masked:
    """A contact with all but its end hidden."""

    kind: str
    value: str


@require_GET
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Who sees this address and who is told of it; to the holder also what changed."""
    at = visit(request, number, right=Right.CHANGE)
    here, viewer, now = at.here, viewer_of(request), timezone.now()
    found = queries.people(here.account, on=timezone.localdate(now))
    context = {
        **at.context("people", Right.CHANGE),
        "contacts": [masked(contact) for contact in found.contacts],
        "relatives": [(relative, masked(relative.contact)) for relative in found.relatives],
        "people": [
            people_words.Person.of(link, viewer=viewer, viewer_is_holder=here.is_holder)
            for link in found.links
        ],
    }
    if here.is_holder:
        context |= {
            "offers": [people_words.Offer.of(one) for one in queries.offers(here.account, at=now)],
            "changes": [
                people_words.Change.of(one, viewer=viewer) for one in queries.changes(here.account)
            ],
        }
    return render(request, "customers/people.html", context)


def masked(contact: ContactPoint) -> Masked:
    """The contact as it may be shown: enough to recognise, too little to use."""
    return Masked(contact.get_kind_display(), contact.masked)


def holders_visit(request: HttpRequest, number: str) -> Visit:
    """The visitor at an address whose contract they hold.

    :raises Http404: it is not theirs, or they are not its holder (any more)
    """
    at = visit(request, number, right=Right.CHANGE)
    if not at.here.is_holder:
        raise Http404(_("There is no such page."))
    return at


@require_POST
def end_person(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take the right to see this address away at once: never made harder than need be."""
    at = holders_visit(request, number)
    links.end(link=others_link(at, pk), by=viewer_of(request), at=timezone.now())
    messages.success(request, _("They see nothing of this address from now on."))
    return redirect("people", number)


@require_POST
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    at = holders_visit(request, number)
    offers = Invitation.objects.visible_to(request.user).filter(account=at.here.account)
    offer = get_object_or_404(offers, pk=pk)
    try:
        invitations.withdraw(invitation=offer, by=viewer_of(request), at=timezone.now())
    except invitations.NotWaiting:
        messages.info(request, _("It was answered meanwhile. See the list."))
    else:
        messages.success(request, _("The invitation is taken back."))
    return redirect("people", number)


def others_link(at: Visit, pk: int) -> AccountLink:
    """:raises Http404: there is no link of anyone else with this key at this address"""
    found = AccountLink.objects.filter(account=at.here.account).in_force().select_related("user")
    return get_object_or_404(found.exclude(role=AccountLink.Role.HOLDER), pk=pk)


def viewer_of(request: HttpRequest) -> User:
    return cast("User", request.user)
