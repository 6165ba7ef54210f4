"""Pages of the API's lists."""

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

DEEPEST = 100_000


class Pages(LimitOffsetPagination):
    """At most 200 rows a page, and no deeper than a person would look."""

    default_limit = 50
    max_limit = 200

    def get_offset(self, request: Request) -> int:
        return min(super().get_offset(request), DEEPEST)
