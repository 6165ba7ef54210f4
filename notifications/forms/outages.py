"""What the desk writes down of an outage."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from customers.premises import areas
from notifications.models.outages import UNPLANNED_REASONS
from notifications.services.outages.recording import LINK_OR_PHONE
from portal.lib.text import clean, link_or_phone

_FORM = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time, as browsers ask for them, on Viet Nam's clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORM)
        super().__init__(widget=widget, input_formats=[_FORM, "%d/%m/%Y %H:%M"], **options)


class ReportForm(forms.Form):
    """An interruption that nobody planned."""

    unit = forms.ModelChoiceField(OperatingUnit.objects.none(), label=_("Company"))
    area = forms.CharField(
        label=_("Where"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A ward, or a ward and its streets, as in “Phường Bến Thành: Lê Lợi, Hàm Nghi”. "
            "Several wards are separated by a semicolon."
        ),
    )
    starts_at = MomentField(label=_("Since"))
    ends_at = MomentField(label=_("Expected back"))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "---------"), *((one, one) for one in UNPLANNED_REASONS)],
        help_text=_(
            "Customers read it. An outage that nobody planned is told at once, so its reasons are "
            "fixed."
        ),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        units = OperatingUnit.objects.in_order()
        if user.unit_id is not None:
            units = units.filter(pk=user.unit_id)
        elif not user.has_perm("customers.see_every_company"):
            units = units.none()
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = user.unit_id
        self.fields["starts_at"].initial = timezone.localtime()

    def clean_area(self) -> str:
        area = clean(self.cleaned_data["area"])
        if not areas(area):
            raise forms.ValidationError(_("Write at least one ward."))
        if link_or_phone(area):
            raise forms.ValidationError(LINK_OR_PHONE)
        return area

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = given.get("starts_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("Supply cannot be back before it went out."))
        if starts_at and starts_at > timezone.now():
            self.add_error("starts_at", _("This lies in the future."))
        return given


class NewsForm(forms.Form):
    """News of an outage: its heading, and what its button does."""

    heading: Any
    button: Any = _("Record it and tell who was told")
    is_dangerous = False


class EndForm(NewsForm):
    """Supply is back."""

    heading = _("Supply is back")
    at = MomentField(label=_("Back since"))


class PostponeForm(NewsForm):
    """It comes back at another time."""

    heading = _("Back at another time")
    at = MomentField(label=_("Expected back"))


class WithdrawForm(NewsForm):
    """There is nothing to say but that it does not take place."""

    heading = _("It does not take place")
    button = _("Withdraw it and tell who was told")
    is_dangerous = True
