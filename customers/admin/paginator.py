"""Pages of a search that is to be narrowed rather than leafed through."""

from typing import Any, cast

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

MOST_FOUND = 20


class ShortPaginator(Paginator):
    """Counts, and shows, no further than a person reads; counting millions takes seconds."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows[:MOST_FOUND].count()


class ShortChangeList(ChangeList):
    """The first of what was found, and no second page: whoever wants another one asks again."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = self.result_list[:MOST_FOUND]
