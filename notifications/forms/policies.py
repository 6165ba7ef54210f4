"""What supervisors write about a kind of notice, in the units people count in."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models import Kind, KindPolicy, LeadTime, LegalClass

from .fields import OrderField, TimeField

# Useless or harmful when it is read hours later.
NEVER_WAIT = frozenset(
    {Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE, Kind.SECURITY, Kind.TEST_MESSAGE}
)
# Lanes up to this number are the urgent ones.
URGENT = 3


class PolicyForm(forms.ModelForm):
    """One policy; only with channels that can send."""

    channels = OrderField(
        label=_("Channels in order"),
        help_text=_("The first that works is used; the next when it fails or stays unconfirmed."),
    )

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
            "digest_within",
        )
        field_classes: ClassVar[dict[str, Any]] = {
            "useful_for": TimeField,
            "confirm_within": TimeField,
            "digest_within": TimeField,
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
        priority = asked.get("priority")
        is_urgent = priority is not None and priority <= URGENT
        if (is_urgent or self.instance.kind in NEVER_WAIT) and asked.get("digest_within"):
            yield "digest_within", _("What is urgent waits for nothing: leave empty.")


# Kinds that have a time by which they must be told.
TIMED = (Kind.PLANNED_OUTAGE, Kind.UNPLANNED_OUTAGE, Kind.READING_SCHEDULE)


class LeadTimeForm(forms.ModelForm):
    """By when one kind has to be told, from a day on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in TIMED])

    class Meta:
        model = LeadTime
        fields = ("kind", "unit", "from_on", "within")
        field_classes: ClassVar[dict[str, Any]] = {"within": TimeField}
        help_texts: ClassVar[dict[str, Any]] = {
            "within": _(
                "So long before the outage or the first reading by another day; of an unplanned "
                "outage, so long after it began."
            )
        }

    def clean_from_on(self) -> date:
        """A day that has not passed: what was told until then was told by the figure before."""
        day: date = self.cleaned_data["from_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Take a day from today on."))
        return day
