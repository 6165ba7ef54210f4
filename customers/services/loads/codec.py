"""Values of rows as text and back: what JSON knows, and days, moments and exact decimals."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def written(values: Sequence[Any]) -> str:
    """The values as one line."""
    return _ENCODER.encode(values)


def read(text: str) -> list[Any]:
    """The values that :func:`written` wrote."""
    found: list[Any] = _DECODER.decode(text)
    return found


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    # A text that is translated when it is shown.
    return {"s": str(value)}


def _value(tagged: dict[str, str]) -> Any:
    ((tag, text),) = tagged.items()
    return _READ[tag](text)


_READ: dict[str, Any] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "s": str,
}

# Made once: to make them for each row takes as long as the row.
_ENCODER = json.JSONEncoder(default=_tagged, ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_hook=_value)
