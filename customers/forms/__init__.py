from .arrangements import FORMS, AgreedForm
from .logins import LoginForm
from .lost_factors import LostFactorForm
from .opening import OpeningForm
from .protection import ProtectionForm
from .sharing import InviteForm, MoveOutForm, SharingForm

__all__ = [
    "FORMS",
    "AgreedForm",
    "InviteForm",
    "LoginForm",
    "LostFactorForm",
    "MoveOutForm",
    "OpeningForm",
    "ProtectionForm",
    "SharingForm",
]
