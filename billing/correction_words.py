"""What a bill said before it was corrected, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing import change_words
from billing.models import Bill, EarlierBill
from billing.queries import Correction
from portal.lib import said
from portal.lib.money import dong
from portal.lib.numbers import percent
from portal.lib.periods import DAY, Period, local_day
from portal.lib.quantities import kwh, kwh_number


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CorrectionWords:
    """One correction: when, what stood there before, and which figures changed."""

    text: str
    stood: str
    changed: Sequence[Changed]
    seen: str
    """The last day at whose end it stood, as pages take it; empty where there is none."""

    @classmethod
    def of(cls, correction: Correction) -> "CorrectionWords":
        before = correction.before
        return cls(
            text=_text(correction),
            stood=_("From %(first)s until %(last)s")
            % {"first": said.moment(before.learned_at), "last": said.moment(before.replaced_at)},
            changed=_changed(correction),
            seen=_seen(before),
        )


def _text(correction: Correction) -> str:
    """What changed, at a glance: use and money, or that both stayed."""
    before, after = correction.before, correction.after
    words = {
        "day": said.day(before.replaced_at),
        "kwh": kwh(before.usage_kwh * 1000),
        "amount": dong(before.total),
        "due": said.day(before.due_on),
    }
    if (before.usage_kwh, before.total) != (after.usage_kwh, after.total):
        return _("Corrected on %(day)s; before, it said %(kwh)s and %(amount)s.") % words
    if before.due_on != after.due_on:
        return _("Corrected on %(day)s: use and amount stay; before, it was due %(due)s.") % words
    return _("Corrected on %(day)s: use and amount stay.") % words


def _seen(before: EarlierBill) -> str:
    last = local_day(before.replaced_at) - DAY
    return f"{last:%Y-%m-%d}" if last >= local_day(before.learned_at) else ""


def _changed(correction: Correction) -> list[Changed]:
    before, after = _facts(correction.before), _facts(correction.after)
    return [
        Changed(name, old, new)
        for (name, old), (_name, new) in zip(before, after, strict=True)
        if old != new
    ]


def _facts(bill: Bill | EarlierBill) -> list[tuple[str, str]]:
    return [
        (_("Period"), said.span(Period(bill.starts_on, bill.ends_before))),
        (_("First index"), kwh_number(bill.index_from_wh)),
        (_("Last index"), kwh_number(bill.index_to_wh)),
        (_("Electricity used"), kwh(bill.usage_kwh * 1000)),
        (_("Households"), change_words.households(bill)),
        (_("Before VAT"), dong(bill.net)),
        (_("Rate of VAT"), percent(bill.vat_percent)),
        (_("Amount of VAT"), dong(bill.vat)),
        (_("Total"), dong(bill.total)),
        (_("Issued on"), said.day(bill.issued_on)),
        (_("Pay by"), said.day(bill.due_on)),
    ]
