"""The page that leads to everything of one's own, and the name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import ContactChange
from customers.queries import asked_about, places
from customers.services import logins
from portal.lib import phones
from portal.site.me.contacts import held_words
from portal.site.me.forms import NameForm
from portal.site.me.people import held_links, person, posted


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, where I am signed in, what is mine to see, correct, take along, erase."""
    user, at = person(request), timezone.now()
    waiting = ContactChange.objects.held().filter(user=user).order_by("holds_until", "pk")
    links = held_links(user, at=at)
    mine = places(user)
    context = {
        "asked": asked_about(mine),
        "phone": phones.display(user.phone) if user.phone else "",
        "waiting": [(change, held_words(change)) for change in waiting],
        "places": mine,
        "held_numbers": {link.account.number for link in links},
    }
    return render(request, "me/overview.html", context)


@require_http_methods(["GET", "POST"])
def change_name(request: HttpRequest) -> HttpResponse:
    """What we call the person."""
    user = person(request)
    form = NameForm(posted(request), initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        logins.rename(user=user, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "me/name.html", {"form": form})
