"""Naming an account that only supervisors are to open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Protection


class ProtectionForm(forms.ModelForm):
    """By its customer code, typed whole, and why."""

    number = forms.CharField(label=_("Customer code"), max_length=13)

    class Meta:
        model = Protection
        fields = ("why",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["number"]

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip().upper()
        account = Account.objects.filter(number=number).first()
        if account is None:
            raise forms.ValidationError(_("There is no such customer code."))
        if Protection.objects.filter(account=account).exists():
            raise forms.ValidationError(_("This account is protected already."))
        self.instance.account = account
        return number
