from .arrangements import FORMS, AgreedForm
from .logins import LoginForm
from .opening import OpeningForm
from .protection import ProtectionForm
from .sharing import InviteForm, MoveOutForm, SharingForm

__all__ = [
    "FORMS",
    "AgreedForm",
    "InviteForm",
    "LoginForm",
    "MoveOutForm",
    "OpeningForm",
    "ProtectionForm",
    "SharingForm",
]
