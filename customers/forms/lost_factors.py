"""Asking another supervisor to take off a second step that a colleague lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import LostFactor
from portal.lib.text import clean


class LostFactorForm(forms.ModelForm):
    """What happened, and how the colleague was recognised: nothing is ticked before."""

    recognised = forms.ChoiceField(
        label=_("How do you know that it is them?"),
        choices=LostFactor.Recognised,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = LostFactor
        fields = ("why", "recognised")

    def clean_why(self) -> str:
        return clean(self.cleaned_data["why"])
