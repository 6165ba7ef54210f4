"""Campaigns: written by one person, counted and shown, approved by another where they are large,
held for a while in which they can be stopped, and then planned like every other kind.
"""

from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Consent, User
from notifications.models import Campaign, CampaignMember, Kind
from notifications.models.campaigns import CONSENTED
from notifications.services import audiences
from portal.lib import sql
from portal.lib.errors import SaysWhy
from portal.lib.history import signed

# What was counted is shown and approved; older counts are taken anew.
COUNT_HOLDS = timedelta(hours=24)
# What one person sends alone is added up over so long.
COUNTED_TOGETHER = timedelta(hours=24)


class CampaignError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class NotYours(CampaignError):
    """Somebody else wrote it."""

    why = _("Somebody else wrote this campaign; only they change it or ask for it.")


class NotDraft(CampaignError):
    """It was asked for already."""

    why = _("It was asked for already, and does not change any more.")


class NotCounted(CampaignError):
    """Nobody has seen whom it would tell, or too long ago."""

    why = _("Count the recipients first; a count holds for 24 hours.")


class Nobody(CampaignError):
    """The audience is empty."""

    why = _("Nobody is in this audience, or nobody of it has consented.")


class SamePerson(CampaignError):
    """Whoever wrote a campaign must not approve it."""

    why = _("You wrote it yourself; another person has to approve.")


class NotWaiting(CampaignError):
    """It waits for nobody's approval (any more)."""

    why = _("Somebody has decided already.")


@signed
@transaction.atomic
def count(*, campaign: Campaign, by: User, at: datetime) -> Campaign:
    """Find whom the campaign tells, and keep exactly these: they are shown, approved and told.

    :raises NotYours: somebody else wrote it
    :raises NotDraft: it was asked for already
    """
    found = _draft(campaign, by)
    found.members.all().delete()
    chosen = _allowed(audiences.accounts(found.audience, by=by, at=at), kind=found.kind)
    query, parameters = chosen.order_by().values("pk").query.sql_with_params()
    sql.run("notifications", "freeze_audience", [found.pk, *parameters], {"accounts": query})
    found.recipients = found.members.count()
    found.alone_up_to = _alone(kind=found.kind, by=by, at=at)
    found.counted_at = at
    found.save()
    return found


def _allowed(accounts: audiences.Accounts, *, kind: str) -> audiences.Accounts:
    """Those who consented, where the kind asks for that."""
    if kind not in CONSENTED:
        return accounts
    given = Consent.objects.filter(account=OuterRef("pk"), purpose=kind, withdrawn_at=None)
    return accounts.filter(Exists(given))


def _alone(*, kind: str, by: User, at: datetime) -> int:
    """How many more recipients this person may tell without a second one."""
    usual = usual_size(kind=kind)
    most: int = settings.MASS_ALONE
    if usual is not None:
        most = min(most, max(settings.MASS_SMALL, settings.MASS_TIMES * usual))
    # Many small ones are a large one, and one that was stopped too late has gone.
    alone = Campaign.objects.filter(
        made_by=by, approved_by=None, goes_at__gt=at - COUNTED_TOGETHER
    ).exclude(stopped_at__isnull=False, planned_at=None)
    return int(max(0, most - (alone.aggregate(all=Sum("recipients"))["all"] or 0)))


def usual_size(*, kind: str) -> int | None:
    """The median number of recipients of the last campaigns of ``kind``; None before the first."""
    last = Campaign.objects.filter(kind=kind).went().newest_first()
    sizes = list(last.values_list("recipients", flat=True)[: settings.MASS_ROUNDS])
    return int(median(sizes)) if sizes else None


@signed
@transaction.atomic
def ask(*, campaign: Campaign, by: User, at: datetime) -> Campaign:
    """Send a counted campaign: after the hold, and after a second person's yes where it is large.

    :raises NotYours: somebody else wrote it
    :raises NotDraft: it was asked for already
    :raises NotCounted: nobody has seen whom it tells, or that was too long ago
    :raises Nobody: it tells nobody
    """
    found = _draft(campaign, by)
    if found.counted_at is None or found.counted_at < at - COUNT_HOLDS:
        raise NotCounted
    if not found.recipients:
        raise Nobody
    # Counted again under the lock of the person: two campaigns at once are added up.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    found.alone_up_to = _alone(kind=found.kind, by=by, at=at)
    found.asked_at = at
    if not found.needs_approval:
        found.goes_at = at + settings.MASS_HOLD
    found.save()
    return found


@signed
@transaction.atomic
def approve(*, campaign: Campaign, by: User, at: datetime) -> Campaign:
    """Let somebody else's campaign go, after the hold.

    :raises NotWaiting: it waits for nobody's approval
    :raises SamePerson: this person wrote it
    """
    found = Campaign.objects.waiting().select_for_update(of=("self",)).filter(pk=campaign.pk)
    waiting = found.first()
    if waiting is None:
        raise NotWaiting
    if waiting.made_by_id == by.pk:
        raise SamePerson
    waiting.approved_by, waiting.approved_at = by, at
    waiting.goes_at = at + settings.MASS_HOLD
    waiting.save()
    return waiting


@signed
@transaction.atomic
def stop(*, campaign: Campaign, by: User, at: datetime) -> Campaign:
    """Send nothing (more) of it: from the commit on, every claim refuses it.

    The campaign is marked, not its run: a planner that is just writing the run holds that.

    :raises NotWaiting: somebody stopped it before
    """
    found = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if found.stopped_at:
        raise NotWaiting
    found.stopped_by, found.stopped_at = by, at
    found.save()
    return found


def _draft(campaign: Campaign, by: User) -> Campaign:
    """The campaign, held until the commit."""
    found = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if found.made_by_id != by.pk:
        raise NotYours
    if found.asked_at or found.stopped_at:
        raise NotDraft
    return found


def sample(*, campaign: Campaign, by: User, number: int = 10) -> list[Account]:
    """Some of those it tells, drawn anew each time; nobody whom only supervisors may find."""
    members = CampaignMember.objects.visible_to(by).filter(campaign=campaign)
    members = members.filter(account__protection=None)
    drawn = list(members.order_by("?").values_list("account", flat=True)[:number])
    return list(Account.objects.filter(pk__in=drawn).select_related("unit").in_order())


def asks_consent(kind: str) -> bool:
    """Whether ``kind`` tells only those who agreed to it."""
    return Kind(kind) in CONSENTED
