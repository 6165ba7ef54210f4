"""What is typed about cases at the desk: writing one down, answering, asking back, handing over."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import AnswerTemplate, Case, CaseKind, RelativeContact
from customers.services.cases import CaseError

MOST_ASKED, MOST_SAID, MOST_NOTE = 1000, 2000, 500
NO_NUMBERS = _("No bank, card or identity numbers.")


class CaseForm(forms.Form):
    """A form that shows beside its field, or above it, why the service refused."""

    def refuse(self, error: CaseError) -> None:
        beside = [name for name in (error.field, "asked", "text") if name in self.fields]
        self.add_error(beside[0] if error.field and beside else None, str(error))


class RecordCaseForm(CaseForm):
    """What somebody asked by phone, e-mail or at the counter."""

    kind = forms.ChoiceField(
        label=_("What is it about?"), choices=CaseKind, widget=forms.RadioSelect
    )
    via = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[choice for choice in Case.Via.choices if choice[0] != Case.Via.SITE],
        initial=Case.Via.CALL,
        widget=forms.RadioSelect,
    )
    from_whom = forms.ChoiceField(
        label=_("Who asks?"),
        choices=Case.From,
        initial=Case.From.HOLDER,
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=_("Call or e-mail number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    asked = forms.CharField(
        label=_("What do they want?"),
        max_length=MOST_ASKED,
        help_text=_("In a few sentences; the customer can read it. No bank, card or identity "
                    "numbers."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, relative: RelativeContact | None, **kwargs: Any) -> None:
        """``relative``: who may ask about the bills in the holder's place."""
        super().__init__(*args, **kwargs)
        self.fields["from_whom"].help_text = _may_ask(relative)


def _may_ask(relative: RelativeContact | None) -> str:
    if relative is None:
        return gettext("No relative may ask about bills.")
    names = {"name": relative.relative_name, "relation": relative.get_relation_display()}
    return gettext("May ask about bills: %(name)s (%(relation)s).") % names


class TemplateForm(forms.Form):
    """Which template fills the box below; the page is loaded anew with its words."""

    template = forms.ModelChoiceField(
        label=_("Template"), queryset=AnswerTemplate.objects.none(), empty_label=None
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")], initial="vi"
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = offered  # type: ignore[attr-defined]
        self.fields["template"].label_from_instance = (  # type: ignore[attr-defined]
            lambda template: template.name
        )


class AnswerForm(CaseForm):
    """What the customer reads, and what came of it."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(one.value, one.label) for one in Case.BY_STAFF],
        widget=forms.RadioSelect,
        help_text=_("Not needed for a question back."),
    )
    text = forms.CharField(
        label=_("What the customer reads"),
        max_length=MOST_SAID,
        help_text=NO_NUMBERS,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    template = forms.ModelChoiceField(
        queryset=AnswerTemplate.objects.all(), required=False, widget=forms.HiddenInput
    )
    language = forms.ChoiceField(
        choices=[("vi", "vi"), ("en", "en")], required=False, widget=forms.HiddenInput
    )


class QuestionForm(AnswerForm):
    """The same box, for a question back: nothing has come of it yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].required = False


class HandOverForm(CaseForm):
    """What the next ones have to know."""

    note = forms.CharField(
        label=_("What must they know?"),
        max_length=MOST_NOTE,
        required=False,
        help_text=_("For colleagues alone. No bank, card or identity numbers."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def refuse(self, error: CaseError) -> None:
        self.add_error("note" if error.field == "text" else None, str(error))
