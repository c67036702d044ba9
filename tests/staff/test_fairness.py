import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.fairness import gini, jain, spread


@pytest.mark.parametrize(
    ("values", "expected"), [([1, 2, 3, 4, 5], 0.2667), ([10, 10, 10, 10], 0), ([0, 0, 0, 10], 0.75)]
)
def test_gini_equals_its_known_values(values, expected):
    assert gini(values) == pytest.approx(expected, abs=5e-5)


def test_jain_goes_from_one_nth_to_one():
    assert jain([3, 3, 3, 3]) == 1
    assert jain([0, 0, 0, 12]) == 0.25
    assert jain([0, 0]) == 1


def test_nothing_is_said_of_fewer_than_five():
    assert spread([1, 2, 3, 4]) is None


def test_the_spread_tells_n_and_the_highest_gini():
    found = spread([0, 0, 0, 0, 10])

    assert (found.n, found.gini, found.highest_gini) == (5, 0.8, 0.8)
    assert found.highest_to_middle is None


def test_loads_below_zero_are_refused():
    with pytest.raises(ValueError, match="below zero"):
        gini([1, -1])


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=40))
def test_gini_stays_within_its_bounds_and_ignores_order_and_scale(values):
    found = spread(values)

    assert -1e-9 <= found.gini <= found.highest_gini + 1e-9
    assert gini(values[::-1]) == pytest.approx(found.gini)
    assert gini([value * 3 for value in values]) == pytest.approx(found.gini, abs=1e-9)
