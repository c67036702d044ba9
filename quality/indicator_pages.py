"""What the pages of indicators show: one line for each in the list and the matrix. Few statements, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from quality import indicator_charts, indicator_words, passports
from quality.control_chart_kinds import Assurance, Variation
from quality.indicator_chart import IndicatorChart
from quality.indicator_words import Verdict
from quality.models import Indicator, Measurement, Passport

MONTHS_BACK = 36


@dataclass(frozen=True)
class Line:
    """An indicator with its last whole month."""

    indicator: Indicator
    passport: Passport
    last: Measurement | None
    value: str
    target: str
    variation: Verdict | None
    assurance: Verdict | None
    chart: IndicatorChart | None
    values: tuple[float, ...]

    @property
    def is_agreed(self) -> bool:
        return self.passport.state == Passport.State.AGREED


def lines(*, user, unit_id: int | None, today: date) -> list[Line]:
    """Four statements."""
    in_force = passports.passports_in_force()
    series: dict[int, list[Measurement]] = defaultdict(list)
    found = (
        Measurement.objects.latest().visible_to(user)
        .filter(period=Measurement.Period.MONTH, unit_id=unit_id, first_day__gte=today - timedelta(days=31 * MONTHS_BACK))
        .order_by("first_day")
    )  # fmt: skip
    for one in found:
        series[one.indicator_id].append(one)
    indicators = Indicator.objects.filter(is_in_use=True).prefetch_related("targets", "rebases")
    return [line_of(one, in_force[one.pk], series[one.pk]) for one in indicators if one.pk in in_force]


def line_of(indicator: Indicator, passport: Passport, found: list[Measurement]) -> Line:
    whole = [one for one in found if indicator_charts.is_whole(one)]
    last = whole[-1] if whole else None
    chart = indicator_charts.chart_from(whole, indicator, passport)
    target = passports.target_on(indicator.targets.all(), last.first_day) if last else None

    def words(value) -> str:
        return indicator_words.value_words(value, passport.unit, passport.decimals)

    return Line(
        indicator, passport, last, words(last.value if last else None), words(float(target.value)) if target else "–",
        indicator_words.variation_verdict(chart.variation) if chart else None,
        indicator_words.assurance_verdict(chart.assurance) if chart else None, chart,
        tuple(one.value for one in whole if one.value is not None)[-24:],
    )  # fmt: skip


COLUMNS = (Assurance.PASS, Assurance.HIT_OR_MISS, Assurance.FAIL, Assurance.NONE)
ROWS = (
    (Variation.IMPROVEMENT_HIGH, Variation.IMPROVEMENT_LOW), (Variation.COMMON,),
    (Variation.CONCERN_HIGH, Variation.CONCERN_LOW), (Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
)  # fmt: skip


def matrix(found: Iterable[Line]) -> list[tuple[tuple[Variation, ...], list[list[Line]]]]:
    """Variation down, assurance across; each indicator with a chart stands in one cell."""
    listed = [line for line in found if line.chart is not None]
    return [
        (row, [[line for line in listed if line.chart and line.chart.variation in row and line.chart.assurance is column] for column in COLUMNS])
        for row in ROWS
    ]  # fmt: skip
