"""Limits and rules against published examples: Montgomery 6.5 and the test values of NHS "plot the dots"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.control_charts import Rule, control_chart, natural_limits

MORTGAGE_BASELINE = [
    310,
    288,
    297,
    298,
    307,
    303,
    294,
    297,
    308,
    306,
    294,
    299,
    297,
    299,
    314,
    295,
    293,
    306,
    301,
    304,
]
MORTGAGE_NEXT = [305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328]
ONE_WILD = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def rules(values, **given):
    return [point.rule for point in control_chart(values, **given).points]


def test_limits_of_the_mortgage_example():
    limits = natural_limits(MORTGAGE_BASELINE)

    assert (limits.mean, round(limits.mean_move, 4)) == (300.5, 7.7895)
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (279.78, 321.22)
    assert not limits.is_trial


def test_only_the_last_two_mortgage_months_are_unusual():
    found = rules(MORTGAGE_BASELINE + MORTGAGE_NEXT, baseline=20)

    assert [at for at, rule in enumerate(found, start=1) if rule] == [39, 40]
    assert set(found) == {None, Rule.OUTSIDE}


def test_screening_leaves_a_wild_move_out_of_the_limits():
    screened, plain = natural_limits(ONE_WILD), natural_limits(ONE_WILD, screen=False)

    assert [round(value, 4) for value in (screened.lower, screened.mean, screened.upper)] == [-0.7156, 1.9444, 4.6044]
    assert [round(value, 4) for value in (plain.lower, plain.mean, plain.upper)] == [-3.0626, 1.9444, 6.9515]


def test_the_wild_point_is_outside():
    assert rules(ONE_WILD)[4] == Rule.OUTSIDE


def test_two_near_opposite_limits_are_usual():
    found = rules([1, -1] * 7 + [5.5, -5.5], screen=False)

    assert found[-2:] == [None, None]


def test_two_of_three_near_one_limit_are_flagged_and_the_third_is_not():
    baseline = [1, -1] * 10

    found = rules([*baseline, 4, 0.5, 4], baseline=20)

    assert found[-3:] == [Rule.NEAR_LIMIT, None, Rule.NEAR_LIMIT]


def test_seven_rising_points_are_a_trend_and_all_are_flagged():
    found = rules([*[0, 10] * 8, 1, 2, 3, 4, 5, 6, 7], baseline=16)

    assert found[16:] == [Rule.TREND] * 7


def test_six_rising_points_or_a_tie_are_no_trend():
    assert Rule.TREND not in rules([5, 1, 2, 3, 4, 5, 6, 2])
    assert Rule.TREND not in rules([1, 2, 3, 3, 4, 5, 6, 7])


def test_seven_on_one_side_are_flagged_from_the_first():
    baseline = [9, 11] * 10

    found = rules([*baseline, *([10.6, 11.2] * 4)[:7]], baseline=20)

    assert found[20:] == [Rule.ONE_SIDE] * 7


def test_six_on_one_side_are_usual():
    assert rules([*[9, 11] * 10, 10.6, 11.2, 10.6, 11.2, 10.6, 9.4], baseline=20)[20:] == [None] * 6


def test_outside_goes_before_a_trend():
    found = rules([10, 12] * 8 + [10, 12, 14, 16, 18, 20, 22, 30], baseline=16)

    assert found[-1] == Rule.OUTSIDE


def test_twelve_points_give_trial_limits():
    assert natural_limits([1, 2] * 6).is_trial
    assert not natural_limits([1, 2] * 7).is_trial


def test_one_value_has_no_limits():
    assert natural_limits([5]) is None
    assert control_chart([]) is None


def test_limits_do_not_go_below_what_is_possible():
    limits = natural_limits([0, 5, 0, 5]).at_least(0)

    assert limits.lower == 0


def test_run_ending_last_counts_back_to_where_it_began():
    chart = control_chart([*[9, 11] * 10, *([8.6, 9.2] * 4)[:7]], baseline=20)

    assert chart.run_ending_last() == 7


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=60))
def test_mean_lies_between_the_limits_and_a_mirror_image_has_mirrored_rules(values):
    chart, mirrored = control_chart(values), control_chart([-value for value in values])

    assert chart.limits.lower <= chart.limits.mean <= chart.limits.upper
    assert [point.rule for point in chart.points] == [point.rule for point in mirrored.points]


@given(st.integers(0, 100), st.integers(2, 40))
def test_a_constant_is_never_unusual(value, length):
    assert rules([value] * length) == [None] * length


def test_one_move_flags_the_point_that_moved_and_no_other():
    """Twelve fives and a six: the one move is screened, and what is left has no width."""
    found = control_chart([5] * 12 + [6])

    assert [point.rule for point in found.points] == [None] * 12 + [Rule.OUTSIDE]
    assert (found.limits.lower, found.limits.mean, found.limits.upper) == (5, 5, 5)
    assert rules([5] * 6 + [4] + [5] * 6) == [None] * 6 + [Rule.OUTSIDE] + [None] * 6
    assert rules([6] + [5] * 12) == [Rule.OUTSIDE] + [None] * 12


@pytest.mark.parametrize("value", [0.1, 0.1 + 0.2, 100 * 0.29, 1 / 3, 1e-9, 1e12 / 7])
@pytest.mark.parametrize("length", range(2, 40))
def test_equal_values_are_usual_however_floats_add_up(value, length):
    assert rules([value] * length) == [None] * length
    assert rules([value] * length, screen=False) == [None] * length


def test_values_equal_but_for_a_floats_rounding_are_equal():
    assert rules([0.3, 0.1 + 0.2] * 6) == [None] * 12
    assert rules([100 * part / whole for part, whole in [(7, 10), (14, 20), (21, 30), (35, 50)] * 5]) == [None] * 20


@given(st.lists(st.sampled_from([5.0, 5.0, 5.0, 5.0, 5.0, 6.0, 0.1]), min_size=12, max_size=40))
def test_where_most_points_are_equal_only_those_that_moved_are_flagged(values):
    usual = max(set(values), key=values.count)
    if 2 * values.count(usual) <= len(values):
        return
    for screen in (True, False):
        flagged = {point.value for point in control_chart(values, screen=screen).points if point.rule}
        assert usual not in flagged


def test_what_is_shown_as_usual_is_usual():
    """Limits of 10.4 to 27.6 are shown as 10–28: 28 is not above them, 29 is."""
    limits = natural_limits([19, 19 + 8.6 / 2.66, 19, 19 - 8.6 / 2.66, 19] * 3, screen=False)

    for value in range(50):
        point = control_chart([19, 19 + 8.6 / 2.66, 19, 19 - 8.6 / 2.66, 19] * 3 + [value], baseline=15, screen=False, decimals=0).points[-1]  # fmt: skip
        shown = limits.as_shown(0)
        assert (point.rule == Rule.OUTSIDE) == (not shown.lower <= value <= shown.upper)
