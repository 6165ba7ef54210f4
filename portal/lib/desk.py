"""What the staff's tables of our own services share: they show, the services write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

OFFERED = ("__exact", "__id__exact", "__gte", "__lt", "__isnull")


class ShownAdmin(admin.ModelAdmin):
    """A table that staff look at and cannot edit; only rows that the person may see.

    Filters in the URL are limited to those on the page: a column that is not offered answers
    nothing about the rows.
    """

    show_full_result_count = False
    list_per_page = 50
    list_select_related: ClassVar[Any] = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return any(lookup in _lookups(entry) for entry in self.list_filter)


class ShownInline(admin.TabularInline):
    """Rows below the one they belong to, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _lookups(entry: Any) -> set[str]:
    """What the URL may ask for one entry of ``list_filter``."""
    if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
        return {str(entry.parameter_name)}
    name = entry if isinstance(entry, str) else entry[0]
    return {f"{name}{end}" for end in ("", *OFFERED)}
