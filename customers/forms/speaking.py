"""Who says something about an arrangement, and in which call or letter."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement

ONE_YEAR = timedelta(days=365)


class SpeakerForm(forms.Form):
    """The questions that come first, whether it begins or goes on."""

    said_by = forms.ChoiceField(
        label=_("Who is speaking?"),
        choices=Arrangement.SaidBy,
        initial=Arrangement.SaidBy.HOLDER,
        widget=forms.RadioSelect,
    )
    said_via = forms.ChoiceField(
        label=_("How do you talk to each other?"),
        choices=Arrangement.SaidVia,
        initial=Arrangement.SaidVia.CALL,
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=_("Which call or letter number?"),
        max_length=40,
        help_text=_("By it the conversation is found again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
