"""A bill as a PDF that screen readers can read: tagged, PDF/UA-1, in the reader's language."""

import json
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

TEMPLATE = Path(__file__).parent / "documents" / "bill.typ"
STANDARD: Final = "ua-1"
_turns = Lock()


def made(words: dict[str, Any]) -> bytes:
    """The PDF of a bill whose words :func:`billing.bill_words.document` gave."""
    with _turns:
        # The compiler keeps what was given to it last, so one document is made at a time.
        pdf = _compiler().compile(
            format="pdf",
            sys_inputs={"bill": json.dumps(words)},
            pdf_standards=STANDARD,
            timestamp=0,
        )
    if not isinstance(pdf, bytes):
        raise TypeError("a bill is one document")
    return pdf


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Kept, since it takes longer to read its fonts than to make a bill."""
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, ignore_system_fonts=True)
