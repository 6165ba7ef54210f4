"""Whose cut-over is planned, and from which day."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit


class CutoverForm(forms.Form):
    """Companies whose bills go by SMS, and the first day on which they do no more."""

    units = forms.ModelMultipleChoiceField(
        label=_("Companies"),
        queryset=OperatingUnit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a company.")},
    )
    starts_on = forms.DateField(
        label=_("From this day on"),
        widget=forms.DateInput({"type": "date"}),
        help_text=_("From then on no bill goes to them by SMS but where that was agreed."),
    )

    def __init__(
        self, *args: Any, units: QuerySet[OperatingUnit], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.today = today

    def clean_starts_on(self) -> date:
        """A day that one can plan for."""
        starts_on: date = self.cleaned_data["starts_on"]
        if not self.today < starts_on <= self.today.replace(year=self.today.year + 2, day=1):
            raise forms.ValidationError(_("Take a day from tomorrow on, within two years."))
        return starts_on
