"""Cases in words, for the desk and for customers: due when, whose, how far, what next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Case, CaseLine, User
from portal.lib.said import moment

State = Case.State
SOON = timedelta(hours=4)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NEXT_STEPS: dict[str, Any] = {
    State.NEW: gettext_lazy("Take it."),
    State.TAKEN: gettext_lazy("Answer, ask back, or hand it over."),
    State.WAITING: gettext_lazy("Wait for the customer; ring if it takes too long."),
    State.CLOSED: gettext_lazy("Nothing to do."),
}
STATES_FOR_CUSTOMERS: dict[str, Any] = {
    State.NEW: gettext_lazy("Received"),
    State.TAKEN: gettext_lazy("We are working on it"),
    State.WAITING: gettext_lazy("We wait for your answer"),
    State.CLOSED: gettext_lazy("Closed"),
}
TONES = {State.NEW: "wait", State.TAKEN: "info", State.WAITING: "warning", State.CLOSED: "success"}
LINES: dict[str, Any] = {
    CaseLine.Kind.QUESTION: gettext_lazy("We ask you"),
    CaseLine.Kind.REPLY: gettext_lazy("You wrote"),
    CaseLine.Kind.ANSWER: gettext_lazy("Our answer"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as components/state.html shows it."""

    tone: str
    text: str


def due(case: Case, *, at: datetime) -> Mark:
    """How long there is to answer it, or how long it is late."""
    if not case.is_open:
        return Mark("off", _("closed"))
    if case.state == State.WAITING:
        return Mark("off", _("stands still: the customer was asked"))
    left = case.due_at - at
    if left <= timedelta():
        return Mark("error", _("overdue by %(time)s") % {"time": rough(-left)})
    tone = "warning" if left <= SOON else "wait"
    return Mark(tone, _("%(time)s left") % {"time": rough(left)})


def rough(time: timedelta) -> str:
    """A length of time in its largest unit alone, rounded down: 2 days, 5 hours, 20 minutes."""
    if time >= 2 * DAY:
        days = time // DAY
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if time >= HOUR:
        hours = time // HOUR
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = time // timedelta(minutes=1)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def state(case: Case) -> Mark:
    """How far it is, to staff."""
    return Mark(TONES[State(case.state)], str(case.get_state_display()))


def state_for_customer(case: Case) -> Mark:
    """How far it is, to who asked."""
    return Mark(TONES[State(case.state)], str(STATES_FOR_CUSTOMERS[State(case.state)]))


def promise(case: Case, *, at: datetime) -> str:
    """What the customer can expect now, in a sentence."""
    if not case.is_open:
        return _("This request is closed: %(outcome)s.") % {
            "outcome": str(case.get_outcome_display()).lower()
        }
    if case.state == State.WAITING:
        return _("Please answer our question below, so that we can go on.")
    if case.due_at <= at:
        return _("This takes longer than we promised. We are sorry; call us if it is urgent.")
    words = {"when": moment(case.due_at), "time": rough(case.due_at - at)}
    return _("We answer by %(when)s, in %(time)s at the latest.") % words


def next_step(case: Case, *, holder: User | None, by: User | None = None) -> str:
    """What to do about it; ``holder`` has it, ``by`` reads."""
    if case.state in (State.NEW, State.TAKEN) and holder is not None and holder != by:
        return _("%(who)s is working on it.") % {"who": holder}
    if case.state == State.TAKEN and holder is None:
        return str(NEXT_STEPS[State.NEW])
    return str(NEXT_STEPS[State(case.state)])


def queue(case: Case) -> str:
    """In whose queue it is; needs ``unit`` fetched."""
    return case.unit.name if case.unit else _("the whole city")


def caller(case: Case) -> str:
    """How an answer calls who asked: by their own name, or the holder's where they asked."""
    if case.asked_by:
        return case.asked_by.name or _("customer")
    if case.account and case.from_whom == Case.From.HOLDER:
        return case.account.holder_name
    return _("customer")
