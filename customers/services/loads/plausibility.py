"""Whether a load is what people expect of it; what is not needs a second person."""

from decimal import Decimal
from typing import Any

from customers.models import ContactPoint, Load, Meter
from portal.lib.importing import SheetResource, resource_of

from . import asking

# Refused rows above this share, and other names or contacts above that one, are no slips any more.
MOST_REFUSED, MOST_RENAMED = Decimal("0.01"), Decimal("0.05")
MOST_REPLACED, MOST_EXCHANGED = Decimal("0.05"), Decimal("0.05")
MOST_PAID_ALREADY, FEW_PAID_ALREADY = Decimal("0.05"), 5
# Against the last load of the kind, in rows; small files differ as they like.
FEWEST, MOST, COMPARED_FROM = Decimal("0.5"), Decimal(2), 100
MOST_KNOWN, KNOWN_FROM = Decimal("0.9"), 20
# đồng for one kWh, over a whole file.
PRICES = (Decimal(1_000), Decimal(6_000))


def doubts(*, load: Load, resource: type[SheetResource]) -> list[dict[str, Any]]:
    """What somebody has to look at; each as a word and its numbers."""
    always = [{"code": "two_people"}] if resource.two_people else []
    found = [ask(load) for ask in (_refused, *resource.doubts, _rows, _reading)]
    return always + [one for one in found if one]


def _refused(load: Load) -> dict[str, Any] | None:
    if load.rows and load.refused > MOST_REFUSED * load.rows:
        return {"code": "refused", "refused": load.refused, "rows": load.rows}
    return None


def _changed(load: Load, field: str) -> int:
    """How many rows would get another value in a column of a table, as in ``table.column``."""
    return int(load.report.get("changed_fields", {}).get(field, 0))


def renamed(load: Load) -> dict[str, Any] | None:
    """A name column that slipped by a row gives nearly everybody another name."""
    count = _changed(load, "customers_account.holder_name")
    of = load.updated + load.unchanged
    if of and count > 1 and count > MOST_RENAMED * of:
        return {"code": "renamed", "renamed": count, "known": of}
    return None


def replaced(load: Load) -> dict[str, Any] | None:
    """A column of phones that slipped by a row gives nearly everybody a neighbour's."""
    count = _changed(load, "customers_contactpoint.suspended_at")
    # Of a file in which few have a phone, too, the few are all that can slip.
    of_contract = ContactPoint.objects.usable().filter(source=ContactPoint.Source.CONTRACT)
    of = min(load.updated + load.unchanged, of_contract.count())
    if count > 1 and count > MOST_REPLACED * of:
        return {"code": "replaced", "replaced": count, "known": of}
    return None


def stopped(load: Load) -> dict[str, Any] | None:
    """A column of marks that slipped, or is read the wrong way round, takes people's channels."""
    count = _changed(load, "customers_contactpoint.suspended_at")
    if count > 1 and count > MOST_REPLACED * (load.updated + load.unchanged):
        return {"code": "stopped", "stopped": count, "rows": load.rows}
    return None


def beside(load: Load) -> dict[str, Any] | None:
    """A column of phones that slipped gives people a neighbour's beside their own."""
    count = load.report.get("contacts", {}).get("beside", 0)
    if count > 1 and count > MOST_REPLACED * load.rows:
        return {"code": "beside", "beside": count, "rows": load.rows}
    return None


def exchanged(load: Load) -> dict[str, Any] | None:
    """Meters are exchanged street by street, not all over the city on one day."""
    count, of = _changed(load, "customers_meter.removed_on"), Meter.objects.in_place().count()
    if count > 1 and count > MOST_EXCHANGED * of:
        return {"code": "exchanged", "exchanged": count, "known": of}
    return None


def _only_mends(load: Load) -> bool:
    """It holds refused rows of an earlier file, mended, and no others: few, and known in part."""
    return bool(load.report.get("only_mends"))


def known(load: Load) -> dict[str, Any] | None:
    """Bills of a month come once; a file of which nearly all are there is perhaps last month's."""
    count = load.updated + load.unchanged
    if _only_mends(load) or load.rows < KNOWN_FROM or count <= MOST_KNOWN * load.rows:
        return None
    return {"code": "known", "known": count, "rows": load.rows}


def paid_already(load: Load) -> dict[str, Any] | None:
    """An export that comes again with other transaction numbers pays nearly every bill twice."""
    amount = resource_of(load.kind).table.heading_of("amount")
    count = load.report.get("remarked_on", {}).get(amount, 0)
    # Here and there a household pays twice; of a small file these are soon many.
    most = max(FEW_PAID_ALREADY, MOST_PAID_ALREADY * load.created)
    if count > 1 and (count > most or 2 * count > load.created):
        return {"code": "paid_already", "paid_already": count, "new": load.created}
    return None


def _rows(load: Load) -> dict[str, Any] | None:
    before = Load.objects.filter(kind=load.kind, state=Load.State.DONE, mends=None)
    # One of a few rows, loaded in between, tells nothing of how many there usually are.
    last = before.filter(rows__gte=COMPARED_FROM).newest_first().first()
    if last is None or _only_mends(load):
        return None
    if FEWEST * last.rows <= load.rows <= MOST * last.rows:
        return None
    return {"code": "rows", "rows": load.rows, "last": last.rows}


def _reading(load: Load) -> dict[str, Any] | None:
    """Nobody looks at a file that comes by itself, so no one person alone says how it is read."""
    if load.made_by_id is None and asking.rests_on_one(load=load):
        return {"code": "reading"}
    return None


def price(load: Load) -> Decimal | None:
    """đồng for one kWh over the whole file, where it tells of both."""
    sums = load.report.get("sums", {})
    kwh, total = Decimal(sums.get("usage_kwh", 0)), Decimal(sums.get("total", 0))
    return round(total / kwh, 0) if kwh > 0 and total > 0 else None


def unusual_price(load: Load) -> dict[str, Any] | None:
    found = price(load)
    if found is None or PRICES[0] <= found <= PRICES[1]:
        return None
    return {"code": "price", "price": int(found)}
