"""What a cut-over would mean, as it was worked out, and what it meant, measured alike."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from notifications.models import Channel, Cutover, CutoverFigure, CutoverLoss, PolicyTrial
from notifications.services import ages, contract_sms, prices
from notifications.services.dry_run import LAST, Figure, Found
from portal.lib import sql
from portal.lib.periods import start_of

APP = "notifications"
Side = CutoverFigure.Side
# As long as what it was worked out on.
MEASURED = LAST
MEASURE_AGAIN = timedelta(hours=6)


@transaction.atomic
def keep(*, trial: PolicyTrial, found: Found) -> None:
    """Keep what came of ``trial`` for the cut-overs that asked for it; asked again, it is replaced.

    One that was decided on meanwhile keeps the figures that were read.
    """
    drafts = Cutover.objects.filter(trial=trial, state=Cutover.State.DRAFT)
    price = prices.in_force(on=timezone.localdate(trial.asked_at)).get(Channel.SMS, 0)
    for cutover in drafts.select_for_update(of=("self",)).order_by("pk"):
        mine = [figure for figure in found.figures if figure.unit == cutover.unit_id]
        _replace(cutover, Side.BEFORE, (_before(cutover, one, price) for one in mine))
        _replace(cutover, Side.AFTER, (_after(cutover, one, price) for one in mine))
        _keep_lost(cutover, [pk for pk, unit in found.lost_accounts if unit == cutover.unit_id])
        Cutover.objects.filter(pk=cutover.pk).update(counted_at=trial.asked_at)


def _before(cutover: Cutover, one: Figure, price: int) -> CutoverFigure:
    return CutoverFigure(
        cutover=cutover, side=Side.BEFORE, ward=one.ward, age=one.age, accounts=one.accounts,
        untold=one.untold_before, lost=0,
        messages=one.sms_before, cost=one.sms_before * price,
        most_messages=one.most_before, most_cost=one.most_before * price,
    )  # fmt: skip


def _after(cutover: Cutover, one: Figure, price: int) -> CutoverFigure:
    return CutoverFigure(
        cutover=cutover, side=Side.AFTER, ward=one.ward, age=one.age, accounts=one.accounts,
        untold=one.untold_after, lost=one.lost,
        messages=one.sms_after, cost=one.sms_after * price,
        most_messages=one.most_after, most_cost=one.most_after * price,
    )  # fmt: skip


def _replace(cutover: Cutover, side: Side, figures: Iterable[CutoverFigure]) -> None:
    cutover.figures.filter(side=side).delete()
    CutoverFigure.objects.bulk_create(figures, batch_size=1000)


def _keep_lost(cutover: Cutover, accounts: list[int]) -> None:
    """In one statement: they may be hundreds of thousands."""
    cutover.losses.all().delete()
    table = CutoverLoss._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (cutover_id, account_id) SELECT %s, unnest(%s::bigint[])",
            [cutover.pk, accounts],
        )


def measure(*, at: datetime) -> int:
    """Count anew what became of the bills of companies that were cut over, for 30 days; how many.

    A rerun counts the same; what is over stays as it was counted last.
    """
    begun = Cutover.objects.in_force(on=timezone.localdate(at)).order_by("pk")
    due = [one for one in begun if _is_due(one, at)]
    for cutover in due:
        _measure(cutover, until=min(at, _ends_at(cutover)))
    return len(due)


def _ends_at(cutover: Cutover) -> datetime:
    return start_of(cutover.starts_on) + MEASURED


def _is_due(cutover: Cutover, at: datetime) -> bool:
    before = cutover.measured_until
    return before is None or (before < _ends_at(cutover) and at >= before + MEASURE_AGAIN)


@transaction.atomic
def _measure(cutover: Cutover, *, until: datetime) -> None:
    asked = {
        "unit": cutover.unit_id,
        "since": start_of(cutover.starts_on),
        "until": until,
        **contract_sms.known(),
        **ages.known(on=cutover.starts_on),
    }
    rows = sql.run(APP, "measure_cutover", asked, ages.parts())
    figures = [
        CutoverFigure(
            cutover=cutover, side=Side.MEASURED, ward=ward, age=age, accounts=accounts,
            untold=untold, lost=lost, messages=messages, cost=cost,
            most_messages=messages, most_cost=cost,
        )
        for ward, age, accounts, untold, lost, messages, cost in rows
    ]  # fmt: skip
    _replace(cutover, Side.MEASURED, figures)
    Cutover.objects.filter(pk=cutover.pk).update(measured_until=until)
