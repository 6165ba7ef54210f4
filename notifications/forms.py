"""What supervisors write about a kind of notice, in the units people count in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Kind, KindPolicy, LegalClass

UNITS = (("1440", _("days")), ("60", _("hours")), ("1", _("minutes")))

# Useless or harmful when it is read hours later.
NEVER_WAIT = frozenset(
    {Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE, Kind.SECURITY, Kind.TEST_MESSAGE}
)


class TimeInput(forms.MultiWidget):
    """A number and its unit."""

    def __init__(self) -> None:
        super().__init__([forms.NumberInput({"min": 1}), forms.Select(choices=UNITS)])

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
        return timedelta(minutes=data_list[0] * int(data_list[1])) if data_list else None


class PolicyForm(forms.ModelForm):
    """One policy; only with channels that can send."""

    class Meta:
        model = KindPolicy
        fields = (
            "legal_class",
            "consent",
            "priority",
            "channels",
            "useful_for",
            "confirm_within",
            "keeps_quiet_hours",
            "price_ceiling",
        )
        field_classes: ClassVar[dict[str, Any]] = {
            "useful_for": TimeField,
            "confirm_within": TimeField,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, text in self.contradictions(cleaned):
            self.add_error(name, text)
        return cleaned

    def contradictions(self, asked: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """What does not go together, with the field to mend."""
        legal_class = asked.get("legal_class")
        if legal_class == LegalClass.STATUTORY and asked.get("consent"):
            yield "consent", _("What the law requires is told without being asked for.")
        if legal_class == LegalClass.ADVICE and not asked.get("consent"):
            yield "consent", _("Advice needs a consent: choose which one.")
        if legal_class == LegalClass.STATUTORY and asked.get("price_ceiling") is not None:
            yield (
                "price_ceiling",
                _("What the law requires is told whatever it costs: leave empty."),
            )
        if self.instance.kind in NEVER_WAIT and asked.get("keeps_quiet_hours"):
            yield "keeps_quiet_hours", _("This cannot wait until morning.")


class StopForm(forms.Form):
    """When the supply is cut, for all bills that are ticked."""

    cut_at = forms.DateTimeField(
        label=_("When is the supply cut?"),
        help_text=_(
            "At least 24 hours ahead; better three days, so that other channels have time."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
