"""What is asked of somebody who links an address, one question a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import AccountLink, LinkRequest, Right
from customers.services import linking

Proof, Role = AccountLink.Proof, AccountLink.Role

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class NumberForm(forms.Form):
    """The customer code, typed or pasted."""

    number = forms.CharField(
        label=_("Customer code"),
        max_length=200,
        help_text=_("PE or PB and 11 digits, such as PE04001234567. Spaces and dots do no harm."),
        widget=forms.TextInput(attrs={**_PLAIN, "class": "big"}),
    )

    def clean_number(self) -> str:
        try:
            return linking.number_in(self.cleaned_data["number"])
        except linking.LinkingError as error:
            raise forms.ValidationError(str(error)) from error


class ProofForm(forms.Form):
    """How the person shows that they may see the address."""

    proof = forms.ChoiceField(
        label=_("How do you show that it is your home?"),
        choices=[
            (Proof.CONTACT, _("By a code sent to the phone, Zalo or e-mail of the contract")),
            (Proof.LETTER, _("By the code in a letter I got from the company")),
            (Proof.HOLDER, _("The contract holder uses this site and says yes")),
            (Proof.AGENT, _("By a call, or at the counter")),
        ],
        initial=Proof.CONTACT,
        widget=forms.RadioSelect,
    )


class CodeForm(forms.Form):
    """A code that came to a contact of the contract, or in a letter."""

    code = forms.CharField(label=_("Code"), max_length=80)

    def __init__(self, *args: Any, proof: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        if proof == Proof.LETTER:
            field.help_text = _("12 letters and digits, for example 7K3M-9QPX-2WBA.")
            field.widget = forms.TextInput(attrs={**_PLAIN, "class": "big"})
            return
        field.help_text = _("6 digits. It is good for 15 minutes.")
        field.widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "big"}
        )


class AcceptForm(forms.Form):
    """What the holder opens for somebody who asked."""

    role = forms.ChoiceField(
        label=_("Who is it?"),
        choices=[(role.value, role.label) for role in Role if role != Role.HOLDER],
        initial=Role.HOUSEHOLD,
        widget=forms.RadioSelect,
    )
    rights = forms.MultipleChoiceField(
        label=_("What may they see?"),
        choices=Right,
        initial=sorted(AccountLink.USUAL[Role.HOUSEHOLD]),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A relative changes nothing; who sees monthly totals sees nothing else, whatever is "
            "chosen here."
        ),
    )

    def __init__(self, data: Any, *, asked: LinkRequest) -> None:
        super().__init__(data, prefix=asked.reference)

    def clean(self) -> dict[str, Any]:
        """Nothing is opened that the role cannot open."""
        role, rights = self.cleaned_data.get("role"), self.cleaned_data.get("rights")
        if role and rights:
            most = AccountLink.MOST[Role(role)]
            self.cleaned_data["rights"] = sorted(most & {Right(right) for right in rights})
            if not self.cleaned_data["rights"]:
                self.add_error("rights", _("Choose something that this role can open."))
        return self.cleaned_data


class NicknameForm(forms.Form):
    """One's own name for the place."""

    nickname = forms.CharField(
        label=_("Your own name for this place"),
        max_length=60,
        required=False,
        help_text=_("For example “Mother's house”. Only you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
