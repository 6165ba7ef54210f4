"""What the staff's tables of our own services share: they show, the services write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

OFFERED = ("__exact", "__id__exact", "__gte", "__lt", "__isnull")


class ChosenAdmin(admin.ModelAdmin):
    """A table with actions on chosen rows."""

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Run an action on the chosen rows.

        :raises SuspiciousOperation: a key was sent that no row can have; Django would fail on it
        """
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if not _can_be_key(self.model, key):
                raise SuspiciousOperation("no key of a row")
        return super().response_action(request, queryset, *args, **kwargs)


class ShownAdmin(ChosenAdmin):
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


class DatedAdmin(admin.ModelAdmin):
    """Rules with a first day: a change is a new row, and what has begun stays as it was."""

    sortable_by = ()
    actions = None
    first_day: ClassVar[str] = "starts_on"
    """The column that holds it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        has_begun = obj is not None and getattr(obj, self.first_day) <= timezone.localdate()
        return not has_begun and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownInline(admin.TabularInline):
    """Rows below the one they belong to, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _can_be_key(model: type[Model], text: str) -> bool:
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return "\0" not in text


def _lookups(entry: Any) -> set[str]:
    """What the URL may ask for one entry of ``list_filter``."""
    if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
        return {str(entry.parameter_name)}
    name = entry if isinstance(entry, str) else entry[0]
    return {f"{name}{end}" for end in ("", *OFFERED)}
