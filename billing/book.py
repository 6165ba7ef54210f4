"""The price book of this installation: the dated rows of the database as rating takes them."""

from datetime import datetime
from functools import lru_cache

from billing import rating
from billing.models import Tariff, VatRate
from billing.tariff_files import load_rules
from portal.lib import sql


def price_book() -> rating.PriceBook:
    """Every tariff and VAT rate on record; read again only after one of them changed."""
    (version,) = sql.run("billing", "version_of_prices")
    return _book(version)


@lru_cache(maxsize=1)
def _book(_version: tuple[datetime | int | None, ...]) -> rating.PriceBook:
    return rating.PriceBook(_tariffs(), _vat_rates(), load_rules())


def _tariffs() -> tuple[rating.Tariff, ...]:
    return tuple(
        rating.Tariff(
            decision=tariff.decision,
            valid_from=tariff.valid_from,
            valid_before=tariff.valid_before,
            group=tariff.group,
            voltage=tariff.voltage,
            prices=tuple(
                rating.Price(price.register_or_step, price.dong_per_kwh)
                for price in tariff.prices.all()
            ),
            confirmed=tariff.confirmed,
        )
        for tariff in Tariff.objects.prefetch_related("prices").order_by("pk")
    )


def _vat_rates() -> tuple[rating.VatRate, ...]:
    return tuple(
        rating.VatRate(rate.valid_from, rate.valid_before, rate.percent, rate.confirmed)
        for rate in VatRate.objects.order_by("valid_from")
    )
