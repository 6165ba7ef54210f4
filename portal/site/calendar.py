"""Days to pay and outages in a person's own calendar, by a private address that they can take back.

Whoever has the address sees what it holds, and calendars keep it with companies we do not know. So
it says of an account the end of its code alone, and no amount, name or place.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing import queries
from customers.models import Account, Right, User
from customers.queries import places
from customers.services import calendars
from customers.services.sessions import all_ended
from notifications import inbox
from portal.lib.ical import Event, calendar
from portal.lib.periods import local_day, month_name
from portal.site.me.fresh import fresh
from portal.site.me.people import person

SHOWN_AFTER = timedelta(days=31)
"""So long an outage that is over stays in the calendar."""


def connect() -> None:
    """Whoever wants strangers out wants them out of the calendar as well."""
    for signal in (password_changed, password_reset, password_set, all_ended):
        signal.connect(_ended, dispatch_uid=f"portal.site.calendar.{id(signal)}")


def _ended(*, user: User, **_rest: Any) -> None:
    calendars.revoke(user=user, at=timezone.now())


@require_http_methods(["GET", "POST"])
@fresh(allow_get=True)
def my_calendar(request: HttpRequest) -> HttpResponseBase:
    """Make an address, which is shown once, or take it back."""
    user, at = person(request), timezone.now()
    if request.method == "GET":
        return _page(request, user)
    if "revoke" in request.POST:
        calendars.revoke(user=user, at=at)
        messages.success(request, _("The address opens nothing any more."))
        return redirect("me_calendar")
    key = calendars.make(user=user, at=at)
    url = request.build_absolute_uri(reverse("calendar", args=[key]))
    answer = _page(request, user, url=url)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, user: User, *, url: str = "") -> HttpResponse:
    standing = user.calendar_addresses.filter(revoked_at=None).first()
    return render(request, "me/calendar.html", {"url": url, "standing": standing})


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar that a key opens."""
    user = calendars.owner(key)
    if user is None:
        raise Http404
    at = timezone.now()
    file = calendar(
        _("Electricity"), list(_events(user, at=at)), at=at, domain=request.get_host().split(":")[0]
    )
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


def _events(user: User, *, at: datetime) -> Iterator[Event]:
    mine = places(user)
    yield from _bills([place.account for place in mine if place.may(Right.BILLS)], at=at)
    yield from _outages([place.account for place in mine if place.may(Right.NOTICES)], user, at=at)


def _bills(accounts: Sequence[Account], *, at: datetime) -> Iterator[Event]:
    """The last day to pay of each bill that is open and that no bank pays."""
    for owed in queries.due_bills(accounts, on=local_day(at)):
        bill = owed.bill
        words = {"month": month_name(bill.month), "code": _end_of(bill.account.number)}
        text = _("Customer code ending in %(code)s. The amount stands on your page.") % words
        if owed.by_bank:
            summary = _("The bank pays the electricity bill of %(month)s") % words
        else:
            summary = _("Last day to pay the electricity bill of %(month)s") % words
        yield Event(f"bill-{bill.pk}", summary, text, bill.due_on)


def _outages(accounts: Sequence[Account], user: User, *, at: datetime) -> Iterator[Event]:
    """The outages that these accounts were told of and that stand, each once, as last known."""
    told = inbox.inbox(accounts, reader=user).filter(
        announcement__isnull=False,
        announcement__outage__over_at=None,
        announcement__outage__ends_at__gt=at - SHOWN_AFTER,
    )
    seen = set()
    for notice in told.select_related("announcement__outage", "account"):
        if notice.announcement is None:
            continue
        outage = notice.announcement.outage
        if (outage.pk, notice.account_id) in seen:
            continue
        seen.add((outage.pk, notice.account_id))
        words = {"code": _end_of(notice.account.number)}
        yield Event(
            f"outage-{outage.pk}-{notice.account_id}",
            _("Electricity is off"),
            _("Customer code ending in %(code)s. What is known now stands on your page.") % words,
            outage.starts_at,
            outage.ends_at,
        )


def _end_of(number: str) -> str:
    return number[-4:]
