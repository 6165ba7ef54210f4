"""The guard before a stop of supply: who judges, and who may let one case through."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import SupplyStop
from billing.services import supply_stops
from billing.services.supply_stops import StopError
from customers.models import User
from notifications.hindrances import HINDRANCES, WAIVABLE
from portal.lib import sql
from portal.lib.history import signed

APP = "notifications"


class SamePerson(StopError):
    """Whoever asked for the stop must not let it through."""

    why = _("You asked for this stop yourself; another person has to allow it.")


class NothingToAllow(StopError):
    """Nothing that a person may waive stands against it."""

    why = _("Nothing that a supervisor may allow stands against it.")


def parts() -> dict[str, str]:
    """The guard, as a part of other statements, with the part that it needs itself."""
    return {
        "guard": sql.statement(APP, "guard_stops"),
        "terms": sql.statement(APP, "terms_of_account"),
    }


def judge(stops: Collection[int], *, at: datetime) -> dict[int, list[str]]:
    """What stands against each of these planned stops, in the order in which it is said.

    Empty where the guard lets it through. One query, whatever their number.
    """
    known = {"stops": list(stops), "at": at, "day": timezone.localdate(at)}
    found = dict(sql.run(APP, "judge_stops", known, parts()))
    return {stop: [code for code in HINDRANCES if code in found[stop]] for stop in found}


@transaction.atomic
@signed
def override(*, stop: SupplyStop, why: str, by: User, at: datetime) -> SupplyStop:
    """Let one stop through although what may be waived stands against it now, and nothing else.

    What comes up later holds it again; a yes to old payments holds no longer than payments are
    fresh by the terms.

    :raises MissingReason: ``why`` is empty
    :raises NotPlanned: it is called off
    :raises SamePerson: this person asked for it
    :raises NothingToAllow: nothing that may be waived stands against it
    """
    found = supply_stops.locked(stop)
    if found.asked_by_id == by.pk:
        raise SamePerson
    waived = WAIVABLE & set(judge([found.pk], at=at).get(found.pk, []))
    if not waived:
        raise NothingToAllow
    found.overridden_for = sorted(waived | set(found.overridden_for))
    if waived & {"arrangement", "need"}:
        found.overridden_protections = _protections(found, at=at)
    found.overridden_why = supply_stops.reason(why)
    found.overridden_by, found.overridden_at = by, at
    found.save()
    return found


def _protections(stop: SupplyStop, *, at: datetime) -> list[str]:
    """The arrangements and needs that protect the account at this moment, each in its state."""
    known = {"stop": stop.pk, "at": at, "day": timezone.localdate(at)}
    [(found,)] = sql.run(APP, "protections_of_stop", known, parts())
    return list(found)
