"""The background work of this app. Any task may be lost or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from billing.services import working_out
from portal.lib.periods import local_day


@shared_task
def work_out_bills(**_: object) -> None:
    """Hold the bills of the last months against the prices that are on record by now."""
    working_out.work_out_lately(today=local_day(timezone.now()))
