"""What was told and done about one account, and what comes next, in one list with a "now" line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Bill, Payment
from customers.models import AccountEvent, Arrangement, Case, Need
from notifications.models import Dispatch, Notice, Telling
from notifications.words import masked_address, state, tone
from portal.lib.money import dong
from portal.lib.periods import month_name, start_of
from portal.lib.said import day, moment


@dataclass(frozen=True)
class Line:
    """One channel of a notice: where, how it went, and why."""

    text: str
    tone: str
    state: str
    why: str


@dataclass(frozen=True)
class Entry:
    """One thing told, done or to come; ``when`` is what people read, ``at`` what sorts."""

    at: datetime
    when: str
    text: str
    lines: list[Line] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class Timeline:
    """Both newest first: what comes next stands above what was."""

    coming: list[Entry]
    past: list[Entry]


def timeline(
    *,
    notices: Sequence[Notice],
    payments: Sequence[Payment],
    arrangements: Sequence[Arrangement],
    bills: Sequence[Bill],
    cases: Sequence[Case],
    needs: Sequence[Need],
    events: Sequence[AccountEvent],
    at: datetime,
) -> Timeline:
    """Rows that are already read, with each notice's dispatches, as one list around ``at``."""
    everything = chain(
        (_told(notice) for notice in notices),
        (_paid(payment) for payment in payments),
        (_due(bill) for bill in bills if not bill.is_paid),
        chain.from_iterable(_steps(arrangement) for arrangement in arrangements),
        chain.from_iterable(_asked(case) for case in cases),
        chain.from_iterable(_needed(need) for need in needs),
        (_changed(event) for event in events),
    )
    # Reversed, not sorted downwards: of two steps at one moment the later one stands above too.
    entries = sorted(everything, key=lambda entry: entry.at)[::-1]
    return Timeline(
        coming=[entry for entry in entries if entry.at > at],
        past=[entry for entry in entries if entry.at <= at],
    )


def _told(notice: Notice) -> Entry:
    about = month_name(notice.bill.month) if notice.bill else ""
    dispatches = sorted(notice.dispatches.all(), key=lambda one: (one.step, one.pk))
    return Entry(
        at=notice.planned_at,
        when=moment(notice.planned_at),
        text=f"{notice.get_kind_display()} {about}".strip(),
        lines=[*(_line(dispatch) for dispatch in dispatches), *_by_phone(notice)],
        url=reverse("admin:notifications_notice_change", args=[notice.pk]),
    )


def _by_phone(notice: Notice) -> Iterable[Line]:
    """Who read it to them, where no channel reached them."""
    telling: Telling | None = getattr(notice, "telling", None)
    if telling is not None:
        words = {"who": telling.by, "whom": telling.get_told_display()}
        text = _("Phone call, by %(who)s: %(whom)s") % words
        yield Line(text=text, tone="success", state=_("told"), why="")


def _line(dispatch: Dispatch) -> Line:
    return Line(
        text=f"{dispatch.get_channel_display()} {masked_address(dispatch)}".strip(),
        tone=tone(dispatch),
        state=state(dispatch),
        why=dispatch.get_reason_display() if dispatch.reason else "",
    )


def _paid(payment: Payment) -> Entry:
    words = {
        "amount": dong(payment.amount),
        "month": month_name(payment.month),
        "through": payment.collected_by,
    }
    text = _("%(amount)s paid for %(month)s through %(through)s") % words
    return Entry(at=payment.paid_at, when=moment(payment.paid_at), text=text)


def _due(bill: Bill) -> Entry:
    words = {"amount": dong(bill.total), "month": month_name(bill.month)}
    text = _("Last day to pay %(amount)s for %(month)s") % words
    return Entry(at=start_of(bill.due_on), when=day(bill.due_on), text=text)


def _steps(arrangement: Arrangement) -> Iterable[Entry]:
    """Each step in the life of an arrangement; the review is one that comes."""
    kind = arrangement.get_kind_display()
    by = arrangement.requested_by
    yield _step(arrangement.requested_at, _("%(kind)s: recorded by %(who)s"), kind, by)
    if arrangement.decided_at and arrangement.state == Arrangement.State.REFUSED:
        refused = _("%(kind)s: refused by %(who)s")
        yield _step(arrangement.decided_at, refused, kind, arrangement.decided_by)
    elif arrangement.decided_at:
        approved = _("%(kind)s: approved by %(who)s")
        yield _step(arrangement.decided_at, approved, kind, arrangement.decided_by)
    if arrangement.closed_at:
        yield _step(arrangement.closed_at, _closed(arrangement), kind, arrangement.closer)
    if arrangement.state in (Arrangement.State.IN_FORCE, Arrangement.State.EXPIRED):
        text = _("%(kind)s: ask the customer again") % {"kind": kind}
        review_on = arrangement.review_on
        yield Entry(at=start_of(review_on), when=day(review_on), text=text)


def _closed(arrangement: Arrangement) -> str:
    if arrangement.state == Arrangement.State.EXPIRED:
        return _("%(kind)s: not confirmed in time")
    if arrangement.state == Arrangement.State.UNDONE:
        return _("%(kind)s: undone by %(who)s")
    return _("%(kind)s: ended by %(who)s")


def _step(at: datetime, text: str, kind: str, who: object) -> Entry:
    return Entry(at=at, when=moment(at), text=text % {"kind": kind, "who": who})


def _asked(case: Case) -> Iterable[Entry]:
    """That somebody asked, what came of it, and by when they get an answer."""
    url = reverse("admin:customers_case_change", args=[case.pk])
    words = {"kind": case.get_kind_display(), "number": case.spoken_number}
    text = _("%(kind)s: request %(number)s received") % words
    yield Entry(at=case.made_at, when=moment(case.made_at), text=text, url=url)
    if case.closed_at:
        words |= {"outcome": str(case.get_outcome_display()).lower(), "who": str(case.closed_by)}
        text = _("%(kind)s: request %(number)s closed by %(who)s, %(outcome)s") % words
        yield Entry(at=case.closed_at, when=moment(case.closed_at), text=text, url=url)
    elif case.state != Case.State.WAITING:
        text = _("%(kind)s: answer request %(number)s") % words
        yield Entry(at=case.due_at, when=moment(case.due_at), text=text, url=url)


def _needed(need: Need) -> Iterable[Entry]:
    """That a need was recorded, and that it ended."""
    kind = need.get_kind_display()
    yield _step(need.recorded_at, _("%(kind)s: recorded by %(who)s"), kind, need.recorded_by)
    if need.ended_at and need.ended_by:
        yield _step(need.ended_at, _("%(kind)s: ended by %(who)s"), kind, need.ended_by)
    elif need.ended_at:
        yield _step(need.ended_at, _("%(kind)s: ended"), kind, "")


def _changed(event: AccountEvent) -> Entry:
    """A change of who sees the account or where it is told; a contact in it is masked."""
    what = " · ".join(filter(None, (event.get_kind_display(), event.about)))
    return Entry(at=event.at, when=moment(event.at), text=what)
