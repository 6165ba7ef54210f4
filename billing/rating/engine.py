"""From a basis and dated prices to a bill: lines, net, VAT, total, and the rule behind each line.

Source of the rules: circular 16/2014/TT-BCT with its later changes, and issued bills.
"""

from collections.abc import Iterable, Sequence

from .basis import Basis
from .charges import charges_of, lines_of, shares
from .errors import BadBasis, UnconfirmedTariff
from .result import Rating, total_up
from .steps import Rounding
from .tariffs import Confirmable, Kind, PriceBook, Rule, Stretch, VatRate

UNDECLARED_STEP = "undeclared_tenants_step"


def rate(
    basis: Basis,
    *,
    book: PriceBook,
    rounding: Rounding = Rounding.QUOTA,
    allow_unconfirmed: bool = False,
) -> Rating:
    """Work out a bill by the prices in force over its period; VAT is of the closing read's date.

    :raises BadBasis: households, tenants or reads do not fit the group or the price changes
    :raises NoTariff: a day has no price; also for an unknown group or voltage
    :raises ReadNeeded: the price of a group that is read on the day changed inside the period
    :raises UnconfirmedTariff: a price, a rule or the VAT rate is unconfirmed
    """
    stretches = stretches_of(basis, book)
    refuse_misfit(basis, stretches)
    return rate_over(
        basis,
        stretches=stretches,
        vat_rate=book.vat_rate(on=basis.priced_on),
        book=book,
        rounding=rounding,
        allow_unconfirmed=allow_unconfirmed,
    )


def stretches_of(basis: Basis, book: PriceBook) -> tuple[Stretch, ...]:
    """The period under its own prices, or under those of the one date that it asks for."""
    if basis.prices_on is None:
        return book.stretches(
            group=basis.group,
            voltage=basis.voltage,
            starts_on=basis.starts_on,
            ends_before=basis.ends_before,
        )
    tariff = book.tariff(group=basis.group, voltage=basis.voltage, on=basis.prices_on)
    return (Stretch(tariff, basis.starts_on, basis.ends_before),)


def rate_over(
    basis: Basis,
    *,
    stretches: Sequence[Stretch],
    vat_rate: VatRate,
    book: PriceBook,
    rounding: Rounding = Rounding.QUOTA,
    allow_unconfirmed: bool = False,
) -> Rating:
    """Work out a bill over given prices, which need not be those of the period's own dates.

    Explaining a difference asks for it: this period's use at the other period's prices.

    :raises ReadNeeded: as `rate` does
    :raises UnconfirmedTariff: as `rate` does
    """
    rules = [undeclared_rule(basis, stretch, book) for stretch in stretches]
    if not allow_unconfirmed:
        refuse_unconfirmed([*(stretch.tariff for stretch in stretches), *rules, vat_rate])
    charges = [
        (share.stretch, charge)
        for share, rule in zip(shares(basis, stretches), rules, strict=True)
        for charge in charges_of(share, basis=basis, undeclared=rule, rounding=rounding)
    ]
    return total_up(lines_of(charges), vat_percent=vat_rate.percent)


def undeclared_rule(basis: Basis, stretch: Stretch, book: PriceBook) -> Rule | None:
    """The step that all kWh of undeclared tenants cost; None for everybody else."""
    if not basis.undeclared_tenants:
        return None
    return book.rule(UNDECLARED_STEP, on=stretch.starts_on)


def refuse_misfit(basis: Basis, stretches: Sequence[Stretch]) -> None:
    """Households and tenants belong to steps; a read between belongs to a new price.

    :raises BadBasis: they are given where they mean nothing
    """
    stepped = all(stretch.tariff.kind is Kind.STEPS for stretch in stretches)
    if not stepped and (basis.households != 1 or basis.undeclared_tenants):
        raise BadBasis(f"group {basis.group!r} has no steps: leave households and tenants out")
    changes = {stretch.starts_on for stretch in stretches[1:]}
    if stray := sorted(set(basis.usage_until) - changes):
        raise BadBasis(f"no price changed on {stray[0]}: that read is not needed")


def refuse_unconfirmed(rows: Iterable[Confirmable | None]) -> None:
    """Nobody is billed by a rule that rests on a weak source.

    :raises UnconfirmedTariff: one of the rows is not confirmed
    """
    for row in rows:
        if row is not None and not row.confirmed:
            raise UnconfirmedTariff(f"not confirmed by a reliable source: {row}")
