"""The second step of the demo's staff: a printed code that works on one's own machine only.

Named by the settings of the embedded installation, never by those of production.
"""

from typing import Any

from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django.conf import settings

from portal.demo.logins import LOGINS, SECOND_STEP

_STAFF = {login.email for login in LOGINS if login.is_staff}


class _Printed(forms.BaseAuthenticateForm):
    """Takes the printed code for the authenticator app that demo staff do not have."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not settings.EMBEDDED or code != SECOND_STEP or self.user.email not in _STAFF:
            return str(super().clean_code())
        found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP)
        self.authenticator: Any = found.get()
        self.authenticator.user = self.user
        return code


class Authenticate(_Printed, forms.AuthenticateForm):
    """While signing in."""


class Reauthenticate(_Printed, forms.ReauthenticateForm):
    """Before something that needs to be sure."""
