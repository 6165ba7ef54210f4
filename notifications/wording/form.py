"""What staff type when they word a notice."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .lint import SUBJECT_AT_MOST, WITHOUT_SUBJECT
from .shipped import Slot


class WordingForm(forms.Form):
    """Words of one kind, channel and language, as staff write them."""

    subject = forms.CharField(label=_("Heading"), max_length=SUBJECT_AT_MOST, strip=True)
    text = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "true"}),
        help_text=_(
            "Only names from the list are filled in. Everything else is sent as it stands."
        ),
    )
    starts_on = forms.DateField(
        label=_("From which day on?"), help_text=_("Messages sent before keep their words.")
    )
    why = forms.CharField(
        label=_("Why is it changed?"),
        max_length=200,
        help_text=_("Your colleague reads this before approving."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, slot: Slot, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if slot.channel in WITHOUT_SUBJECT:
            del self.fields["subject"]

    def clean_starts_on(self) -> date:
        """A day that has not passed."""
        day: date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day has passed: choose today or a later one."))
        return day
