from .arrangements import FORMS, AgreedForm
from .logins import LoginForm
from .lost_factors import LostFactorForm
from .needs import NeedForm, SaidForm
from .opening import OpeningForm
from .protection import ProtectionForm
from .settling import EndForm, OutcomeForm, PutOffForm, RenewForm
from .sharing import InviteForm, MoveOutForm, SharingForm

__all__ = [
    "FORMS",
    "AgreedForm",
    "EndForm",
    "InviteForm",
    "LoginForm",
    "LostFactorForm",
    "MoveOutForm",
    "NeedForm",
    "OpeningForm",
    "OutcomeForm",
    "ProtectionForm",
    "PutOffForm",
    "RenewForm",
    "SaidForm",
    "SharingForm",
]
