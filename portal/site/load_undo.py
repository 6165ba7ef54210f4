"""The undo of a load in words: what it would take back, what it took, and what it left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from customers.models import Load
from customers.services.loads import undoing
from portal.lib import said
from portal.lib.importing import SheetResource


def undoable(load: Load, resource: type[SheetResource], *, at: datetime) -> list[str]:
    """How many rows of which table an undo would take back, and what it would leave."""
    told = undoing.tried(load, resource=resource, at=at)
    if told is not None:
        return _undone(told, taken=_("Would be taken back: %(n)s × %(what)s."))
    lines = []
    for table, made, changed in undoing.extent(load, resource=resource):
        names = {"what": _name(table)}
        if made:
            lines.append(_("%(n)s × %(what)s: goes.") % {**names, "n": said.count(made)})
        if changed:
            lines.append(
                _("%(n)s × %(what)s: becomes as it was.") % {**names, "n": said.count(changed)}
            )
    return lines


def undone(load: Load) -> list[str]:
    """What was taken back, and what was not because something was built on it."""
    return _undone(load.report.get("undone", {}), taken=_("Taken back: %(n)s × %(what)s."))


def _undone(told: dict[str, Any], *, taken: str) -> list[str]:
    lines = [
        taken % {"n": said.count(n), "what": _name(table)}
        for table, n in told.get("taken", {}).items()
    ]
    lines += [
        _("Left as it is, because something was built on it since: %(n)s × %(what)s.")
        % {"n": said.count(n), "what": _name(table)}
        for table, n in told.get("kept", {}).items()
    ]
    because = told.get("because", {})
    if because:
        names = ", ".join(f"{_name(table)} ({said.count(n)})" for table, n in because.items())
        lines.append(_("What hangs on it: %(names)s.") % {"names": names})
    return lines


def _name(table: str) -> str:
    if table == undoing.BY_PEOPLE:
        return _("what people changed")
    known: Iterable[Any] = apps.get_models(include_auto_created=True)
    found = [model for model in known if model._meta.db_table == table]
    return str(found[0]._meta.verbose_name) if found else table
