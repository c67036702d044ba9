"""Replies in time by month and by kind of case, and whether a month is unusual.

A reply counts in the month, and on the day, that it was given, if it had a term. In time: `complaints.case_ends`.
"""

from dataclasses import dataclass
from datetime import date

from quality.control_charts import ControlChart, Limits, Rule, control_chart
from quality.daily_counts import NOTHING, Breakdown, Totals, total
from quality.periods import Period, month_end, month_start, months_until
from quality.small_numbers import Share

MONTHS_SHOWN = 24
MONTHS_OF_BASELINE = 13  # the limits come from these first months once half as many again follow
FEWEST_MONTHS = 6
PERCENT_DECIMALS = 0  # shares of months stand as whole percents, so they are judged as such


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """Replies of a month. `rule` flags it as unusual; a month of few replies is shown and not judged."""

    first: date
    last: date
    replies: Share
    rule: Rule | None = None
    is_high: bool = False
    is_unfinished: bool = False


@dataclass(frozen=True)
class Timeliness:
    months: tuple[MonthPoint, ...] = ()
    limits: Limits | None = None
    run: int = 0

    @property
    def last_judged(self) -> MonthPoint | None:
        """The last month with enough replies to be judged, when it is one of the last two: an older one says nothing of now."""
        judged = [point for point in self.months[-2:] if not point.replies.is_of_few]
        return judged[-1] if judged else None


@dataclass(frozen=True, slots=True)
class KindRow:
    kind_id: int | None
    replies: Share
    former: Share | None


def timeliness(by_day: dict[date, Totals], period: Period, today: date) -> Timeliness:
    """Share of replies in time by month of the reply, judged against the first twelve months (all, when they are few)."""
    sums: dict[date, Totals] = {}
    for day, totals in by_day.items():
        sums[month_start(day)] = sums.get(month_start(day), NOTHING) + totals
    months = [month for month in months_until(period.last, MONTHS_SHOWN) if month in sums]
    points = []
    for month in months:
        last = min(month_end(month), period.last)
        answered = sums[month] if last == month_end(month) or last == today else total(by_day, Period(month, last))
        points.append(MonthPoint(month, last, answered.replies_in_time, is_unfinished=last < month_end(month)))
    while points and not points[0].replies.whole:
        points.pop(0)
    at_judged = [at for at, point in enumerate(points) if not point.replies.is_of_few]
    values = [100 * (points[at].replies.value or 0) for at in at_judged]
    chart = judged_months(values)
    if chart is None:
        return Timeliness(months=tuple(points))
    for at, judged in zip(at_judged, chart.points, strict=True):
        point = points[at]
        points[at] = MonthPoint(
            point.first, point.last, point.replies, judged.rule, judged.is_high, point.is_unfinished
        )
    return Timeliness(months=tuple(points), limits=chart.limits, run=chart.run_ending_last())


def judged_months(values: list[float]) -> ControlChart | None:
    if len(values) < FEWEST_MONTHS:
        return None
    baseline = MONTHS_OF_BASELINE if len(values) >= MONTHS_OF_BASELINE * 3 // 2 else None
    chart = control_chart(values, baseline=baseline, decimals=PERCENT_DECIMALS)
    return ControlChart(chart.limits.at_least(0).at_most(100), chart.points) if chart else None


def kind_rows(now: Breakdown, then: Breakdown | None) -> tuple[KindRow, ...]:
    """Replies in time by kind of case, most replies first."""
    rows = [
        KindRow(
            kind_id,
            totals.replies_in_time,
            then.by_kind.get(kind_id, NOTHING).replies_in_time if then else None,
        )
        for kind_id, totals in now.by_kind.items()
        if totals.judged
    ]
    return tuple(sorted(rows, key=lambda row: (-row.replies.whole, row.kind_id or 0)))
