"""One notice for each account of a campaign whose hold is over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notifications.models import Campaign, Kind, KindPolicy
from notifications.models.campaigns import CONSENTED

from .rounds import Facts, Plan, plan

STATEMENT = "facts_of_campaign"


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan the campaigns whose hold is over."""
    return [_plan(campaign.pk, at) for campaign in Campaign.objects.to_plan(at=at).oldest_first()]


@transaction.atomic
def _plan(key: int, at: datetime) -> Plan:
    """The notices of one campaign; of one that was stopped meanwhile none."""
    campaign = Campaign.objects.get(pk=key)
    policy = KindPolicy.objects.get(kind=campaign.kind)
    facts = Facts(kind=Kind(campaign.kind), statement=STATEMENT, column="campaign_id")
    made = plan(
        facts,
        policy=policy,
        subject=f"campaign-{campaign.pk}",
        parameters=asked(campaign, at),
        at=at,
    )
    Campaign.objects.filter(pk=key).update(planned_at=at)
    return made


def asked(campaign: Campaign, at: datetime) -> dict[str, object]:
    """What the statement of facts is asked with."""
    return {
        "campaign": campaign.pk,
        "day": timezone.localdate(at),
        "consented": campaign.kind in CONSENTED,
    }
