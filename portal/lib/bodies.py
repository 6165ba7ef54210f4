"""What programs send to the API: JSON, and no deeper than any of it needs to be."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# Ours have three; whatever works on a value level by level is far from its end here.
MOST_LEVELS = 20
TOO_DEEP = _("The JSON is nested too deeply.")


class FlatJSONParser(JSONParser):
    """JSON of at most ``MOST_LEVELS`` levels; a deeper one would end in a fault of ours."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """The value.

        :raises ParseError: it is no JSON, or too deep
        """
        try:
            value = super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError(TOO_DEEP) from None
        if is_deeper(value, than=MOST_LEVELS):
            raise ParseError(TOO_DEEP)
        return value


def is_deeper(value: Any, *, than: int) -> bool:
    """Whether lists and objects lie within each other on more than so many levels."""
    level = [value]
    for _level in range(than):
        level = [inner for outer in level for inner in _held_by(outer)]
        if not level:
            return False
    return any(isinstance(one, list | dict) for one in level)


def _held_by(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
