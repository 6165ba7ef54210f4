"""The columns of the files about reads, bills and payments, declared once for every way in."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from billing.models import Debit, Read
from billing.services import bills, debits, fees, payments, reads
from customers.resources import NUMBER, OF_ACCOUNT, SERIAL
from customers.services.loads import plausibility
from portal.lib.columns import (
    Column,
    Table,
    billing_month,
    choice,
    code,
    day,
    decimal,
    index_wh,
    instant,
    last_day,
    money,
    percent,
    text,
    whole,
)
from portal.lib.importing import SheetResource
from portal.lib.money import vat

# Older rows belong to the company's archive, not to what customers are told about now.
ARCHIVE_DAYS = 731
WH_A_KWH = 1000

_TOTAL = _("Amount and VAT do not add up to the total.")
_VAT = _("The VAT is not the rate of the amount, rounded to the đồng.")
_USAGE = _("The use differs from last index minus first index by more than one kWh.")
_PERIOD = _("The period ends before it begins.")
_DUE = _("The last day to pay lies before the day of issue.")

MONTH = Column(name="month", heading="Kỳ", synonyms=("Kỳ hóa đơn", "Tháng"), parse=billing_month())


class ReadResource(SheetResource):
    """Indexes at the end of each day."""

    label = _("daily reads")
    permission = "billing.add_read"
    table = Table(
        kind="reads",
        columns=(
            NUMBER,
            SERIAL,
            Column(
                name="day",
                heading="Ngày",
                synonyms=("Ngày ghi",),
                parse=day(past_days=ARCHIVE_DAYS, future_days=0),
            ),
            Column(name="index_wh", heading="Chỉ số", parse=index_wh()),
            Column(
                name="quality",
                heading="Chất lượng",
                parse=choice({"TT": Read.Quality.MEASURED, "TU": Read.Quality.ESTIMATED}),
                required=False,
                default=Read.Quality.MEASURED,
                hint=_("TT read, TU estimated."),
            ),
        ),
        key=("number", "serial", "day"),
    )
    may_lack = frozenset({"quality"})
    kept_in = {
        "number": "meter__account__number",
        "serial": "meter__serial",
        # That an index was put right is no word of these files; loaded again, it stays so.
        "quality": Case(
            When(quality=Read.Quality.CORRECTED, then=Value(Read.Quality.MEASURED)),
            default=F("quality"),
        ),
    }
    builds_on = frozenset({"accounts", "meters"})
    load = staticmethod(reads.load)
    preview = staticmethod(reads.preview)
    sees_repeats = True


def bill_adds_up(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Amount + VAT = total; the VAT is that of its rate."""
    if row["net"] + row["vat"] != row["total"]:
        yield "total", _TOTAL
    elif row["vat"] != vat(row["net"], row["vat_percent"]):
        yield "vat", _VAT


