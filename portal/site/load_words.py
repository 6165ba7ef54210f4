"""A load in words, for its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Load, LoadNote, User
from notifications.models import Kind
from portal.lib import said
from portal.lib.importing import SheetResource
from portal.site import load_changes

State = Load.State
TONES = {
    State.UPLOADED: "info",
    State.ASKED: "wait",
    State.PREVIEWED: "wait",
    State.WAITING: "wait",
    State.APPLYING: "info",
    State.DONE: "success",
    State.REFUSED: "error",
    State.CANCELLED: "off",
    State.UNDOING: "info",
    State.UNDONE: "off",
}
REMARKS_SHOWN = 50


def state(load: Load) -> tuple[str, str]:
    """Its tone and its words."""
    now = State(load.state)
    if now == State.APPLYING and load.started_at is None:
        return "wait", _("approved: waits for its turn")
    told = load.report.get("undone", {})
    if now == State.UNDONE and told.get("kept"):
        words = _("undone in part") if told.get("taken") else _("nothing could be undone")
        return "warning", words
    return TONES[now], str(now.label)


def progress(load: Load, *, at: datetime) -> str:
    """Rows, rate and time left, where there is something to count."""
    if load.state == State.UPLOADED and load.staged_at is None:
        return _("%(rows)s rows read so far") % {"rows": said.count(load.rows)}
    words = _("%(done)s of %(all)s rows") % {
        "done": said.count(load.worked),
        "all": said.count(load.good),
    }
    since = {State.UPLOADED: load.staged_at, State.APPLYING: load.started_at}.get(State(load.state))
    seconds = (at - since).total_seconds() if since else 0
    if seconds < 1 or not load.worked:
        return words
    rate = load.worked / seconds
    left = timedelta(seconds=max(0, load.good - load.worked) / rate)
    minutes = round(left.total_seconds() / 60)
    time = (
        ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}
        if minutes
        else _("less than a minute left")
    )
    return " · ".join((words, _("%(n)s rows a second") % {"n": said.count(round(rate))}, time))


def next_step(load: Load, may: dict[str, bool], *, by: User, resource: type[SheetResource]) -> str:
    """What is to be done, and by whom."""
    if load.state == State.PREVIEWED:
        return _of_previewed(load, may, by)
    if load.state == State.WAITING:
        if may["check"]:
            return _("The data has changed since the check. Check the file again.")
        if may["release"]:
            return _("A colleague confirmed it. Look at what is unusual, then release it.")
        return _("It waits for another person, who looks at what is unusual.")
    if load.is_asked_to_undo and load.undo_asked_by_id == by.pk:
        return _("You asked to undo it; another person has to have it undone.")
    if load.is_asked_to_undo:
        return _("A colleague asks to undo it. Two people let it in, so two take it back.")
    return _of_undo(load, resource, may_undo=may["undo"])


def _of_undo(load: Load, resource: type[SheetResource], *, may_undo: bool) -> str:
    """What can be done about a wrong file; of kinds with rules of their own in their words."""
    own = resource.own_undo
    if may_undo:
        usual = _("If this was the wrong file, it can be undone for 30 days.")
        return str(own.offered) if own else usual
    instead = own.instead if own else resource.cannot_undo
    return str(instead) if load.state == State.DONE else ""


def _of_previewed(load: Load, may: dict[str, bool], by: User) -> str:
    if may["check"]:
        return _("The data has changed since the check, or a day has passed. Check the file again.")
    if load.made_by_id not in (None, by.pk):
        return _("Whoever uploaded the file looks at it and confirms.")
    if not (load.created or load.updated):
        return _("Nothing of this file would change anything; loaded, it is only put on record.")
    if load.needs_second:
        return _("Nothing has been written yet. After you, another person has to look at it.")
    return _("Nothing has been written yet. Look at what would change, then confirm.")


def doubts(load: Load) -> list[str]:
    """What is unusual about it."""
    texts = {
        "two_people": _(
            "Money and messages of customers depend on every row of such a file: two people always "
            "answer for it."
        ),
        "refused": _("%(refused)s of %(rows)s rows are refused: more than 1 in 100."),
        "renamed": _(
            "%(renamed)s of %(known)s known customers would get another name. Perhaps the column "
            "of names has slipped."
        ),
        "replaced": _(
            "%(replaced)s of %(known)s known phone numbers and e-mail addresses would be replaced. "
            "Perhaps the column of phones has slipped."
        ),
        "stopped": _(
            "%(stopped)s contacts would not be written to any more, by %(rows)s rows. Perhaps the "
            "column that says so has slipped."
        ),
        "beside": _(
            "%(beside)s of %(rows)s rows give customers another phone number or e-mail address "
            "beside their own. Perhaps the column has slipped."
        ),
        "exchanged": _(
            "%(exchanged)s of %(known)s meters would be exchanged. Perhaps the column of meter "
            "numbers has slipped."
        ),
        "known": _(
            "%(known)s of %(rows)s bills are known already. Perhaps this is last month's file."
        ),
        "paid_already": _(
            "%(paid_already)s of %(new)s new payments are for bills that are paid in full already. "
            "Perhaps the same payments came before with other transaction numbers."
        ),
        "rows": _("The file has %(rows)s rows, the last one of this kind had %(last)s."),
        "reading": _(
            "One person alone said how such a file is read, and a file that comes by itself is "
            "looked at by nobody. Look at which headings and numbers mean what."
        ),
        "price": _("One kWh would cost %(price)s đồng on average. That is not usual."),
    }
    found = []
    for doubt in load.report.get("doubts", []):
        numbers = {name: said.count(value) for name, value in doubt.items() if name != "code"}
        found.append(texts[doubt["code"]] % numbers)
    return found


def counts(load: Load) -> list[tuple[str, str]]:
    """How many rows fared how."""
    return [
        (said.count(load.created), _("new")),
        (said.count(load.updated), _("changed")),
        (said.count(load.unchanged), _("unchanged")),
        (said.count(load.refused), _("refused")),
        (said.count(load.remarked), _("remarks")),
    ]


def new_contacts(load: Load) -> str:
    """How many customers who are known get another place that we write to."""
    count = load.report.get("new_contacts", 0)
    if not count:
        return ""
    return ngettext(
        "%(n)s new phone number or e-mail address for customers who are known.",
        "%(n)s new phone numbers and e-mail addresses for customers who are known.",
        count,
    ) % {"n": said.count(count)}


def unlisted(load: Load) -> str:
    """Of rows on each of which somebody decides, how many are not shown; empty where all are."""
    listed = load.report.get("to_decide_on", [])
    left = load.created - len(listed)
    if not listed or left <= 0:
        return ""
    return _("%(n)s more are in the file and not listed here.") % {"n": said.count(left)}


def follows(load: Load) -> list[str]:
    """The notices that would go out, as long as it is not loaded."""
    if load.state not in (State.PREVIEWED, State.WAITING):
        return []
    return [
        _("%(n)s × “%(kind)s”") % {"n": said.count(count), "kind": Kind(kind).label}
        for kind, count in load.report.get("follows", {}).items()
        if count
    ]


@dataclass(frozen=True)
class Remarks:
    """What was remarked on in the same words, how often, and one of the rows."""

    column: str
    why: str
    count: str
    example: str


def remarks(load: Load, resource: type[SheetResource], *, to: User) -> list[Remarks]:
    """The remarks of a load, those of one kind together; the commonest first."""
    kept = LoadNote.objects.filter(load=load, kind=LoadNote.Kind.REMARK).select_related("load")
    groups = kept.values("column", "why").annotate(count=Count("pk"), first=Min("pk"))
    found = list(groups.order_by("-count", "first")[:REMARKS_SHOWN])
    examples = kept.in_bulk([group["first"] for group in found])
    return [
        Remarks(
            column=group["column"],
            why=group["why"],
            count=said.count(group["count"]),
            example=_example(load_changes.note(examples[group["first"]], resource, to=to)),
        )
        for group in found
    ]


def _example(note: LoadNote) -> str:
    row = _("row %(n)s") % {"n": said.count(note.row)}
    if not note.before and not note.after:
        return row
    return f"{row}: {note.before or '–'} → {note.after or '–'}"


def _of(who: User | None, load: Load) -> datetime | None:
    return load.ended_at if who else None


def steps(load: Load) -> list[str]:
    """Who did what when."""
    done: list[tuple[str, User | None, datetime | None]] = [
        (_("Brought by %(who)s, %(when)s"), load.made_by, load.made_at),
        (_("Checked, %(when)s"), None, load.previewed_at),
        (_("Confirmed by %(who)s, %(when)s"), load.confirmed_by, load.confirmed_at),
        (_("Released by %(who)s, %(when)s"), load.released_by, load.released_at),
        (_("Cancelled by %(who)s, %(when)s"), load.cancelled_by, _of(load.cancelled_by, load)),
        (_("Ended, %(when)s"), None, None if load.cancelled_by else load.ended_at),
        (_("Undo asked for by %(who)s, %(when)s"), load.undo_asked_by, load.undo_asked_at),
        (
            _("Undo declined by %(who)s, %(when)s"),
            load.undo_declined_by,
            load.undo_declined_at,
        ),
        (_("Undone for %(who)s, %(when)s"), load.undone_by, load.undone_at),
        (_("Refused rows settled by %(who)s, %(when)s"), load.settled_by, load.settled_at),
    ]
    by_itself = load.get_source_display()
    found = [
        text % {"who": who or by_itself, "when": said.moment(at)} for text, who, at in done if at
    ]
    if load.settled_why:
        found.append(_("Because: %(why)s") % {"why": load.settled_why})
    return found
