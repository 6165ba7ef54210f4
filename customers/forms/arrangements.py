"""The call scripts: what the agent asks, in the order in which it is asked."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.banks import BANKS
from customers.models import Account, Arrangement, ConsentText, ContactPoint, RelativeContact
from customers.reading_days import LAST_DAY
from customers.services.arrangements import ArrangementError, OldText, Terms
from portal.lib.phones import NotAPhone
from portal.lib.sealed import keyed_hash
from portal.lib.text import mask

from .speaking import ONE_YEAR, SpeakerForm

Kind = Arrangement.Kind


class AgreedForm(SpeakerForm):
    """The questions that every kind begins and ends with; a kind adds its own in between."""

    kind: ClassVar[str]
    script: ClassVar[list[Any]]
    """Sentences that the agent says first."""
    last_fields: ClassVar[list[str]] = ["starts_on", "review_on", "note", "read_aloud"]
    only_asked: ClassVar[set[str]] = set()
    """Own questions that are asked, and answered yes or not recorded; no column holds them."""

    starts_on = forms.DateField(label=_("From when?"))
    review_on = forms.DateField(
        label=_("When do we ask again?"),
        help_text=_(
            "Within a year. Unless it is confirmed again by then, a person rings the customer."
        ),
    )
    note = forms.CharField(
        label=_("What else must a colleague know?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No bank, card or identity numbers."),
    )
    read_aloud = forms.BooleanField(
        label=_("I read the text above aloud, word by word, and they said yes")
    )

    def __init__(
        self,
        *args: Any,
        account: Account,
        today: date,
        text: ConsentText | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_by"].help_text = _(
            "Ask for the full name and the address. What stands on a bill proves nothing: "
            "anyone may hold the paper."
        )
        self.account = account
        self.today = today
        self.text = text
        self.initial = {"starts_on": today, "review_on": today + ONE_YEAR, **self.initial}
        own = [name for name in self.fields if name not in AgreedForm.base_fields]
        self.order_fields(["said_by", "said_via", "reference", *own, *self.last_fields])

    def terms(self) -> Terms:
        """The part that all kinds share; only after ``is_valid()``."""
        names = ("said_by", "said_via", "reference", "starts_on", "review_on", "note")
        return Terms(**{name: self.cleaned_data[name] for name in names}, consent_text=self.text)

    def clean_read_aloud(self) -> bool:
        """What was on the page when it was read must still be what is read today."""
        if self.text and self.data.get("text") != str(self.text.version):
            raise forms.ValidationError(str(OldText.why))
        read: bool = self.cleaned_data["read_aloud"]
        return read

    def fingerprint(self) -> str:
        """Of these answers alone, so that what was shown is what is recorded; no secret in it."""
        said = sorted((name, str(value)) for name, value in self.cleaned_data.items())
        return keyed_hash(f"arrange:{self.account.pk}:{self.kind}:{self.today}:{said}")

    def details(self) -> dict[str, Any]:
        """The answers to the questions of the kind, as its service takes them."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in AgreedForm.base_fields and name not in self.only_asked
        }

    def refuse(self, error: ArrangementError | NotAPhone) -> None:
        """Show beside its field, or above the form, why the service refused."""
        field = error.field if isinstance(error, ArrangementError) else self.phone_field
        self.add_error(field if field in self.fields else None, str(error))

    phone_field: ClassVar[str] = "phone"


