from .arrangements import FORMS, AgreedForm
from .logins import LoginForm
from .opening import OpeningForm

__all__ = ["FORMS", "AgreedForm", "LoginForm", "OpeningForm"]
