"""Where I am told what: the questions, the rule that applies in words, and a test message."""

from dataclasses import dataclass, replace
from datetime import time
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import Right, User
from customers.queries import Place, places
from customers.visits import Visit, visit
from notifications import trace
from notifications.forms import QuietForm
from notifications.forms.quiet import known
from notifications.models import Channel, Kind
from notifications.services import channel_tests, preferences, quiet
from notifications.services.own_choices import may_choose
from notifications.services.preferences import Choice
from notifications.views.devices import push_key
from notifications.views.groups import groups
from portal.lib import said


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the page: the kind, a box for each channel, and the rule in words."""

    kind: Kind
    boxes: list[dict[str, Any]]
    is_statutory: bool
    rule: str
    usual: str
    """What holds where nobody has chosen otherwise."""


@require_GET
def preferences_start(request: HttpRequest) -> HttpResponse:
    """The address to begin with: the only one, or a list to choose from."""
    mine = [(place, page) for place in places(request.user) if (page := page_at(place))]
    if len(mine) == 1:
        [(place, page)] = mine
        return redirect(page, place.number)
    found = [(place, reverse(page, args=[place.number])) for place, page in mine]
    return render(request, "notifications/preferences_start.html", {"places": found})


def page_at(place: Place) -> str:
    """Where the answers of ``place`` stand: those of the contract, else a linked person's own."""
    if place.may(Right.CHANGE):
        return "account_preferences"
    return "own_preferences" if may_choose(place) else ""


@require_http_methods(["GET", "POST"])
def account_preferences(request: HttpRequest, number: str) -> HttpResponse:
    """The preferences of one address, shown and saved."""
    at = visit(request, number, right=Right.CHANGE)
    if request.method != "POST":
        return shown(request, at)
    try:
        preferences.save(
            account=at.here.account,
            wanted=asked(request),
            seen_version=request.POST.get("version", ""),
            by=cast("User", request.user),
            at=timezone.now(),
        )
    except preferences.ChangedMeanwhile:
        text = _("Somebody saved other answers meanwhile. These are yours: check and save again.")
        messages.warning(request, text)
        return shown(request, at, answers=asked(request))
    messages.success(request, _("Saved."))
    return redirect("account_preferences", number)


@require_POST
def save_quiet(request: HttpRequest, number: str) -> HttpResponse:
    """Save in which hours an address is left alone."""
    at = visit(request, number, right=Right.CHANGE)
    form = QuietForm(request.POST)
    if not form.is_valid():
        return shown(request, at, quiet_form=form)
    by = cast("User", request.user)
    quiet.choose(account=at.here.account, hours=form.chosen, by=by, at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("account_preferences", number)


def shown(
    request: HttpRequest,
    at: Visit,
    *,
    answers: dict[Kind, list[Channel]] | None = None,
    quiet_form: QuietForm | None = None,
) -> HttpResponse:
    """The page with what is saved, or with what was typed and could not be saved yet."""
    account, today = at.here.account, timezone.localdate()
    works = preferences.working_channels(account, on=today)
    found = preferences.choices(account, on=today)
    if answers is not None:
        found = [replace(one, wanted=frozenset(answers[one.kind])) for one in found]
    questions = [question(choice, works) for choice in found]
    context = {
        **at.context("account_preferences", Right.CHANGE),
        "groups": groups(questions, unticked=_("only the inbox, or one way that the law asks for")),
        "labels": [channel.label for channel in works],
        "is_open": answers is not None,
        "channels": [(channel.value, channel.label) for channel in works],
        "may_choose": may_choose(at.here),
        "push_key": push_key(),
        "has_sms": Channel.SMS in works,
        "questions": questions,
        "form": quiet_form or QuietForm(initial=known(quiet.own_hours(account))),
        "company_hours": company_hours(quiet.company_hours(on=today)),
        "never_held": [str(choice.kind.label) for choice in found if not choice.waits],
        "tests": trace.tests(account),
        "version": preferences.version(account),
    }
    return render(request, "notifications/preferences.html", context)


@require_POST
def send_test(request: HttpRequest, number: str) -> HttpResponse:
    """Send a test message on one channel of one address."""
    account = visit(request, number, right=Right.CHANGE).here.account
    channel = request.POST.get("channel", "")
    if channel not in Channel.values:
        messages.error(request, _("There is no such channel."))
        return redirect("account_preferences", number)
    try:
        channel_tests.send(
            account=account, channel=channel, by=cast("User", request.user), at=timezone.now()
        )
    except channel_tests.TooMany:
        messages.warning(request, _("Three test messages an hour are enough. Try again later."))
    except channel_tests.NoAddress:
        messages.error(request, _("Nothing at this address works on this channel."))
    else:
        text = _("The test message is on its way: {channel}.")
        messages.success(request, text.format(channel=Channel(channel).label))
    return redirect("account_preferences", number)


def asked(request: HttpRequest) -> dict[Kind, list[Channel]]:
    """The boxes that were ticked; anything that is no channel is no answer."""
    return {
        kind: [Channel(name) for name in request.POST.getlist(kind) if name in Channel.values]
        for kind in preferences.CHOSEN
    }


def question(choice: Choice, works: tuple[Channel, ...]) -> Question:
    """One kind as the page asks about it."""
    boxes = [
        {
            "channel": channel.value,
            "label": channel.label,
            "offered": channel in choice.offered,
            "checked": channel in choice.wanted,
        }
        for channel in works
    ]
    return Question(choice.kind, boxes, choice.is_statutory, rule(choice), usual(choice))


def usual(choice: Choice) -> str:
    """What holds where nobody has chosen otherwise: the channels, and whether it waits."""
    ways = ", ".join(str(channel.label) for channel in choice.offered)
    if not ways:
        return _("Unless chosen otherwise: only the inbox of this site.")
    if choice.waits:
        return _("Unless chosen otherwise: {ways}; not in quiet hours.").format(ways=ways)
    return _("Unless chosen otherwise: {ways}; at any hour.").format(ways=ways)


def company_hours(hours: dict[str, time]) -> str:
    """The hours of the company in words; empty where it keeps none."""
    begins, ends = hours["quiet_begins"], hours["quiet_ends"]
    if begins == ends:
        return ""
    text = _("from {begins} until {ends}")
    return text.format(begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}")


def rule(choice: Choice) -> str:
    """What will happen, in one or two sentences."""
    if choice.kept:
        text = _(
            "Always in the inbox of this site. The law asks for one more way: if you have not "
            "read it there within {time}, it goes by {channel}."
        )
        return text.format(time=said.duration(choice.confirm_within), channel=choice.kept.label)
    if not choice.chain:
        return _("Only in the inbox of this site.")
    first, *others = (str(channel.label) for channel in choice.chain)
    text = _("Goes by {channel}.").format(channel=first)
    if others:
        more = _("If it has not arrived within {time}, then by {channels}.")
        text += " " + more.format(
            time=said.duration(choice.confirm_within), channels=", ".join(others)
        )
    return text
