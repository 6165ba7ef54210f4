"""How many accounts stand where an outage is written to be."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from customers.premises import Area, areas
from notifications.models import Outage
from portal.lib import sql

NOWHERE = _("No account stands here: {places}.")


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """One place of an area, with the accounts that stand there."""

    text: str
    accounts: int


@dataclass(frozen=True, slots=True)
class AreaCount:
    """A whole area: its accounts, each once, and its places one by one."""

    accounts: int
    places: tuple[PlaceCount, ...]

    @property
    def unmatched(self) -> tuple[PlaceCount, ...]:
        """Places where no account stands: written otherwise, or of another company."""
        return tuple(place for place in self.places if not place.accounts)

    @property
    def nowhere(self) -> str:
        """That places are none, in words; empty where an account stands in each."""
        places = "; ".join(place.text for place in self.unmatched)
        return NOWHERE.format(places=places) if places else ""


def counted(written: Mapping[int, tuple[int, str]], *, on: date) -> dict[int, AreaCount]:
    """The accounts of each area whose contract runs on that day. One query, however many areas.

    :param written: by any number, a company's key and the area as it is written
    """
    places = {key: areas(text) for key, (_unit, text) in written.items()}
    rows = [
        _row(key, position, written[key][0], area)
        for key, found in places.items()
        for position, area in enumerate(found)
    ]
    found = sql.run("notifications", "count_areas", {"places": json.dumps(rows), "day": on})
    counts = {(key, position): accounts for key, position, accounts in found}
    return {
        key: AreaCount(
            counts.get((key, None), 0),
            tuple(
                PlaceCount(area.text, counts.get((key, position), 0))
                for position, area in enumerate(of_area)
            ),
        )
        for key, of_area in places.items()
    }


def _row(key: int, position: int, unit: int, area: Area) -> dict[str, object]:
    return {
        "key": key,
        "position": position,
        "unit": unit,
        "ward_keys": area.ward_keys,
        "street_key": area.street_key,
        "first_number": area.first_number,
        "last_number": area.last_number,
    }


def recount(outages: Iterable[Outage], *, on: date) -> dict[int, AreaCount]:
    """Count the accounts of these outages anew and keep the sums with them."""
    outages = list(outages)
    found = counted({outage.pk: (outage.unit_id, outage.area) for outage in outages}, on=on)
    for outage in outages:
        outage.matched = found[outage.pk].accounts
    Outage.objects.bulk_update(outages, ["matched"])
    return found
