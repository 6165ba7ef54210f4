"""When a supply is stopped."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StopForm(forms.Form):
    """When the supply is cut, for all bills that are ticked."""

    cut_at = forms.DateTimeField(
        label=_("When is the supply cut?"),
        help_text=_(
            "At least 24 hours ahead; better three days, so that other channels have time."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
