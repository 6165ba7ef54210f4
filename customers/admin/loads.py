"""All files that were brought, newest first; a row opens as its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customers.admin.staff import member
from customers.models import Load
from portal.lib.desk import ShownAdmin
from portal.lib.importing import kinds, label_of


class OpenFilter(admin.SimpleListFilter):
    """What somebody still has to do."""

    title = _("to do")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("own", _("waits for you")),
            ("second", _("waits for a second person")),
            ("mend", _("refused rows to mend")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen: dict[str | None, Callable[[], QuerySet[Any]]] = {
            "own": lambda: queryset.left_open_by(member(request)),  # type: ignore[attr-defined]
            "second": queryset.waiting,  # type: ignore[attr-defined]
            "mend": queryset.with_open_refusals,  # type: ignore[attr-defined]
        }
        return chosen.get(self.value(), queryset.all)()


class KindFilter(admin.SimpleListFilter):
    """Files of one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind, capfirst(label_of(kind))) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Load)
class LoadAdmin(ShownAdmin):
    """Each file with what became of its rows."""

    list_display = [
        "name",
        "kind_named",
        "state",
        "rows",
        "refused",
        "made_by",
        "made_at",
    ]
    list_select_related = ["made_by"]
    list_filter = [OpenFilter, KindFilter]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-made_at", "-pk"]
    actions = None

    @admin.display(description=_("kind"))
    def kind_named(self, load: Load) -> str:
        """What its rows are."""
        return capfirst(label_of(load.kind))
