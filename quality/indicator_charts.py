"""From kept measurements to the chart of an indicator: settings by its passport, limits anew from its events, target of the day."""

from datetime import date

from quality import indicator_words, measurements, passports
from quality.control_chart_kinds import Direction
from quality.indicator_chart import IndicatorChart, Period, Settings, chart_of
from quality.models import Indicator, Measurement, Passport

MOST_MONTHS = 60
SCALES = {"percent": 100.0, "per_thousand": 1000.0}
FLOORS = {"points": None}
CEILINGS = {"percent": 100.0}


def settings_of(passport: Passport) -> Settings:
    return Settings(
        kind=passport.chart, direction=Direction(passport.direction), baseline=passport.baseline_points, run_length=passport.run_length,
        screens=passport.screens_outliers, scale=SCALES.get(passport.unit, 1.0), floor=FLOORS.get(passport.unit, 0.0),
        ceiling=CEILINGS.get(passport.unit), decimals=passport.decimals,
    )  # fmt: skip


def periods_of(found: list[Measurement]) -> list[Period]:
    return [Period(one.first_day, one.value, one.numerator, one.denominator) for one in found if one.value is not None]


def chart_for(indicator: Indicator, passport: Passport, *, unit_id: int | None = None, until: date | None = None) -> IndicatorChart | None:  # fmt: skip
    """Months up to `until`; an unfinished month is no point of the chart."""
    found = [one for one in measurements.series(indicator, unit_id=unit_id, until=until) if is_whole(one)][
        -MOST_MONTHS:
    ]
    return chart_from(found, indicator, passport)


def is_whole(one: Measurement) -> bool:
    from quality.periods import month_end

    return one.last_day == month_end(one.first_day)


def chart_from(found: list[Measurement], indicator: Indicator, passport: Passport) -> IndicatorChart | None:
    if passport.chart == Passport.Chart.NONE:
        return None
    periods = periods_of(found)
    rebases = [(one.starts_on, one.reason) for one in indicator.rebases.all() if one.taken_back_at is None]
    target = passports.target_on(indicator.targets.all(), periods[-1].first) if periods else None
    return chart_of(periods, settings_of(passport), rebases=rebases, target=float(target.value) if target else None)


def sentence_of(chart: IndicatorChart, passport: Passport) -> str:
    return indicator_words.sentence(
        chart, unit=passport.unit, decimals=passport.decimals, run_length=passport.run_length
    )
