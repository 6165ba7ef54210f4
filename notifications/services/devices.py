"""Browsers that are told by push: whose they are, since when, and until when."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from customers.models import AccountEvent, AccountLink, User
from customers.services import events
from notifications.channels.push import Subscription
from notifications.models import PushDevice
from notifications.models.devices import TOLD
from portal.lib.browsers import browser_name
from portal.lib.periods import DAY, local_day
from portal.lib.sealed import keyed_hash

# More than anybody has; whoever wants to make us call somebody a thousand times has not.
MOST = 10
# A sweep that fails for so long leaves nobody's browser behind.
LOOK_BACK = timedelta(hours=1)
# Each is told to every contact of the house; more within a day is a nuisance, if not an intruder.
MOST_A_DAY = 5


class TooMany(Exception):
    """This person has added enough for a day."""


@transaction.atomic
def subscribe(*, user: User, subscription: str, user_agent: str, at: datetime) -> PushDevice:
    """Tell ``user`` by this browser from now on, and nobody else who used it before.

    Beyond ten, the one that was not used for longest gives way. A browser that is new to ``user``
    is a change of access to each address of which it is told.

    :raises notifications.channels.push.BadSubscription: not of a push service that we know
    :raises TooMany: it is new, and the house was told of five since yesterday
    """
    read = Subscription.read(subscription, simulated=settings.PUSH_SIMULATED)
    User.objects.select_for_update().get(pk=user.pk)
    hashed = keyed_hash(read.endpoint)
    is_known = PushDevice.objects.filter(endpoint_hash=hashed, user=user).exists()
    if not is_known and _added_lately(user, at=at) >= MOST_A_DAY:
        raise TooMany
    # What is queued for whoever asked here before must not reach the next one: a new name.
    PushDevice.objects.filter(endpoint_hash=hashed).delete()
    kept = PushDevice.objects.filter(user=user).newest_first().values_list("pk", flat=True)
    PushDevice.objects.filter(user=user).exclude(pk__in=list(kept[: MOST - 1])).delete()
    made = PushDevice.objects.create(
        user=user,
        subscription=read.text(),
        endpoint_hash=hashed,
        browser=browser_name(user_agent),
        added_at=at,
        used_at=at,
    )
    if not is_known:
        _record(made, at=at)
    return made


def _added_lately(user: User, *, at: datetime) -> int:
    """How many the house was told of within a day, also those that were taken off since."""
    added = AccountEvent.objects.filter(
        kind=AccountEvent.Kind.DEVICE_ADDED, by=user, at__gt=at - DAY
    )
    # One at each address.
    return added.values("at").distinct().count()


def _record(device: PushDevice, *, at: datetime) -> None:
    """Write the new browser down at each address of which it is told."""
    links = AccountLink.objects.filter(user=device.user, role__in=TOLD)
    for link in links.in_force().living_there(on=local_day(at)).select_related("account"):
        events.record(
            account=link.account,
            kind=AccountEvent.Kind.DEVICE_ADDED,
            at=at,
            by=device.user,
            link=link,
            detail=device.browser,
        )


def forget(*, key: str, user: User) -> bool:
    """Tell ``user`` no more by this device; whether it was theirs."""
    return bool(PushDevice.objects.filter(key=key, user=user).delete()[0])


def taken_over(*, key: str, by: User) -> None:
    """Somebody signed in where another person was told: that ends."""
    PushDevice.objects.filter(key=key).exclude(user=by).delete()


def forget_signed_out(*, user: User, but: str) -> None:
    """``user`` is told by no browser any more, except the one named."""
    PushDevice.objects.filter(user=user).exclude(key=but).delete()


def forget_unlinked(*, at: datetime) -> int:
    """Tell those no more who see no address any longer; how many browsers that were.

    Every change of a link writes its history, so that only the newest rows of it are looked at.
    """
    changed = AccountLink.history.filter(history_date__gt=at - LOOK_BACK).values("user")
    links = AccountLink.objects.filter(user=OuterRef("user")).exclude(
        Q(state=AccountLink.State.ENDED)
        | Q(ends_at__lte=at)
        | Q(moved_out_on__lte=timezone.localdate(at))
    )
    left = PushDevice.objects.filter(user__in=changed).exclude(Exists(links))
    return left.delete()[0]


def retire(*, keys: Collection[str], at: datetime) -> None:
    """The push service does not know these any more."""
    PushDevice.objects.filter(key__in=keys, retired_at=None).update(retired_at=at)


def subscriptions(keys: Collection[str]) -> dict[str, str]:
    """Where to push for each of these devices that is still there."""
    found = PushDevice.objects.usable().filter(key__in=keys)
    return dict(found.values_list("key", "subscription"))
