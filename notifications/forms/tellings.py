"""Which notices an agent read aloud, and to whom."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from notifications.inbox import Letter
from notifications.models import Telling

RELATIVE = Telling.Told.RELATIVE


class TellingForm(forms.Form):
    """A box for each notice that waits, under its words; nothing is ticked before."""

    told = forms.ChoiceField(
        label=_("Who heard it?"), choices=Telling.Told, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, letters: Sequence[Letter], relative: bool, **kwargs: Any
    ) -> None:
        """``relative``: whether one is told too, by an arrangement."""
        super().__init__(*args, **kwargs)
        offered = [one for one in Telling.Told.choices if relative or one[0] != RELATIVE]
        self.fields["told"].choices = offered  # type: ignore[attr-defined]
        self.letters = {f"notice-{letter.notice.pk}": letter for letter in letters}
        for name in self.letters:
            self.fields[name] = forms.BooleanField(
                label=_("I read this aloud, and they understood it"), required=False
            )

    def read_aloud(self) -> list[int]:
        """The keys of the notices that were ticked; only after ``is_valid()``."""
        return [
            letter.notice.pk for name, letter in self.letters.items() if self.cleaned_data[name]
        ]

    def scripts(self) -> Iterator[tuple[Letter, BoundField]]:
        """Each notice's words, and its box."""
        return ((letter, self[name]) for name, letter in self.letters.items())
