"""Thresholds of use: set by one person for one address, and found passed by what was measured."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from billing import queries
from billing.book import price_book
from billing.costs import place_in_steps, rated, step_sizes, whole_kwh
from billing.queries.use import STALE
from billing.rating import PriceBook
from billing.use import PeriodUse
from customers.models import Account, AccountLink, Right, User
from notifications.models import ThresholdPassing, UseThreshold
from notifications.models.thresholds import (
    LEAST_DONG,
    LEAST_KWH,
    LEAST_STEP,
    MOST_DONG,
    MOST_KWH,
    Unit,
)
from portal.lib import sql
from portal.lib.history import signed
from portal.lib.periods import Period
from portal.lib.quantities import WH_PER_KWH

NEEDED = (Right.DAYS, Right.NOTICES)
"""The use of the running period tells the days, so monthly totals are not enough."""
AT_ONCE = 500
BACK = 2 * STALE
MOST_DONG_A_KWH = 10_000
"""No kWh costs as much: of so much use a threshold in đồng is weighed, never later."""

Told = dict[int, list[ThresholdPassing]]
"""What each link heard lately."""


class NotLinked(Exception):
    """The link of this person to this address has ended, or opens too little."""


class NotPriced(Exception):
    """The price of this account tells no amount so far, or has no such step."""


def of(*, account: Account, user: User) -> UseThreshold | None:
    """What ``user`` has set for this address. One query."""
    return UseThreshold.objects.visible_to(user).filter(link__account=account).first()


@transaction.atomic
@signed
def choose(*, account: Account, amount: int, unit: Unit = Unit.KWH, by: User, at: datetime) -> None:
    """Set or change the threshold of one person at one address; the same again writes nothing.

    :raises NotLinked: they may not see there what it would tell
    :raises NotPriced: the price of this account tells no amount, or no such step
    """
    today = timezone.localdate(at)
    link = _own_link(account, by, on=today)
    if amount not in offered(account, on=today).get(unit, ()):
        raise NotPriced
    known = UseThreshold.objects.filter(link=link).first()
    if known is None or (known.unit, known.amount) != (unit, amount):
        limit = {one.value: amount if one == unit else None for one in Unit}
        UseThreshold.objects.update_or_create(link=link, defaults={**limit, "set_at": at})


def offered(account: Account, *, on: date) -> dict[Unit, range]:
    """By what a threshold can be set here, from the least to the most. Two queries, kept."""
    found = {Unit.KWH: range(LEAST_KWH, MOST_KWH + 1)}
    period, supply, book = Period.of_month(on), queries.supply_of(account), price_book()
    if rated(supply, period, kwh=0, book=book):
        found[Unit.DONG] = range(LEAST_DONG, MOST_DONG + 1)
    steps = len(step_sizes(supply, period, book=book))
    if steps >= LEAST_STEP:
        found[Unit.STEP] = range(LEAST_STEP, steps + 1)
    return found


@transaction.atomic
@signed
def remove(*, account: Account, by: User) -> None:
    """Tell this person nothing any more; what was found stays written down."""
    for threshold in UseThreshold.objects.filter(link__account=account, link__user=by):
        threshold.delete()


def _own_link(account: Account, user: User, *, on: date) -> AccountLink:
    """The link of ``user``, locked: whoever saves twice at once saves one after the other."""
    links = AccountLink.objects.in_force().filter(account=account, user=user)
    link = links.select_for_update().first()
    if link is None or on not in link.window or not link.opens_on(on).issuperset(NEEDED):
        raise NotLinked
    return link


def note_passed(*, at: datetime) -> int:
    """Write down which thresholds were passed, once a threshold and period; how many are new.

    One statement leaves out whoever cannot have passed theirs; the rest is reckoned by the
    queries of the pages, so that a notice says what the page shows.
    """
    today = timezone.localdate(at)
    known = {
        "at": at,
        "day": today,
        "since": today - BACK,
        "needed": list(NEEDED),
        "dearest": MOST_DONG_A_KWH,
    }
    keys = [key for (key,) in sql.run("notifications", "thresholds_to_weigh", known)]
    parts = (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
    return sum(_note(part, today=today, at=at) for part in parts)


def _note(keys: Sequence[int], *, today: date, at: datetime) -> int:
    thresholds = UseThreshold.objects.filter(pk__in=keys).select_related("link__account")
    told = _told(keys, since=today - BACK)
    found = [
        passing
        for group in _one_an_account(thresholds.order_by("pk"))
        for passing in _passed(group, told=told, today=today, at=at)
    ]
    made = ThresholdPassing.objects.bulk_create(found, ignore_conflicts=True)
    return len(made)


def _told(keys: Sequence[int], *, since: date) -> Told:
    """What the links heard lately."""
    told = defaultdict(list)
    for row in ThresholdPassing.objects.filter(link__threshold__in=keys, until__gte=since):
        told[row.link_id].append(row)
    return told


def _one_an_account(thresholds: Iterable[UseThreshold]) -> Iterator[list[UseThreshold]]:
    """Groups in which no account comes twice: each person sees it within days of their own."""
    by_account = defaultdict(list)
    for threshold in thresholds:
        threshold.link.account.window = threshold.link.window
        by_account[threshold.link.account_id].append(threshold)
    for group in zip_longest(*by_account.values()):
        yield [threshold for threshold in group if threshold]


def _passed(
    thresholds: Sequence[UseThreshold],
    *,
    told: Told,
    today: date,
    at: datetime,
) -> Iterator[ThresholdPassing]:
    accounts = [threshold.link.account for threshold in thresholds]
    billed = queries.last_bills(accounts)
    used = queries.use_so_far(accounts, billed=billed, today=today, is_measured=True)
    book = price_book()
    for threshold in thresholds:
        use = used.get(threshold.link.account_id)
        if use is None or use.until is None or not use.total_wh:
            continue
        amount = _amount(threshold, use, book=book)
        if not _is_above(threshold, use, amount, book=book):
            continue
        if not _is_told(threshold, told.get(threshold.link_id, ()), period=use.period):
            yield ThresholdPassing(
                link=threshold.link,
                kwh=threshold.kwh,
                dong=threshold.dong,
                step=threshold.step,
                used_dong=amount,
                starts_on=use.period.starts_on,
                ends_before=use.period.ends_before,
                until=use.until,
                used_wh=use.total_wh,
                found_at=at,
            )


def _amount(threshold: UseThreshold, use: PeriodUse, *, book: PriceBook) -> int | None:
    """What the use costs by our prices, as the page of the address says; for thresholds in đồng."""
    if threshold.unit != Unit.DONG:
        return None
    supply = queries.supply_of(threshold.link.account)
    found = rated(supply, use.period, kwh=whole_kwh(use.total_wh or 0), book=book)
    return found.total if found else None


def _is_above(
    threshold: UseThreshold, use: PeriodUse, amount: int | None, *, book: PriceBook
) -> bool:
    wh = use.total_wh or 0
    if threshold.unit == Unit.KWH:
        return wh > threshold.amount * WH_PER_KWH
    if threshold.unit == Unit.DONG:
        return amount is not None and amount > threshold.amount
    supply = queries.supply_of(threshold.link.account)
    place = place_in_steps(supply, use.period, wh=wh, book=book)
    return place is not None and place.step >= threshold.amount


def _is_told(threshold: UseThreshold, told: Iterable[ThresholdPassing], *, period: Period) -> bool:
    """Whether they heard of as much in this period, whichever days it was thought to have then."""
    return any(
        one.unit == threshold.unit
        and one.amount >= threshold.amount
        and one.until >= period.starts_on
        for one in told
    )
