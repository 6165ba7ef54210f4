"""Who of the staff looks at more than their work explains."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import LookAlarm, User
from portal.lib import sql
from portal.lib.errors import SaysWhy

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)


class OwnAlarm(SaysWhy):
    """Nobody closes the alarm about themselves."""

    why = _("This is about yourself; another person has to look into it.")


def watch(*, at: datetime) -> int:
    """Raise an alarm for each person over a limit in the hour before ``at``; how many are new."""
    limits = {
        "most_accounts": settings.DESK_MOST_ACCOUNTS,
        "most_reveals": settings.DESK_MOST_REVEALS,
    }
    raised = sql.run("customers", "raise_look_alarms", {"at": at, "since": at - HOUR, **limits})
    for user, kind, count in raised:
        log.warning("too many looks", member=user, kind=kind, count=count)
    return len(raised)


@transaction.atomic
def read(*, alarm: LookAlarm, by: User, at: datetime) -> bool:
    """Note that a supervisor has looked into it; False where somebody had before.

    An alarm about another company's staff is there for nobody of this one.

    :raises OwnAlarm: it is about the one who reads it
    """
    unread = LookAlarm.objects.visible_to(by).unread()
    found = unread.select_for_update(no_key=True, of=("self",)).filter(pk=alarm.pk).first()
    if found is None:
        return False
    if found.user_id == by.pk:
        raise OwnAlarm
    found.read_by, found.read_at = by, at
    found.save(update_fields=["read_by", "read_at"])
    return True
