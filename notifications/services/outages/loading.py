"""Planned outages as the dispatch centre exports them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import OperatingUnit
from notifications.models import Kind, LeadTime, Outage
from portal.lib import said, sql
from portal.lib.columns import Refusal, Remark, Row
from portal.lib.loading import Outcome, refusals, stage
from portal.lib.periods import local_day

from .announcing import announce
from .matching import AreaCount, counted, recount

STAGED = {
    "row_number": "int",
    "code": "text",
    "unit": "text",
    "area": "text",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
    "reason": "text",
}
REASONS = {
    "unknown_unit": _("There is no regional company with this code; load the companies first."),
    "not_planned": _("This number belongs to an outage that nobody planned."),
}
NOBODY = _("No account of this company stands here, so nobody will be told.")
TOLD = _("So many accounts will be told.")
LATE = _("Announced later than the rules ask: {time} ahead.")


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime) -> Outcome:
    """Add planned outages and announce those that are new, or at other hours or places.

    Each that was written is remarked on: how many accounts it concerns, and whether it is late.
    """
    rows = list(rows)
    nowhere = {refusal.row: refusal for refusal in _nowhere(rows, at)}
    somewhere = [row for row in rows if row.number not in nowhere]
    stage("staged_outage", STAGED, somewhere)
    refused = refusals(sql.run("notifications", "refuse_staged_outages"), REASONS)
    written = sql.run("notifications", "upsert_outages", {"at": at})
    outages = list(Outage.objects.filter(pk__in=[key for key, _new in written]))
    counts = recount(outages, on=local_day(at))
    announce(outages, at=at)
    by_code = {outage.code: outage for outage in outages}
    touched = [(row, by_code[row.values["code"]]) for row in rows if row.values["code"] in by_code]
    within = LeadTime.objects.in_force(kind=Kind.PLANNED_OUTAGE, on=local_day(at))
    remarks = tuple(
        remark
        for row, outage in touched
        for remark in (
            *_found(row, outage, counts[outage.pk]),
            *_late(row, outage, within.get(outage.unit_id, within.get(None)), at),
        )
    )
    created = sum(new for _key, new in written)
    return Outcome.of(
        rows=rows,
        created=created,
        written=len(written),
        refused=(*nowhere.values(), *refused),
        remarks=remarks,
    )


def _nowhere(rows: Sequence[Row], at: datetime) -> Iterable[Refusal]:
    """Rows that would tell somebody words that are no place. What tells nobody harms nobody."""
    units = dict(OperatingUnit.objects.values_list("code", "pk"))
    written = {
        row.number: (units[row.values["unit"]], row.values["area"])
        for row in rows
        if row.values["unit"] in units
    }
    for number, count in counted(written, on=local_day(at)).items():
        if count.accounts and count.nowhere:
            value = written[number][1][:80]
            yield Refusal(row=number, column="area", value=value, reason=count.nowhere)


def _found(row: Row, outage: Outage, count: AreaCount) -> Iterable[Remark]:
    number = ngettext("%(n)d account", "%(n)d accounts", count.accounts) % {"n": count.accounts}
    why = str(TOLD if count.accounts else NOBODY)
    yield Remark(row=row.number, column="area", before=outage.area, after=number, why=why)


def _late(row: Row, outage: Outage, within: timedelta | None, at: datetime) -> Iterable[Remark]:
    if within and is_late(outage.starts_at, within, at=at):
        why = LATE.format(time=said.duration(within))
        begins = said.moment(outage.starts_at)
        yield Remark(row=row.number, column="starts_at", before=begins, why=why)


def is_late(starts_at: datetime, within: timedelta, *, at: datetime) -> bool:
    """Whether what is announced at ``at`` comes sooner than the rules ask."""
    return starts_at > at > starts_at - within
