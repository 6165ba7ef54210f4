"""What became of the notices of a run, and what waits to be sent; nothing here writes."""

from .proofs import (
    AGES,
    MISSING,
    STATES,
    UNCONFIRMED,
    Proof,
    Row,
    age_group,
    call_list,
    missing,
    proof,
)

__all__ = [
    "AGES",
    "MISSING",
    "STATES",
    "UNCONFIRMED",
    "Proof",
    "Row",
    "age_group",
    "call_list",
    "missing",
    "proof",
]
