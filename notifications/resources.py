"""The columns of the file of planned outages, declared once for every way in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications.services import outages
from notifications.services.outages.recording import LINK_OR_PHONE
from portal.lib.columns import Column, Table, code, instant, text
from portal.lib.importing import SheetResource
from portal.lib.text import link_or_phone

_ENDS = _("The outage ends before it begins.")


def ends_after_start(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """From before until."""
    if row["ends_at"] <= row["starts_at"]:
        yield "ends_at", _ENDS


def plain_words(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Nothing that a swindler would write: thousands are told it."""
    for column in ("area", "reason"):
        if link_or_phone(row[column]):
            yield column, LINK_OR_PHONE


class OutageResource(SheetResource):
    """Planned interruptions of supply."""

    label = _("planned outages")
    permission = "notifications.add_outage"
    table = Table(
        kind="outages",
        columns=(
            Column(name="code", heading="Mã lịch", parse=code(r"[0-9A-Z][0-9A-Z._/-]{0,19}")),
            Column(name="unit", heading="Mã đơn vị", parse=code(), hint=_("A code like PB15.")),
            Column(
                name="area",
                heading="Khu vực",
                parse=text(limit=300),
                hint=_("Wards and their streets, like “Phường Bến Cát: Tỉnh lộ 8; Xã Củ Chi”."),
            ),
            Column(name="starts_at", heading="Bắt đầu", parse=instant(past_days=731)),
            Column(name="ends_at", heading="Kết thúc", parse=instant(past_days=731)),
            Column(name="reason", heading="Lý do", parse=text(limit=200)),
        ),
        key=("code",),
        checks=(ends_after_start, plain_words),
    )
    kept_in = {"unit": "unit__code"}
    builds_on = frozenset({"units", "accounts"})
    cannot_undo = _("Outages are told to customers at once. Withdraw them at the desk instead.")
    load = staticmethod(outages.load)
