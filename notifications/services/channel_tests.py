"""A message a customer sends to themselves, to see whether a channel works."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from customers.models import Account, ContactPoint, SmsRetention, User
from notifications.models import Channel, Dispatch, Kind, KindPolicy, Notice, PushDevice, Run
from portal.lib import sql

PER_HOUR = 3
_CONTACT_KINDS = {Channel.ZALO: ContactPoint.Kind.ZALO, Channel.EMAIL: ContactPoint.Kind.EMAIL}


class TooMany(Exception):
    """The account had its test messages of this hour."""


class NoAddress(Exception):
    """The account has nothing that works on this channel, or no agreement for it."""


@transaction.atomic
def send(*, account: Account, channel: str, by: User, at: datetime) -> Notice:
    """Queue a test message of ``account`` on ``channel`` alone; by push to the browsers of ``by``.

    :raises TooMany: there were three within the last hour
    :raises NoAddress: no usable contact for the channel; for SMS, no agreement in force
    """
    _check_rate(account, at)
    places = _places(account, channel, by, at)
    policy = KindPolicy.objects.get(kind=Kind.TEST_MESSAGE)
    notice = _notice(account, policy, at)
    is_inbox = channel == Channel.INBOX
    Dispatch.objects.bulk_create(
        Dispatch(
            notice=notice,
            channel=channel,
            address=address,
            contact=contact,
            step=0 if is_inbox else 1,
            status=Dispatch.Status.ACCEPTED if is_inbox else Dispatch.Status.QUEUED,
            accepted_at=at if is_inbox else None,
            priority=policy.priority,
            due_at=at,
            silent_at=at + policy.confirm_within,
        )
        for address, contact in places
    )
    return notice


def _check_rate(account: Account, at: datetime) -> None:
    # Held until the commit, so that requests at the same moment count each other.
    Account.objects.select_for_update().get(pk=account.pk)
    recent = Notice.objects.filter(
        account=account, kind=Kind.TEST_MESSAGE, planned_at__gt=at - timedelta(hours=1)
    )
    if recent.count() >= PER_HOUR:
        raise TooMany


def _places(
    account: Account, channel: str, by: User, at: datetime
) -> list[tuple[str, ContactPoint | None]]:
    """Where to write to."""
    if channel == Channel.INBOX:
        return [(account.number, None)]
    if channel != Channel.PUSH:
        contact = _contact(account, channel, at)
        return [(contact.value, contact)]
    reaching = PushDevice.objects.reaching(account, on=timezone.localdate(at)).filter(user=by)
    keys = list(reaching.values_list("key", flat=True))
    if not keys:
        raise NoAddress
    return [(key, None) for key in keys]


def _contact(account: Account, channel: str, at: datetime) -> ContactPoint:
    """The contact to write to."""
    usable = account.contacts.usable()
    if channel == Channel.SMS:
        agreed = SmsRetention.objects.telling_on(timezone.localdate(at)).filter(account=account)
        found = usable.filter(pk__in=agreed.values("contact"))
    else:
        found = usable.filter(
            owner=ContactPoint.Owner.HOLDER, kind=_CONTACT_KINDS.get(Channel(channel), "")
        )
    contact = found.order_by("verified_at", "pk").first()
    if contact is None:
        raise NoAddress
    return contact


def _notice(account: Account, policy: KindPolicy, at: datetime) -> Notice:
    run, _ = Run.objects.get_or_create(
        kind=policy.kind, subject=f"{timezone.localdate(at)}", defaults={"planned_at": at}
    )
    return Notice.objects.create(
        account=account,
        kind=policy.kind,
        # Each request is a thing of its own.
        subject=uuid.uuid4().hex,
        run=run,
        code=_new_code(),
        planned_at=at,
        expires_at=at + policy.useful_for,
    )


def _new_code() -> str:
    """A check code that no notice carries."""
    while True:
        [(code,)] = sql.run("notifications", "draw_code")
        if not Notice.objects.filter(code=code).exists():
            return str(code)
