"""The forms of a person's own pages: one question each."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import ContactChange, User
from customers.services import contact_changes
from portal.lib.text import clean, has_control_characters, has_stacked_marks, has_url

_NAME = User._meta.get_field("name")


class NameForm(forms.Form):
    """What we call the person."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=_NAME.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        strip=False,
    )

    def clean_name(self) -> str:
        typed = self.cleaned_data["name"]
        name = clean(typed)
        if not name:
            raise ValidationError(_("Please type a name."))
        if has_control_characters(typed) or _letters(name) != _letters(normalize("NFC", typed)):
            raise ValidationError(_("The name holds signs that cannot be seen; type it anew."))
        if has_url(name) or has_stacked_marks(name) or not any(c.isalpha() for c in name):
            raise ValidationError(_("This does not look like a name."))
        return name


def _letters(text: str) -> str:
    return "".join(text.split())


class ContactForm(forms.Form):
    """A new e-mail address or phone number."""

    value = forms.CharField(max_length=300, strip=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["value"]
        if kind == ContactChange.Kind.EMAIL:
            field.label = _("New e-mail address")
            attrs = {"autocomplete": "email", "inputmode": "email"}
        else:
            field.label = _("New mobile number")
            field.help_text = _("For example 0903 123 456")
            attrs = {"autocomplete": "tel", "inputmode": "tel"}
        field.widget.attrs |= attrs

    def clean_value(self) -> str:
        try:
            return contact_changes.read(kind=self.kind, text=self.cleaned_data["value"])
        except contact_changes.NotAContact as error:
            raise ValidationError(str(error)) from error


class CodeForm(forms.Form):
    """A code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
