"""Whom a person tells of a planned outage, beside the notices: a row of the work list each."""

from datetime import datetime

from django.utils import timezone

from portal.lib import sql

APP = "notifications"


def list_calls(*, at: datetime) -> int:
    """List the homes that need their supply, and close what is no longer so; how many are new."""
    known = {"at": at, "day": timezone.localdate(at)}
    sql.run(APP, "settle_outage_calls", known)
    return len(sql.run(APP, "list_outage_calls", known))
