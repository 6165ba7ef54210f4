"""The files about parts of accounts: contacts, channels, meters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from customers.models import ContactPoint, Registration
from customers.services import listed_contacts, meters, registrations
from customers.services.loads import plausibility
from portal.lib import phones
from portal.lib.columns import (
    Column,
    Table,
    choice,
    contact,
    day,
    flag,
    whole,
)
from portal.lib.importing import SheetResource

from .columns import NUMBER, OF_ACCOUNT, SERIAL

CONTACT_KINDS = {
    "Điện thoại": ContactPoint.Kind.PHONE,
    "ĐT": ContactPoint.Kind.PHONE,
    "Di động": ContactPoint.Kind.PHONE,
    "Email": ContactPoint.Kind.EMAIL,
    "E-mail": ContactPoint.Kind.EMAIL,
    "Zalo": ContactPoint.Kind.ZALO,
}
OWNERS = {
    "Chủ hợp đồng": ContactPoint.Owner.HOLDER,
    "Chủ HĐ": ContactPoint.Owner.HOLDER,
    "Người thân": ContactPoint.Owner.RELATIVE,
}
CHANNELS = {
    "ZALO": Registration.Channel.ZALO,
    "Zalo OA": Registration.Channel.ZALO,
    "APP": Registration.Channel.APP,
    "Ứng dụng": Registration.Channel.APP,
}
ANSWERS = {"Có": True, "Không": False, "1": True, "0": False, "x": True, "Yes": True, "No": False}

BOOLEAN = BooleanField()

_NOT_A_PHONE = _("This is an e-mail address, where the row should have a phone number.")
_NOT_AN_EMAIL = _("This is a phone number, where the row should have an e-mail address.")
_LANDLINE = _("This is a landline; Zalo writes to mobiles alone.")


def value_fits_kind(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """An address for e-mail, a number for the phone, a mobile for Zalo."""
    kind, value = row["kind"], row["value"]
    if kind == ContactPoint.Kind.EMAIL:
        if "@" not in value:
            yield "value", _NOT_AN_EMAIL
    elif "@" in value:
        yield "value", _NOT_A_PHONE
    elif kind == ContactPoint.Kind.ZALO and not phones.is_mobile(value):
        yield "value", _LANDLINE


class ContactResource(SheetResource):
    """Contact points that other systems of the company know."""

    label = _("phone numbers and e-mail addresses")
    permission = "customers.add_contactpoint"
    table = Table(
        kind="contacts",
        columns=(
            NUMBER,
            Column(
                name="kind",
                heading="Loại liên hệ",
                synonyms=("Loại", "Kênh liên hệ"),
                parse=choice(CONTACT_KINDS),
            ),
            Column(
                name="value",
                heading="Giá trị",
                synonyms=("Số điện thoại / Email", "Liên hệ"),
                parse=contact(),
            ),
            Column(
                name="owner",
                heading="Của ai",
                synonyms=("Người liên hệ",),
                parse=choice(OWNERS),
                required=False,
                default=ContactPoint.Owner.HOLDER,
            ),
            Column(
                name="is_ended",
                heading="Ngừng dùng",
                synonyms=("Ngừng sử dụng", "Không còn dùng"),
                parse=flag(),
                required=False,
                default=False,
            ),
        ),
        key=("number", "kind", "value"),
        checks=(value_fits_kind,),
    )
    builds_on = frozenset({"accounts"})
    may_lack = frozenset({"owner", "is_ended"})
    kept_in = {**OF_ACCOUNT, "is_ended": ExpressionWrapper(Q(suspended_at__isnull=False), BOOLEAN)}
    doubts = (plausibility.stopped, plausibility.beside)
    load = staticmethod(listed_contacts.load)


class RegistrationResource(SheetResource):
    """Which customers follow us on Zalo, or use the app, as the providers of both export it."""

    label = _("registrations with channels")
    permission = "customers.add_registration"
    table = Table(
        kind="registrations",
        columns=(
            NUMBER,
            Column(name="channel", heading="Kênh", parse=choice(CHANNELS)),
            Column(
                name="is_registered",
                heading="Đăng ký",
                synonyms=("Trạng thái đăng ký",),
                parse=choice(ANSWERS),
                hint=_("Có or Không."),
            ),
            Column(
                name="since",
                heading="Từ ngày",
                synonyms=("Ngày đăng ký", "Ngày cập nhật"),
                parse=day(future_days=0),
            ),
        ),
        key=("number", "channel"),
    )
    builds_on = frozenset({"accounts", "contacts"})
    kept_in = OF_ACCOUNT
    doubts = (plausibility.stopped,)
    load = staticmethod(registrations.load)


class MeterResource(SheetResource):
    """Meters with the days on which they were hung and taken down; an exchange is two rows."""

    label = _("meters and their exchanges")
    permission = "customers.add_meter"
    table = Table(
        kind="meters",
        columns=(
            NUMBER,
            SERIAL,
            Column(
                name="multiplier",
                heading="Hệ số nhân",
                synonyms=("HSN",),
                parse=whole(minimum=1, maximum=1_000_000),
                required=False,
                hint=_("What the register is multiplied by, like 1 or 40."),
            ),
            Column(
                name="digits",
                heading="Số chữ số",
                synonyms=("Số chữ số nguyên",),
                parse=whole(minimum=4, maximum=9),
                required=False,
                hint=_("From 4 to 9: whole digits of the register."),
            ),
            Column(
                name="installed_on",
                heading="Ngày treo",
                synonyms=("Ngày lắp",),
                parse=day(future_days=0),
                required=False,
            ),
            Column(
                name="removed_on",
                heading="Ngày tháo",
                parse=day(future_days=0),
                required=False,
            ),
        ),
        key=("number", "serial"),
    )
    builds_on = frozenset({"accounts"})
    may_lack = frozenset({"multiplier", "digits", "removed_on"})
    kept_in = OF_ACCOUNT
    doubts = (plausibility.exchanged,)
    load = staticmethod(meters.load)
    entangle = staticmethod(meters.entangle)
