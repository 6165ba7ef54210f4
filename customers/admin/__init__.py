from .accounts import AccountAdmin
from .arrangements import ArrangementAdmin
from .links import AccountLinkAdmin
from .looks import LookAdmin
from .units import OperatingUnitAdmin
from .users import UserAdmin

__all__ = [
    "AccountAdmin",
    "AccountLinkAdmin",
    "ArrangementAdmin",
    "LookAdmin",
    "OperatingUnitAdmin",
    "UserAdmin",
]
