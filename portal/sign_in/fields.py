"""The one box in which people type who they are."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from portal.lib import phones

LONGEST = 254


def mobile(text: str) -> str:
    """The E.164 form of a Vietnamese mobile number.

    :raises forms.ValidationError: it is no number, or one that no SMS reaches
    """
    try:
        number = phones.parse(text)
    except phones.NotAPhone as error:
        raise forms.ValidationError(str(error), code="invalid_phone") from error
    if not phones.is_mobile(number):
        raise forms.ValidationError(
            _("A code can be sent to a mobile number only."), code="invalid_phone"
        )
    return number


class MobileField(forms.CharField):
    """A mobile number in any form that Vietnamese write it in; cleaned to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(
            **{"label": _("Phone number"), "widget": widget, "max_length": 40, **kwargs}
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return mobile(text) if text else ""


class AddressField(forms.CharField):
    """A mobile number or an e-mail address; cleaned to E.164, or to small letters."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"})
        label = _("Phone number or e-mail")
        super().__init__(**{"label": label, "widget": widget, "max_length": LONGEST, **kwargs})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if "@" not in text:
            return mobile(text)
        EmailValidator(_("This e-mail address is not complete."))(text)
        return text.lower()
