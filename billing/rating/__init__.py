"""What electricity costs and by which rule: pure, exact, without a database or a clock.

Whole đồng, whole kWh; periods are half-open. Prices and rates come in as plain frozen values
(`billing.tariff_files` reads them from files), so that files and database rows feed the same rules.
"""

from .bands import BandHours, band_at, minutes_by_band
from .basis import Basis, Usage, by_band, declared_households, scaled, total_kwh
from .engine import UNDECLARED_STEP, rate, rate_over, stretches_of
from .errors import (
    BadBasis,
    BadTariff,
    CannotRate,
    NoTariff,
    NotRunningForward,
    NoVatRate,
    ReadNeeded,
    UnconfirmedTariff,
)
from .meters import Advance, advance, total_advance
from .numbers import half_up
from .periods import Months, days_of_previous_month, months_in
from .reactive import PowerFactorRate, cos_phi, with_reactive
from .result import Line, Rating, total_up, with_line
from .steps import Quota, Rounding, quotas
from .structures import Structure, priced
from .tariffs import (
    BANDS,
    Kind,
    Price,
    PriceBook,
    Rule,
    Step,
    Stretch,
    Tariff,
    VatRate,
    day_after,
)

__all__ = [
    "BANDS",
    "UNDECLARED_STEP",
    "Advance",
    "BadBasis",
    "BadTariff",
    "BandHours",
    "Basis",
    "CannotRate",
    "Kind",
    "Line",
    "Months",
    "NoTariff",
    "NoVatRate",
    "NotRunningForward",
    "PowerFactorRate",
    "Price",
    "PriceBook",
    "Quota",
    "Rating",
    "ReadNeeded",
    "Rounding",
    "Rule",
    "Step",
    "Stretch",
    "Structure",
    "Tariff",
    "UnconfirmedTariff",
    "Usage",
    "VatRate",
    "advance",
    "band_at",
    "by_band",
    "cos_phi",
    "day_after",
    "days_of_previous_month",
    "declared_households",
    "half_up",
    "minutes_by_band",
    "months_in",
    "priced",
    "quotas",
    "rate",
    "rate_over",
    "scaled",
    "stretches_of",
    "total_advance",
    "total_kwh",
    "total_up",
    "with_line",
    "with_reactive",
]
