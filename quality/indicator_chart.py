"""The control chart of an indicator: its periods in groups between rebase events, each with limits of its own, judged by
the rules; the verdict of the last point, and whether the target is met each time. Pure.

Values stand in the unit of the indicator (percent, per thousand, days). A share is judged by p limits of its numerator and
denominator, a rate by u limits; p′ and u′ (Laney) where denominators are so large that three sigma of chance are narrower
than what the process always does. Rare events stand as days between them.

Every point is judged by the limits that are shown beside it, before they are cut to what is possible. After a lasting shift the
points from the first one that moved stand on a level of their own: whether the target is met is said of that level, and each of
them is flagged as part of the shift until somebody rebases or the process goes back; nothing is rebased in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

from bureau.exactness import as_shown, is_reached
from quality.control_chart_kinds import (
    FEW_EXPECTED,
    FEW_FOR_RUNS,
    NELSON,
    Assurance,
    Band,
    Direction,
    Variation,
    assurance,
    cases_between,
    days_between,
    exact_band,
    rarer_expected,
    rate_bands,
    share_bands,
    variation,
)
from quality.control_charts import (
    FEWEST_FOR_FIRM_LIMITS,
    RUN_LENGTH,
    Point,
    Rule,
    judged_each,
    natural_limits,
    side_of,
)

FEWEST_POINTS = 2
# Denominators above this make three sigma of pure chance narrower than any real process holds.
LARGE_DENOMINATOR = 500
ENOUGH_FOR_LANEY = 25
# A level is told of no fewer points than this, before a shift as after it.
FEWEST_ON_A_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Period:
    """One measured period. Numerator and denominator where the chart needs them."""

    first: date
    value: float
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How the chart is made; from the passport of the indicator. `scale`: 100 for percent, 1000 for per thousand."""

    kind: str = "xmr"
    direction: Direction = Direction.NEUTRAL
    baseline: int = FEWEST_FOR_FIRM_LIMITS
    run_length: int = RUN_LENGTH
    screens: bool = True
    scale: float = 1.0
    floor: float | None = None
    ceiling: float | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One period with its limits and what the rules say of it."""

    period: Period
    band: Band
    point: Point
    group: int


@dataclass(frozen=True)
class Group:
    """Periods between two rebase events, or from a lasting shift on. `is_trial`: too few points for firm limits; `has_few`: so few
    events that only limits and trends are judged; `is_flat`: nothing varied."""

    first: date
    reason: str
    points: int
    is_trial: bool
    is_shift: bool = False
    has_few: bool = False
    is_flat: bool = False


@dataclass(frozen=True)
class IndicatorChart:
    marks: tuple[Mark, ...]
    groups: tuple[Group, ...]
    variation: Variation
    assurance: Assurance
    target: float | None
    kind: str

    @property
    def last(self) -> Mark:
        return self.marks[-1]

    @property
    def is_trial(self) -> bool:
        return self.groups[-1].is_trial

    @property
    def shift(self) -> tuple[Mark, Mark] | None:
        """The last point on the former level and the first that moved, where a lasting shift is not rebased yet."""
        if not self.groups[-1].is_shift:
            return None
        at = next(at for at, mark in enumerate(self.marks) if mark.group == len(self.groups) - 1)
        return self.marks[at - 1], self.marks[at]

    @property
    def signals(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.point.rule is not None]

    @property
    def since(self) -> Mark | None:
        """Where the run or trend that the last point belongs to began; None when the last point is as usual."""
        if self.last.point.rule is None:
            return None
        start = self.last
        for mark in reversed(self.marks):
            if (
                mark.point.rule is None
                or mark.point.is_high != self.last.point.is_high
                or mark.group != self.last.group
            ):
                break
            start = mark
        return start


def chart_of(
    periods: Sequence[Period], settings: Settings, *, rebases: Sequence[tuple[date, str]] = (), target: float | None = None
) -> IndicatorChart | None:  # fmt: skip
    """None of fewer than two periods. `rebases`: days from which limits are anew, with what happened."""
    if len(periods) < FEWEST_POINTS:
        return None
    cuts = [(day, reason) for day, reason in sorted(rebases) if periods[0].first < day <= periods[-1].first]
    starts = [(periods[0].first, ""), *cuts]
    marks: list[Mark] = []
    groups: list[Group] = []

    def add(own: Sequence[Period], level: "Level", reason: str, *, is_shift: bool = False) -> None:
        shown = [band.cut(settings.floor, settings.ceiling) for band in level.shown]
        marks.extend(
            Mark(one, band, point, len(groups)) for one, band, point in zip(own, shown, level.points, strict=True)
        )
        groups.append(
            Group(
                own[0].first, reason, len(own), len(own) < FEWEST_FOR_FIRM_LIMITS, is_shift,
                has_few=settings.kind in ("p", "u") and len(own) - 1 in level.without_runs, is_flat=all(band.is_flat for band in level.shown),
            )
        )  # fmt: skip

    for number, (first, reason) in enumerate(starts):
        until = starts[number + 1][0] if number + 1 < len(starts) else date.max
        own = [one for one in periods if first <= one.first < until]
        if not own:
            continue
        level = level_of(own, settings)
        moved = lasting_shift(own, level, settings.run_length) if number + 1 == len(starts) else None
        if moved is None:
            add(own, level, reason)
            continue
        before, after = own[:moved], own[moved:]
        is_high = fmean(one.value for one in after) > fmean(one.value for one in before)
        new = level_of(after, settings)
        points = [point if point.rule is Rule.OUTSIDE else Point(point.value, Rule.SHIFT, is_high) for point in new.points]  # fmt: skip
        add(before, level_of(before, settings), reason)
        add(after, replace(new, points=tuple(points)), "", is_shift=True)
    last = marks[-1]
    return IndicatorChart(
        tuple(marks), tuple(groups), variation(last.point, settings.direction),
        assurance(
            as_shown(last.band.lower, settings.decimals), as_shown(last.band.upper, settings.decimals), target=target, direction=settings.direction
        ),
        target, settings.kind,
    )  # fmt: skip


@dataclass(frozen=True)
class Level:
    """Periods judged by limits of their own: `shown` in the unit of the indicator and not cut. `without_runs`: places at which
    runs beside the mean tell nothing."""

    points: tuple[Point, ...]
    shown: tuple[Band, ...]
    without_runs: frozenset[int] = frozenset()


def level_of(own: Sequence[Period], settings: Settings) -> Level:
    """Limits of each period, from the first `baseline` points once there are half as many again, from all before that; and the
    points judged by them."""
    n = len(own)
    learnt = settings.baseline if n >= settings.baseline * 3 // 2 else n
    values = [one.value for one in own]
    without_runs: frozenset[int] = frozenset()
    if settings.kind in ("p", "u") and all(one.numerator is not None and one.denominator for one in own):
        shown, without_runs = bands_of_counts(own, settings, learnt)
    elif settings.kind == "g":
        # Six of ten numbers of cases between rare events lie below their mean: a run there is no sign.
        band, without_runs = cases_between(values[:learnt]), frozenset(range(n))
        shown = [band or unbounded(values[0])] * n
    elif settings.kind == "t":
        return level_of_days(values, settings, learnt)
    else:
        limits = natural_limits(values[:learnt], screen=settings.screens)
        shown = [Band(limits.lower, limits.mean, limits.upper) if limits else unbounded(values[0])] * n
    points = judged_each(values, shown, run_length=settings.run_length, decimals=settings.decimals, without_runs=without_runs)  # fmt: skip
    return Level(points, tuple(shown), without_runs)


def unbounded(value: float) -> Band:
    return Band(float("-inf"), value, float("inf"))


def bands_of_counts(own: Sequence[Period], settings: Settings, learnt: int) -> tuple[list[Band], frozenset[int]]:
    """Of shares and rates: three sigma, or exact limits where few are expected; the places at which runs are not judged."""
    is_share = settings.kind == "p"
    parts, wholes = [one.numerator or 0.0 for one in own], [one.denominator or 0.0 for one in own]
    bands = share_bands if is_share else rate_bands
    found = bands(parts, wholes, without=range(learnt, len(own)))
    # Of a few events in a thousand chance is wide, however large the thousand: nothing is to be learnt from how they move.
    laney = (
        fmean(wholes) > LARGE_DENOMINATOR
        and rarer_expected(fmean(wholes), found[0].mean, is_share=is_share) >= ENOUGH_FOR_LANEY
    )
    if laney:
        found = bands(parts, wholes, laney=True, without=range(learnt, len(own)))
    expected = [rarer_expected(whole, band.mean, is_share=is_share) for whole, band in zip(wholes, found, strict=True)]
    if not laney:
        found = [
            band if is_reached(few, FEW_EXPECTED) else exact_band(whole, band.mean, is_share=is_share)
            for whole, band, few in zip(wholes, found, expected, strict=True)
        ]
    scale = settings.scale
    shown = [Band(band.lower * scale, band.mean * scale, band.upper * scale) for band in found]
    return shown, frozenset(at for at, few in enumerate(expected) if not is_reached(few, FEW_FOR_RUNS))


def level_of_days(values: list[float], settings: Settings, learnt: int) -> Level:
    """Days between events are judged where they are nearly normal (days^(1/3.6)), and shown as days."""
    nearly_normal = [max(0.0, value) ** (1 / NELSON) for value in values]
    limits = natural_limits(nearly_normal[:learnt], screen=settings.screens)
    band = Band(limits.lower, limits.mean, limits.upper) if limits else unbounded(nearly_normal[0])
    found = judged_each(nearly_normal, [band] * len(values), run_length=settings.run_length)
    points = tuple(replace(point, value=value) for point, value in zip(found, values, strict=True))
    shown = days_between(values[:learnt], screen=settings.screens) or unbounded(values[0])
    return Level(points, (shown,) * len(values))


def lasting_shift(own: Sequence[Period], level: Level, run_length: int) -> int | None:
    """The place of the first point that moved, where the last points lie on one side for a whole run; None where they do not.

    The run may begin earlier than the shift: a point before it lay on that side by chance, or the mean was learnt from both levels. So the
    first point is where two levels fit best (least squares), among those that leave six points on either side.
    """
    sides = [side_of(one.value, band.mean) for one, band in zip(own, level.shown, strict=True)]
    length = 0
    for side in reversed(sides):
        if not side or side != sides[-1]:
            break
        length += 1
    if length < run_length or level.points[-1].rule is None or any(at in level.without_runs for at in range(len(own) - length, len(own))):  # fmt: skip
        return None
    values = [one.value for one in own]
    places = range(max(FEWEST_ON_A_LEVEL, len(own) - length), len(own) - FEWEST_ON_A_LEVEL + 1)
    return min(places, key=lambda at: spread(values[:at]) + spread(values[at:]), default=None)


def spread(values: Sequence[float]) -> float:
    """Squared distances from the mean."""
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values)
