"""The columns of the files about customers, declared once for every way in."""

from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from customers.agreement_cells import (
    BANK_NAMES,
    KINDS,
    PAPER_DAYS,
    RELATIONS,
    SOURCES,
    bank_account,
    ends_after_start,
    holds_no_number_in_words,
    says_what_its_kind_needs,
)
from customers.models import ContactPoint, Meter, RelativeContact, TariffGroup
from customers.models.arrangements import UNDO_WITHIN
from customers.services import accounts, meters, units
from customers.services.arrangements import from_files
from customers.services.loads import plausibility
from portal.lib.columns import (
    TEXT,
    Column,
    Derived,
    Stored,
    Table,
    account_number,
    address,
    choice,
    code,
    day,
    decimal,
    email,
    flag,
    last_day,
    person_name,
    phone,
    serial,
    text,
    whole,
    year_of_birth,
)
from portal.lib.importing import SheetResource
from portal.lib.loading import OwnUndo

GROUPS = {
    "SHBT": TariffGroup.RESIDENTIAL,
    "SXBT": TariffGroup.PRODUCTION,
    "KDDV": TariffGroup.BUSINESS,
    "HCSN": TariffGroup.PUBLIC,
    "BVTH": TariffGroup.CARE,
}


class UnitResource(SheetResource):
    """Regional companies."""

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

    permission = "customers.add_account"
    table = Table(
        kind="accounts",
        columns=(
            Column(
                name="number", heading="Mã khách hàng", synonyms=("Mã KH",), parse=account_number()
            ),
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
            Column(name="unit", heading="Mã đơn vị", parse=code()),
            Column(
                name="tariff_group",
                heading="Mục đích",
                synonyms=("Mục đích sử dụng điện",),
                parse=choice(GROUPS),
            ),
            Column(
                name="households",
                heading="Số hộ",
                parse=decimal(minimum=Decimal("0.25"), maximum=Decimal(9999), places=2),
            ),
            Column(
                name="serial",
                heading="Số công tơ",
                synonyms=("Mã công tơ", "Số CT"),
                parse=serial(),
            ),
            Column(
                name="multiplier",
                heading="Hệ số nhân",
                synonyms=("HSN",),
                parse=whole(minimum=1, maximum=1_000_000),
                required=False,
                default=1,
            ),
            Column(
                name="reading_day",
                heading="Ngày ghi",
                synonyms=("Ngày ghi chỉ số",),
                parse=whole(minimum=1, maximum=31),
                required=False,
                default=31,
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


class ArrangementResource(SheetResource):
    """Agreements on paper from before this system, and mandates that a bank lists."""

    table = Table(
        kind="arrangements",
        columns=(
            Column(
                name="number", heading="Mã khách hàng", synonyms=("Mã KH",), parse=account_number()
            ),
            Column(
                name="kind",
                heading="Loại thỏa thuận",
                synonyms=("Loại hình hỗ trợ", "Hình thức hỗ trợ"),
                parse=choice(KINDS),
            ),
            Column(
                name="reference",
                heading="Số văn bản",
                synonyms=("Số thỏa thuận", "Số hợp đồng"),
                parse=text(limit=40),
            ),
            Column(
                name="agreed_on",
                heading="Ngày văn bản",
                synonyms=("Ngày ký", "Ngày thỏa thuận"),
                parse=day(past_days=PAPER_DAYS, future_days=0),
            ),
            Column(
                name="starts_on",
                heading="Từ ngày",
                synonyms=("Hiệu lực từ",),
                parse=day(past_days=PAPER_DAYS, future_days=366),
                required=False,
            ),
            Column(
                name="ends_on",
                heading="Đến ngày",
                synonyms=("Hiệu lực đến",),
                parse=last_day(),
                required=False,
            ),
            Column(
                name="source",
                heading="Nguồn",
                parse=choice(SOURCES),
                required=False,
                default=from_files.ON_PAPER,
            ),
            Column(
                name="bank",
                heading="Ngân hàng",
                synonyms=("Tên ngân hàng",),
                parse=choice(BANK_NAMES),
                required=False,
            ),
            Column(
                name="bank_account",
                heading="Số tài khoản",
                synonyms=("Số TK", "STK"),
                parse=bank_account(),
                required=False,
                secret=True,
            ),
            Column(
                name="bank_holder",
                heading="Chủ tài khoản",
                synonyms=("Tên chủ tài khoản", "Chủ TK"),
                parse=person_name(),
                required=False,
            ),
            Column(
                name="relative_name",
                heading="Tên người thân",
                synonyms=("Họ tên người thân",),
                parse=person_name(),
                required=False,
            ),
            Column(
                name="relative_phone",
                heading="Di động người thân",
                synonyms=("Điện thoại người thân", "SĐT người thân"),
                parse=phone(strict=True),
                required=False,
            ),
            Column(
                name="relation",
                heading="Quan hệ",
                parse=choice(RELATIONS),
                required=False,
                default=RelativeContact.Relation.OTHER,
            ),
            Column(
                name="sms_phone",
                heading="Số nhận SMS",
                synonyms=("SĐT nhận SMS", "Số điện thoại nhận SMS"),
                parse=phone(strict=True),
                required=False,
            ),
        ),
        key=("number", "kind"),
        checks=(says_what_its_kind_needs, holds_no_number_in_words, ends_after_start),
    )
    permission = "customers.load_arrangement"
    # Whoever lets the file in decides on each of its rows.
    release_permission = "customers.decide_arrangement"
    # A list of one kind has its columns alone: nothing that is known is erased.
    may_lack = frozenset(column.name for column in table.columns if not column.required)
    builds_on = frozenset({"accounts"})
    two_people = True
    own_undo = OwnUndo(
        table="customers_arrangement",
        within=UNDO_WITHIN,
        offered=_(
            "If this was the wrong file, it can be undone for 24 hours, before a bank takes any "
            "money. Customers are told of that as well."
        ),
        instead=_("Each arrangement can be ended at its own page."),
        extent=from_files.extent,
        batch=from_files.take_back,
    )
    load = staticmethod(from_files.load)
