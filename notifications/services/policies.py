"""Changes of how a kind is treated: each is a version, kept in the history."""

from django.db import transaction

from customers.models import User
from notifications.models import KindPolicy
from portal.lib.history import signed


@transaction.atomic
@signed
def save(*, policy: KindPolicy, by: User) -> KindPolicy:
    """Save ``policy`` as its next version; what was decided before keeps the number of its own."""
    before = KindPolicy.objects.select_for_update().get(pk=policy.pk)
    if not KindPolicy.history.filter(kind=before.kind, version=before.version).exists():
        # What migrations made is no human change, but the version others were decided under.
        KindPolicy.history.bulk_history_create([before], update=True)
    policy.version = before.version + 1
    policy.save()
    return policy
