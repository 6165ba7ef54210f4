"""What a preview shows field by field: rows that change, and contacts that known accounts get."""

from typing import Any

from customers.models import Account, Load, LoadChange, Meter
from portal.lib import sql
from portal.lib.importing import SheetResource

# So many rows are shown field by field.
MOST = 200
# Rows on each of which somebody decides are few, and looked at.
MOST_TO_DECIDE_ON = 1_000
# What follows from other fields, or says when a row was written.
UNSHOWN = frozenset({"id", "search_text", "ward_key", "street_key", "house_number", "learned_at"})


def changes(load: Load) -> list[dict[str, Any]]:
    """Rows that the chunk under way changed, with each field that differs."""
    changed = LoadChange.objects.filter(load=load, before__isnull=False).order_by("pk")
    first = list(changed[:MOST])
    made = _made(load, first)
    found = []
    for one in first:
        if (one.table_name, one.row_key) in made:
            continue
        was, now = one.before or {}, one.after or {}
        fields = [
            [name, was.get(name), now[name]]
            for name in now
            if name not in UNSHOWN and was.get(name) != now[name]
        ]
        if fields:
            about = {"table": one.table_name, "row": one.row_key, "fields": fields}
            found.append({**about, "label": _label(was), **_whose(one.table_name, was)})
    return _with_accounts(found)


def _made(load: Load, changed: list[LoadChange]) -> set[tuple[str, int | None]]:
    """Of changed rows those that the same chunk made: they are new, and nothing of them changed."""
    keys = [one.row_key for one in changed]
    tables = {one.table_name for one in changed}
    rows = LoadChange.objects.filter(load=load, table_name__in=tables, made__overlap=keys)
    among = set(keys)
    return {(one.table_name, key) for one in rows for key in one.made or () if key in among}


def new_contacts(load: Load) -> tuple[list[dict[str, Any]], int, int]:
    """Contacts that the chunk under way gave to accounts that were known before.

    How many they are in all, and how many came beside one of their kind that was in use. Nothing is
    more dangerous than another place to write to.
    """
    rows = sql.run("customers", "list_new_contacts", {"load": load.pk, "most": MOST})
    found = [
        {
            "table": "customers_contactpoint",
            "row": key,
            "label": number,
            "account": account,
            "fields": [["kind", None, kind], ["value", None, value]],
        }
        for key, account, number, kind, value, *_counts in rows
    ]
    count, beside = rows[0][-2:] if rows else (0, 0)
    return found, count, beside


def to_decide_on(load: Load, resource: type[SheetResource]) -> list[dict[str, Any]]:
    """Rows that the chunk under way made, where people have to decide on each of them."""
    if resource.to_decide_on is None:
        return []
    return resource.to_decide_on(load=load.pk, most=MOST_TO_DECIDE_ON)


def _label(row: dict[str, Any]) -> Any:
    """By what people know a row; empty where that is its account."""
    return next((row[name] for name in ("number", "code", "reference") if row.get(name)), "")


def _whose(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The account that a row is about, itself or through its meter; none for an outage."""
    account = row["id"] if table == "customers_account" else row.get("account_id")
    return {"account": account, "meter": row.get("meter_id")}


def _with_accounts(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each with its account, and under its customer code where it has no other name."""
    meters = {one["meter"] for one in found if one["meter"]}
    by_meter = dict(Meter.objects.filter(pk__in=meters).values_list("pk", "account"))
    for one in found:
        one["account"] = one["account"] or by_meter.get(one.pop("meter"))
    keys = {one["account"] for one in found}
    numbers = dict(Account.objects.filter(pk__in=keys).values_list("pk", "number"))
    return [{**one, "label": one["label"] or numbers.get(one["account"], "")} for one in found]
