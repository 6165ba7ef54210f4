from .arrangements import FORMS, AgreedForm
from .logins import LoginForm
from .opening import OpeningForm
from .protection import ProtectionForm

__all__ = ["FORMS", "AgreedForm", "LoginForm", "OpeningForm", "ProtectionForm"]
