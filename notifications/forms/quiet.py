"""In which hours an address is left alone: as the company does, other hours, or never."""

from datetime import time
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

COMPANY, OWN, NEVER = "company", "own", "never"
CHOICES = (
    (COMPANY, _("As the company does")),
    (OWN, _("Other hours, which I choose")),
    (NEVER, _("Never: tell me at any hour")),
)
FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh"]
MIDNIGHT = time(0)

_ODD = _("Type the time like 21:00 or 6:30, from 0:00 to 23:59.")
_LACKS = _("Type this time as well, for example {example}.")
_SAME = _(
    "Both times are the same. Type another one, or choose “Never” if nothing is to be held back."
)


def _clock(label: Any, *, example: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=FORMATS,
        error_messages={"invalid": _ODD, "required": format_lazy(_LACKS, example=example)},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class QuietForm(forms.Form):
    """The hours of one address."""

    hours = forms.ChoiceField(
        label=_("Quiet hours"), choices=CHOICES, widget=forms.RadioSelect, initial=COMPANY
    )
    begins = _clock(_("Quiet from"), example="21:00")
    ends = _clock(_("Quiet until"), example="6:30")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self["hours"].value() == OWN:
            for name in ("begins", "ends"):
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("hours") == OWN and not self.errors and found["begins"] == found["ends"]:
            self.add_error("ends", _SAME)
        return found

    @property
    def chosen(self) -> tuple[time, time] | None:
        """The hours as the service takes them: none for the company's, twice midnight for never."""
        found = self.cleaned_data
        if found["hours"] == OWN:
            return found["begins"], found["ends"]
        return None if found["hours"] == COMPANY else (MIDNIGHT, MIDNIGHT)


def known(hours: tuple[time, time] | None) -> dict[str, Any]:
    """What the form shows of the hours that hold now."""
    if hours is None:
        return {"hours": COMPANY}
    begins, ends = hours
    if begins == ends:
        return {"hours": NEVER}
    return {"hours": OWN, "begins": begins, "ends": ends}
