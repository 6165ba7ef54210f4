"""What a supervisor tries out on last month's notices."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit
from notifications.models import Channel, Kind
from notifications.services.dry_run import Change

from .fields import TimeField

PLACES = ("first", "second", "third", "fourth", "fifth")


def _channel(label: Any) -> forms.ChoiceField:
    choices = [("", _("as it is")), *((channel.value, channel.label) for channel in Channel)]
    return forms.ChoiceField(label=label, required=False, choices=choices)


class DryRunForm(forms.Form):
    """A changed policy of one kind, or the end of SMS for some companies, or both."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all kinds")), *Kind.choices]
    )
    first = _channel(_("First channel"))
    second = _channel(_("Second channel"))
    third = _channel(_("Third channel"))
    fourth = _channel(_("Fourth channel"))
    fifth = _channel(_("Fifth channel"))
    confirm_within = TimeField(label=_("Confirmation expected within"), required=False)
    price_ceiling = forms.IntegerField(
        label=_("Most a notice may cost"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("In đồng. Not of what the law requires: that is told whatever it costs."),
    )
    quiet_begins = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    quiet_ends = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput({"type": "time"}),
        help_text=_("The next morning where it is earlier; the same time: never quiet."),
    )
    cut_off = forms.ModelMultipleChoiceField(
        label=_("No SMS any more for"),
        required=False,
        queryset=OperatingUnit.objects.in_order(),
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.DateField(
        label=_("From this day on"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Arrangements count as they will be in force on that day. Empty for today."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date | None:
        """A day that one can plan for."""
        on: date | None = self.cleaned_data["on"]
        if on and not self.today <= on <= self.today.replace(year=self.today.year + 2, day=1):
            raise forms.ValidationError(_("Take a day from today on, within two years."))
        return on

    def clean(self) -> dict[str, Any]:
        """Something is changed, and each channel stands in the order once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        channels = self.channels()
        if len(channels) != len(set(channels)):
            raise forms.ValidationError(_("A channel stands in the order twice."))
        if channels and not cleaned.get("kind"):
            raise forms.ValidationError(_("Choose the kind whose channels are changed."))
        if (cleaned.get("quiet_begins") is None) != (cleaned.get("quiet_ends") is None):
            raise forms.ValidationError(_("Quiet hours need a beginning and an end."))
        if not (channels or self.changes(cleaned)):
            raise forms.ValidationError(_("Say what is to be changed."))
        return cleaned

    @staticmethod
    def changes(cleaned: dict[str, Any]) -> bool:
        """Whether anything beside the channels is changed."""
        asked = (cleaned.get("price_ceiling"), cleaned.get("quiet_begins"))
        given = any(one is not None for one in asked)
        return given or bool(cleaned.get("confirm_within") or cleaned.get("cut_off"))

    def channels(self) -> list[str]:
        """The channels in their new order; none where they stay."""
        given = (self.cleaned_data.get(place) for place in PLACES)
        return [channel for channel in given if channel]

    def change(self) -> Change:
        """What is tried out."""
        kind = self.cleaned_data["kind"]
        return Change(
            kinds=[kind] if kind else list(Kind),
            channels=self.channels(),
            confirm_within=self.cleaned_data["confirm_within"],
            cut_off=[unit.pk for unit in self.cleaned_data["cut_off"]],
            on=self.cleaned_data["on"],
            price_ceiling=self.cleaned_data["price_ceiling"],
            quiet=self.quiet(),
        )

    def quiet(self) -> tuple[time, time] | None:
        """The company's quiet hours that are tried; None where they stay."""
        begins, ends = self.cleaned_data["quiet_begins"], self.cleaned_data["quiet_ends"]
        return None if begins is None else (begins, ends)
