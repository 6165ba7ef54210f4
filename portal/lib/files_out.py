"""Answers that a browser keeps as a file: a whole one, or lines as CSV or XLSX, one by one."""

import enum
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import register_converter
from django.utils.http import content_disposition_header

from . import csv_lines, workbooks


class Form(enum.Enum):
    """What kind of file it is; the value ends its name."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def most_rows(self) -> float:
        """How many rows such a file holds beside its headings."""
        return workbooks.MOST_ROWS - 1 if self is Form.XLSX else float("inf")


def answer(
    form: Form, *, name: str, headings: Sequence[object], lines: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The file ``name``, to which the end is added that tells its form."""
    if form is Form.CSV:
        pieces: Iterator[str] | Iterator[bytes] = csv_lines.csv_lines(headings, lines)
        kind = csv_lines.CONTENT_TYPE
    else:
        pieces = workbooks.xlsx_pieces(headings, lines, name=name)
        kind = workbooks.CONTENT_TYPE
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = _to_keep(f"{name}.{form.value}")
    return response


def whole(content: bytes | str, *, name: str, content_type: str) -> HttpResponse:
    """A file that is made already."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = _to_keep(name)
    return response


def _to_keep(name: str) -> str:
    return str(content_disposition_header(as_attachment=True, filename=name))


class FormConverter:
    """The end of a file's name in a path."""

    regex = "|".join(form.value for form in Form)

    def to_python(self, value: str) -> Form:
        return Form(value)

    def to_url(self, value: Form | str) -> str:
        return Form(value).value


register_converter(FormConverter, "form")
