"""allauth's forms with one box for phone number or e-mail, and telling nobody who has a login."""

from typing import Any

from allauth.account import forms as stock
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.sign_in import placeholders, pretending
from portal.sign_in.fields import AddressField


class Login(stock.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.fields["password"].help_text = ""
        self.order_fields(["login", "password"])


class Alike(stock.BaseSignupForm):
    """A sign-up, by page or by program, that does the same work for an address with a login."""

    account_already_exists: bool

    def validate_unique_email(self, value: str) -> str:
        email: str = super().validate_unique_email(value)
        if self.account_already_exists and placeholders.of_email(email):
            self.account_already_exists = False
        return email

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            pretending.sign_up(request, by_email=bool(self.cleaned_data.get("email")))
        return super().try_save(request)

    def _clean_phone(self) -> None:
        super()._clean_phone()
        phone = self.cleaned_data.get("phone")
        if phone and self.account_already_exists and placeholders.of_phone(phone):
            self.account_already_exists = False


class SignUp(Alike, stock.SignupForm):
    """Address, and a password for those who want one."""

    field_order = ("login", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.fields["login"] = AddressField()
        password = self.fields["password1"]
        password.required = password.widget.is_required = False
        password.label = _("Password (not needed)")
        self.order_fields(self.field_order)

    def clean_login(self) -> str:
        """Sort the address under the name that allauth looks for."""
        address = self.cleaned_data["login"]
        if "@" in address:
            self.cleaned_data["email"] = self.validate_unique_email(address)
        else:
            self.cleaned_data["phone"] = address
        return address


class RequestCode(stock.RequestLoginCodeForm):
    """Address, to which a code goes if there is a login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.fields["login"] = AddressField()

    def clean_login(self) -> str:
        address = self.cleaned_data["login"]
        kind = "email" if "@" in address else "phone"
        self.cleaned_data[kind] = address
        getattr(self, f"clean_{kind}")()
        return address


class SixDigits(stock.BaseConfirmCodeForm):
    """A code, typed with the keys that a phone shows for digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of six digits")
        self.fields["code"].widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}
        )


class TypeLoginCode(SixDigits, stock.ConfirmLoginCodeForm):
    """The code to sign in by."""


class TypePhoneCode(SixDigits, stock.VerifyPhoneForm):
    """The code that proves a phone number."""


class TypeEmailCode(SixDigits, stock.ConfirmEmailVerificationCodeForm):
    """The code that proves an e-mail address."""
