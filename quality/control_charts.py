"""What is usual variation and what is not: control charts of single values (XmR), by the rules of "Making Data Count".

Values are figures of equal periods in order (days, weeks, months); nothing here knows the database. Do not use it on
cumulative or rolling values: their neighbours resemble each other by construction.

Source of the method: NHS England, Making Data Count; limits 2.66 × mean moving range (Wheeler); screening of extreme
moves as in Nelson 1982. Of the rules that flag a point the first one in this order counts: outside the limits, a trend of
seven, two of three near a limit, seven on one side of the mean.

A process that stands still has no limits of use: where most points are the same, that value is the level, equal points are
usual, and only a point that moved can be flagged. Equal is equal up to a float's rounding.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from statistics import fmean
from typing import Protocol

from bureau.exactness import as_shown, is_reached, is_same, is_within

NATURAL_LIMIT = 2.66  # 3 / 1.128: three sigma from the mean moving range
EXTREME_MOVE = 3.267  # upper limit of moving ranges
RUN_LENGTH = 7
FEWEST_FOR_FIRM_LIMITS = 13  # twelve points or fewer give trial limits


class Rule(StrEnum):
    OUTSIDE = "outside"
    TREND = "trend"  # seven points, six moves one way; a tie breaks it
    NEAR_LIMIT = "near_limit"  # two of three beyond two thirds of the way to a limit, all three on that side
    ONE_SIDE = "one_side"  # seven on one side of the mean; a point on it breaks the run
    SHIFT = "shift"  # part of a lasting shift: usual on the new level, and not on the one before


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural process limits around the mean of the baseline. `is_trial`: too few points to rely on."""

    lower: float
    mean: float
    upper: float
    mean_move: float
    points: int
    is_screened: bool

    @property
    def is_trial(self) -> bool:
        return self.points < FEWEST_FOR_FIRM_LIMITS

    def at_least(self, floor: float) -> "Limits":
        """The same limits, not below what is possible (no count is below zero)."""
        return Limits(
            max(floor, self.lower), self.mean, max(floor, self.upper), self.mean_move, self.points, self.is_screened
        )

    def as_shown(self, decimals: int) -> "Limits":
        """Rounded as they are written, so that what is shown as usual is usual."""
        return replace(self, lower=as_shown(self.lower, decimals), upper=as_shown(self.upper, decimals))

    def at_most(self, ceiling: float) -> "Limits":
        return Limits(
            min(ceiling, self.lower),
            self.mean,
            min(ceiling, self.upper),
            self.mean_move,
            self.points,
            self.is_screened,
        )


@dataclass(frozen=True, slots=True)
class Point:
    """One value with the rule that flags it, if any, and on which side it lies or whither it moves."""

    value: float
    rule: Rule | None
    is_high: bool


@dataclass(frozen=True, slots=True)
class ControlChart:
    limits: Limits
    points: tuple[Point, ...]

    def run_ending_last(self) -> int:
        """How many of the last values in a row lie on the side of the mean where the last one lies."""
        side, length = side_of(self.points[-1].value, self.limits.mean), 0
        for point in reversed(self.points):
            if not side or side_of(point.value, self.limits.mean) != side:
                break
            length += 1
        return length


def natural_limits(values: Sequence[float], *, screen: bool = True) -> Limits | None:
    """Mean ± 2.66 mean moving ranges; nothing for fewer than two values.

    With `screen`, moves of at least 3.267 times the mean move are left out of it once, so that one wild point does not
    widen the limits that should catch it. Where more than half of the values are the same, or nothing but such moves is left,
    the mean line is that value.
    """
    if len(values) < 2:
        return None
    usual, times = most_common(values)
    mean = usual if 2 * times > len(values) else fmean(values)
    moves = [abs(later - earlier) for earlier, later in pairwise(values)]
    mean_move = fmean(moves)
    kept = [move for move in moves if move < EXTREME_MOVE * mean_move] if screen else moves
    if screen and kept and len(kept) < len(moves):
        mean_move = fmean(kept)
    if is_same(mean_move, 0):
        mean, mean_move = usual, 0.0
    width = NATURAL_LIMIT * mean_move
    return Limits(mean - width, mean, mean + width, mean_move, len(values), screen)


