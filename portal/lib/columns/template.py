"""An empty workbook for a kind of file, drawn from its declaration."""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from .table import Column, Table

WIDTH = 22  # characters
_HEADING, _NEEDED = Font(bold=True), PatternFill("solid", fgColor="FFFDE2B3")


def template(table: Table) -> bytes:
    """An XLSX of one row of headings, each with a note that says what belongs under it."""
    book = Workbook()
    sheet = book.active
    sheet.title = table.kind
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(1, place, column.heading)
        cell.font = _HEADING
        if column.required:
            cell.fill = _NEEDED
        cell.comment = Comment(_note(column, table), "", width=320, height=120)
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = WIDTH
        # Text: Excel takes no zeros from codes and phones that are typed there.
        dimension.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _note(column: Column, table: Table) -> str:
    needed = _("Needed in every row.") if column.required else _("May be empty.")
    lines = [needed]
    if column.name in table.key:
        lines.append(_("It tells rows apart."))
    if column.synonyms:
        lines.append(_("Also called: %(names)s.") % {"names": ", ".join(column.synonyms)})
    if about := column.about:
        lines.append(str(about))
    return "\n".join(lines)
