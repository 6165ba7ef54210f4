"""What the process that looks into a workbook found wrong with it, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .apart import faults
from .kinds import wrong_kind
from .refusals import Refused, SeveralSheets

# Of what a message repeats of a file.
LONGEST = 200

_OTHER_ARCHIVE = _("an archive or a document of another program")
_BINARY = _("a binary workbook (.xlsb)")
_WORDS = {
    faults.DAMAGED: _("The file is damaged or incomplete; save it again and load that."),
    faults.TOO_MANY: _("The file holds more than {limit} parts; it is not a usual spreadsheet."),
    faults.BOMB: _("The file unpacks to far more than a spreadsheet needs; it is not taken."),
    faults.UNSAFE: _("The file holds parts with unsafe names; it is not a usual spreadsheet."),
    faults.MACROS: _("The workbook holds macros. Save it as .xlsx without macros, and load that."),
    faults.OUTSIDE: _("The file refers to things outside itself; it is not taken."),
    faults.NO_DATA: _("The workbook holds no data."),
    faults.SEVERAL: _("Several sheets hold data: {names}. Keep one, or say which one to load."),
    faults.NO_SUCH_SHEET: _("There is no sheet {name} with data. Sheets with data: {names}."),
    faults.TOO_LARGE: _(
        "The sheet {name} reaches over {rows} rows and {columns} columns; delete the stray cells."
    ),
    faults.MEMORY: _(
        "To read this workbook takes more memory than a spreadsheet may take. Save it as CSV, or "
        "in several parts, and load that."
    ),
    faults.TIME: _(
        "To read this workbook takes longer than a spreadsheet may take. Save it as CSV, or in "
        "several parts, and load that."
    ),
    faults.CRASHED: _(
        "The workbook could not be read to its end. Save it again, or as CSV, and load that."
    ),
}
_NAMED = ("limit", "name", "names", "rows", "columns")


def refused(code: str, values: Mapping[str, Any] | None = None) -> Refused:
    """The refusal for a fault; what the process says is text to show, and nothing else."""
    if code == faults.OTHER_ARCHIVE:
        return wrong_kind(_OTHER_ARCHIVE)
    if code == faults.BINARY:
        return wrong_kind(_BINARY)
    if code not in _WORDS:
        return refused(faults.CRASHED)
    found = {name: (values or {}).get(name, "") for name in _NAMED}
    if isinstance(names := found["names"], list):
        found["names"] = ", ".join(map(str, names))
    shown = {name: str(value)[:LONGEST] for name, value in found.items()}
    if code == faults.SEVERAL and isinstance(names, list):
        return SeveralSheets(format_lazy(_WORDS[code], **shown), [str(n)[:LONGEST] for n in names])
    return Refused(format_lazy(_WORDS[code], **shown))
