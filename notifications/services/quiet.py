"""The hours in which whatever can wait does: the company's, or an address's own."""

from datetime import date, datetime, time

from django.db import transaction

from customers.models import Account, AccountEvent, User
from customers.services import events
from notifications.models import OwnQuietHours, QuietHours
from portal.lib.history import signed


def company_hours(*, on: date) -> dict[str, time]:
    """The company's hours as the statements ask for them; the same time twice is never quiet."""
    hours = QuietHours.objects.in_force(on=on).first()
    begins, ends = (hours.begins, hours.ends) if hours else (time(0), time(0))
    return {"quiet_begins": begins, "quiet_ends": ends}


def own_hours(account: Account) -> tuple[time, time] | None:
    """The hours chosen for an address; the same time twice is never quiet. None: the company's."""
    own = OwnQuietHours.objects.filter(account=account).first()
    return (own.begins, own.ends) if own else None


@transaction.atomic
@signed
def choose(*, account: Account, hours: tuple[time, time] | None, by: User, at: datetime) -> None:
    """Set an address's own hours; None goes back to the company's. The same again is no news.

    What is queued already follows at its claim.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    if hours == own_hours(account):
        return
    if hours is None:
        OwnQuietHours.objects.filter(account=account).delete()
    else:
        begins, ends = hours
        OwnQuietHours.objects.update_or_create(
            account=account,
            defaults={"begins": begins, "ends": ends, "set_by": by, "set_at": at},
        )
    events.record(account=account, kind=AccountEvent.Kind.CHANNEL_CHANGED, at=at, by=by)
