"""The one question before an account opens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Look
from portal.lib.text import clean


class OpeningForm(forms.Form):
    """Why, and by which call or case; Enter in the number's field goes on."""

    reason = forms.ChoiceField(
        label=_("What is it for?"), choices=Look.Reason, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=_("Call or case number"),
        max_length=40,
        help_text=_("By it the occasion is found again; the customer may ask to see it."),
        error_messages={"required": _("Enter the number of the call or case.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reviews: bool, listed: bool, **kwargs: Any) -> None:
        """What the person and the customer allow.

        :param reviews: whether the person is one who approves or reviews
        :param listed: whether a row of the work list is about the customer
        """
        super().__init__(*args, **kwargs)
        self.listed = listed
        hidden = {Look.Reason.LOAD, *([] if reviews else [Look.Reason.REVIEW])}
        offered = [one for one in Look.Reason.choices if one[0] not in hidden]
        self.fields["reason"].choices = offered  # type: ignore[attr-defined]
        reason = self.data.get("reason") or self.initial.get("reason")
        self.fields["reference"].required = reason in Look.REFERRED

    def clean_reference(self) -> str:
        reference = clean(self.cleaned_data["reference"])
        if self.fields["reference"].required and not reference:
            raise forms.ValidationError(_("Enter the number of the call or case."))
        by_list = self.cleaned_data.get("reason") == Look.Reason.CALL_LIST
        if by_list and not self.listed and not reference:
            raise forms.ValidationError(
                _("Nothing about this customer stands in the work list: enter the call's number.")
            )
        return reference
