"""Limits of shares, rates and rare events, and what the last point of a chart means.

p and u: three sigma around the mean of the whole, for each point by its own denominator (Montgomery, ch. 7); where fewer than
ten events of the rarer kind are expected, the values that chance passes once in 741 times on each side, as three sigma do (exact binomial
and Poisson; Ryan 2011, ch. 6). p′ and u′: three sigma, widened or narrowed by how much the points really move (Laney 2002). None is
cut to what is possible; drawings cut. g: cases between events, geometric. t: days
between events, made nearly normal by the power 1/3.6 (Nelson 1994). Verdict and assurance: NHS "Making Data Count".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import exp, inf, log1p, sqrt
from statistics import fmean

from bureau.exactness import is_reached, is_same, is_within
from quality.control_charts import Point, natural_limits

SIGMA_PER_MOVE = 1.128
NELSON = 3.6


@dataclass(frozen=True, slots=True)
class Band:
    """Limits of one point."""

    lower: float
    mean: float
    upper: float

    def cut(self, floor: float | None, ceiling: float | None) -> "Band":
        """For a drawing: no limit below what is possible, or above it."""
        lower, upper = self.lower, self.upper
        return Band(
            lower if floor is None else max(floor, lower), self.mean, upper if ceiling is None else min(ceiling, upper)
        )

    @property
    def is_flat(self) -> bool:
        """Without any width: nothing varied."""
        return is_same(self.lower, self.upper)


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Variation(StrEnum):
    COMMON = "common"
    IMPROVEMENT_HIGH = "improvement_high"
    IMPROVEMENT_LOW = "improvement_low"
    CONCERN_HIGH = "concern_high"
    CONCERN_LOW = "concern_low"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class Assurance(StrEnum):
    PASS = "consistent_pass"  # noqa: S105 - a verdict
    FAIL = "consistent_fail"
    HIT_OR_MISS = "hit_or_miss"
    NONE = "none"


def share_bands(
    parts: Sequence[float], wholes: Sequence[float], *, laney: bool = False, without: Collection[int] = ()
) -> list[Band]:
    """p or p′ for each point, 0–1. Points at the places `without` do not shape the limits."""
    return bands(parts, wholes, is_share=True, laney=laney, without=without)


def rate_bands(
    events: Sequence[float], exposures: Sequence[float], *, laney: bool = False, without: Collection[int] = ()
) -> list[Band]:
    """u or u′ for each point, events for one of exposure."""
    return bands(events, exposures, is_share=False, laney=laney, without=without)


def bands(
    parts: Sequence[float], wholes: Sequence[float], *, is_share: bool, laney: bool, without: Collection[int]
) -> list[Band]:
    """Nothing when no point with a denominator is left to count from. A point without a denominator has no limits of use."""
    kept = [at for at in range(len(parts)) if at not in without and wholes[at] > 0]
    if not kept:
        return []
    mean = sum(parts[at] for at in kept) / sum(wholes[at] for at in kept)
    spread = mean * (1 - mean) if is_share else mean
    scale = 1.0
    if laney and len(kept) > 1 and spread > 0:
        scores = [(parts[at] / wholes[at] - mean) / sqrt(spread / wholes[at]) for at in kept]
        scale = fmean(abs(later - earlier) for earlier, later in pairwise(scores)) / SIGMA_PER_MOVE
    result = []
    for whole in wholes:
        width = 3 * scale * sqrt(spread / whole) if whole > 0 else inf
        result.append(Band(mean - width, mean, mean + width))
    return result


# Fewer events expected than this, and three sigma lie so unevenly that a month is outside by chance up to six times as often.
FEW_EXPECTED = 10
# Fewer than this, and the mean parts the months so unevenly that runs on one side come of themselves.
FEW_FOR_RUNS = 5
# Chance of a value beyond three sigma on one side of a normal distribution.
TAIL = 0.00135


def rarer_expected(whole: float, mean: float, *, is_share: bool) -> float:
    """Events expected of the rarer kind: of a share, parts or what is left of the whole."""
    return whole * (min(mean, 1 - mean) if is_share else mean)


def exact_band(whole: float, mean: float, *, is_share: bool) -> Band:
    """The least and the most events that chance does not pass by more than `TAIL` on a side, as a share or rate of the whole."""
    n = max(1, round(whole))
    if is_share and mean > 0.5:
        mirrored = exact_band(whole, 1 - mean, is_share=True)
        return Band(1 - mirrored.upper, mean, 1 - mirrored.lower)
    if is_same(mean, 0):
        return Band(mean, mean, mean)
    chance = exp(n * log1p(-mean)) if is_share else exp(-whole * mean)
    count, below, least = 0, 0.0, None
    while True:
        if least is None and below + chance > TAIL:
            least = count
        below += chance
        if below >= 1 - TAIL or (is_share and count >= n):
            break
        count += 1
        chance *= (n - count + 1) / count * mean / (1 - mean) if is_share else whole * mean / count
    return Band((least or 0) / whole, mean, count / whole)


def cases_between(counts: Sequence[float]) -> Band | None:
    """g: cases between two events."""
    if not counts:
        return None
    mean = fmean(counts)
    width = 3 * sqrt(mean * (mean + 1))
    return Band(mean - width, mean, mean + width)


def days_between(days: Sequence[float], *, screen: bool = True) -> Band | None:
    """t: days between two events; nothing for fewer than two."""
    limits = natural_limits([value ** (1 / NELSON) for value in days], screen=screen)
    if limits is None:
        return None
    return Band(max(0.0, limits.lower) ** NELSON, limits.mean**NELSON, limits.upper**NELSON)


def variation(last: Point, direction: Direction) -> Variation:
    if last.rule is None:
        return Variation.COMMON
    side = "high" if last.is_high else "low"
    if direction is Direction.NEUTRAL:
        return Variation(f"neutral_{side}")
    is_better = last.is_high == (direction is Direction.INCREASE)
    return Variation(f"{'improvement' if is_better else 'concern'}_{side}")


def is_met(value: float, target: float, direction: Direction) -> bool:
    """Whether one value meets its target; what meets it exactly does."""
    return is_within(value, target) if direction is Direction.DECREASE else is_reached(value, target)


def assurance(lower: float, upper: float, *, target: float | None, direction: Direction) -> Assurance:
    """Whether the process as it is will meet the target each time. Limits that touch it are within it, up to a float's rounding;
    a process that stands still on its target meets it each time."""
    if target is None or direction is Direction.NEUTRAL:
        return Assurance.NONE
    if is_same(lower, upper) and is_same(lower, target):
        return Assurance.PASS
    if is_within(lower, target) and is_reached(upper, target):
        return Assurance.HIT_OR_MISS
    return Assurance.PASS if (target < lower) == (direction is Direction.INCREASE) else Assurance.FAIL
