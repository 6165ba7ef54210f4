"""The forms by which a holder says who sees what until when, and that they move out."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import AccountLink, Right
from portal.lib.said import day

Role = AccountLink.Role

SPANS = [
    (90, _("For three months")),
    (180, _("For half a year")),
    (365, _("For a year; then we ask again")),
]
AS_IT_IS, ENDLESS = "as_it_is", "endless"


class SharingForm(forms.Form):
    """What one person may see in a given role, and until when."""

    rights = forms.MultipleChoiceField(
        label=_("They may see"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    until = forms.ChoiceField(label=_("Until when"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, role: str, link: AccountLink | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.role, self.link = Role(role), link
        most, usual = AccountLink.MOST[self.role], AccountLink.USUAL[self.role]
        same_role = link is not None and link.role == role
        opens = link.opens if link is not None and same_role else usual
        rights: Any = self.fields["rights"]
        rights.choices = [(right.value, right.label) for right in Right if right in most]
        rights.initial = [right.value for right in Right if right in opens]
        if len(most) == 1:
            del self.fields["rights"]
        until: Any = self.fields["until"]
        until.choices = self._spans(link if same_role else None)
        until.initial = until.choices[0][0] if same_role else "365"

    def _spans(self, link: AccountLink | None) -> list[tuple[str, object]]:
        spans: list[tuple[str, object]] = [(str(days), label) for days, label in SPANS]
        if self.role == Role.HOUSEHOLD:
            spans.append((ENDLESS, _("As long as they live here")))
        if link is not None and link.ends_at is not None:
            label = _("Until %(day)s, as it is") % {"day": day(link.ends_at)}
            spans.insert(0, (AS_IT_IS, label))
        return spans

    def chosen(self, *, at: datetime) -> dict[str, Any]:
        """Role, rights and end, as services take them."""
        most = AccountLink.MOST[self.role]
        until = self.cleaned_data["until"]
        ends_at = at + timedelta(days=int(until)) if until.isdigit() else None
        if until == AS_IT_IS and self.link is not None:
            ends_at = self.link.ends_at
        return {
            "role": self.role.value,
            "rights": self.cleaned_data.get("rights") or sorted(most),
            "ends_at": ends_at,
        }


class InviteForm(SharingForm):
    """The same, and whom."""

    address = forms.CharField(
        label=_("Their phone number or e-mail address"),
        help_text=_("They sign in with it and answer for themselves."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={"required": _("Type a phone number or an e-mail address.")},
    )
    field_order = ("address", "rights", "until")


class MoveOutForm(forms.Form):
    """From which day somebody lives elsewhere."""

    on = forms.DateField(
        label=_("First day you do not live here any more"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"required": _("Choose the day.")},
    )
