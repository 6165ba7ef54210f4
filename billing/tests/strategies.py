"""Random bills for property tests: any period, use, household count and priced group."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from billing.rating import BANDS, Basis
from billing.tariff_files import shipped_price_book

# A busy machine must not fail a test: no example is measured by the clock.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

FIRST, LAST = date(2019, 3, 20), date(2027, 6, 30)
kwh = st.integers(0, 5_000)
households = st.integers(1, 80).map(lambda quarters: Decimal(quarters) / 4)
by_band = st.fixed_dictionaries(dict.fromkeys(BANDS, kwh))


@st.composite
def periods(draw, longest=100):
    starts_on = draw(st.dates(FIRST, LAST))
    return starts_on, starts_on + timedelta(days=draw(st.integers(1, longest)))


@st.composite
def household_bills(draw):
    """A household of any size, with tenants not declared now and then."""
    starts_on, ends_before = draw(periods())
    return Basis(
        starts_on=starts_on,
        ends_before=ends_before,
        usage=draw(st.one_of(kwh, by_band)),
        households=draw(households),
        undeclared_tenants=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def band_bills(draw):
    """A business or producer; read on the day of every new price inside the period."""
    group, voltage = draw(
        st.sampled_from([("business", "<6kV"), ("business", "6-<22kV"), ("production", "6-<22kV")])
    )
    starts_on, ends_before = draw(periods())
    used = draw(by_band)
    changes = [
        stretch.starts_on
        for stretch in shipped_price_book().stretches(
            group=group, voltage=voltage, starts_on=starts_on, ends_before=ends_before
        )[1:]
    ]
    parts = len(changes) + 1
    until = {
        on: {band: used[band] * number // parts for band in used}
        for number, on in enumerate(changes, start=1)
    }
    return Basis(
        starts_on=starts_on,
        ends_before=ends_before,
        usage=used,
        group=group,
        voltage=voltage,
        usage_until=until,
    )


bills = st.one_of(household_bills(), band_bills())
