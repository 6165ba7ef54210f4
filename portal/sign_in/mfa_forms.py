"""allauth's forms of second factors: with the labels it left out, and one factor for one person."""

from typing import Any

from allauth.core import context
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import parse_registration_response
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.services import one_person

TAKEN = _(
    "Another login of our staff uses this already. Each person has one login and second steps"
    " of their own."
)


NOT_UNDERSTOOD = _("The browser's answer was not understood. Please try once more.")


class ActivateApp(ActivateTOTPForm):
    """An authenticator app; of staff, one that no colleague's login has."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.user.is_staff and one_person.has_app(self.secret, but=self.user):
            raise ValidationError(TAKEN, code="taken")
        return code


class AddPasskey(AddWebAuthnForm):
    """A passkey, under a name by which its owner knows it again; of staff, nobody else's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")

    def clean(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, TypeError, ValueError) as odd:
            # No browser sends such a thing, and allauth would fail on it.
            raise ValidationError(NOT_UNDERSTOOD, code="odd") from odd
        if self.user.is_staff and "credential" in data:
            response = parse_registration_response(data["credential"]).response
            key = response.attestation_object.auth_data.credential_data
            if key and one_person.has_passkey(key, but=self.user):
                # allauth's page makes the form anew, and so would lose the reason.
                messages.error(context.request, TAKEN)
                raise ValidationError(TAKEN, code="taken")
        return data


class HandedCodeForm(forms.Form):
    """The code that a supervisor says to a colleague whose second step was taken off."""

    code = forms.CharField(
        label=_("Code from your supervisor"),
        max_length=40,
        help_text=_("6 digits. It is good for 10 minutes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "class": "big"}
        ),
    )

    def refuse(self) -> None:
        """Wrong, too old or tried too often: which of these, nobody is told."""
        self.add_error("code", _("This code is not valid. Ask your supervisor for a new one."))
