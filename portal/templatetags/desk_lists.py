"""What the desk's lists need beside Django's own tags."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def under(cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> Iterator[SafeString]:
    """The cells of a row, each with its heading, which stands beside it where a screen is narrow.

    Django gives them as finished ``<td …>`` or ``<th …>``.
    """
    for cell, header in zip(cells, headers, strict=True):
        # The heading of boxes to tick is a box itself.
        words = strip_tags(str(header["text"]))
        label = format_html(' data-label="{}"', capfirst(words)) if words else ""
        yield mark_safe(cell[:3] + label + cell[3:])  # noqa: S308  both halves are safe already
