"""The months of one home beside those of its neighbourhood."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.models import WHOLE_MONTH_DAYS, Bill, Neighbourhood
from customers.models import Account, Consent
from customers.models.accounts import TariffGroup

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """One month: kWh a household of one's own, and what half of the homes used."""

    own_kwh: int
    ward: Neighbourhood


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Whether the holder agreed, and the months that can be shown, the newest first."""

    is_home: bool
    agreed: bool
    months: Sequence[Beside]


def neighbours_of(account: Account) -> Neighbours:
    """Three queries; nothing of others where the holder has not agreed, or does no more."""
    is_home = account.group == TariffGroup.RESIDENTIAL
    consents = Consent.objects.filter(account=account, purpose=Consent.Purpose.NEIGHBOURS)
    agreed = is_home and consents.filter(withdrawn_at=None).exists()
    if not agreed:
        return Neighbours(is_home, False, [])
    of_ward = Neighbourhood.objects.filter(unit=account.unit_id, ward_key=account.ward_key)
    wards = {one.month: one for one in of_ward.order_by("-month")[:MONTHS]}
    fewest, most = WHOLE_MONTH_DAYS
    bills = Bill.objects.of([account]).filter(month__in=wards).newest_first()
    return Neighbours(
        is_home,
        True,
        [
            Beside(round(bill.usage_kwh / bill.households), wards[bill.month])
            for bill in bills
            if bill.households and fewest <= bill.days <= most
        ],
    )
