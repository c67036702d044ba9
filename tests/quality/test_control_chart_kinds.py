"""Limits of shares, rates and rare events against published values; verdicts against those of "Making Data Count"."""

from math import comb

import pytest

from quality.control_chart_kinds import (
    Assurance,
    Direction,
    Variation,
    assurance,
    cases_between,
    days_between,
    exact_band,
    is_met,
    rate_bands,
    share_bands,
    variation,
)
from quality.control_charts import Point, Rule

EVENTS, WHOLES = [3, 4, 2, 5, 6, 4, 5, 3], [100, 110, 95, 105, 115, 108, 112, 100]
UP, DOWN = Direction.INCREASE, Direction.DECREASE


def test_limits_at_the_published_mean_of_montgomery_7_1():
    """The mean after exclusion of samples 15 and 23 is taken as published; the counts themselves are not kept here."""
    band = share_bands([215], [1000])[0]
    (at_fifty,) = share_bands([10.75], [50])

    assert band.mean == 0.215
    assert (round(at_fifty.lower, 4), round(at_fifty.upper, 4)) == (0.0407, 0.3893)


def test_limits_follow_each_denominator():
    shares, rates = share_bands(EVENTS, WHOLES), rate_bands(EVENTS, WHOLES)

    assert [round(band.upper, 6) for band in shares[:4]] == [0.095134, 0.092469, 0.096622, 0.093754]
    assert [round(band.upper, 6) for band in rates[:4]] == [0.09625, 0.093533, 0.097767, 0.094843]
    assert {band.cut(0, None).lower for band in shares + rates} == {0}
    assert max(band.lower for band in shares + rates) < 0


def test_an_excluded_point_does_not_shape_the_limits():
    assert share_bands([5, 5, 50], [50, 50, 50], without=[2])[0].mean == 0.1


def test_laney_widens_limits_of_shares_that_move_more_than_chance():
    parts, wholes = [4900, 5100] * 6, [10_000] * 12  # two sigma to each side: mean move four, 4 / 1.128 = 3.546

    assert round(share_bands(parts, wholes)[0].upper, 4) == 0.515
    assert round(share_bands(parts, wholes, laney=True)[0].upper, 4) == 0.5532


def test_cases_between_events_are_geometric():
    band = cases_between([20, 22, 19, 21, 18, 23, 25, 20]).cut(0, None)

    assert (band.lower, band.mean, round(band.upper, 3)) == (0, 21, 85.483)


@pytest.mark.parametrize(
    ("whole", "mean", "is_share", "lower", "upper"),
    [
        (20, 0.95, True, 15, 20),  # five late of twenty: 0.26 % or more by chance 0.26 %, six 0.03 %
        (20, 0.05, True, 0, 5),
        (10, 0.5, True, 1, 9),  # none of ten, or all ten: 0.098 % each
        (1, 2.0, False, 0, 7),  # Poisson of two: eight or more 0.11 %, seven or more 0.45 %
        (13, 0.0, True, 0, 0),
    ],
)
def test_limits_of_few_are_exact(whole, mean, is_share, lower, upper):
    """By the tables of the binomial and Poisson distributions: beyond a limit lies no more than 0.135 % on a side."""
    band = exact_band(whole, mean, is_share=is_share)

    assert (round(band.lower * whole, 9), round(band.upper * whole, 9)) == (lower, upper)


@pytest.mark.parametrize("mean", [0.02, 0.1, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("n", [5, 20, 60])
def test_beyond_exact_limits_lies_no_more_than_beyond_three_sigma(n, mean):
    band = exact_band(n, mean, is_share=True)
    chances = [comb(n, k) * mean**k * (1 - mean) ** (n - k) for k in range(n + 1)]

    assert sum(chance for k, chance in enumerate(chances) if k < round(band.lower * n)) <= 0.00135
    assert sum(chance for k, chance in enumerate(chances) if k > round(band.upper * n)) <= 0.00135 + 1e-12


@pytest.mark.parametrize("target", [70, 70.00000000000001, 69.99999999999999])
def test_a_target_met_exactly_is_met(target):
    assert is_met(100 * 0.7, target, UP)
    assert is_met(100 * 0.7, target, DOWN)
    assert not is_met(69.9, 70, UP)
    assert not is_met(70.1, 70, DOWN)


def test_days_between_equal_events_do_not_move():
    band = days_between([30, 30, 30])

    assert (round(band.lower, 6), round(band.upper, 6)) == (30, 30)


@pytest.mark.parametrize(
    ("limits", "up", "down"),
    [
        ((1, 3), Assurance.FAIL, Assurance.PASS),
        ((5, 7), Assurance.PASS, Assurance.FAIL),
        ((1, 5), Assurance.HIT_OR_MISS, Assurance.HIT_OR_MISS),
    ],
)
def test_assurance_against_a_target_of_four(limits, up, down):
    assert assurance(*limits, target=4, direction=UP) == up
    assert assurance(*limits, target=4, direction=DOWN) == down
    assert assurance(*limits, target=None, direction=UP) == Assurance.NONE


def test_a_process_that_stands_still_on_its_target_meets_it_each_time():
    assert assurance(100 * 0.7, 70, target=70, direction=UP) == Assurance.PASS
    assert assurance(0.1 + 0.2, 0.3, target=0.3, direction=DOWN) == Assurance.PASS
    assert assurance(0.1 + 0.2, 5, target=0.3, direction=UP) == Assurance.HIT_OR_MISS


def test_variation_of_the_last_point():
    high = Point(9, Rule.OUTSIDE, is_high=True)

    assert variation(high, UP) == Variation.IMPROVEMENT_HIGH
    assert variation(high, DOWN) == Variation.CONCERN_HIGH
    assert variation(high, Direction.NEUTRAL) == Variation.NEUTRAL_HIGH
    assert variation(Point(9, None, is_high=True), UP) == Variation.COMMON
