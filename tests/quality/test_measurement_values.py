import pytest

from feedback.scores import wilson
from quality.how import How
from quality.measurement_values import percentile, value_of


def test_a_share_has_wilsons_interval():
    found = value_of(How.SHARE, both=[1, 1, 1, 0])

    assert (found.numerator, found.denominator, found.value) == (3, 4, 75)
    assert (found.lower, found.upper) == pytest.approx((100 * wilson(3, 4).low, 100 * wilson(3, 4).high))


def test_nothing_counted_is_not_nought():
    assert value_of(How.SHARE).value is None
    assert value_of(How.RATE, numerator=[], denominator=[]).value is None
    assert value_of(How.MEDIAN).value is None
    assert value_of(How.RATIO, numerator=[], denominator=[]).value is None
    assert value_of(How.COUNT).value == 0


def test_a_rate_has_an_interval_of_poisson():
    """Ten events: the exact 95 % interval of the mean is 4.795 to 18.39 (chi-square); Byar's is within a hundredth or so."""
    found = value_of(How.RATE, numerator=[1] * 10, denominator=[1] * 1000)

    assert found.value == 10
    assert (found.lower, found.upper) == pytest.approx((4.795, 18.39), abs=0.02)
    assert value_of(How.RATE, numerator=[], denominator=[1] * 1000).lower == 0


def test_ratios_days_and_the_middle():
    assert value_of(How.RATIO, numerator=[300, 600], denominator=[2, 3]).value == 180
    assert value_of(How.RATIO_SHARE, numerator=[8, 7], denominator=[10, 10]).value == 75
    assert value_of(How.PER_DAY, numerator=[1] * 63, working_days=21).value == 3
    assert value_of(How.MEDIAN, both=[1, 2, 3, 10]).value == 2.5
    assert value_of(How.P85, both=list(range(1, 102))).value == 86
    assert percentile([7], 0.85) == 7


def test_the_recommendation_index_lies_between_minus_and_plus_a_hundred():
    found = value_of(How.INDEX, both=[1, 1, 1, 0, -1])

    assert (found.value, found.denominator) == (40, 5)
    assert -100 <= found.lower < 40 < found.upper <= 100
