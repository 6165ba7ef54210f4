"""Cut-overs: planned by one person, worked out, approved by another, taken back for a reason."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from notifications.models import Cutover, PolicyTrial
from notifications.services import contract_sms, trials
from notifications.services.dry_run import Change
from portal.lib.errors import SaysWhy
from portal.lib.history import signed

State = Cutover.State
# The figures that the second person reads are of these days; then it is worked out again.
COUNT_HOLDS = timedelta(days=7)


class CutoverError(SaysWhy):
    """Refused: ``why`` says it to the person."""


class Busy(CutoverError):
    """Something else is being worked out."""

    why = trials.Busy.why


class NotYours(CutoverError):
    """Another company's."""

    why = _("You plan the cut-over of your own company only.")


class OneOpen(CutoverError):
    """The company has one that is planned or in force, or gets no bills by SMS at all."""

    why = _("One of these companies has a cut-over already, or gets no bills by SMS.")


class TooLate(CutoverError):
    """The day has come: messages of that day may be sent already."""

    why = _("The day has come. Plan it anew, from a later day.")


class NotCounted(CutoverError):
    """Nobody has seen what it would mean, or that was too long ago."""

    why = _("Have it worked out first: the figures are missing, or older than a week.")


class SamePerson(CutoverError):
    """Whoever planned it must not approve it."""

    why = _("You planned it yourself; another person has to approve.")


class NotWaiting(CutoverError):
    """It was approved or taken back already."""

    why = _("Somebody has decided already.")


class NoReason(CutoverError):
    """Taken back without a word why."""

    why = _("Say why it is taken back.")


def candidates(*, user: User) -> QuerySet[OperatingUnit]:
    """Companies whose bills go by SMS, without a cut-over, of those that ``user`` plans for."""
    taken = Cutover.objects.open().values("unit")
    units = OperatingUnit.objects.filter(bills_by_sms=True).exclude(pk__in=taken).in_order()
    return units.filter(pk=user.unit_id) if user.unit_id else units


@signed
@transaction.atomic
def plan(
    *, units: Collection[OperatingUnit], starts_on: date, by: User, at: datetime
) -> list[Cutover]:
    """Plan one for each of ``units``, and have it worked out on last month's notices.

    :raises NotYours: one of them is another company's than theirs
    :raises TooLate: the day has begun
    :raises OneOpen: one of them has one already, or gets no bills by SMS
    :raises Busy: something else is being worked out
    """
    chosen = {unit.pk for unit in units}
    if by.unit_id is not None and chosen != {by.unit_id}:
        raise NotYours
    if starts_on <= timezone.localdate(at):
        raise TooLate
    if OperatingUnit.objects.filter(pk__in=chosen, bills_by_sms=True).count() != len(chosen):
        raise OneOpen
    trial = _ask(chosen, starts_on, by=by, at=at)
    try:
        with transaction.atomic():
            return [
                Cutover.objects.create(
                    unit=unit, starts_on=starts_on, made_by=by, made_at=at, trial=trial
                )
                for unit in units
            ]
    except IntegrityError as error:
        raise OneOpen from error


def _ask(units: Collection[int], starts_on: date, *, by: User, at: datetime) -> PolicyTrial:
    """Have it worked out in the background, as every trial is."""
    kinds = [kind.value for kind in contract_sms.BILLS]
    change = Change(kinds=kinds, cut_over=tuple(sorted(units)), on=starts_on)
    try:
        return trials.ask(change=change, form="", by=by, at=at, unit=by.unit)
    except trials.Busy as error:
        raise Busy from error


@signed
@transaction.atomic
def work_out(*, cutover: Cutover, by: User, at: datetime) -> Cutover:
    """Have a planned one worked out again, on the notices of the last 30 days.

    :raises NotWaiting: it was approved or taken back
    :raises TooLate: its day has come
    :raises Busy: something else is being worked out
    """
    found = _locked(cutover)
    if found.state != State.DRAFT:
        raise NotWaiting
    if found.starts_on <= timezone.localdate(at):
        raise TooLate
    found.trial = _ask([found.unit_id], found.starts_on, by=by, at=at)
    found.save(update_fields=["trial"])
    return found


@signed
@transaction.atomic
def approve(*, cutover: Cutover, by: User, at: datetime) -> Cutover:
    """Put somebody else's in force, from its day on.

    :raises NotWaiting: it was approved or taken back
    :raises SamePerson: this person planned it
    :raises NotCounted: nobody has seen what it means, or that was too long ago
    :raises TooLate: its day has come
    """
    found = _locked(cutover)
    if found.state != State.DRAFT:
        raise NotWaiting
    if found.made_by_id == by.pk:
        raise SamePerson
    if found.counted_at is None or found.counted_at < at - COUNT_HOLDS:
        raise NotCounted
    if found.starts_on <= timezone.localdate(at):
        raise TooLate
    found.state, found.approved_by, found.approved_at = State.APPROVED, by, at
    found.save(update_fields=["state", "approved_by", "approved_at"])
    return found


@signed
@transaction.atomic
def take_back(*, cutover: Cutover, why: str, by: User, at: datetime) -> Cutover:
    """Go back to what was before, at once: bills that are planned from now on go by SMS again.

    That was so for years, so one person is enough.

    :raises NoReason: it says nothing
    :raises NotWaiting: it was taken back already
    """
    if not why.strip():
        raise NoReason
    found = _locked(cutover)
    if found.state == State.TAKEN_BACK:
        raise NotWaiting
    found.state, found.ended_by, found.ended_at = State.TAKEN_BACK, by, at
    found.ended_why = why.strip()[:200]
    found.save(update_fields=["state", "ended_by", "ended_at", "ended_why"])
    return found


def _locked(cutover: Cutover) -> Cutover:
    """The cut-over, held until the commit."""
    return Cutover.objects.select_for_update(no_key=True, of=("self",)).get(pk=cutover.pk)
