import csv
import math
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from staff.forecasting import (
    METHODS,
    Past,
    Smoothing,
    backtest,
    coverage,
    forecast,
    holt_winters,
    origins,
    profile,
    quantile,
    range_of,
    seasonal_naive,
    seasonal_naive_with_trend,
)

BANK = Path(__file__).resolve().parents[3] / "shared/data/callcentre/bank_calls_5min_2003a.csv"
WEEK = [100, 80, 70, 75, 90, 0, 0]


def weeks(count, *, growth=1.0, noise=0.0, seed=1):
    draw = random.Random(seed)
    return [value * growth**number * (1 + noise * draw.gauss(0, 1)) for number in range(count) for value in WEEK]


OPEN = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0] * 60


def test_naive_repeats_the_week_before():
    assert seasonal_naive(Past(weeks(4), 7, OPEN), 9) == [100, 80, 70, 75, 90, 0, 0, 100, 80]


def test_naive_passes_over_what_was_closed_or_left_out():
    values = weeks(4)
    values[21], values[22] = 0, 500
    openness = list(OPEN)
    openness[21] = 0

    found = seasonal_naive(Past(values, 7, openness, frozenset({22})), 7)

    assert found[:3] == [100, 80, 70]


def test_a_shortened_day_is_a_part_of_a_usual_one():
    openness = list(OPEN)
    openness[28] = 0.5

    assert seasonal_naive(Past(weeks(4), 7, openness), 2) == [50, 80]
    assert profile(Past(weeks(4), 7, openness), 2) == [50, 80]


def test_the_trend_ratio_carries_growth_on():
    found = seasonal_naive_with_trend(Past(weeks(6, growth=1.1), 7, OPEN), 7)

    assert found[0] == pytest.approx(100 * 1.1**6)


@pytest.mark.parametrize("multiplies", [False, True])
def test_holt_winters_finds_a_steady_week(multiplies):
    found = holt_winters(Past(weeks(8), 7, OPEN), 7, Smoothing(0.1, 0.0, 0.1, multiplies))

    assert found == pytest.approx([float(value) for value in WEEK], rel=1e-6, abs=1e-6)


def test_holt_winters_follows_a_new_level():
    values = weeks(8) + [value * 1.5 for value in weeks(4)]

    found = holt_winters(Past(values, 7, OPEN), 7, Smoothing(0.3, 0.0, 0.05, True))

    assert found[0] == pytest.approx(150, rel=0.05)


@pytest.mark.parametrize("name", ["seasonal_naive", "holt_winters_multiplicative", "combined"])
def test_an_incident_that_is_left_out_teaches_nothing(name):
    values = weeks(12)
    values[78] = 5000  # the last Tuesday

    with_it = METHODS[name](Past(values, 7, OPEN), 7)
    without = METHODS[name](Past(values, 7, OPEN, frozenset({78})), 7)

    assert without[:5] == pytest.approx(WEEK[:5], rel=0.01)
    assert max(abs(a - b) for a, b in zip(with_it, without, strict=True)) > 1


def test_every_method_knows_a_closed_day():
    openness = list(OPEN)
    openness[84] = 0.0

    for method in METHODS.values():
        assert method(Past(weeks(12, noise=0.05), 7, openness), 7)[0] == 0


def test_origins_leave_enough_to_learn_from():
    assert origins(70, horizon=7, count=4, least=21) == [42, 49, 56, 63]
    assert origins(30, horizon=7, count=4, least=21) == [23]


def test_the_scale_of_the_error_is_the_naive_one():
    past = Past(weeks(12, noise=0.1), 7, OPEN)
    naive = backtest(past, "seasonal_naive", horizon=7)

    assert naive.relative_mae == 1
    assert backtest(past, "seasonal_naive", horizon=7, scale=naive.mae / 2).relative_mae == pytest.approx(2)


def test_the_best_method_is_chosen_and_all_are_told():
    found = forecast(Past(weeks(20, noise=0.15, seed=3), 7, OPEN), 14)

    assert set(found.tried) == set(METHODS)
    assert found.relative_mae == min(one.relative_mae for one in found.tried.values())
    assert found.relative_mae < 1
    assert all(low <= value <= high for low, value, high in zip(found.lower, found.values, found.upper, strict=True))


def test_a_short_past_is_repeated_with_a_wide_range():
    found = forecast(Past(weeks(2), 7, OPEN), 7)

    assert (found.method, found.tried) == ("seasonal_naive", {})
    assert found.upper[0] == 200


def test_the_range_holds_four_of_five():
    ratios = [1 + number / 100 for number in range(-50, 51)]
    low, high = range_of(ratios)

    assert (low, high) == pytest.approx((0.6, 1.4))
    assert coverage([0.6, 1, 2], [low] * 3, [high] * 3) == pytest.approx(2 / 3)
    assert quantile([1, 2, 3, 4], 0.5) == 2.5


def bank() -> Past:
    """Half hours of weekdays, 7.00 to 21.00; a weekday without a row was a day off."""
    calls: dict[tuple[date, int], float] = defaultdict(float)
    with BANK.open() as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["DateTime"].removesuffix("Z"))  # local time, whatever the Z says
            calls[at.date(), at.hour * 2 + at.minute // 30] += float(row["Calls"])
    counted = {day for day, _slot in calls}
    first, last = min(counted), max(counted)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = [day for day in days if day.weekday() < 5]
    slots = range(14, 42)
    values = [calls.get((day, slot), 0.0) for day in days for slot in slots]
    return Past(values, 5 * len(slots), [float(day in counted) for day in days for _slot in slots])


@pytest.mark.skipif(not BANK.exists(), reason="the bank's calls (../shared/data/callcentre) are not on this machine")
def test_the_chosen_forecast_beats_naive_on_the_last_four_weeks_of_a_bank():
    past = bank()

    found = forecast(past, past.season)

    told = {name: round(one.relative_mae, 3) for name, one in found.tried.items()}
    print(f"RelMAE by method: {told}; chosen {found.method}, {100 * (1 - found.relative_mae):.0f} % nearer than naive")
    assert found.method == "combined"
    assert found.relative_mae < 0.75


@pytest.mark.skipif(not BANK.exists(), reason="the bank's calls (../shared/data/callcentre) are not on this machine")
def test_the_range_holds_on_weeks_it_has_not_seen():
    past, held, whole = bank(), 0.0, 0
    for back in range(4, 0, -1):
        cut = len(past.values) - back * past.season
        found = forecast(past.until(cut), past.season)
        for ahead in range(past.season):
            if past.open_at(cut + ahead):
                whole += 1
                held += found.lower[ahead] <= past.values[cut + ahead] <= found.upper[ahead]

    print(f"{held / whole:.0%} of {whole} half hours lay within the 80 % range")
    assert 0.65 < held / whole < 0.95


def test_a_made_up_year_is_forecast_better_than_by_naive():
    """The same without the file: a weekly pattern, a slow wave and noise."""
    draw = random.Random(5)
    values = [
        WEEK[day % 7] * (1 + 0.2 * math.sin(day / 40)) * (1 + 0.12 * draw.gauss(0, 1)) if WEEK[day % 7] else 0.0
        for day in range(364)
    ]

    found = forecast(Past(values, 7, [1.0 if WEEK[day % 7] else 0.0 for day in range(400)]), 28)

    assert found.relative_mae < 0.95
