"""Boxes in the units people count in."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

UNITS = (("1440", _("days")), ("60", _("hours")), ("1", _("minutes")))


class TimeInput(forms.MultiWidget):
    """A number and its unit."""

    def __init__(self) -> None:
        number = forms.NumberInput({"min": 1, "aria-label": _("How many")})
        unit = forms.Select({"aria-label": _("days, hours or minutes")}, choices=UNITS)
        super().__init__([number, unit])

    def decompress(self, value: timedelta | None) -> list[Any]:
        if value is None:
            return [None, "60"]
        minutes = int(value.total_seconds() // 60)
        unit = next(unit for unit, _label in UNITS if minutes % int(unit) == 0)
        return [minutes // int(unit), unit]


class TimeField(forms.MultiValueField):
    """A length of time of at least one minute."""

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.IntegerField(min_value=1, max_value=9999),
            forms.ChoiceField(choices=UNITS),
        )
        super().__init__(fields, widget=TimeInput(), **options)

    def compress(self, data_list: list[Any]) -> timedelta | None:
        # The box of the unit says something although the number was left empty.
        if not data_list or data_list[0] is None:
            return None
        return timedelta(minutes=data_list[0] * int(data_list[1]))
