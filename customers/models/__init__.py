from .accounts import Account, TariffGroup
from .arrangements import Arrangement, AutoDebit, MonthEndReading, RelativeContact, SmsRetention
from .consents import Consent
from .contacts import ContactPoint
from .links import AccountLink
from .looks import Look
from .meters import Meter
from .units import OperatingUnit
from .users import StaffRole, User

__all__ = [
    "Account",
    "AccountLink",
    "Arrangement",
    "AutoDebit",
    "Consent",
    "ContactPoint",
    "Look",
    "Meter",
    "MonthEndReading",
    "OperatingUnit",
    "RelativeContact",
    "SmsRetention",
    "StaffRole",
    "TariffGroup",
    "User",
]
