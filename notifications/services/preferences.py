"""Where a customer wants to be told what, and the rule that applies in words and in data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from customers.models import Account, AccountEvent, ContactPoint, SmsRetention, User
from customers.services import events
from notifications.models import Channel, Kind, KindPolicy, LegalClass, Preference, PushDevice
from notifications.services import contract_sms
from notifications.values import VALUES
from portal.lib.history import signed

# Of the kinds that have words, and so are sent. Security, whether a contact is still right and
# test messages are nobody's choice.
NOBODYS_CHOICE = (Kind.SECURITY, Kind.CONTACT_CHECK, Kind.TEST_MESSAGE)
CHOSEN = tuple(kind for kind in Kind if kind in VALUES and kind not in NOBODYS_CHOICE)


class ChangedMeanwhile(Exception):
    """Somebody saved other preferences since the page was shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind at one address: which working channels it may use, and which are wanted."""

    kind: Kind
    legal_class: LegalClass
    offered: tuple[Channel, ...]
    wanted: frozenset[Channel]
    confirm_within: timedelta
    waits: bool
    """Whether it is held back in quiet hours."""

    @property
    def is_statutory(self) -> bool:
        return self.legal_class == LegalClass.STATUTORY

    @property
    def chain(self) -> tuple[Channel, ...]:
        """The channels it goes through, one after the other."""
        return tuple(channel for channel in self.offered if channel in self.wanted)

    @property
    def kept(self) -> Channel | None:
        """The channel that stays although it is switched off: the law asks for one that works."""
        if self.chain or not self.offered or not self.is_statutory:
            return None
        return self.offered[0]


def working_channels(account: Account, *, on: date) -> tuple[Channel, ...]:
    """The channels outside the site that reach the holder; SMS only by an agreement in force."""
    kinds = set(
        account.contacts.usable()
        .filter(owner=ContactPoint.Owner.HOLDER)
        .values_list("kind", flat=True)
    )
    agreed = SmsRetention.objects.telling_on(on).filter(account=account, contact__suspended_at=None)
    works = {
        Channel.PUSH: PushDevice.objects.reaching(account, on=on).exists(),
        Channel.ZALO: ContactPoint.Kind.ZALO in kinds,
        Channel.EMAIL: ContactPoint.Kind.EMAIL in kinds,
        Channel.SMS: agreed.exists(),
    }
    return tuple(channel for channel, ok in works.items() if ok)


def choices(account: Account, *, on: date) -> list[Choice]:
    """Every kind a customer decides about, in the order of the kinds. Seven queries at most."""
    works = working_channels(account, on=on)
    of_bills = works
    if Channel.SMS not in works and contract_sms.tells(account, on=on):
        of_bills = (*works, Channel.SMS)
    unwanted = set(
        Preference.objects.filter(account=account, wanted=False).values_list("kind", "channel")
    )
    policies = KindPolicy.objects.in_bulk(CHOSEN)
    return [
        _choice(policies[kind], of_bills if kind in contract_sms.BILLS else works, unwanted)
        for kind in CHOSEN
    ]


def _choice(
    policy: KindPolicy, works: Collection[Channel], unwanted: Collection[tuple[str, str]]
) -> Choice:
    offered = tuple(Channel(name) for name in policy.channels if name in works)
    return Choice(
        kind=Kind(policy.kind),
        legal_class=LegalClass(policy.legal_class),
        offered=offered,
        wanted=frozenset(channel for channel in offered if (policy.kind, channel) not in unwanted),
        confirm_within=policy.confirm_within,
        waits=policy.keeps_quiet_hours,
    )


def version(account: Account) -> str:
    """A stamp of what is saved now; another one means that somebody saved since."""
    newest = Preference.objects.filter(account=account).order_by("-set_at").first()
    return newest.set_at.isoformat() if newest else ""


@transaction.atomic
@signed
def save(
    *,
    account: Account,
    wanted: Mapping[Kind, Collection[Channel]],
    seen_version: str,
    by: User,
    at: datetime,
) -> int:
    """Save what is wanted of the channels offered; returns how many answers changed.

    A channel that is not offered, such as SMS without an agreement, cannot be switched on; a kind
    that is not mentioned stays as it is.

    :param seen_version: what :func:`version` said when the person was asked
    :raises ChangedMeanwhile: it says something else now
    """
    Account.objects.select_for_update().get(pk=account.pk)
    if version(account) != seen_version:
        raise ChangedMeanwhile
    changed = [
        Preference(
            account=account,
            kind=choice.kind,
            channel=channel,
            wanted=channel in wanted[choice.kind],
            set_by=by,
            set_at=at,
        )
        for choice in choices(account, on=timezone.localdate(at))
        if choice.kind in wanted
        for channel in choice.offered
        if (channel in wanted[choice.kind]) != (channel in choice.wanted)
    ]
    Preference.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["account", "kind", "channel"],
        update_fields=["wanted", "set_by", "set_at"],
    )
    if changed:
        events.record(account=account, kind=AccountEvent.Kind.CHANNEL_CHANGED, at=at, by=by)
    return len(changed)
