"""From what rows give to a value with its interval. Pure.

Shares have Wilson's interval (95 %), rates Byar's approximation of Poisson's, the recommendation index that of
its survey's page; means of the middle have none. No rows give no value: nothing counted is not nought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from feedback.scores import Z95, recommendation_of, wilson
from quality.how import How


@dataclass(frozen=True, slots=True)
class Value:
    """`numerator` and `denominator` as the passport names them; empty where there is none."""

    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None = None
    upper: float | None = None
    rows: int = 0


def value_of(how: How, *, both: Sequence[float] = (), numerator: Sequence[float] = (), denominator: Sequence[float] = (), working_days: int = 0) -> Value:  # fmt: skip
    """`both`, `numerator`, `denominator`: amounts of the rows of each side."""
    rows = len(both) or len(numerator)
    match how:
        case How.SHARE:
            return share(sum(both), len(both), rows)
        case How.COUNT:
            return Value(sum(numerator), None, sum(numerator), rows=rows)
        case How.RATE:
            return rate(sum(numerator), sum(denominator), rows)
        case How.PER_DAY:
            total = sum(numerator)
            return Value(total, working_days, total / working_days if working_days else None, rows=rows)
        case How.RATIO:
            top, bottom = sum(numerator), sum(denominator)
            return Value(top, bottom, top / bottom if bottom else None, rows=rows)
        case How.RATIO_SHARE:
            return share(sum(numerator), sum(denominator), rows)
        case How.MEDIAN:
            return Value(None, len(both), percentile(both, 0.5), rows=rows)
        case How.P85:
            return Value(None, len(both), percentile(both, 0.85), rows=rows)
        case How.INDEX:
            return index(both)


def share(part: float, whole: float, rows: int) -> Value:
    if not whole:
        return Value(part, whole, None, rows=rows)
    interval = wilson(part, whole)
    return Value(part, whole, 100 * part / whole, 100 * interval.low, 100 * interval.high, rows)


def rate(events: float, exposure: float, rows: int) -> Value:
    """For a thousand of exposure, with Byar's approximation of the Poisson interval (Breslow and Day 1987)."""
    if not exposure:
        return Value(events, exposure, None, rows=rows)
    low = events * (1 - 1 / (9 * events) - Z95 / (3 * sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    high = more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3
    return Value(
        events, exposure, 1000 * events / exposure, 1000 * max(0.0, low) / exposure, 1000 * high / exposure, rows
    )


def index(sides: Sequence[float]) -> Value:
    """Of answers counted 1, 0 or −1, with the same interval as the survey's own page."""
    promoters, detractors = sum(side > 0 for side in sides), sum(side < 0 for side in sides)
    found = recommendation_of(promoters, len(sides) - promoters - detractors, detractors)
    if found is None:
        return Value(0, 0, None)
    return Value(promoters - detractors, found.n, found.value, found.interval.low, found.interval.high, found.n)


def percentile(values: Sequence[float], share: float) -> float | None:
    """With linear interpolation between neighbours (type 7), so that the middle of an even number is the mean of two."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
