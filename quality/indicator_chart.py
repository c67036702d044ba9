"""The control chart of an indicator: its periods in groups between rebase events, each with limits of its own, judged by
the rules; the verdict of the last point, and whether the target is met each time. Pure.

Values stand in the unit of the indicator (percent, per thousand, days). A share is judged by p limits of its numerator and
denominator, a rate by u limits; p′ and u′ (Laney) where denominators are so large that three sigma of chance are narrower
than what the process always does. Rare events stand as days between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from quality.control_chart_kinds import (
    Assurance,
    Band,
    Direction,
    Variation,
    assurance,
    cases_between,
    days_between,
    rate_bands,
    share_bands,
    variation,
)
from quality.control_charts import (
    FEWEST_FOR_FIRM_LIMITS,
    RUN_LENGTH,
    Point,
    judged_each,
    natural_limits,
)

FEWEST_POINTS = 2
# Denominators above this make three sigma of pure chance narrower than any real process holds.
LARGE_DENOMINATOR = 500


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


@dataclass(frozen=True, slots=True)
class Mark:
    """One period with its limits and what the rules say of it."""

    period: Period
    band: Band
    point: Point
    group: int


@dataclass(frozen=True)
class Group:
    """Periods between two rebase events. `is_trial`: too few points for firm limits."""

    first: date
    reason: str
    points: int
    is_trial: bool


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
    for number, (first, reason) in enumerate(starts):
        until = starts[number + 1][0] if number + 1 < len(starts) else date.max
        own = [one for one in periods if first <= one.first < until]
        if not own:
            continue
        bands = bands_of(own, settings)
        points = judged_each([one.value for one in own], bands, run_length=settings.run_length)
        shown = [clipped(band, settings) for band in bands]
        marks += [Mark(one, band, point, len(groups)) for one, band, point in zip(own, shown, points, strict=True)]
        groups.append(Group(own[0].first, reason, len(own), len(own) < FEWEST_FOR_FIRM_LIMITS))
    last = marks[-1]
    return IndicatorChart(
        tuple(marks), tuple(groups), variation(last.point, settings.direction),
        assurance(last.band.lower, last.band.upper, target=target, direction=settings.direction), target, settings.kind,
    )  # fmt: skip


def bands_of(own: Sequence[Period], settings: Settings) -> list[Band]:
    """Limits of each period of a group, in the unit of the indicator, from the first `baseline` points once there are half as
    many again; from all before that."""
    n = len(own)
    learnt = settings.baseline if n >= settings.baseline * 3 // 2 else n
    without = range(learnt, n)
    has_parts = all(one.numerator is not None and one.denominator for one in own)
    if settings.kind in ("p", "u") and has_parts:
        parts, wholes = [one.numerator or 0.0 for one in own], [one.denominator or 0.0 for one in own]
        bands = share_bands if settings.kind == "p" else rate_bands
        found = bands(parts, wholes, laney=fmean(wholes) > LARGE_DENOMINATOR, without=without)
        return [
            Band(band.lower * settings.scale, band.mean * settings.scale, band.upper * settings.scale)
            for band in found
        ]
    values = [one.value for one in own]
    if settings.kind == "g":
        band = cases_between(values[:learnt])
    elif settings.kind == "t":
        band = days_between(values[:learnt], screen=settings.screens)
    else:
        limits = natural_limits(values[:learnt], screen=settings.screens)
        band = Band(limits.lower, limits.mean, limits.upper) if limits else None
    return [band or Band(float("-inf"), values[0], float("inf"))] * n


def clipped(band: Band, settings: Settings) -> Band:
    """No limit is shown below what is possible, or above it."""
    lower = band.lower if settings.floor is None else max(settings.floor, band.lower)
    upper = band.upper if settings.ceiling is None else min(settings.ceiling, band.upper)
    return Band(lower, band.mean, upper)
