"""The page of one campaign: whom it tells, what it costs, what it says, and the next step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.models import Account, User
from notifications import sms
from notifications.models import Campaign, Channel, KindPolicy, Notice
from notifications.services import campaigns, forecasting, rendering
from portal.lib import said
from portal.lib.text import mask

from . import forecasts

VIEW, CHANGE = "notifications.view_campaign", "notifications.change_campaign"
APPROVE, STOP = "notifications.approve_campaign", "notifications.stop_campaign"
# Each act: what it asks for, and what is said once it is done.
ACTS: dict[str, tuple[str, Any]] = {
    "count": (CHANGE, _("Counted. These customers, and no others, would be told.")),
    "ask": (CHANGE, ""),
    "approve": (APPROVE, _("Approved: it goes in ten minutes. Until then nothing is sent.")),
    "stop": (STOP, _("Stopped: nothing more of it is sent.")),
}
# In the example; a real one is drawn for each notice.
CODE = "XXXX2345"
State = Campaign.State


@dataclass(frozen=True)
class Choices:
    """What one person may do about a campaign at one moment; the services have the last word."""

    write: bool
    ask: bool
    approve: bool
    stop: bool
    wrote_it: bool


def choices(campaign: Campaign, user: User, *, at: datetime) -> Choices:
    """The buttons that would work."""
    state, own = campaign.state_at(at), campaign.made_by_id == user.pk
    write = state == State.DRAFT and own and user.has_perm(CHANGE)
    return Choices(
        write=write,
        ask=write and campaign.counted_at is not None and campaign.recipients > 0,
        approve=state == State.WAITING and not own and user.has_perm(APPROVE),
        stop=state in (State.WAITING, State.HELD, State.GOING) and user.has_perm(STOP),
        wrote_it=own,
    )


@require_GET
def show(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whom the campaign tells, at what price, in which words; and how far it is."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    found = Campaign.objects.select_related("audience", "made_by", "approved_by", "stopped_by")
    campaign = get_object_or_404(found, pk=campaign_id)
    at, user = timezone.now(), member(request)
    state = campaign.state_at(at)
    context = {
        **admin.site.each_context(request),
        "title": str(campaign),
        "campaign": campaign,
        "state": state,
        "tone": TONES[state],
        "is_held": state == Campaign.State.HELD,
        "is_waiting": state == Campaign.State.WAITING,
        "may": choices(campaign, user, at=at),
        "goes_at": said.moment(campaign.goes_at) if campaign.goes_at else "",
        "asks_consent": campaigns.asks_consent(campaign.kind),
        "steps": _steps(campaign),
        **_counted(campaign, user, at),
    }
    return TemplateResponse(request, "admin/notifications/campaign/show.html", context)


TONES = {
    State.DRAFT: "info",
    State.WAITING: "wait",
    State.HELD: "warning",
    State.GOING: "success",
    State.STOPPED: "off",
}


def _counted(campaign: Campaign, user: User, at: datetime) -> dict[str, Any]:
    """Words, recipients, price and time; of what is told already the price is no forecast."""
    people = campaigns.sample(campaign=campaign, by=user)
    words = _words(campaign, people[0] if people else None)
    if campaign.counted_at is None:
        return {"words": words}
    text = next((one["text"] for one in words if one["is"] == Channel.SMS), "")
    parts = len(sms.parts(text)) if text else 1
    forecast = forecasting.of_campaign(campaign, at=at, sms_parts=parts)
    return {
        "words": words,
        "sample": [_masked(account) for account in people],
        "sentences": forecasts.sentences(forecast),
        "loads": forecasts.rows(forecast),
    }


def _masked(account: Account) -> dict[str, str]:
    first, *_others = account.holder_name.split() or [""]
    return {
        "name": f"{first} •••",
        "number": mask(account.number),
        "ward": account.ward,
        "company": account.unit.name,
    }


def _words(campaign: Campaign, account: Account | None) -> list[dict[str, str]]:
    """What it says on each channel that its kind may take, to one of its recipients."""
    someone = account or Account(number="PE0000000000", holder_name="…")
    notice = Notice(kind=campaign.kind, campaign=campaign, account=someone, code=CODE)
    allowed = KindPolicy.objects.get(kind=campaign.kind).channels
    shown = [("vi", channel) for channel in Channel if channel in {*allowed, Channel.INBOX}]
    told = [(language, Channel(channel)) for language, channel in [*shown, ("en", Channel.INBOX)]]
    return [
        _said(notice, channel, language) for language, channel in told if channel != Channel.PUSH
    ]


def _said(notice: Notice, channel: Channel, language: str) -> dict[str, str]:
    words = rendering.render(notice=notice, channel=channel, language=language)
    label = f"{channel.label} (English)" if language == "en" else str(channel.label)
    return {
        "is": channel.value,
        "channel": label,
        "lang": language,
        "subject": words.subject,
        "text": words.text,
    }


def _steps(campaign: Campaign) -> list[str]:
    """Who did what when."""
    done = [
        (_("Written by %(who)s, %(when)s"), campaign.made_by, campaign.made_at),
        (_("Counted, %(when)s"), None, campaign.counted_at),
        (_("Asked for, %(when)s"), None, campaign.asked_at),
        (_("Approved by %(who)s, %(when)s"), campaign.approved_by, campaign.approved_at),
        (_("Begun, %(when)s"), None, campaign.planned_at),
        (_("Stopped by %(who)s, %(when)s"), campaign.stopped_by, campaign.stopped_at),
    ]
    return [text % {"who": who, "when": said.moment(at)} for text, who, at in done if at]


@require_POST
def act(request: HttpRequest, campaign_id: int, verb: str) -> HttpResponse:
    """Count, ask for, approve or stop it; then back to its page."""
    permission, done = ACTS.get(verb, ("", ""))
    if not permission or not request.user.has_perm(permission):
        raise Http404
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    try:
        after = getattr(campaigns, verb)(campaign=campaign, by=member(request), at=timezone.now())
    except campaigns.CampaignError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done or _asked(after))
    return redirect("admin:notifications_campaign_show", campaign.pk)


def _asked(campaign: Campaign) -> Any:
    if campaign.goes_at:
        return _("It goes in ten minutes. Until then nothing is sent.")
    return _("Asked. Another person has to approve it.")
