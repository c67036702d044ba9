import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.staffing import Interval, Promise, blended, ladder, needed, rostered, served_by, week

HUNDRED = Interval(100, 180)


def test_the_published_anchor():
    """100 calls in half an hour of three minutes: 14 people, 20 with 30 % away; 15 and 22 where nobody is busier than 70 %."""
    plain, at_ease = needed(HUNDRED, Promise(0.8, 20)), needed(HUNDRED, Promise(0.8, 20, occupancy=0.7))

    assert (plain.people, rostered(plain.people, Decimal("0.3"))) == (14, 20)
    assert (round(plain.share, 3), round(plain.occupancy, 3)) == (0.888, 0.714)
    assert (at_ease.people, rostered(at_ease.people, Decimal("0.3"))) == (15, 22)
    assert (round(at_ease.share, 3), round(at_ease.occupancy, 3)) == (0.941, 0.667)


def test_an_hour_of_250_calls():
    found = needed(Interval(250, 330, 3600), Promise(0.8, 30))

    assert found.people == 28
    assert found.load == pytest.approx(22.9, abs=0.05)


def test_callers_who_hang_up_ask_for_fewer_people():
    assert needed(HUNDRED, Promise(0.8, 20, patience=300)).people == 13


def test_time_away_is_reckoned_in_decimals():
    assert rostered(21, Decimal("0.3")) == 30
    assert rostered(14, Decimal(0)) == 14
    with pytest.raises(ValueError, match="below 1"):
        rostered(1, Decimal(1))


def test_too_few_on_the_line_is_said_and_not_computed():
    found = served_by(10, HUNDRED, Promise())

    assert (found.grows, found.share, found.mean_wait) == (True, None, None)
    assert served_by(0, HUNDRED, Promise()).grows


def test_nobody_calls():
    assert needed(Interval(0, 180), Promise()).people == 0


def test_the_ladder_stands_around_what_is_needed():
    assert [one.people for one in ladder(HUNDRED, Promise())] == [12, 13, 14, 15, 16, 17]
    assert [one.keeps(Promise()) for one in ladder(HUNDRED, Promise())] == [False, False, True, True, True, True]


@given(st.floats(0.5, 200), st.floats(30, 600), st.floats(0.5, 0.98), st.floats(5, 120), st.one_of(st.none(), st.floats(30, 900)))  # fmt: skip
def test_one_fewer_would_break_the_promise(calls, handling, share, within, patience):
    promise = Promise(share, within, occupancy=0.95, patience=patience)
    found = needed(Interval(calls, handling), promise)

    assert found.keeps(promise)
    assert not served_by(found.people - 1, Interval(calls, handling), promise).keeps(promise)


def test_a_week_of_half_hours_takes_less_than_fifty_milliseconds():
    intervals = [Interval(5 + (number * 37) % 90 + number / 1000, 180 + number % 60) for number in range(336)]
    best = min(timed(intervals) for _each in range(3))

    print(f"336 half hours: {1000 * best:.1f} ms")
    assert best < 0.05


def timed(intervals):
    began = time.perf_counter()
    week(intervals, Promise(0.8, 20, occupancy=0.85))
    return time.perf_counter() - began


def test_case_work_is_set_into_idle_time():
    plan = [(needed(HUNDRED, Promise()), 1800)] * 4

    found = blended(plan, case_hours=5)

    assert found.idle_hours == pytest.approx(14 * (1 - 10 / 14) * 2)
    assert found.filled_hours == pytest.approx(8 * 0.6)
    assert found.left_hours == pytest.approx(0.2)
