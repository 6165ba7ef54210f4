"""What a file is, told from its first bytes."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .refusals import Refused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_KNOWN = [
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"%PDF", _("a PDF document")),
    (b"{\\rtf", _("a text document")),
    (b"\x1f\x8b", _("a compressed archive")),
    (b"Rar!", _("a compressed archive")),
    (b"7z\xbc\xaf", _("a compressed archive")),
    (b"BZh", _("a compressed archive")),
    (b"\xfd7zXZ", _("a compressed archive")),
    (b"PK\x05\x06", _("an empty archive")),
    (b"MZ", _("a program")),
    (b"\x7fELF", _("a program")),
    (b"<?xml", _("a web page or XML file")),
    (b"<html", _("a web page or XML file")),
    (b"<!doctype", _("a web page or XML file")),
]
_WRONG_KIND = _("This file is {what}. Files of these kinds are taken: CSV, XLSX, ODS.")
# A workbook encrypted with a password comes in the same container.
_OLD_EXCEL = _(
    "This is an old Excel file (.xls), or one locked with a password. Open it in Excel, save it "
    "as .xlsx without a password, and load that."
)
_EMPTY = _("The file is empty.")


def is_zip(head: bytes) -> bool:
    """Whether the file is a ZIP container, as XLSX and ODS are.

    :raises Refused: it is empty, or of a kind that is not taken
    """
    if not head.strip():
        raise Refused(_EMPTY)
    if head.startswith(OLE):
        raise Refused(_OLD_EXCEL)
    for magic, what in _KNOWN:
        if head.startswith(magic) or head.lstrip().lower().startswith(magic):
            raise wrong_kind(what)
    return head.startswith(ZIP)


def wrong_kind(what: object) -> Refused:
    """The refusal of a file that is ``what``, naming the kinds that are taken."""
    return Refused(format_lazy(_WRONG_KIND, what=what))