class AutoDebitForm(AgreedForm):
    kind = Kind.AUTO_DEBIT
    script = [
        _("“The bank pays each bill on its due day, so that nothing is forgotten.”"),
        _("“You go on getting a notice of every bill, before it is paid.”"),
        _("Never ask for a card number, a PIN or a code."),
    ]

    bank = forms.ChoiceField(
        label=_("Which bank?"),
        choices=[("", _("Choose the bank")), *((bank, bank) for bank in BANKS)],
    )
    bank_holder = forms.CharField(
        label=_("In whose name is the account?"),
        max_length=150,
        help_text=_("As the bank writes it, for example NGUYEN THI HANH."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bank_account = forms.CharField(
        label=_("Which account number?"),
        max_length=40,
        help_text=_("Read it back digit by digit."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class MonthEndReadingForm(AgreedForm):
    kind = Kind.MONTH_END_READING
    script = [
        _("“We read the meter on the last day of the month; you pay from the 3rd to the 5th.”"),
        _("“The first period is longer or shorter once; the price steps follow its days.”"),
    ]
    last_fields = ["review_on", "note", "read_aloud"]
    only_asked = {"can_pay"}
    starts_on = None  # type: ignore[assignment]  # it holds from the day on which it is agreed

    can_pay = forms.BooleanField(
        label=_("They can pay between the 3rd and the 5th of every month"),
        help_text=_("Ask on which day of the month their money comes."),
    )

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        self.cleaned_data["starts_on"] = self.today
        return self.cleaned_data

    def details(self) -> dict[str, Any]:
        return {}


class RelativeContactForm(AgreedForm):
    kind = Kind.RELATIVE_CONTACT
    script = [
        _("“Your relative gets the same notices as you. You are not cut off from any.”"),
        _("“They cannot change the contract, and you can end it at any time.”"),
    ]
    phone_field = "address"

    relative_name = forms.CharField(
        label=_("What is the relative's name?"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label=_("How are they related?"),
        choices=RelativeContact.Relation,
        widget=forms.RadioSelect,
    )
    contact_kind = forms.ChoiceField(
        label=_("Where does the relative read messages?"),
        choices=[
            (kind.value, kind.label) for kind in (ContactPoint.Kind.ZALO, ContactPoint.Kind.EMAIL)
        ],
        initial=ContactPoint.Kind.ZALO,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Which phone number or e-mail address?"),
        max_length=254,
        help_text=_("Zalo needs the relative's mobile number. Read it back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    power = forms.ChoiceField(
        label=_("What may the relative do?"),
        choices=RelativeContact.Power,
        initial=RelativeContact.Power.TOLD,
        widget=forms.RadioSelect,
        help_text=_("Nothing of it changes the contract."),
    )
    agreed = forms.BooleanField(
        label=_("I asked the relative themselves, and they said yes"),
        required=False,
        help_text=_("They prove it by a code, which the next page sends them."),
    )


class SmsRetentionForm(AgreedForm):
    kind = Kind.SMS_RETENTION
    script = [
        _("Offer the other three first. Only where none of them fits, SMS goes on."),
        _("“We ask you once a year whether you still need it.”"),
    ]

    phone = forms.CharField(
        label=_("Which number gets the SMS?"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    number_named = forms.BooleanField(
        label=_("The caller named this number themselves, digit by digit")
    )
    why_no_auto_debit = forms.CharField(
        label=_("Why does auto-debit not fit?"),
        max_length=200,
        help_text=_("In the customer's words, for example: no bank account."),
    )
    why_no_month_end = forms.CharField(
        label=_("Why does month-end reading not fit?"), max_length=200
    )
    why_no_relative = forms.CharField(label=_("Why can no relative be told?"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self._on_contract()
        self.number_on_contract = contact.value if contact else ""
        self.fields["phone"].required = not contact
        if self.account.reading_day == LAST_DAY:
            already = gettext("The meter is read on the last day of the month already.")
            self.initial.setdefault("why_no_month_end", already)
        if contact:
            self.fields["phone"].help_text = _(
                "Leave it empty to keep the number on the contract: %(number)s."
            ) % {"number": mask(contact.value)}

    def clean_phone(self) -> str:
        return self.cleaned_data["phone"] or self.number_on_contract

    def _on_contract(self) -> ContactPoint | None:
        phones = self.account.contacts.usable().filter(
            kind=ContactPoint.Kind.PHONE, owner=ContactPoint.Owner.HOLDER
        )
        return phones.order_by("pk").last()


FORMS: dict[str, type[AgreedForm]] = {
    form.kind: form
    for form in (AutoDebitForm, MonthEndReadingForm, RelativeContactForm, SmsRetentionForm)
}
