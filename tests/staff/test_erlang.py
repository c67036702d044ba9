"""Against published and exactly computed values; the oracles stand in the docstrings of what they come from."""

import random
from fractions import Fraction
from math import ceil, exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.erlang import Grows, erlang_a, erlang_b, erlang_c, patience_of
from staff.staffing import Interval, Promise, needed

# Calls in half an hour, handling seconds, promise; then load, people, share who wait, service level, mean wait, occupancy.
ROWS = [
    (12, 240, 0.8, 20, 1.6, 4, 0.09070, 0.92574, 9.07, 0.4000),
    (25, 180, 0.8, 20, 2.5, 5, 0.13037, 0.90125, 9.39, 0.5000),
    (50, 180, 0.8, 20, 5, 8, 0.16727, 0.88015, 10.04, 0.6250),
    (100, 180, 0.8, 20, 10, 14, 0.17413, 0.88835, 7.84, 0.7143),
    (100, 180, 0.9, 20, 10, 15, 0.10204, 0.94145, 3.67, 0.6667),
    (200, 180, 0.8, 20, 20, 24, 0.29807, 0.80888, 13.41, 0.8333),
    (400, 180, 0.8, 20, 40, 45, 0.34071, 0.80452, 12.27, 0.8889),
    (60, 360, 0.8, 60, 12, 15, 0.31919, 0.80640, 38.30, 0.8000),
    (30, 600, 0.8, 120, 10, 13, 0.28527, 0.84344, 57.05, 0.7692),
    (10, 120, 0.5, 120, 0.667, 1, 0.66667, 0.52231, 240.00, 0.6667),
]


@pytest.mark.parametrize(
    ("calls", "handling", "share", "within", "load", "people", "waits", "level", "wait", "busy"), ROWS
)
def test_erlang_c_equals_exact_values(calls, handling, share, within, load, people, waits, level, wait, busy):
    interval = Interval(calls, handling)

    least = needed(interval, Promise(share, within))
    found = erlang_c(interval.load, people, handling)

    assert interval.load == pytest.approx(load, abs=5e-4)
    assert least.people == people
    assert found.wait_share == pytest.approx(waits, abs=5e-6)
    assert found.served_within(within) == pytest.approx(level, abs=5e-6)
    assert found.mean_wait == pytest.approx(wait, abs=5e-3)
    assert found.occupancy == pytest.approx(busy, abs=5e-5)


@pytest.mark.parametrize(
    ("people", "level", "wait"),
    [(11, 0.38961, 122.78), (12, 0.64016, 40.44), (13, 0.79559, 17.12), (14, 0.88835, 7.84), (15, 0.94145, 3.67)],
)
def test_the_ladder_of_ten_erlangs(people, level, wait):
    found = erlang_c(10, people, 180)

    assert found.served_within(20) == pytest.approx(level, abs=5e-6)
    assert found.mean_wait == pytest.approx(wait, abs=5e-3)


@pytest.mark.parametrize(
    ("people", "load", "waits"),
    [
        (5, 4, 0.5541125541),
        (14, 10, 0.1741319336),
        (11, 10, 0.6821182047),
        (30, 27, 0.4714083699),
        (55, 50, 0.3845473179),
    ],
)
def test_the_share_who_wait_to_ten_digits(people, load, waits):
    assert erlang_c(load, people, 180).wait_share == pytest.approx(waits, abs=5e-11)


# 100 calls in half an hour of three minutes, patience five minutes, twenty seconds promised.
ABANDONING = [
    (8, 0.84757, 0.23186, 0.96017, 1.15932, 0.22645),
    (10, 0.59943, 0.10944, 0.89056, 0.54719, 0.51681),
    (12, 0.33180, 0.04271, 0.79774, 0.21356, 0.77228),
    (13, 0.22580, 0.02496, 0.75003, 0.12482, 0.85818),
    (14, 0.14526, 0.013984, 0.704297, 0.069919, 0.916792),
]


