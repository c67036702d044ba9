from datetime import date

import pytest

from quality.control_chart_kinds import Assurance, Direction, Variation
from quality.control_charts import Rule
from quality.indicator_chart import Period, Settings, chart_of

MORTGAGE = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304,
            305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328]  # fmt: skip


def month(number: int) -> date:
    return date(2020 + number // 12, number % 12 + 1, 1)


def single(values):
    return [Period(month(at), value) for at, value in enumerate(values)]


def shares(pairs):
    return [Period(month(at), 100 * part / whole, part, whole) for at, (part, whole) in enumerate(pairs)]


def test_montgomerys_example_signals_at_its_last_two_points():
    chart = chart_of(single(MORTGAGE), Settings(baseline=20, screens=False, direction=Direction.DECREASE))

    assert [mark.period.first for mark in chart.signals] == [month(38), month(39)]
    assert (round(chart.last.band.lower, 2), round(chart.last.band.upper, 2)) == (279.78, 321.22)
    assert chart.variation == Variation.CONCERN_HIGH
    assert chart.since.period.first == month(38)


def test_a_share_has_limits_of_its_own_each_month():
    pairs = [(80, 100), (160, 200), (40, 50)] * 6
    chart = chart_of(shares(pairs), Settings(kind="p", scale=100, floor=0, ceiling=100))

    widths = [round(mark.band.upper - mark.band.mean, 3) for mark in chart.marks[:3]]
    assert widths == [12.0, 8.485, 16.971]
    assert not chart.signals
    assert chart.last.band.mean == pytest.approx(80)


def test_a_drop_of_a_share_is_found_by_the_run_on_one_side():
    chart = chart_of(
        shares([(86, 100), (85, 100)] * 6 + [(86, 100)] + [(79, 100)] * 8),
        Settings(kind="p", scale=100, direction=Direction.INCREASE),
    )

    assert chart.variation == Variation.CONCERN_LOW
    assert chart.last.point.rule == Rule.SHIFT
    assert chart.since.period.first == month(13)


def test_large_denominators_are_widened_by_what_the_process_does():
    """Ten thousand calls a month: chance alone would allow ± 1 point, but the process itself moves by two."""
    pairs = [(8000 + move, 10_000) for move in (150, -120, 180, -170, 140, -160, 170, -150, 130, -140, 160, -130, 150)]

    chart = chart_of(shares(pairs), Settings(kind="p", scale=100))

    assert not chart.signals


def test_a_rebase_gives_the_later_points_limits_of_their_own():
    values = [10, 11, 10, 12, 11, 10, 11, 12, 10, 11, 12, 11, 10, *[20, 21, 20, 22, 21, 20]]
    plain = chart_of(single(values), Settings())
    rebased = chart_of(single(values), Settings(), rebases=[(month(13), "uus süsteem")])

    assert plain.signals
    assert not rebased.signals
    assert [(group.points, group.is_trial, group.reason) for group in rebased.groups] == [(13, False, ""), (6, True, "uus süsteem")]  # fmt: skip
    assert rebased.is_trial


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2, 2.2, 1.8] * 5, Assurance.FAIL),
        ([6, 6.2, 5.8] * 5, Assurance.PASS),
        ([3, 5, 2, 6, 4] * 3, Assurance.HIT_OR_MISS),
    ],
)
def test_assurance_against_the_target(values, expected):
    chart = chart_of(single(values), Settings(direction=Direction.INCREASE), target=4)

    assert chart.assurance == expected


def test_no_target_gives_no_assurance_and_one_period_no_chart():
    assert chart_of(single([1, 2, 3]), Settings()).assurance == Assurance.NONE
    assert chart_of(single([1]), Settings()) is None


def test_no_limit_is_shown_beyond_what_is_possible():
    chart = chart_of(single([98, 99, 97, 100, 95] * 4), Settings(floor=0, ceiling=100))

    assert chart.last.band.upper == 100


def test_mere_noise_stays_silent():
    import random

    draw, alarms = random.Random(3), 0
    for _chart in range(200):
        chart = chart_of(single([draw.gauss(50, 5) for _month in range(24)]), Settings(screens=False))
        alarms += any(mark.point.rule == Rule.OUTSIDE for mark in chart.marks)

    assert alarms / 200 < 0.2