def use_is_between_indexes(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Last index − first index, to the kWh; a lower last index is a rollover, seen by the reads."""
    step = row["index_to_wh"] - row["index_from_wh"]
    if step >= 0 and abs(step - row["usage_kwh"] * WH_A_KWH) > WH_A_KWH:
        yield "usage_kwh", _USAGE


def days_are_in_order(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """First day before last day, issue before the last day to pay."""
    if row["ends_before"] <= row["starts_on"]:
        yield "ends_before", _PERIOD
    if row["due_on"] < row["issued_on"]:
        yield "due_on", _DUE


BILL_IS_CERTAIN = """
    {net} + {vat} = {total} AND {vat} = round({net} * {vat_percent} / 100)
    AND abs({index_to_wh} - {index_from_wh} - {usage_kwh} * 1000) <= 1000
    AND {ends_before} > {starts_on} AND {due_on} >= {issued_on}
"""


class BillResource(SheetResource):
    """Bills of one or more months."""

    label = _("bills")
    permission = "billing.add_bill"
    table = Table(
        kind="bills",
        columns=(
            MONTH,
            NUMBER,
            Column(name="starts_on", heading="Từ ngày", parse=day(past_days=ARCHIVE_DAYS)),
            Column(name="ends_before", heading="Đến ngày", parse=last_day(past_days=ARCHIVE_DAYS)),
            Column(name="index_from_wh", heading="Chỉ số đầu", parse=index_wh()),
            Column(name="index_to_wh", heading="Chỉ số cuối", parse=index_wh()),
            Column(
                name="usage_kwh",
                heading="Sản lượng (kWh)",
                synonyms=("Sản lượng", "Điện năng tiêu thụ"),
                parse=whole(minimum=0, maximum=100_000_000),
                summed=True,
            ),
            Column(
                name="households",
                heading="Số hộ",
                parse=decimal(minimum=Decimal("0.25"), maximum=Decimal(9999), places=2),
                required=False,
                default=Decimal(1),
                hint=_("How many households share the meter, like 1 or 0,5."),
            ),
            Column(name="net", heading="Tiền điện", parse=money(), summed=True),
            Column(name="vat_percent", heading="Thuế suất", parse=percent(maximum=20)),
            Column(
                name="vat",
                heading="Tiền thuế GTGT",
                synonyms=("Thuế GTGT", "Tiền thuế"),
                parse=money(),
                summed=True,
            ),
            Column(name="total", heading="Tổng tiền", parse=money(), summed=True),
            Column(
                name="issued_on",
                heading="Ngày phát hành",
                parse=day(past_days=ARCHIVE_DAYS, future_days=0),
            ),
            Column(name="due_on", heading="Hạn thanh toán", parse=day(past_days=ARCHIVE_DAYS)),
        ),
        key=("number", "month"),
        checks=(bill_adds_up, use_is_between_indexes, days_are_in_order),
        certain=BILL_IS_CERTAIN,
    )
    may_lack = frozenset({"households"})
    kept_in = OF_ACCOUNT
    builds_on = frozenset({"accounts"})
    sums: ClassVar = {"billing_bill": ("usage_kwh", "total")}
    doubts = (plausibility.known, plausibility.unusual_price)
    load = staticmethod(bills.load)


class PaymentResource(SheetResource):
    """Money that came in."""

    label = _("payments")
    permission = "billing.add_payment"
    table = Table(
        kind="payments",
        columns=(
            NUMBER,
            MONTH,
            Column(name="amount", heading="Số tiền", parse=money(minimum=1), summed=True),
            Column(
                name="paid_at",
                heading="Thời điểm",
                synonyms=("Thời gian", "Ngày thanh toán"),
                parse=instant(past_days=ARCHIVE_DAYS, future_days=0),
            ),
            Column(name="collected_by", heading="Kênh thu", parse=text(limit=40)),
            Column(
                name="reference", heading="Mã giao dịch", synonyms=("Số giao dịch",), parse=code()
            ),
        ),
        key=("reference",),
    )
    kept_in = OF_ACCOUNT
    builds_on = frozenset({"accounts", "bills"})
    sums: ClassVar = {"billing_payment": ("amount",)}
    doubts = (plausibility.paid_already,)
    load = staticmethod(payments.load)
    undone = staticmethod(payments.forget_feeds)


# As banks answer in ISO 8583, the standard of their card and account messages; a spreadsheet may
# have taken the first zero away.
RESULTS = {
    "00": Debit.Result.DEBITED,
    "0": Debit.Result.DEBITED,
    "14": Debit.Result.WRONG,
    "46": Debit.Result.CLOSED,
    "51": Debit.Result.FUNDS,
    "54": Debit.Result.EXPIRED,
    "57": Debit.Result.REVOKED,
    "61": Debit.Result.LIMIT,
    "62": Debit.Result.BLOCKED,
    "96": Debit.Result.SYSTEM,
}


class DebitResource(SheetResource):
    """What banks say of the debits that were asked of them."""

    label = _("results of debits")
    permission = "billing.add_debit"
    table = Table(
        kind="debits",
        columns=(
            NUMBER,
            MONTH,
            Column(name="amount", heading="Số tiền", parse=money(minimum=1), summed=True),
            Column(
                name="result",
                heading="Mã kết quả",
                synonyms=("Kết quả", "Mã lỗi"),
                parse=choice(RESULTS),
                hint=_(
                    "00 debited, 51 not enough money, 61 above the limit, 14 wrong account, "
                    "46 closed, 62 blocked, 54 run out, 57 taken back, 96 fault at the bank."
                ),
            ),
            Column(
                name="debited_on",
                heading="Ngày trích",
                synonyms=("Ngày trích nợ", "Ngày giao dịch"),
                parse=day(past_days=ARCHIVE_DAYS, future_days=0),
            ),
        ),
        key=("number", "month", "debited_on"),
    )
    kept_in = {**OF_ACCOUNT, "month": "bill__month"}
    builds_on = frozenset({"accounts", "bills"})
    cannot_undo = _(
        "What a bank said has moved bills, mandates and work. Load its corrected file instead."
    )
    load = staticmethod(debits.load)


class FeeResource(SheetResource):
    """What is owed for services, beside the bills."""

    label = _("service fees")
    permission = "billing.add_servicefee"
    table = Table(
        kind="fees",
        columns=(
            Column(name="reference", heading="Mã phí", parse=code()),
            NUMBER,
            Column(name="what", heading="Nội dung", parse=text(limit=120)),
            Column(name="amount", heading="Số tiền", parse=money(minimum=1), summed=True),
            Column(name="due_on", heading="Hạn thanh toán", parse=day(past_days=ARCHIVE_DAYS)),
        ),
        key=("reference",),
    )
    kept_in = OF_ACCOUNT
    builds_on = frozenset({"accounts"})
    sums: ClassVar = {"billing_servicefee": ("amount",)}
    load = staticmethod(fees.load)
