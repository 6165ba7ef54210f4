"""What the desk's lists need beside Django's own tags."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from portal.lib.files_out import Form
from portal.site import list_files

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


@register.inclusion_tag("desk/take_list.html", takes_context=True)
def take_along(context: Context, shown: ChangeList) -> dict[str, Any]:
    """The way to take the list along that stands on the page; nothing for whoever may not."""
    request, desk = context["request"], shown.model_admin
    if not shown.result_count or not list_files.may_take(request, desk):
        return {}
    opts = desk.opts
    action = reverse("admin:list_take", args=[opts.app_label, opts.model_name])
    return {
        "action": action + shown.get_query_string(remove=[PAGE_VAR]),
        "forms": list(Form),
        "names_customers": str(opts.label) not in list_files.NOBODYS,
        "csrf_token": context.get("csrf_token"),
    }
