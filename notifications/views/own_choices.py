"""What a linked person chose to be told at their own number or e-mail address."""

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import AccountLink, Right, User
from customers.visits import Visit, visit
from notifications.models import Channel, Kind
from notifications.services import own_choices
from notifications.services.own_choices import Offer, OwnAddress
from notifications.views.groups import groups
from notifications.views.preferences import asked


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the page: the kind, a box for each channel, and what applies in words."""

    kind: Kind
    boxes: list[dict[str, Any]]
    rule: str


@require_http_methods(["GET", "POST"])
def own_preferences(request: HttpRequest, number: str) -> HttpResponse:
    """What I am told myself about one address, shown and saved; the holder is shown where to."""
    at = visit(request, number, right=Right.NOTICES)
    user, today = cast("User", request.user), timezone.localdate()
    link = own_choices.link_of(user=user, account=at.here.account, on=today)
    if link is None and (request.method == "POST" or not at.here.is_holder):
        raise Http404
    if link is None or request.method != "POST":
        return shown(request, at, link)
    try:
        own_choices.save(
            link=link,
            wanted=asked(request),
            seen_version=request.POST.get("version", ""),
            by=user,
            at=timezone.now(),
        )
    except own_choices.ChangedMeanwhile:
        text = _("Somebody saved other answers meanwhile. These are yours: check and save again.")
        messages.warning(request, text)
        return shown(request, at, link, answers=asked(request))
    messages.success(request, _("Saved."))
    return redirect("own_preferences", number)


def shown(
    request: HttpRequest,
    at: Visit,
    link: AccountLink | None,
    *,
    answers: dict[Kind, list[Channel]] | None = None,
) -> HttpResponse:
    """The page with what is saved, or with ``answers`` that could not be saved yet."""
    mine = own_choices.addresses(link, on=timezone.localdate()) if link else []
    found = own_choices.offers(link, channels=[one.channel for one in mine]) if link else []
    if answers is not None:
        found = [replace(one, wanted=frozenset(answers[one.kind])) for one in found]
    questions = [question(offer, mine) for offer in found]
    context = {
        **at.context("own_preferences", Right.NOTICES),
        "groups": groups(questions, unticked=_("nothing chosen")),
        "is_open": answers is not None,
        "may_choose": link is not None,
        "addresses": [(one.channel.label, one.masked, one.is_shared) for one in mine],
        "labels": [one.channel.label for one in mine],
        "questions": questions,
        "version": own_choices.version(link) if link else "",
    }
    return render(request, "notifications/own_preferences.html", context)


def question(offer: Offer, mine: list[OwnAddress]) -> Question:
    """One kind as the page asks about it."""
    boxes = [
        {
            "channel": one.channel.value,
            "label": one.channel.label,
            "offered": one.channel in offer.offered,
            "checked": one.channel in offer.wanted,
        }
        for one in mine
    ]
    return Question(offer.kind, boxes, rule(offer))


def rule(offer: Offer) -> str:
    """What will happen, in one or two sentences."""
    chain = [str(channel.label) for channel in offer.offered if channel in offer.wanted]
    text = _("Nothing chosen: you find it in the inbox of this site alone.")
    if chain:
        text = _("You are told by {channels}.").format(channels=", ".join(chain))
    if offer.is_totals:
        text += " " + _("The mail says use and amount, as your access opens no more.")
    return text
