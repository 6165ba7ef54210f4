"""One bill in words: for its page, and for the document that is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing import queries, rated_words, words
from billing.correction_words import CorrectionWords
from billing.rated_words import LineWords
from billing.words import BillRow, Due
from portal.lib import said
from portal.lib.money import dong
from portal.lib.numbers import percent
from portal.lib.periods import local_day
from portal.lib.quantities import kwh_number


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money that came in."""

    day: str
    amount: str
    through: str
    reference: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One bill in words."""

    row: BillRow
    due: Due | None
    index_from: str
    index_to: str
    index_differs: str
    net: str
    vat: str
    vat_percent: str
    issued_on: str
    due_on: str
    lines: Sequence[LineWords]
    price_lists: Sequence[str]
    is_by_hour: bool
    differs: str
    payments: Sequence[PaymentRow]
    corrections: Sequence[CorrectionWords]

    @classmethod
    def of(cls, sheet: queries.BillSheet, *, by_bank: bool, today: date) -> "Sheet":
        bill = sheet.bill
        return cls(
            row=BillRow.of(bill, today=today),
            due=words.due(sheet, by_bank=by_bank, today=today),
            index_from=kwh_number(bill.index_from_wh),
            index_to=kwh_number(bill.index_to_wh),
            index_differs=words.index_differs(sheet),
            net=dong(bill.net),
            vat=dong(bill.vat),
            vat_percent=percent(bill.vat_percent),
            issued_on=said.day(bill.issued_on),
            due_on=said.day(bill.due_on),
            lines=rated_words.lines(sheet.rating) if sheet.rating else [],
            price_lists=rated_words.price_lists(sheet.rating) if sheet.rating else [],
            is_by_hour=sheet.rating is None,
            differs=words.differs(sheet),
            payments=[
                PaymentRow(
                    day=said.day(local_day(payment.paid_at)),
                    amount=dong(payment.amount),
                    through=payment.collected_by,
                    reference=payment.reference,
                )
                for payment in sheet.payments
            ],
            corrections=[CorrectionWords.of(one) for one in sheet.corrections],
        )


def document(sheet: queries.BillSheet, *, by_bank: bool, today: date) -> dict[str, Any]:
    """The words of ``documents/bill.typ``; the bill with its account and company fetched."""
    shown, account = Sheet.of(sheet, by_bank=by_bank, today=today), sheet.bill.account
    return {
        "lang": get_language() or "vi",
        "title": _("Bill of %(month)s") % {"month": shown.row.short},
        "company": str(account.unit),
        "state": _state(shown),
        "contract": _facts(
            (_("Customer code"), account.number),
            (_("Contract holder"), account.holder_name),
            (_("Address"), account.premise),
        ),
        "measured_heading": _("What was measured"),
        "measured": _facts(
            (_("Period"), shown.row.days),
            (_("First index"), shown.index_from),
            (_("Last index"), shown.index_to),
            (_("Electricity used"), shown.row.kwh),
            (_("Issued on"), shown.issued_on),
            (_("Pay by"), shown.due_on),
        ),
        "lines_heading": _("What it is made of"),
        "columns": [_("Line"), "kWh", _("Price (đ/kWh)"), _("Amount (đ)")],
        "lines": [
            {"name": line.name, "kwh": line.kwh, "price": line.price, "amount": line.amount}
            for line in shown.lines
        ],
        "no_lines": _(
            "The price of this contract depends on the hours of use, so its lines stand on the tax"
            " invoice."
        ),
        "sum_heading": _("Sum"),
        "amount_heading": _("Amount"),
        "sums": _facts(
            (_("Before VAT"), shown.net),
            (_("VAT %(percent)s") % {"percent": shown.vat_percent}, shown.vat),
            (_("Total of the bill"), shown.row.amount),
        ),
        "differs": shown.differs,
        "price_lists": _price_lists(shown),
        "note": _(
            "This sheet shows your bill as we have it; it is no tax invoice. Its code and amount"
            " also stand on your page, where you can compare them."
        ),
    }


def _facts(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _state(shown: Sheet) -> str:
    if shown.due is None:
        return f"{shown.row.amount} · {shown.row.state.text}"
    return f"{shown.due.heading}. {shown.due.text}"


def _price_lists(shown: Sheet) -> str:
    if not shown.price_lists:
        return ""
    names = ", ".join(shown.price_lists)
    return _("Prices by decision %(names)s, each line worked out again by us.") % {"names": names}
