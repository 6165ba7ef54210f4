"""What can stand against telling of a stop of supply, in words, and what would mend it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One reason of the guard.

    :param waivable: a supervisor may allow one case although; the others are the law's
    """

    words: Any
    mend: Any
    waivable: bool = False


# In the order in which they are said; the codes are those of sql/guard_stops.sql.
HINDRANCES: dict[str, Hindrance] = {
    "paid": Hindrance(_("The bill is paid."), _("Call the stop off.")),
    "days": Hindrance(
        _("The days that the law gives for paying are not over by then."),
        _("Call it off and choose a later day."),
    ),
    "too_soon": Hindrance(
        _("Too few hours are left to tell the customer in time."),
        _("Call it off and choose a later time."),
    ),
    "notices": Hindrance(
        _("The notices of the bill and of its being late have no proof, nor a recorded attempt."),
        _("Wait until they were sent; where no channel works, ring and then ask a supervisor."),
        waivable=True,
    ),
    "stale_payments": Hindrance(
        _("No payments of this company were loaded lately: the customer may have paid."),
        _("Load the newest payments of this company."),
        waivable=True,
    ),
    "arrangement": Hindrance(
        _("An arrangement protects the account, or waits for a decision."),
        _("Decide on what waits; else agree with the customer how the bill is paid."),
        waivable=True,
    ),
    "need": Hindrance(
        _("The supply here must not be cut without a visit."),
        _("Visit the customer and agree how the bill is paid; only then ask a supervisor."),
        waivable=True,
    ),
}
WAIVABLE = frozenset(code for code, one in HINDRANCES.items() if one.waivable)
