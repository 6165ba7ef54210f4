from .arrangements import FORMS, AgreedForm
from .logins import LoginForm

__all__ = ["FORMS", "AgreedForm", "LoginForm"]
