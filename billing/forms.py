"""What a visitor gives to have a bill worked out; no account and no person behind it."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing import rating
from customers.models import TariffGroup

MOST_KWH = 9_999_999
MOST_DAYS = 400
MOST_HOUSEHOLDS = 1_000
LATEST_YEAR = 2100
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


def whole_kwh(**options: Any) -> forms.IntegerField:
    """A field for whole kWh; the keyboard of a phone shows digits."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(min_value=0, max_value=MOST_KWH, widget=widget, **options)


def day(**options: Any) -> forms.DateField:
    """A day, by the browser's picker or typed as people write it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(input_formats=DAY_FORMATS, widget=widget, **options)


class HouseholdsField(forms.CharField):
    """A number of households with a comma or a dot: ``2``, ``1,25``."""

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value).replace(",", ".")
        try:
            found = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(_("Give a number such as 1 or 1,25.")) from error
        if not (found.is_finite() and 0 < found <= MOST_HOUSEHOLDS):
            raise forms.ValidationError(_("Give a number such as 1 or 1,25."))
        return found


class PeriodForm(forms.Form):
    """A period with both its days."""

    starts_on = day(label=_("First day"))
    last_on = day(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, last_on = data.get("starts_on"), data.get("last_on")
        if last_on and last_on.year > LATEST_YEAR:
            self.add_error("last_on", _("We hold no prices for these days."))
        elif starts_on and last_on and not 0 <= (last_on - starts_on).days < MOST_DAYS:
            self.add_error("last_on", _("The last day must follow the first one, within 400 days."))
        return data

    def basis_of(self, **what: Any) -> rating.Basis:
        """What a bill of these days rests on."""
        return rating.Basis(
            starts_on=self.cleaned_data["starts_on"],
            ends_before=self.cleaned_data["last_on"] + timedelta(days=1),
            **what,
        )


class HouseholdUseForm(PeriodForm):
    """What a household used."""

    kwh = whole_kwh(label=_("Electricity used, in kWh"))
    households = HouseholdsField(
        label=_("Households on the meter"),
        initial="1",
        max_length=8,
        help_text=_(
            "1 for most homes. Two families on one meter have two shares of the cheap steps."
        ),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    field_order = ["kwh", "starts_on", "last_on", "households"]

    def basis(self) -> rating.Basis:
        """The household's bill; call it on a valid form."""
        return self.basis_of(
            usage=self.cleaned_data["kwh"],
            group=TariffGroup.RESIDENTIAL,
            households=self.cleaned_data["households"],
        )


class OtherUseForm(PeriodForm):
    """What a shop, a workshop or a school used: by hours where its meter tells them apart."""

    supply = forms.ChoiceField(label=_("What the electricity is used for"))
    normal = whole_kwh(
        label=_("kWh in standard hours"), help_text=_("All kWh if the meter knows no hours.")
    )
    peak = whole_kwh(label=_("kWh in peak hours"), required=False)
    offpeak = whole_kwh(label=_("kWh in off-peak hours"), required=False)
    field_order = ["supply", "normal", "peak", "offpeak", "starts_on", "last_on"]

    def __init__(self, *args: Any, supplies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supply"].choices = supplies  # type: ignore[attr-defined]

    def basis(self) -> rating.Basis:
        """The bill of this use; call it on a valid form."""
        group, _bar, voltage = self.cleaned_data["supply"].partition("|")
        by_band = {band: self.cleaned_data[band] or 0 for band in rating.BANDS}
        one_register = not by_band["peak"] and not by_band["offpeak"]
        return self.basis_of(
            usage=by_band["normal"] if one_register else by_band,
            group=group,
            voltage=voltage,
        )
