"""How evenly work is spread: Gini coefficient, greatest to median, Jain's index. Pure; for sharing work, not for ranking.

Values are loads per available hour, so that half a post with half the work counts as fair. Sources: Gini 1912 (mean
absolute difference); Jain, Chiu and Hawe 1984, DEC-TR-301.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """`gini` lies between 0 (all alike) and `highest_gini` = (n − 1) / n (one has everything), so n is told with it."""

    n: int
    gini: float
    jain: float
    lowest: float
    middle: float
    highest: float

    @property
    def highest_gini(self) -> float:
        return (self.n - 1) / self.n

    @property
    def highest_to_middle(self) -> float | None:
        """None when the middle one has no work at all."""
        return self.highest / self.middle if self.middle else None


def gini(values: Sequence[float]) -> float:
    """Half the mean absolute difference over the mean; 0 where nobody has anything. Values are not below zero."""
    if not values or min(values) < 0:
        raise ValueError("Loads are not below zero, and there is at least one.")
    ordered, n = sorted(values), len(values)
    total = sum(ordered)
    if total == 0:
        return 0.0
    return sum((2 * rank - n - 1) * value for rank, value in enumerate(ordered, start=1)) / (n * total)


def jain(values: Sequence[float]) -> float:
    """1 when all are alike, 1 / n when one has everything; 1 where nobody has anything."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def spread(values: Sequence[float]) -> Spread | None:
    """Nothing is said of fewer than five people: the figure would be a person's."""
    if len(values) < FEWEST_PEOPLE:
        return None
    return Spread(len(values), gini(values), jain(values), min(values), median(values), max(values))