def test_rare_events_stand_as_days_between_them():
    chart = chart_of(
        single([30, 41, 25, 60, 33, 29, 45, 38, 52, 27, 3]), Settings(kind="t", direction=Direction.INCREASE)
    )

    assert chart.last.band.lower > 0
    assert chart.kind == "t"


CALLS_IN_TIME = [(84, 100), (86, 100), (83, 100), (85, 100), (87, 100), (84, 100), (85, 100), (83, 100), (86, 100), (84, 100), (85, 100), (82, 100),
                 (86, 100), (85, 100), (84, 100), (80, 100), *[(71, 100), (69, 100), (72, 100), (70, 100), (68, 100), (73, 100), (70, 100), (71, 100)]]  # fmt: skip


def test_after_a_lasting_fall_the_target_is_judged_on_the_new_level():
    chart = chart_of(shares(CALLS_IN_TIME), Settings(kind="p", scale=100, floor=0, ceiling=100, direction=Direction.INCREASE), target=88)  # fmt: skip

    before, first = chart.shift
    assert chart.assurance == Assurance.FAIL
    assert (before.period.first, first.period.first) == (month(15), month(16))
    assert chart.since.period.first == month(16)
    assert [round(mark.band.mean) for mark in (before, first)] == [84, 70]
    assert chart.variation == Variation.CONCERN_LOW
    assert [group.is_shift for group in chart.groups] == [False, True]
    assert {mark.point.rule for mark in chart.marks[16:]} == {Rule.SHIFT}
    assert not [mark for mark in chart.marks[:16] if mark.point.rule]


def test_the_month_before_that_lay_low_by_chance_is_not_named():
    """March lies below the mean too, but April is the first that moved."""
    values = [50, 52, 51, 50, 52, 51, 50, 52, 51, 52, 50, 51, 52, 50, *[40, 41, 39, 40, 41, 40, 39]]

    chart = chart_of(single(values), Settings(direction=Direction.INCREASE))

    assert chart.since.period.first == chart.shift[1].period.first == month(14)


def test_a_shift_that_went_back_is_none():
    values = [50, 52, 51, 50, 52, 51, 50, 52, 51, 52, 50, 51, 52, 50, *[40, 41, 39, 40, 41, 40, 39], 52, 51]

    assert chart_of(single(values), Settings(direction=Direction.INCREASE)).shift is None


def test_a_rebase_at_the_shift_ends_it():
    chart = chart_of(shares(CALLS_IN_TIME), Settings(kind="p", scale=100), rebases=[(month(16), "uus kõnejaam")], target=60)  # fmt: skip

    assert chart.shift is None
    assert not chart.signals


def test_limits_shown_are_limits_judged_for_every_point():
    """Unequal months of a share: a point is flagged as outside exactly where it lies beyond the limits beside it."""
    import random

    draw = random.Random(11)
    for _chart in range(50):
        pairs = [(sum(draw.random() < 0.85 for _one in range(n)), n) for n in (draw.choice([12, 40, 150, 300]) for _month in range(24))]  # fmt: skip
        pairs[-1] = (round(0.6 * pairs[-1][1]), pairs[-1][1])
        chart = chart_of(shares(pairs), Settings(kind="p", scale=100, floor=0, ceiling=100, decimals=1))
        for mark in chart.marks:
            shown = [round(at + 1e-9, 1) for at in (mark.band.lower, mark.period.value, mark.band.upper)]
            is_beyond = not shown[0] <= shown[1] <= shown[2]
            assert (mark.point.rule is Rule.OUTSIDE) == is_beyond


def test_few_events_are_judged_by_limits_and_trends_alone():
    chart = chart_of(
        shares([(19, 20), (20, 20), (18, 20), (20, 20)] * 6), Settings(kind="p", scale=100, floor=0, ceiling=100)
    )

    assert chart.groups[-1].has_few
    assert not chart.signals


def test_a_share_that_never_varied_is_flat_and_only_a_month_that_moved_stands_out():
    flat = chart_of(shares([(20, 20), (31, 31)] * 8), Settings(kind="p", scale=100, floor=0, ceiling=100))
    moved = chart_of(shares([(20, 20)] * 20 + [(19, 20)]), Settings(kind="p", scale=100, floor=0, ceiling=100))

    assert flat.groups[-1].is_flat
    assert not flat.signals
    assert [mark.period.first for mark in moved.signals] == [month(20)]
