"""The files of the regional companies and of the accounts."""

from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from customers.models import ContactPoint, Meter, TariffGroup
from customers.services import accounts, meters, units
from customers.services.loads import plausibility
from portal.lib.columns import (
    TEXT,
    Column,
    Derived,
    Stored,
    Table,
    address,
    choice,
    code,
    decimal,
    email,
    flag,
    person_name,
    phone,
    text,
    whole,
    year_of_birth,
)
from portal.lib.importing import SheetResource

from .columns import NUMBER, SERIAL

GROUPS = {
    "SHBT": TariffGroup.RESIDENTIAL,
    "SXBT": TariffGroup.PRODUCTION,
    "KDDV": TariffGroup.BUSINESS,
    "HCSN": TariffGroup.PUBLIC,
    "BVTH": TariffGroup.CARE,
}


class UnitResource(SheetResource):
    """Regional companies."""

    label = _("regional companies")
    permission = "customers.add_operatingunit"
    table = Table(
        kind="units",
        columns=(
            Column(name="code", heading="Mã đơn vị", parse=code(r"P[A-Z][0-9]{2}")),
            Column(name="name", heading="Tên đơn vị", parse=text(limit=120)),
        ),
        key=("code",),
    )
    kept_in = {}
    load = staticmethod(units.load)


def _named(kind: str) -> QuerySet[ContactPoint]:
    """What the contract names: what was proven or recorded with us is no business of its file."""
    return ContactPoint.objects.usable().filter(
        account=OuterRef("pk"),
        kind=kind,
        owner=ContactPoint.Owner.HOLDER,
        source=ContactPoint.Source.CONTRACT,
    )


def _contact(kind: str) -> Subquery:
    return Subquery(_named(kind).order_by("-pk").values("value")[:1])


def _meter(name: str) -> Subquery:
    """A value of the meter in place."""
    meters = Meter.objects.in_place().filter(account=OuterRef("pk"))
    return Subquery(meters.order_by("-pk").values(name)[:1])


class AccountResource(SheetResource):
    """Accounts with their premise, meter and known contacts."""

    label = _("customers and their premises")
    permission = "customers.add_account"
    table = Table(
        kind="accounts",
        columns=(
            NUMBER,
            Column(
                name="holder_name",
                heading="Tên khách hàng",
                synonyms=("Họ tên", "Tên KH"),
                parse=person_name(),
            ),
            Column(
                name="holder_born_in", heading="Năm sinh", parse=year_of_birth(), required=False
            ),
            Column(
                name="address",
                heading="Địa chỉ sử dụng điện",
                synonyms=("Địa chỉ",),
                parse=address(limit=200),
            ),
            Column(
                name="ward",
                heading="Phường/Xã",
                synonyms=("Phường xã", "Phường"),
                parse=address(limit=80),
            ),
            Column(
                name="phone",
                heading="Điện thoại",
                synonyms=("SĐT", "Số điện thoại"),
                parse=phone(),
                required=False,
            ),
            Column(name="email", heading="Email", parse=email(), required=False),
            Column(name="unit", heading="Mã đơn vị", parse=code(), hint=_("A code like PB15.")),
            Column(
                name="tariff_group",
                heading="Mục đích",
                synonyms=("Mục đích sử dụng điện",),
                parse=choice(GROUPS),
                hint=_(
                    "SHBT homes, SXBT production, KDDV business, HCSN public, BVTH hospitals, "
                    "schools."
                ),
            ),
            Column(
                name="households",
                heading="Số hộ",
                parse=decimal(minimum=Decimal("0.25"), maximum=Decimal(9999), places=2),
                hint=_("How many households share the meter, like 1 or 0,5."),
            ),
            SERIAL,
            Column(
                name="multiplier",
                heading="Hệ số nhân",
                synonyms=("HSN",),
                parse=whole(minimum=1, maximum=1_000_000),
                required=False,
                default=1,
                hint=_("What the register is multiplied by, like 1 or 40."),
            ),
            Column(
                name="reading_day",
                heading="Ngày ghi",
                synonyms=("Ngày ghi chỉ số",),
                parse=whole(minimum=1, maximum=31),
                required=False,
                default=31,
                hint=_("A day of the month, from 1 to 31."),
            ),
            Column(name="has_app", heading="Có app", parse=flag(), required=False, default=False),
            Column(
                name="follows_zalo",
                heading="Theo dõi Zalo",
                parse=flag(),
                required=False,
                default=False,
            ),
        ),
        key=("number",),
        # The contract that stands first is the one that reads and bills of the file belong to.
        duplicates="first",
        derived=Derived(
            {
                "search_text": TEXT,
                "ward_key": TEXT,
                "street_key": TEXT,
                "house_number": Stored("nullif({}, '')::int"),
            },
            accounts.derived,
        ),
    )
    kept_in = {
        "unit": "unit__code",
        "tariff_group": "group",
        "phone": _contact(ContactPoint.Kind.PHONE),
        "email": _contact(ContactPoint.Kind.EMAIL),
        "serial": _meter("serial"),
        "multiplier": _meter("multiplier"),
        "follows_zalo": Exists(_named(ContactPoint.Kind.ZALO)),
    }
    builds_on = frozenset({"units"})
    doubts = (plausibility.renamed, plausibility.replaced)
    load = staticmethod(accounts.load)
    entangle = staticmethod(meters.entangle)
