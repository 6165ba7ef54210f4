"""All files that were brought, newest first; a row opens as its page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.models import Load
from portal.lib.desk import ShownAdmin


class OpenFilter(admin.SimpleListFilter):
    """What somebody still has to do."""

    title = _("to do")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("second", _("waits for a second person")), ("mend", _("refused rows to mend"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "second":
            return queryset.waiting()  # type: ignore[attr-defined]
        wants = self.value() == "mend"
        return queryset.with_open_refusals() if wants else queryset  # type: ignore[attr-defined]


@admin.register(Load)
class LoadAdmin(ShownAdmin):
    """Each file with what became of its rows."""

    list_display = [
        "name",
        "kind_named",
        "state",
        "created",
        "updated",
        "unchanged",
        "refused",
        "made_by",
        "made_at",
    ]
    list_select_related = ["made_by"]
    list_filter = [OpenFilter]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-made_at", "-pk"]
    actions = None

    @admin.display(description=_("kind"))
    def kind_named(self, load: Load) -> str:
        """By the table that its rows go into."""
        for desk in self.admin_site._registry.values():
            if isinstance(desk, SheetImportMixin) and desk.kind == load.kind:
                return str(desk.opts.verbose_name_plural).capitalize()
        return load.kind
