"""What every sign-up must satisfy, by page or by program; apart, because allauth builds on it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from customers.models import User


class OneAddress(forms.Form):
    """A new login has one address, and that one is proved before anything else happens.

    With two, someone could prove their own phone and keep somebody else's e-mail address.
    """

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("email") and data.get("phone"):
            raise forms.ValidationError(_("Give a phone number or an e-mail address, not both."))
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this; nothing is left to do."""
