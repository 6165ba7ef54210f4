"""What supervisors write by hand, and to whom: checked words, and declared narrowings only."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement, TariffGroup
from notifications.models import Audience, Campaign, Outage
from notifications.services import audiences
from notifications.values.campaigns import NAMES
from portal.lib.placeholders import Compiled, Malformed, compiled
from portal.lib.text import INVISIBLE, link_or_phone

_BRACES = re.compile(r"[{}%]")
_UNSEEN = re.compile(f"[{INVISIBLE}]")
MOST_WARDS = 200


class ManyField(forms.MultipleChoiceField):
    """Several of declared values; none narrows nothing."""

    def __init__(self, **options: Any) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(required=False, widget=widget, **options)


class AudienceForm(forms.ModelForm):
    """A saved selection of accounts."""

    units = ManyField(label=_("Companies"), choices=audiences.companies)
    wards = forms.CharField(
        label=_("Wards or communes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line, as they stand in addresses. Empty for all."),
    )
    groups = ManyField(label=_("Use"), choices=TariffGroup.choices)
    ages = ManyField(label=_("Age of the contract holder"), choices=Audience.Age.choices)
    reached_by = ManyField(
        label=_("Can be reached by"),
        choices=Audience.ReachedBy.choices,
        help_text=_("By at least one of the chosen."),
    )
    arrangements = ManyField(label=_("Arrangement in force"), choices=Arrangement.Kind.choices)
    outage = forms.ModelChoiceField(
        label=_("Area of an outage"),
        required=False,
        queryset=Outage.objects.order_by("-starts_at", "pk"),
    )

    class Meta:
        model = Audience
        fields = (
            "name", "units", "wards", "outage", "groups", "ages", "app", "owes", "reached_by",
            "arrangements",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["wards"] = "\n".join(self.instance.wards)

    def clean_wards(self) -> list[str]:
        """Names of wards in which somebody lives."""
        lines = (line.strip() for line in self.cleaned_data["wards"].splitlines())
        wards = list(dict.fromkeys(line for line in lines if line))
        if len(wards) > MOST_WARDS or any(len(ward) > 80 for ward in wards):
            raise forms.ValidationError(_("These are no names of wards, or too many."))
        if unknown := audiences.unknown_wards(wards):
            text = _("Nobody lives there: %(wards)s.") % {"wards": ", ".join(unknown[:5])}
            raise forms.ValidationError(text)
        return wards


class CampaignForm(forms.ModelForm):
    """The words of a campaign: plain, with nothing in them that a swindler would write."""

    class Meta:
        model = Campaign
        fields = ("kind", "audience", "title_vi", "text_vi", "title_en", "text_en")
        widgets: ClassVar[dict[str, Any]] = {
            "text_vi": forms.Textarea({"rows": 4}),
            "text_en": forms.Textarea({"rows": 4}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "text_vi": _(
                "May hold {{ customer_name }} and {{ number_end }}, the end of the customer code."
            ),
            "text_en": _("The same text for those who read English."),
        }

    def clean_title_vi(self) -> str:
        return _plain(self.cleaned_data["title_vi"], names=frozenset())

    def clean_title_en(self) -> str:
        return _plain(self.cleaned_data["title_en"], names=frozenset())

    def clean_text_vi(self) -> str:
        return _plain(self.cleaned_data["text_vi"], names=NAMES)

    def clean_text_en(self) -> str:
        return _plain(self.cleaned_data["text_en"], names=NAMES)


def _plain(text: str, *, names: frozenset[str]) -> str:
    """One paragraph without links, phone numbers, hidden characters and unknown placeholders."""
    text = " ".join(text.split())
    if _UNSEEN.search(text):
        raise forms.ValidationError(_("There are invisible characters in it. Type it anew."))
    read = _read(text)
    literal = "".join(part for part in read.parts if isinstance(part, str))
    if read.tested or not read.names <= names or _BRACES.search(literal):
        allowed = ", ".join(f"{{{{ {name} }}}}" for name in sorted(names))
        if not allowed:
            raise forms.ValidationError(_("Nothing is filled in here: leave out { } and %."))
        raise forms.ValidationError(
            _("Only these are filled in: %(names)s. Leave out other { } and %%.")
            % {"names": allowed}
        )
    # As it is sent: a name beside a full stop and a word is an address, too.
    if found := link_or_phone(read.fill(dict.fromkeys(read.names, "x"))):
        raise forms.ValidationError(
            _(
                "No link and no phone number: “%(found)s” reads as one. Leave it out, or put a "
                "space after each full stop."
            )
            % {"found": found}
        )
    return text


def _read(text: str) -> Compiled:
    try:
        return compiled(text)
    except Malformed as error:
        raise forms.ValidationError(
            _("A brace or a percent sign is in the wrong place.")
        ) from error
