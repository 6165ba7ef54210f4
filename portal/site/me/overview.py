"""The page that leads to everything of one's own, and the name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import ContactChange, ContactCheck, Right
from customers.queries import places
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
    asked = ContactCheck.objects.open().filter(
        account__in=[link.account_id for link in links if Right.CHANGE in link.opens]
    )
    context = {
        "asked": asked.select_related("account", "contact").oldest_first(),
        "phone": phones.display(user.phone) if user.phone else "",
        "waiting": [(change, held_words(change)) for change in waiting],
        "places": places(user),
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
