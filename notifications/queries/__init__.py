"""What became of the notices of a run, and what waits to be sent; nothing here writes."""

from .proofs import (
    AGES,
    AWAITING,
    ELDERLY,
    MISSING,
    STATES,
    UNCONFIRMED,
    Proof,
    Row,
    age_group,
    awaits_receipt,
    call_list,
    missing,
    proof,
)

__all__ = [
    "AGES",
    "AWAITING",
    "ELDERLY",
    "MISSING",
    "STATES",
    "UNCONFIRMED",
    "Proof",
    "Row",
    "age_group",
    "awaits_receipt",
    "call_list",
    "missing",
    "proof",
]
