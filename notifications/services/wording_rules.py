"""Words held against the rules of this installation."""

from django.conf import settings

from notifications.models import Channel
from notifications.services import prices, wordings
from notifications.values.names import examples
from notifications.wording.lint import Finding, Rules, check
from notifications.wording.shipped import Slot, Sources


def rules(slot: Slot) -> Rules:
    """What words of ``slot`` must keep to here."""
    return Rules(
        examples=examples(slot.kind),
        site_url=settings.SITE_URL,
        parameters=wordings.approved(slot),
        part_price=prices.newest(Channel.SMS),
    )


def findings(slot: Slot, sources: Sources) -> list[Finding]:
    """What is wrong with these words, or worth knowing."""
    return check(slot, sources, rules(slot))


def wrong(slot: Slot, sources: Sources) -> list[str]:
    """What has to be mended before they may be sent."""
    return [finding.text for finding in findings(slot, sources) if not finding.is_remark]
