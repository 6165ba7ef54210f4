"""The texts that are read aloud: all versions, and writing the next one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import ConsentText
from customers.services import consent_texts
from portal.lib.periods import local_day
from portal.lib.text import clean

from .staff import member


class ConsentTextForm(forms.ModelForm):
    """The next version; what is read today never changes under whoever reads it."""

    class Meta:
        model = ConsentText
        fields = ["kind", "valid_from", "text"]

    def clean_text(self) -> str:
        lines = [line for line in map(clean, self.cleaned_data["text"].splitlines()) if line]
        if not lines:
            raise forms.ValidationError(_("Write what is read aloud."))
        return "\n".join(lines)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        kind, valid_from = self.cleaned_data.get("kind"), self.cleaned_data.get("valid_from")
        if kind and valid_from:
            newest = ConsentText.objects.filter(kind=kind, valid_from__gte=valid_from).exists()
            if newest or valid_from <= local_day(timezone.now()):
                why = _("It begins after today, and after every text that is written already.")
                self.add_error("valid_from", why)
        return cleaned


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    """Written once: a change is another version from a day on."""

    form = ConsentTextForm
    list_display = ["kind", "version", "valid_from", "written_by"]
    list_filter = ["kind"]
    list_select_related = ["written_by"]
    show_facets = admin.ShowFacets.NEVER
    ordering = ["kind", "-version"]
    sortable_by = ()
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:
        made = consent_texts.write(
            kind=obj.kind,
            text=obj.text,
            valid_from=obj.valid_from,
            by=member(request),
            today=local_day(timezone.now()),
        )
        obj.pk, obj.version = made.pk, made.version
