"""How many kWh a person types, read strictly, with what to mend."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.models.thresholds import LEAST_KWH, MOST_KWH
from portal.lib.money import grouped
from portal.lib.text import clean

# Longer is no number of kWh; the form shows it again as it was typed.
LONGEST = 40
_WHOLE = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:[. ][0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_UNIT = re.compile(r"\s?kwh\.?$", re.IGNORECASE)

_EMPTY = _("Type how many kWh, for example 300.")
_NOT_WHOLE = _("Type a whole number, without decimals: for example 100 instead of 99,5.")
_NO_DIGITS = _("Type the number with the digits 0 to 9 alone, for example 300.")
_OUTSIDE = _("Type a number from %(least)s to %(most)s.")


class ThresholdForm(forms.Form):
    """One question: above how many kWh in a billing period."""

    kwh = forms.CharField(
        label=_("Tell me above how many kWh in a billing period"),
        help_text=_("A whole number from 1 to 100.000."),
        error_messages={"required": _EMPTY},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_kwh(self) -> int:
        text = _UNIT.sub("", clean(self.cleaned_data["kwh"]).replace("−", "-"))
        is_negative = text.startswith("-")
        body = text.removeprefix("-").removeprefix("+").strip()
        if not _WHOLE.fullmatch(body):
            raise ValidationError(_NOT_WHOLE if _DECIMAL.fullmatch(body) else _NO_DIGITS)
        digits = re.sub(r"[. ]", "", body)
        if is_negative or len(digits) > LONGEST or not LEAST_KWH <= int(digits) <= MOST_KWH:
            words: dict[str, Any] = {"least": LEAST_KWH, "most": grouped(MOST_KWH)}
            raise ValidationError(_OUTSIDE, params=words)
        return int(digits)
