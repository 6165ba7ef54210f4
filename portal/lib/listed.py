"""The rows of a list of the desk as they are shown there, for the cells of a file."""

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .periods import LOCAL

BOX = "action_checkbox"


def names(shown: ChangeList) -> list[Any]:
    """The columns of the list, without the box that chooses a row."""
    return [name for name in shown.list_display if name != BOX]


def headings(desk: ModelAdmin, names: Sequence[Any]) -> list[str]:
    """What stands above the columns."""
    return [str(capfirst(str(label_for_field(name, desk.model, desk)))) for name in names]


def cells(desk: ModelAdmin, names: Sequence[Any], row: Model) -> list[Any]:
    """What stands in the row: words as words, numbers and days as such."""
    return [_cell(desk, name, row) for name in names]


def _cell(desk: ModelAdmin, name: Any, row: Model) -> Any:
    try:
        field, _attribute, value = lookup_field(name, row, desk)
    except ObjectDoesNotExist:
        return None
    if field is not None and field.is_relation:
        value = getattr(row, field.name)
    elif field is not None and field.flatchoices:
        value = dict(field.flatchoices).get(value, value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
    if isinstance(value, SafeData):
        # A link on the page is its words in a file.
        return html.unescape(strip_tags(str(value))).strip()
    return value
