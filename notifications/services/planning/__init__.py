"""Who must be told what: notices and dispatches out of committed facts, in sets.

A module a kind, or a few that share their facts; each finds by itself what is lacking.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from . import (
    bills,
    campaigns,
    contact_checks,
    debits,
    fees,
    outages,
    payments,
    reading_days,
    releases,
    security,
    stops,
    thresholds,
    unusual,
)
from .bills import plan_bills
from .rounds import CodesUsedUp, Plan
from .thresholds import plan_due as plan_thresholds

__all__ = [
    "CodesUsedUp",
    "Plan",
    "plan_bills",
    "plan_due",
    "plan_hourly",
    "plan_thresholds",
    "plan_urgent",
]

Planner = Callable[..., list[Plan]]
# Cheap to ask, and asked every few seconds: what does not wait behind a month's bills.
URGENT: tuple[Planner, ...] = (security.plan_due, outages.plan_unplanned, stops.plan_due)
OTHERS: tuple[Planner, ...] = (
    bills.plan_new,
    payments.plan_received,
    debits.plan_due,
    outages.plan_planned,
    fees.plan_due,
    reading_days.plan_due,
    releases.plan_due,
    campaigns.plan_due,
)
# What changes with the day, or costs a look at each bill of the month.
HOURLY: tuple[Planner, ...] = (
    bills.plan_due,
    payments.plan_due_soon,
    payments.plan_late,
    thresholds.plan_due,
    unusual.plan_due,
    contact_checks.plan_due,
    outages.list_calls,
)


def plan_due(*, at: datetime) -> list[Plan]:
    """Plan every kind whose facts lack their notices, and are still worth telling."""
    return _ask((*URGENT, *OTHERS), at)


def plan_urgent(*, at: datetime) -> list[Plan]:
    """Plan what is urgent and lacking."""
    return _ask(URGENT, at)


def plan_hourly(*, at: datetime) -> list[Plan]:
    """Plan what the day has brought due."""
    return _ask(HOURLY, at)


def _ask(planners: Iterable[Planner], at: datetime) -> list[Plan]:
    return [made for plan_due in planners for made in plan_due(at=at)]
