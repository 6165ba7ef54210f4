"""Tables that are written once, the chain of hashes over them, and how to verify it."""

from .tables import Table, audited, is_installed, protect, unprotected
from .verifying import Fault, Report, verify

__all__ = [
    "Fault",
    "Report",
    "Table",
    "audited",
    "is_installed",
    "protect",
    "unprotected",
    "verify",
]
