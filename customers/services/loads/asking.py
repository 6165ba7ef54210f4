"""What a file leaves open, asked of people, and what they said of files with the same headings.

A column under a heading that nobody knows, or numbers that can be read in two ways: guessed, they
would be wrong silently; refused, they would be wrong every month anew. So it is asked once. What
was said is kept once such a file has gone in, and holds for every later one with these headings.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import FileReading, Load, User
from portal.lib.columns import MissingColumns, UnclearColumn
from portal.lib.importing import SheetResource, kinds, resource_of
from portal.lib.spreadsheets import Refused, SeveralSheets, Stream, heading_key

from .ladder import LoadError, check_reach, locked

State = Load.State
MARKS = (",", ".")
# A file that lacks more columns is one of another kind.
MOST_MISSING = 4


_OTHER_KIND = _("The headings are those of another kind of file: %(kind)s. Load it there.")


class NotAnAnswer(LoadError):
    """Something is left open, or said twice."""

    why = _("Answer every question, and name no heading twice.")


def question(*, refused: Refused, load: Load) -> dict[str, Any] | None:
    """What of a refused file can be asked; None where it stays refused."""
    if isinstance(refused, SeveralSheets):
        return {"about": "sheet", "names": list(refused.names)}
    if isinstance(refused, UnclearColumn):
        return {"about": "mark", "column": refused.name, "example": refused.example}
    if isinstance(refused, MissingColumns) and _other_kind(load) is None:
        headings = load.report.get("unused", [])
        if len(refused.names) <= min(MOST_MISSING, len(headings)):
            return {"about": "columns", "names": list(refused.names), "headings": headings}
    return None


def why_refused(*, refused: Refused, load: Load) -> str:
    """Why a file is not taken; of one with the headings of another kind, where it belongs."""
    if isinstance(refused, MissingColumns) and (other := _other_kind(load)):
        return str(_OTHER_KIND % {"kind": other.label})
    return str(refused)


def _other_kind(load: Load) -> type[SheetResource] | None:
    """The kind of which the file has every column."""
    header = tuple(load.report.get("header", ()))
    others = (resource_of(kind) for kind in kinds() if kind != load.kind)
    return next((other for other in others if other.fits(header)), None)


def ask(*, load: Load, about: Mapping[str, Any]) -> None:
    """Have the load wait for an answer, where nobody cancelled it meanwhile."""
    load.report["asked"] = about
    going = Load.objects.filter(pk=load.pk).to_work()
    going.update(state=State.ASKED, report=load.report, answers=load.answers)


@transaction.atomic
def answer(*, load: Load, said: Mapping[str, Any], by: User, at: datetime) -> Load:
    """Read the file by what was said.

    :param said: ``sheet``, ``mark``, or by the name of each missing column its heading in the file
    :raises NotAnAnswer: it answers something else
    :raises NotNow: nothing is asked
    """
    check_reach(by)
    found = locked(load, State.ASKED)
    asked = found.report.get("asked", {})
    if asked["about"] == "sheet":
        found.answers["sheet"] = _one_of(asked["names"], said.get("sheet"))
    elif asked["about"] == "mark":
        marks = found.answers.setdefault("marks", {})
        marks[asked["column"]] = _one_of(MARKS, said.get("mark"))
    else:
        columns = found.answers.setdefault("columns", {})
        columns |= {name: _one_of(asked["headings"], said.get(name)) for name in asked["names"]}
        if len(set(columns.values())) < len(columns):
            raise NotAnAnswer
    found.answers["said"] = {"by": by.pk, "at": at.isoformat()}
    found.answers["teaches"] = found.answers.get("teaches", False) or asked["about"] != "sheet"
    found.state, found.tries, found.rests_until = State.UPLOADED, 0, None
    found.save(update_fields=["answers", "report", "state", "tries", "rests_until"])
    return found


def _one_of(choices: Collection[str], given: Any) -> str:
    if given not in choices:
        raise NotAnAnswer
    return str(given)


def known_headings(kind: str) -> list[str]:
    """Headings that files of this kind used beside those of its columns."""
    known = FileReading.objects.filter(kind=kind).values_list("columns", flat=True)
    return [heading for columns in known for heading in columns.values()]


def recall(*, load: Load, header: Sequence[str]) -> None:
    """Take over what was said of an earlier file with these headings; what is said of this goes
    before.
    """
    load.report["header"] = list(header)
    found = _remembered(load).first()
    if found is not None:
        load.answers["columns"] = found.columns | load.answers.get("columns", {})
        load.answers["marks"] = found.marks | load.answers.get("marks", {})


def remember(*, load: Load, at: datetime) -> None:
    """Keep what was said of a load that went in, for later files with its headings.

    One that was only read by what is known teaches nothing, or it would bring back what somebody
    has forgotten meanwhile. If two people let it in, both stand by what it was read by.
    """
    columns, marks = load.answers.get("columns", {}), load.answers.get("marks", {})
    if not load.answers.get("teaches"):
        if len(_people(load)) > 1:
            same = _remembered(load).filter(columns=columns, marks=marks)
            same.update(learned_from=load, learned_at=at)
        return
    header = load.report["header"]
    FileReading.objects.update_or_create(
        kind=load.kind,
        fingerprint=fingerprint(header),
        defaults={
            "headings": header,
            "columns": columns,
            "marks": marks,
            "learned_from": load,
            "learned_at": at,
        },
    )


def is_remembered(*, load: Load) -> bool:
    """Whether something is known of how files with its headings are read."""
    return _remembered(load).exists()


def rests_on_one(*, load: Load) -> bool:
    """Whether nobody but the one who said so ever stood by how the file is read."""
    if not load.answers.get("columns") and not load.answers.get("marks"):
        return False
    if load.answers.get("teaches"):
        return len(_people(load)) < 2
    found = _remembered(load).select_related("learned_from").first()
    return found is None or len(_people(found.learned_from)) < 2


def _people(load: Load) -> set[int]:
    """Whoever said how it is read, brought it, confirmed it or released it."""
    said = load.answers.get("said", {}).get("by")
    return {said, load.made_by_id, load.confirmed_by_id, load.released_by_id} - {None}


def unlearn(*, load: Load) -> None:
    """Forget what was learned from a load that is taken back."""
    FileReading.objects.filter(learned_from=load).delete()


def forget(*, load: Load, by: User) -> None:
    """Ask anew of the next file with these headings.

    :raises OneCompany: ``by`` works for one company
    """
    check_reach(by)
    _remembered(load).delete()


def _remembered(load: Load) -> QuerySet[FileReading]:
    known = fingerprint(load.report.get("header", []))
    return FileReading.objects.filter(kind=load.kind, fingerprint=known)


def fingerprint(header: Sequence[str]) -> str:
    """By what the same headings are known again, whatever their case and accents."""
    return hashlib.sha256("\n".join(map(heading_key, header)).encode()).hexdigest()


def by_answers(stream: Stream, load: Load, resource: type[SheetResource]) -> Stream:
    """The file with the headings of its columns, where somebody said which they are."""
    meant = {
        heading_key(heading): resource.table.heading_of(name)
        for name, heading in load.answers.get("columns", {}).items()
    }
    header = tuple(meant.get(heading_key(heading), heading) for heading in stream.header)
    known = {heading_key(heading) for heading in resource.table.headings()}
    unused = [h for h in header if h.strip() and heading_key(h) not in known]
    load.report["unused"] = [resource.table.repeated(heading) for heading in unused]
    return replace(stream, header=header)
