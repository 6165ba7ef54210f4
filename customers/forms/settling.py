"""What staff type when an arrangement is confirmed again or ended, and what came of a work item."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement, WorkItem
from customers.services.arrangements import ENDED_BECAUSE, ArrangementError, Word
from customers.services.work import MOST_DAYS_OFF

from .speaking import ONE_YEAR, SpeakerForm


class Refusable(forms.Form):
    """A form that shows beside its field, or above it, why the service refused."""

    def refuse(self, error: Exception) -> None:
        field = error.field if isinstance(error, ArrangementError) else ""
        self.add_error(field if field in self.fields else None, str(error))


class RenewForm(SpeakerForm, Refusable):
    """Who said, in which call or letter, that it goes on, and when they are asked again."""

    reviewed_on = forms.DateField(widget=forms.HiddenInput)
    review_on = forms.DateField(label=_("When do we ask again?"), help_text=_("Within a year."))

    def __init__(self, *args: Any, arrangement: Arrangement, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"reviewed_on": arrangement.review_on, "review_on": today + ONE_YEAR}

    def word(self) -> Word:
        """Only after ``is_valid()``."""
        names = ("review_on", "said_by", "said_via", "reference")
        return Word(**{name: self.cleaned_data[name] for name in names})


class EndForm(Refusable):
    """Why it ends."""

    why = forms.ChoiceField(
        label=_("Why does it end?"),
        choices=[(why.value, why.label) for why in ENDED_BECAUSE],
        widget=forms.RadioSelect,
    )


class OutcomeForm(Refusable):
    """What came of a row of the work list, among what its kind allows."""

    outcome = forms.ChoiceField(label=_("What came of it?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What must a colleague know?"),
        max_length=200,
        required=False,
        help_text=_("No bank, card or identity numbers."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, item: WorkItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = WorkItem.BY_HAND[WorkItem.Kind(item.kind)]
        labels = dict(WorkItem.Outcome.choices)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome, labels[outcome]) for outcome in offered
        ]


class PutOffForm(Refusable):
    """When a row comes again whose customer could not be reached."""

    until = forms.DateField(label=_("When do we try again?"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"until": today + timedelta(days=1)}
        self.fields["until"].help_text = _("Within %(days)d days.") % {"days": MOST_DAYS_OFF}
