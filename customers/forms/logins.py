"""The form of a login: people and staff, without any password."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import StaffRole, User
from customers.services import logins, one_person
from portal.lib import phones
from portal.lib.text import clean


class RoleField(forms.ModelMultipleChoiceField):
    """Groups, by what they are called on the screen."""

    def label_from_instance(self, obj: Any) -> str:
        return str(dict(StaffRole.choices).get(obj.name, obj.name))


class LoginForm(forms.ModelForm):
    """Who they are, what they may do; a password is set by the person themselves, by e-mail."""

    groups = RoleField(
        label=_("Roles"),
        queryset=Group.objects.order_by("pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("email", "phone", "name", "is_active", "is_staff", "groups", "unit")

    def clean_email(self) -> str | None:
        """Not one that another login has proven: nobody could tell the two apart."""
        email = (self.cleaned_data["email"] or "").lower() or None
        if email and "email" in self.changed_data and self._is_of_another(email):
            raise forms.ValidationError(_("Another login has this e-mail address."))
        return email

    def _is_of_another(self, email: str) -> bool:
        return logins.owner_of_email(email, but=self.instance) is not None

    def clean_name(self) -> str:
        """Without signs that nobody sees, which would make two names look alike."""
        return clean(self.cleaned_data["name"])

    def clean_phone(self) -> str | None:
        phone = self.cleaned_data["phone"]
        try:
            return phones.parse(phone) if phone else None
        except phones.NotAPhone as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("email") and not data.get("phone"):
            self.add_error("email", _("Give an e-mail address or a phone number."))
        if data.get("is_staff"):
            self._refuse_a_second_login(data)
        groups = data.get("groups", Group.objects.none())
        if groups and not data.get("is_staff"):
            self.add_error("groups", _("Only staff have a role."))
        if groups and not data.get("unit") and not _city_wide(groups):
            self.add_error("unit", _("An officer belongs to a regional company."))
        return data

    def _refuse_a_second_login(self, data: dict[str, Any]) -> None:
        """One person of staff has one login: with two they would approve their own requests."""
        known = self.instance if self.instance.pk else None
        if data.get("email") and one_person.has_mailbox(data["email"], but=known):
            self.add_error("email", _("Another login of staff reads mail at this address."))
        if known and one_person.shares_factor(known):
            self.add_error("is_staff", _("Another login of staff has the same second step."))


def _city_wide(groups: QuerySet[Group]) -> bool:
    return groups.filter(permissions__codename="see_every_company").exists()