def control_chart(
    values: Sequence[float],
    *,
    baseline: int | None = None,
    run_length: int = RUN_LENGTH,
    screen: bool = True,
    decimals: int | None = None,
) -> ControlChart | None:
    """All values judged by limits of the first `baseline` of them, or of all when none is given."""
    limits = natural_limits(values[:baseline] if baseline else values, screen=screen)
    return judged(values, limits, run_length=run_length, decimals=decimals) if limits else None


class Between(Protocol):
    """Limits of one point."""

    @property
    def lower(self) -> float: ...

    @property
    def mean(self) -> float: ...

    @property
    def upper(self) -> float: ...


def most_common(values: Sequence[float]) -> tuple[float, int]:
    """The value met most often, the first of several, and how often."""
    counted = [sum(is_same(one, other) for other in values) for one in values]
    times = max(counted)
    return values[counted.index(times)], times


def judged(values: Sequence[float], limits: Limits, *, run_length: int = RUN_LENGTH, decimals: int | None = None) -> ControlChart:  # fmt: skip
    """Each value with the first rule that flags it, all by the same limits."""
    return ControlChart(limits, judged_each(values, [limits] * len(values), run_length=run_length, decimals=decimals))


def judged_each(
    values: Sequence[float], bands: Sequence[Between], *, run_length: int = RUN_LENGTH, decimals: int | None = None,
    without_runs: Collection[int] = (),
) -> tuple[Point, ...]:  # fmt: skip
    """Each value by limits of its own, as shares and rates of unequal months have them; never by limits that were cut to what is
    possible, for then "near the limit" would be near the mean.

    Every member of a run is flagged, not only its last. `decimals`: values and limits are compared as they are shown.
    `without_runs`: places at which the mean does not part the values evenly, so that "two of three" and "seven on one side"
    tell nothing there.
    """
    rules: list[Rule | None] = [None] * len(values)
    sides = [side_of(value, band.mean) for value, band in zip(values, bands, strict=True)]
    high = [side > 0 for side in sides]

    def flag(at: int, rule: Rule, is_high: bool) -> None:
        if rules[at] is None:
            rules[at], high[at] = rule, is_high

    for at, (value, band) in enumerate(zip(values, bands, strict=True)):
        if (outside := side_outside(value, band, decimals)) != 0:
            flag(at, Rule.OUTSIDE, outside > 0)
    moves = [side_of(later, earlier) for earlier, later in pairwise(values)]
    for start in range(len(moves) - run_length + 2):
        window = moves[start : start + run_length - 1]
        if window and window[0] and len(set(window)) == 1:
            for at in range(start, start + run_length):
                flag(at, Rule.TREND, window[0] > 0)
    for start in range(len(values) - 2):
        trio = range(start, start + 3)
        if sides[start] and len({sides[at] for at in trio}) == 1 and not any(at in without_runs for at in trio):
            beyond = [at for at in trio if is_near(values[at], bands[at])]
            if len(beyond) >= 2:
                for at in beyond:
                    flag(at, Rule.NEAR_LIMIT, sides[at] > 0)
    for start in range(len(values) - run_length + 1):
        run = range(start, start + run_length)
        if sides[start] and len({sides[at] for at in run}) == 1 and not any(at in without_runs for at in run):
            for at in run:
                flag(at, Rule.ONE_SIDE, sides[at] > 0)
    return tuple(Point(value, rule, is_high) for value, rule, is_high in zip(values, rules, high, strict=True))


def is_near(value: float, band: Between) -> bool:
    """Beyond two thirds of the way from the mean to a limit."""
    return not is_reached(value, (2 * band.lower + band.mean) / 3) or not is_within(
        value, (2 * band.upper + band.mean) / 3
    )


def side_outside(value: float, band: Between, decimals: int | None = None) -> int:
    """1 above the upper limit, −1 below the lower one, 0 within; all three as they are shown.

    Rounding keeps order, so what lies within the limits unrounded lies within them as shown.
    """
    if value > band.upper and not is_within(as_shown(value, decimals), as_shown(band.upper, decimals)):
        return 1
    if value < band.lower and not is_reached(as_shown(value, decimals), as_shown(band.lower, decimals)):
        return -1
    return 0


def side_of(value: float, level: float) -> int:
    """1 above, −1 below, 0 on it up to a float's rounding."""
    return 0 if is_same(value, level) else 1 if value > level else -1
