"""What an agent asks before a need of a household is recorded, confirmed again or ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import ConsentText, Need
from customers.services.needs import NeedError, NoLanguage, OldText

SAID_BY_HELP = _("Only on their own word, or that of a relative with an arrangement.")


class SaidForm(forms.Form):
    """On whose word."""

    said_by = forms.ChoiceField(
        label=_("Who says it?"),
        choices=Need.SaidBy,
        widget=forms.RadioSelect,
        help_text=SAID_BY_HELP,
        error_messages={"required": _("Choose who says it.")},
    )

    def refuse(self, error: NeedError) -> None:
        """Show beside its field, or above the form, why the service refused."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class NeedForm(SaidForm):
    """What we are to do differently; nothing is asked about why."""

    kind = forms.ChoiceField(
        label=_("What are we to do differently?"),
        choices=Need.Kind,
        widget=forms.RadioSelect,
        help_text=_("Do not ask why, and write it down nowhere."),
        error_messages={"required": _("Choose what we are to do differently.")},
    )
    language = forms.ChoiceField(
        label=_("Which language?"),
        choices=[("", _("Choose the language")), *Need.Language.choices],
        required=False,
        help_text=_("Only for calls in another language. What we write stays in Vietnamese."),
    )
    read_aloud = forms.BooleanField(
        label=_("I read the text above aloud, word by word, and they said yes"),
        error_messages={"required": _("Read the text aloud first.")},
    )
    field_order = ["kind", "language", "said_by", "read_aloud"]

    def __init__(self, *args: Any, text: ConsentText | None, there: set[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.text = text
        offered = [choice for choice in Need.Kind.choices if choice[0] not in there]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def clean_read_aloud(self) -> bool:
        """What was on the page when it was read must still be what is read today."""
        if self.text is None or self.data.get("text") != str(self.text.version):
            raise forms.ValidationError(str(OldText.why))
        read: bool = self.cleaned_data["read_aloud"]
        return read

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        asks = self.cleaned_data.get("kind") == Need.Kind.LANGUAGE
        if asks and not self.cleaned_data.get("language"):
            self.add_error("language", str(NoLanguage.why))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """As the service takes them; only after ``is_valid()``."""
        names = ("kind", "language", "said_by")
        return {**{name: self.cleaned_data[name] for name in names}, "text": self.text}
