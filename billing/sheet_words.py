"""A loaded bill beside our own calculation of it, in the words of the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing import rated_words, words
from billing.models import BillCheck
from billing.queries import BillSheet
from billing.rated_words import LineWords
from portal.lib import said
from portal.lib.money import dong
from portal.lib.numbers import percent


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of both calculations; ``differs`` where they do not agree."""

    name: str
    bill: str
    ours: str
    differs: bool


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Both calculations figure by figure, and the lines of ours."""

    differs: str
    facts: Sequence[Fact]
    lines: Sequence[LineWords]
    price_lists: Sequence[str]
    net: str
    vat: str
    vat_percent: str
    total: str

    @classmethod
    def of(cls, sheet: BillSheet) -> "SheetWords | None":
        """None where the kWh alone do not make the price: there is no calculation of ours."""
        ours = sheet.rating
        if ours is None:
            return None
        return cls(
            differs=words.differs(sheet),
            facts=_facts(sheet),
            lines=rated_words.lines(ours),
            price_lists=rated_words.price_lists(ours),
            net=dong(ours.net),
            vat=dong(ours.vat),
            vat_percent=percent(ours.vat_rate * 100),
            total=dong(ours.total),
        )


def _facts(sheet: BillSheet) -> list[Fact]:
    bill, ours = sheet.bill, sheet.rating
    if ours is None:
        return []
    pairs = [
        (_("Before VAT"), dong(bill.net), dong(ours.net)),
        (_("Rate of VAT"), percent(bill.vat_percent), percent(ours.vat_rate * 100)),
        (_("Amount of VAT"), dong(bill.vat), dong(ours.vat)),
        (_("Total"), dong(bill.total), dong(ours.total)),
    ]
    return [Fact(name, theirs, own, theirs != own) for name, theirs, own in pairs]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What somebody found who looked at the difference."""

    at: str
    by: str
    outcome: str
    note: str
    totals: str
    is_of_now: bool
    """Whether both totals are still those that were looked at."""

    @classmethod
    def of(cls, check: BillCheck) -> "CheckRow":
        totals = {"bill": dong(check.total), "ours": dong(check.worked_out)}
        return cls(
            at=said.moment(check.at),
            by=str(check.by),
            outcome=str(check.get_outcome_display()),
            note=check.note,
            totals=_("%(bill)s; ours %(ours)s") % totals,
            is_of_now=check.is_of_now,
        )
