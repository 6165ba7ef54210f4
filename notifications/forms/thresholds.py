"""Above what a person wants to be told: kWh, đồng or a price step, read strictly, with the mend."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.models.thresholds import Unit
from portal.lib.money import grouped
from portal.lib.text import clean

# Longer is no number; the form shows it again as it was typed.
LONGEST = 40
_WHOLE = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:[. ][0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_UNITS = re.compile(r"\s?(?:kwh|đồng|vnđ|vnd|đ|₫)\.?$", re.IGNORECASE)

_EMPTY = {
    Unit.KWH: _("Type how many kWh, for example 300."),
    Unit.DONG: _("Type how many đồng, for example 500.000."),
    Unit.STEP: _("Type the number of the step, for example 3."),
}
_CHOOSE = _("Choose one of these.")
_NOT_WHOLE = _("Type a whole number, without decimals: for example 100 instead of 99,5.")
_NO_DIGITS = _("Type the number with the digits 0 to 9 alone, for example 300.")
_OUTSIDE = _("Type a number from %(least)s to %(most)s.")
_LABELS = {
    Unit.KWH: _("Number of kWh"),
    Unit.DONG: _("Amount in đồng, by the price in force"),
    Unit.STEP: _("Price step that is reached"),
}


class ThresholdForm(forms.Form):
    """By what, and above how much in a billing period.

    :param offered: by what a threshold can be set at this address, from the least to the most
    """

    unit = forms.ChoiceField(label=_("Tell me by"), widget=forms.RadioSelect, choices=())
    amount = forms.CharField(
        label=_("Tell me above how much in a billing period"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, offered: Mapping[Unit, range], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        unit: Any = self.fields["unit"]
        unit.choices = [(one.value, _LABELS[one]) for one in offered]
        unit.error_messages |= dict.fromkeys(("required", "invalid_choice"), _CHOOSE)
        if len(offered) == 1:
            unit.widget = forms.HiddenInput()
        amount = self.fields["amount"]
        amount.help_text = self._help()
        asked = self.data.get("unit", "")
        amount.error_messages["required"] = _EMPTY[Unit(asked) if asked in Unit else Unit.KWH]

    def _help(self) -> str:
        parts: list[Any] = [_("kWh: a whole number from 1 to 100.000.")]
        if Unit.DONG in self.offered:
            parts.append(_("Đồng: from 1.000 to 1.000.000.000."))
        if steps := self.offered.get(Unit.STEP):
            parts.append(_("Step: from 2 to %(most)d.") % {"most": steps[-1]})
        return " ".join(map(str, parts))

    def clean_unit(self) -> Unit:
        return Unit(self.cleaned_data["unit"])

    def clean_amount(self) -> int:
        unit = self.cleaned_data.get("unit", Unit.KWH)
        text = _UNITS.sub("", clean(self.cleaned_data["amount"]).replace("−", "-"))
        is_negative = text.startswith("-")
        body = text.removeprefix("-").removeprefix("+").strip()
        if not _WHOLE.fullmatch(body):
            raise ValidationError(_NOT_WHOLE if _DECIMAL.fullmatch(body) else _NO_DIGITS)
        digits = re.sub(r"[. ]", "", body)
        known = self.offered[unit]
        if is_negative or len(digits) > LONGEST or int(digits) not in known:
            words = {"least": grouped(known[0]), "most": grouped(known[-1])}
            raise ValidationError(_OUTSIDE, params=words)
        return int(digits)