@pytest.mark.parametrize(("people", "waits", "leaves", "busy", "minutes", "level"), ABANDONING)
def test_erlang_a_equals_another_computation(people, waits, leaves, busy, minutes, level):
    """The values come from a step-by-step integration of one caller's way, and from a published regression test."""
    found = erlang_a(10, people, 180, patience=300, within=20)

    assert found.wait_share == pytest.approx(waits, abs=6e-6)
    assert found.abandoned_share == pytest.approx(leaves, abs=6e-6)
    assert found.occupancy == pytest.approx(busy, abs=6e-6)
    assert found.mean_wait / 60 == pytest.approx(minutes, abs=6e-6)
    assert found.served_of_offered == pytest.approx(level, abs=6e-6)
    assert found.served_of_staying > found.served_of_offered


def test_without_anybody_leaving_erlang_a_is_erlang_c():
    assert erlang_a(10, 14, 180, patience=1e9).served_of_offered == pytest.approx(0.88835, abs=1e-4)


def test_too_few_people_is_a_state_and_not_a_number():
    assert erlang_c(10, 10, 180) == Grows(10, 10)
    assert erlang_a(10, 5, 180, patience=300).abandoned_share > 0.4


@given(st.floats(0.01, 300), st.integers(0, 400))
def test_erlang_b_stays_a_share_and_falls_with_people(load, people):
    assert 0 <= erlang_b(load, people + 1) <= erlang_b(load, people) <= 1


@given(st.floats(0.1, 60), st.floats(30, 900), st.integers(1, 20), st.floats(1, 120))
def test_more_people_never_serve_worse(load, handling, more, within):
    few, many = (erlang_c(load, int(load) + 1 + extra, handling) for extra in (0, more))

    assert many.served_within(within) >= few.served_within(within) - 1e-12
    assert many.mean_wait <= few.mean_wait


@given(st.floats(0.1, 40), st.integers(1, 45), st.floats(30, 900), st.floats(20, 1200), st.floats(1, 90))
def test_erlang_a_gives_shares_for_any_load(load, people, handling, patience, within):
    found = erlang_a(load, people, handling, patience=patience, within=within)

    for share in (found.wait_share, found.abandoned_share, found.occupancy, found.served_of_offered, found.served_of_staying):  # fmt: skip
        assert -1e-9 <= share <= 1 + 1e-9
    # Whoever does not hang up is served in the end.
    assert found.served_of_offered <= 1 - found.abandoned_share + 1e-9 + found.abandoned_share


def exact_wait_share(load: Fraction, people: int) -> Fraction:
    """By the textbook's sums in whole numbers, without any rounding."""
    last = load**people / factorial(people) * people / (people - load)
    return last / (sum(load**n / Fraction(factorial(n)) for n in range(people)) + last)


def test_ten_thousand_scenarios_equal_exact_arithmetic_and_never_miss_the_least(record_property):
    """People are searched anew from one up with exact shares; only the exponential of the service level is a float."""
    draw, equal, differing = random.Random(20261125), 0, []
    for _scenario in range(10_000):
        calls, handling = draw.randint(1, 60), draw.choice([60, 90, 120, 180, 240, 300, 420])
        share, within = draw.choice([0.5, 0.7, 0.8, 0.9, 0.95]), draw.choice([10, 20, 30, 60, 120])
        load = Fraction(calls * handling, 1800)
        people = max(1, ceil(load) if load.denominator > 1 else int(load) + 1)
        while 1 - float(exact_wait_share(load, people)) * exp(-float(people - load) * within / handling) < share:
            people += 1
        found = needed(Interval(calls, handling), Promise(share, within))
        same = found.people == people and abs(erlang_c(float(load), people, handling).wait_share - float(exact_wait_share(load, people))) < 1e-12  # fmt: skip
        equal += same
        if not same:
            differing.append((calls, handling, share, within, people, found.people))
    print(f"equal {equal}, differing {len(differing)}")
    record_property("equal", equal)
    assert differing == []
    assert equal == 10_000


def test_patience_is_estimated_from_what_was_measured():
    found = erlang_a(10, 12, 180, patience=300)

    assert patience_of(found.abandoned_share, found.mean_wait) == pytest.approx(300, rel=1e-6)
    assert patience_of(0, 12) is None
