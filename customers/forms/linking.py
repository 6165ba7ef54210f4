"""What an agent records of somebody who wants to see an address, and of a letter with a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Account, LinkCheck, LinkRequest
from customers.services import linking
from portal.lib.text import clean

NO_SUCH_REQUEST = _("No request with this code waits at this address.")


class CheckForm(forms.Form):
    """Which request, what was asked, how it went, and in which call.

    The person reads their request's code aloud: nobody else's request can be meant, and the agent
    is shown none.
    """

    request_code = forms.CharField(
        label=_("Which request code does the person read?"),
        max_length=40,
        help_text=_("It stands on their screen, for example 7K3M-9QPX-2WBA."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    asked = forms.MultipleChoiceField(
        label=_("What did you ask or see?"),
        choices=LinkCheck.Asked,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What stands on a bill is never enough: anyone may hold the paper."),
    )
    result = forms.ChoiceField(
        label=_("How did it go?"), choices=LinkCheck.Result, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=_("Which call or case number?"),
        max_length=40,
        help_text=_("By it the conversation is found again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting

    def clean_request_code(self) -> LinkRequest:
        """The request that is meant, of those that wait at this address."""
        reference = linking.reference_in(self.cleaned_data["request_code"])
        found: LinkRequest | None = self.waiting.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(NO_SUCH_REQUEST)
        return found

    def refuse(self, error: linking.LinkingError) -> None:
        """Show why it was refused, beside the answer to mend where there is one."""
        fields = {linking.NotEnough: "asked", linking.NoReference: "reference"}
        self.add_error(fields.get(type(error)), str(error))


class LetterForm(forms.Form):
    """On which occasion a letter is asked for."""

    letter_reference = forms.CharField(
        label=_("Which call or case asks for the letter?"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_letter_reference(self) -> str:
        reference = clean(self.cleaned_data["letter_reference"])
        if not reference:
            raise forms.ValidationError(str(linking.NoReference()))
        return reference
