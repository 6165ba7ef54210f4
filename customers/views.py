"""Pages about an address itself: who learns about it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers import queries, words
from customers.models import ContactPoint, Right
from customers.visits import visit


@dataclass(frozen=True, slots=True)
class Masked:
    """A contact with all but its end hidden."""

    kind: str
    value: str


@require_GET
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Who learns about this address: contacts of the contract, relatives, logins."""
    at = visit(request, number, right=Right.CHANGE)
    found = queries.people(at.here.account, on=timezone.localdate())
    context = {
        **at.context("people", Right.CHANGE),
        "contacts": [masked(contact) for contact in found.contacts],
        "relatives": [(relative, masked(relative.contact)) for relative in found.relatives],
        "links": found.links,
    }
    return render(request, "customers/people.html", context)


def masked(contact: ContactPoint) -> Masked:
    """The contact as it may be shown: enough to recognise, too little to use."""
    return Masked(contact.get_kind_display(), words.masked(contact))
