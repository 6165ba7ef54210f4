"""Money: whole đồng, rounded half up, written as Vietnamese write it."""

from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"


def grouped(amount: int) -> str:
    """``amount`` with dots between thousands: ``1.234.567``."""
    return f"{amount:,}".replace(",", ".")


def dong(amount: int) -> str:
    """An amount with its unit, which never stands on a line of its own: ``1.234.567 đ``."""
    return f"{grouped(amount)}{NO_BREAK}đ"


def whole(amount: Decimal) -> int:
    """``amount`` in whole đồng; half a đồng counts away from zero."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def vat(net: int, percent: Decimal | int) -> int:
    """The tax on ``net`` at ``percent`` (8 is 8 %), rounded once on the sum as the law has it."""
    return whole(Decimal(net) * percent / 100)
