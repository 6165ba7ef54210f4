"""Work out a bill from figures alone, for everyone."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing import rated_words, rating
from billing.book import price_book
from billing.forms import HouseholdUseForm, OtherUseForm
from customers.models import TariffGroup
from portal.lib.periods import Period, local_day

OTHER = "other"
# Which field holds what cannot be priced, and how to mend it.
REFUSALS: dict[type[rating.CannotRate], tuple[str, Any]] = {
    rating.NoTariff: ("starts_on", _("We hold no prices for these days.")),
    rating.NoVatRate: ("starts_on", _("We hold no prices for these days.")),
    rating.UnconfirmedTariff: ("starts_on", _("The prices of these days are not confirmed.")),
    rating.ReadNeeded: (
        "last_on",
        _("The price changed within these days: work out the days before and after apart."),
    ),
}
NOT_POSSIBLE = ("last_on", _("These figures make no bill."))


@login_not_required
@require_safe
def work_out(request: HttpRequest) -> HttpResponse:
    """The steps, VAT and total of so many kWh; nothing is kept."""
    today, is_other = local_day(timezone.now()), request.GET.get("for") == OTHER
    book = price_book()
    form = _form(request, book, is_other=is_other, today=today)
    rated = _rated(form, book) if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "is_other": is_other,
        "result": rated_words.rated(rated, basis=form.basis()) if rated else None,
    }
    return render(request, "billing/work_out.html", context)


def _form(
    request: HttpRequest, book: rating.PriceBook, *, is_other: bool, today: date
) -> HouseholdUseForm | OtherUseForm:
    month = Period.of_month(today)
    initial = {"starts_on": month.starts_on, "last_on": month.last_on}
    data = request.GET if {"kwh", "normal"} & request.GET.keys() else None
    if is_other:
        return OtherUseForm(data, initial=initial, supplies=_supplies(book, on=today))
    return HouseholdUseForm(data, initial=initial)


def _supplies(book: rating.PriceBook, *, on: date) -> list[tuple[str, str]]:
    """The groups and voltages of the prices in force, as choices."""
    found = {
        (tariff.group, tariff.voltage)
        for tariff in book.tariffs
        if tariff.valid_from <= on and (tariff.valid_before is None or on < tariff.valid_before)
    }
    named = [
        (f"{group}|{voltage}", rated_words.supply(group, voltage))
        for group, voltage in sorted(found)
        if group in TariffGroup.values and group != TariffGroup.RESIDENTIAL
    ]
    return sorted(named, key=lambda choice: choice[1])


def _rated(form: HouseholdUseForm | OtherUseForm, book: rating.PriceBook) -> rating.Rating | None:
    try:
        return rating.rate(form.basis(), book=book)
    except rating.CannotRate as error:
        field, text = REFUSALS.get(type(error), NOT_POSSIBLE)
        form.add_error(field, text)
        return None
