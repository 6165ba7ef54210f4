"""What is stopped, as one choice of the page names it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, Kind, Run

EVERYTHING = "all"


class HaltForm(forms.Form):
    """Everything, or one channel, kind or run (``channel-zalo``, ``run-12``), and why."""

    what = forms.CharField(
        label=_("What is stopped"),
        max_length=40,
        error_messages={"required": _("Choose what to stop.")},
    )
    why = forms.CharField(
        label=_("Why it is stopped"),
        max_length=200,
        error_messages={"required": _("Say why in a few words.")},
    )

    def clean_what(self) -> dict[str, Any]:
        """What the service is asked for."""
        what, _dash, key = self.cleaned_data["what"].partition("-")
        if what == EVERYTHING:
            return {}
        if what == "channel" and key in Channel.values:
            return {"channel": key}
        if what == "kind" and key in Kind.values:
            return {"kind": key}
        if what == "run" and key.isascii() and key.isdecimal() and len(key) < 18:
            run = Run.objects.filter(pk=int(key)).first()
            if run:
                return {"run": run}
        raise forms.ValidationError(_("Choose what to stop."))
