"""When a share that is promised, or a target, is met exactly. Pure.

Shares are kept as binary floats: 7 of 10 and 0.7 differ in the seventeenth digit by how they were reckoned. What is met
exactly is met, so figures are compared up to `HAIR`, a millionth of a millionth of the larger one or of one: far below any
figure that is shown, far above what rounding leaves.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

HAIR = 1e-12


def as_written(number: float | Decimal) -> Fraction:
    """The fraction that its digits tell: 0.7 is seven tenths."""
    return Fraction(str(number))


def is_same(one: float, other: float) -> bool:
    return abs(one - other) <= HAIR * max(1.0, abs(one), abs(other))


def is_reached(value: float, least: float) -> bool:
    """At least so much."""
    return value >= least or is_same(value, least)


def is_within(value: float, most: float) -> bool:
    """At most so much."""
    return value <= most or is_same(value, most)


def as_shown(number: float, decimals: int | None) -> float:
    """Rounded half up, as figures are written on every page, so that the figure shown is the figure judged; None: as it is."""
    if decimals is None or number != number or abs(number) == float("inf"):
        return number
    return float(Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
