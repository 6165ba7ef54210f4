"""The steps about others that ask for a fresh proof: changing what they see, and moving out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers import people_words
from customers.forms import MoveOutForm, SharingForm
from customers.models import AccountLink, Right
from customers.services import links
from customers.views import holders_visit, others_link, viewer_of
from customers.visits import visit
from portal.site.me.fresh import fresh

GET_OR_POST = ["GET", "POST"]


@require_http_methods(GET_OR_POST)
@fresh()
def person(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What somebody else may see of this address: shown, changed."""
    at = holders_visit(request, number)
    link = others_link(at, pk)
    form = SharingForm(request.POST or None, role=_role(request, link), link=link)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            links.change_rights(link=link, **form.chosen(at=now), by=viewer_of(request), at=now)
        except links.LinkError:
            form.add_error(None, _("This could not be changed. Look at the list again."))
        else:
            messages.success(request, _("Changed. They were told."))
            return redirect("people", number)
    context = {
        **at.context("people", Right.CHANGE),
        "form": form,
        "person": people_words.Person.of(link, viewer=viewer_of(request), viewer_is_holder=True),
        "whom": people_words.WHOM[form.role],
        "role": form.role,
        "roles": [role for role in people_words.WHOM if role != form.role],
    }
    return render(request, "portal/person.html", context)


def _role(request: HttpRequest, link: AccountLink) -> str:
    """The role that is asked about, or the one there is."""
    asked = request.GET.get("role", "")
    return asked if asked in people_words.WHOM else link.role


@require_http_methods(GET_OR_POST)
@fresh()
def move_out(request: HttpRequest, number: str) -> HttpResponse:
    """Say from which day one lives elsewhere; what that changes stands on the page."""
    at = visit(request, number, right=Right.TOTALS)
    link = get_object_or_404(
        AccountLink.objects.in_force(), account=at.here.account, user=viewer_of(request)
    )
    form = MoveOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            links.move_out(
                link=link, on=form.cleaned_data["on"], by=viewer_of(request), at=timezone.now()
            )
        except links.BadDay:
            form.add_error("on", _("Choose a day within the last year or the next three months."))
        except links.LinkError:
            form.add_error(None, _("A day was recorded before. Call us to have it changed."))
        else:
            messages.success(request, _("Recorded. You keep seeing the days before."))
            return redirect("address", number)
    context = {**at.context("address", Right.TOTALS), "form": form, "link": link}
    return render(request, "portal/move_out.html", context)
