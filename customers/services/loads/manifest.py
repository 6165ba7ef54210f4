"""What a load did, signed: whoever holds the text can ask us whether it is ours."""

import json
from typing import Any

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from customers.models import Load

_SALT = "load-manifest"


def signed(*, load: Load) -> dict[str, Any]:
    """The manifest and its signature."""
    told = of(load=load)
    return {"manifest": told, "signature": _signature(told)}


def is_ours(text: str) -> bool:
    """Whether this is a manifest as it was signed, to the last sign."""
    try:
        given = json.loads(text)
        told, signature = given["manifest"], str(given["signature"])
    except (ValueError, KeyError, TypeError):
        return False
    return constant_time_compare(signature, _signature(told))


def of(*, load: Load) -> dict[str, Any]:
    """Which file, who, when, how many rows, which sums."""
    people = ("made_by", "confirmed_by", "released_by", "cancelled_by")
    undone = ("undo_asked_by", "undo_declined_by", "undone_by")
    times = ("made_at", "previewed_at", "confirmed_at", "released_at", "started_at", "ended_at")
    counts = ("rows", "created", "updated", "unchanged", "refused", "remarked")
    return {
        "load": load.pk,
        "kind": load.kind,
        "file": load.name,
        "sha256": load.sha256,
        "bytes": load.size,
        "source": load.source,
        "state": load.state,
        **{name: getattr(load, f"{name}_id") for name in (*people, *undone)},
        **{
            name: _time(getattr(load, name))
            for name in (*times, "undo_asked_at", "undo_declined_at", "undone_at")
        },
        **{name: getattr(load, name) for name in counts},
        "sums_in_file": load.report.get("sums", {}),
        "sums_before_and_after": load.report.get("sums_changed", {}),
    }


def _time(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _signature(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Signer(salt=_SALT).signature(text)
