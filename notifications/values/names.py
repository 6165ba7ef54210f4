"""Every name that notices may be filled with: what it means, and how long it may get.

Who writes words picks from the names that the shipped words of a kind use. The example is the
longest a value is likely to be: by it previews are filled and lengths are judged.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications.wording.shipped import shipped, slots


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that is filled in; ``example`` is yes or no where it can only be asked about."""

    meaning: Any
    example: str | bool


EVERY_KIND: dict[str, Name] = {
    "code": Name(_("check code of the message"), "ABCD2345"),
    "number_end": Name(_("last four characters of the customer code"), "1234"),
    "customer_name": Name(_("name on the contract"), "Nguyễn Thị Hồng Hạnh"),
    "site_url": Name(_("address of our site"), ""),
    "hotline": Name(_("our phone number"), ""),
}

NAMES: dict[str, Name] = EVERY_KIND | {
    "month": Name(_("month of the bill"), "10/2026"),
    "total": Name(_("amount of the bill"), "12.701.525\u00a0đ"),
    "usage": Name(_("kWh used"), "12.345"),
    "first_on": Name(_("first day of the bill"), "03/10/2026"),
    "last_on": Name(_("last day of the bill"), "02/11/2026"),
    "due_on": Name(_("last day to pay"), "15/11/2026"),
    "cut_at": Name(_("when the supply is cut"), "08:00 23/11/2026"),
    "bank_pays": Name(_("the bank pays by itself: auto-debit is in force"), False),
    "to_do": Name(
        _("what to do about the bill, in at most 30 characters"), "Xin quý khách trả trước hạn"
    ),
    "why_not": Name(
        _("why the bank did not pay, in at most 30 characters"), "tài khoản không đủ tiền"
    ),
    "called_off": Name(_("the stop of supply was called off"), False),
    "is_paid": Name(_("the bill is paid already"), False),
    "is_zero": Name(_("nothing is to be paid"), False),
    "amount": Name(_("amount that came in"), "12.701.525\u00a0đ"),
    "paid_on": Name(_("day on which it was paid"), "15/11/2026"),
    "through": Name(_("whom it was paid through"), "Ngân hàng TMCP Ngoại thương Việt Nam"),
    "what": Name(
        _("what happened, in a sentence"),
        "Tài khoản đăng nhập h…h@example.vn đã được liên kết với địa điểm dùng điện này.",
    ),
    "short": Name(_("what happened, in at most 30 characters"), "Đã đổi nơi nhận tin"),
    "title": Name(_("heading of the campaign"), "Khảo sát chất lượng phục vụ"),
    "text": Name(
        _("text of the campaign, in at most 200 characters"),
        "Quý khách chấm điểm giúp chúng tôi việc ghi điện, thu tiền và trả lời điện thoại năm 2026 "
        "ở trang của chúng tôi, mục Thông báo. Việc này mất chừng ba phút. Xin cảm ơn quý khách.",
    ),
    "when": Name(_("when it was changed"), "09:30 23/11/2026"),
    "area": Name(_("area without electricity"), "Phường Bến Thành: Lê Lợi, Nguyễn Huệ"),
    "starts": Name(_("begin of the outage"), "08:00 08/12/2026"),
    "ends": Name(_("end of the outage"), "12:00 08/12/2026"),
    "reason": Name(_("why there is an outage"), "Bảo trì lưới điện và thay máy biến áp"),
    "reason_short": Name(
        _("why there is an outage, in at most 60 characters"),
        "Bảo trì lưới điện và thay máy biến áp khu vực Bến Thành",
    ),
    "fee": Name(_("what the fee is for"), "Thay công tơ theo yêu cầu của quý khách"),
    "reference": Name(_("number of the fee"), "PHI-2026-0001234"),
    "limit": Name(_("threshold of use that was set"), "100.000\u00a0kWh"),
    "used": Name(_("use that was measured"), "123.456,7\u00a0kWh, 12.345.678\u00a0đ"),
    "used_until": Name(_("last day that was measured"), "20/11/2026"),
    "period_from": Name(_("first day of the billing period"), "21/10/2026"),
    "use_from": Name(_("first day of unusual use"), "18/11/2026"),
    "usual": Name(_("use of a usual day"), "1.234,5\u00a0kWh"),
    "read_on": Name(_("day of the next reading"), "30/11/2026"),
    "day": Name(_("day of the month on which the meter is read"), "20"),
    "is_month_end": Name(_("the meter is read on the last day of the month"), True),
    "contact": Name(
        _("which phone or e-mail address is asked about, shown in part"),
        "số điện thoại 4 số cuối 4567",
    ),
    "answer_by": Name(_("last day to answer"), "02/12/2026"),
    "gives_reason": Name(_("the reason is told"), True),
}

_OFF = "Khu vực của quý khách sẽ tạm ngừng cấp điện từ 08:00 08/12/2026 đến 12:00 08/12/2026."
# Where a name of many kinds means another thing in one.
OWN_EXAMPLES: dict[str, dict[str, str]] = {
    kind: {"what": _OFF, "short": "Tạm ngừng cấp điện theo lịch"}
    for kind in ("planned_outage", "unplanned_outage")
} | {
    "disconnection": {"short": "Cắt điện nếu chưa trả tiền"},
    "security": {"code": "ABCD2345-EFGH67"},
}

UNKNOWN = "…"


def examples(kind: str) -> dict[str, str | bool]:
    """A made-up notice of this kind: a value for each of its names."""
    own = {"site_url": settings.SITE_URL, "hotline": settings.HOTLINE}
    own |= OWN_EXAMPLES.get(kind, {})
    return {name: own.get(name) or known(name).example for name in names_of(kind)}


def known(name: str) -> Name:
    """What is known of a name; itself where nobody described it."""
    return NAMES.get(name, Name(name, UNKNOWN))


def names_of(kind: str) -> tuple[str, ...]:
    """The names that words of this kind may use: everybody's, and those of what ships."""
    templates = settings.CHANNELS["zalo"]["OPTIONS"]["templates"]
    approved = templates.get(kind, {}).get("parameters", ())
    return tuple(sorted((_used(kind) | set(EVERY_KIND) | set(approved)) - {"subject"}))


@cache
def _used(kind: str) -> frozenset[str]:
    return frozenset(
        name
        for slot in slots()
        if slot.kind == kind
        for part in shipped(slot).compiled
        for name in part.names
    )
