"""Boxes in the units people count in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel

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


STEPS = (
    _("First channel"),
    _("Second channel"),
    _("Third channel"),
    _("Fourth channel"),
    _("Fifth channel"),
)


class OrderInput(forms.MultiWidget):
    """A list for each step, so that channels are put in order without a script."""

    template_name = "notifications/widgets/order.html"
    use_fieldset = True

    def __init__(self) -> None:
        choices = [("", _("left empty")), *Channel.choices]
        super().__init__([forms.Select({"aria-label": step}, choices=choices) for step in STEPS])

    def decompress(self, value: Sequence[str] | None) -> list[str]:
        chosen = [*(value or ())]
        return [*chosen, *[""] * (len(STEPS) - len(chosen))]


class OrderField(forms.MultiValueField):
    """Channels in their order, each once; a step that is left empty is passed over."""

    def __init__(self, **options: Any) -> None:
        fields = [forms.ChoiceField(choices=Channel, required=False) for _step in STEPS]
        super().__init__(fields, widget=OrderInput(), require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> list[str]:
        chosen = [name for name in data_list if name]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("A channel stands in the order twice."))
        return chosen

    def has_changed(self, initial: Sequence[str] | None, data: Any) -> bool:
        # Django compares as many steps as there were before: a further one would go unnoticed.
        return super().has_changed(self.widget.decompress(initial), data)
