"""The columns of the files about customers, declared once for every way in."""

from .accounts import AccountResource, UnitResource
from .arrangements import ArrangementResource
from .columns import NUMBER, OF_ACCOUNT, SERIAL
from .parts import ContactResource, MeterResource, RegistrationResource

__all__ = [
    "NUMBER",
    "OF_ACCOUNT",
    "SERIAL",
    "AccountResource",
    "ArrangementResource",
    "ContactResource",
    "MeterResource",
    "RegistrationResource",
    "UnitResource",
]
