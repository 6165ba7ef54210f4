"""What a file leaves open, as a form for whoever knows it."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Load
from portal.lib.importing import SheetResource

_DECIMALS = gettext_lazy("{example} has decimals: {whole}, and {part} behind the mark")
_THOUSANDS = gettext_lazy(
    "{example} is the whole number {value}: the mark stands between thousands"
)


@dataclass(frozen=True)
class Question:
    """One thing to choose: the name of its field, what is asked, and each choice with its words."""

    name: str
    text: str
    choices: tuple[tuple[str, str], ...]


def of(load: Load, resource: type[SheetResource]) -> tuple[str, list[Question], bool]:
    """Why the load waits, what is asked, and whether the answer holds for later files."""
    asked: dict[str, Any] = load.report["asked"]
    if asked["about"] == "sheet":
        names = tuple((name, name) for name in asked["names"])
        why = _("Several sheets of the workbook hold data.")
        return why, [Question("sheet", _("Which one is to be loaded?"), names)], False
    heading_of = resource.table.heading_of
    if asked["about"] == "mark":
        names = tuple(_marks(asked["example"]))
        why = _("The numbers of a column can be read in two ways, and nothing in it tells which.")
        text = _("How is the column “%(column)s” written?")
        return why, [Question("mark", text % {"column": heading_of(asked["column"])}, names)], True
    headings = tuple((heading, heading) for heading in asked["headings"])
    text = _("Which heading of the file is “%(column)s”?")
    questions = [
        Question(name, text % {"column": heading_of(name)}, headings) for name in asked["names"]
    ]
    why = _("Columns are missing; perhaps they have another heading in this file.")
    return why, questions, True


def _marks(example: str) -> list[tuple[str, str]]:
    """Both ways to read a number, the one with decimals last."""
    there, other = (",", ".") if "," in example else (".", ",")
    whole, _mark, part = example.rpartition(there)
    plain = example.replace(there, "")
    return [
        (other, str(format_lazy(_THOUSANDS, example=example, value=plain))),
        (there, str(format_lazy(_DECIMALS, example=example, whole=whole, part=part))),
    ]


def said(load: Load, resource: type[SheetResource]) -> list[tuple[str, str]]:
    """What was said of how the file is read."""
    heading_of, answers = resource.table.heading_of, load.answers
    found = [
        (_("Heading “%(heading)s”") % {"heading": heading}, heading_of(name))
        for name, heading in answers.get("columns", {}).items()
    ]
    marks = {",": _("a comma stands before decimals"), ".": _("a dot stands before decimals")}
    found += [(heading_of(name), marks[mark]) for name, mark in answers.get("marks", {}).items()]
    return found
