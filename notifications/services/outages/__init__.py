"""Outages: loaded from the plan or recorded at the desk, matched with accounts, announced."""

from .loading import load
from .matching import AreaCount, PlaceCount, counted
from .recording import (
    AlreadyOver,
    NotInOrder,
    OutageError,
    OwnArea,
    OwnPlace,
    OwnReason,
    Report,
    end,
    postpone,
    report,
    withdraw,
)

__all__ = [
    "AlreadyOver",
    "AreaCount",
    "NotInOrder",
    "OutageError",
    "OwnArea",
    "OwnPlace",
    "OwnReason",
    "PlaceCount",
    "Report",
    "counted",
    "end",
    "load",
    "postpone",
    "report",
    "withdraw",
]
