"""How often a process that does not change is told to have changed: each rule over shares and rates and their denominators.

Two years of months, limits learnt as on the page. Single values of a normal process are the measure: some 22 of 100 such charts show a
signal somewhere (seven on one side most often), and of single months one in a few hundred lies outside.
"""

import random
from bisect import bisect_left
from datetime import date
from itertools import accumulate
from math import comb, exp, lgamma, log

import pytest

from quality.control_charts import Rule, judged_each
from quality.indicator_chart import Level, Period, Settings, level_of

CHARTS, MONTHS = 200, 24
RULES = (Rule.OUTSIDE, Rule.TREND, Rule.NEAR_LIMIT, Rule.ONE_SIDE)
DAYS = [date(2024 + at // 12, at % 12 + 1, 1) for at in range(MONTHS)]
SHARES, WHOLES = (0.5, 0.8, 0.9, 0.95, 0.99), (10, 20, 50, 100, 300, 1000)
EVENTS = (0.5, 2, 5, 10, 30, 100)
# Of a hundred charts: a normal process's own rates with room for the steps of whole counts and for chance in two hundred charts.
MOST = {Rule.OUTSIDE: 0.17, Rule.TREND: 0.04, Rule.NEAR_LIMIT: 0.13, Rule.ONE_SIDE: 0.22, "any": 0.33}


class Draws:
    """Counts of a binomial or Poisson process, by its distribution."""

    def __init__(self, chances):
        self.sums, self.draw = list(accumulate(chances)), random.Random(20261130)

    def next(self) -> int:
        return bisect_left(self.sums, self.draw.random() * self.sums[-1])


def binomial(n, share) -> Draws:
    return Draws(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1))


def poisson(events) -> Draws:
    return Draws(exp(k * log(events) - events - lgamma(k + 1)) for k in range(int(events * 2 + 40)))


def measured(periods_of) -> dict:
    """Share of charts in which each rule flags some month, and of months outside."""
    found = dict.fromkeys((*RULES, "any"), 0)
    for _chart in range(CHARTS):
        level: Level = periods_of()
        rules = {point.rule for point in level.points} - {None}
        for rule in rules:
            found[rule] += 1
        found["any"] += bool(rules)
    return {rule: count / CHARTS for rule, count in found.items()}


def printed(name: str, found: dict) -> None:
    print(f"{name:24} " + "  ".join(f"{rule!s}: {100 * found[rule]:3.0f}" for rule in (*RULES, "any")))


def assert_bounded(found: dict) -> None:
    assert {rule: share for rule, share in found.items() if share > MOST[rule]} == {}


def shares_of(draws: Draws, n: int) -> Level:
    counts = [draws.next() for _month in DAYS]
    periods = [Period(day, 100 * count / n, count, n) for day, count in zip(DAYS, counts, strict=True)]
    return level_of(periods, Settings(kind="p", scale=100, floor=0, ceiling=100))


@pytest.mark.parametrize("n", WHOLES)
@pytest.mark.parametrize("share", SHARES)
def test_a_share_that_does_not_change_is_seldom_told_to(share, n):
    """p and, from more than 500, p′."""
    draws = binomial(n, share)

    found = measured(lambda: shares_of(draws, n))

    printed(f"{'p′' if n > 500 else 'p'} {share:.0%}, n {n}", found)
    assert_bounded(found)


@pytest.mark.parametrize("exposure", [100, 2000])
@pytest.mark.parametrize("events", EVENTS)
def test_a_rate_that_does_not_change_is_seldom_told_to(events, exposure):
    """u and, of great exposure, u′."""
    draws = poisson(events)

    def periods() -> Level:
        counts = [draws.next() for _month in DAYS]
        own = [Period(day, 1000 * count / exposure, count, exposure) for day, count in zip(DAYS, counts, strict=True)]
        return level_of(own, Settings(kind="u", scale=1000, floor=0))

    found = measured(periods)

    printed(f"{'u′' if exposure > 500 else 'u'} {events} events", found)
    assert_bounded(found)


def test_single_values_of_a_normal_process_are_the_measure():
    draw = random.Random(7)

    found = measured(lambda: level_of([Period(day, draw.gauss(50, 5)) for day in DAYS], Settings(screens=False)))

    printed("single values", found)
    assert_bounded(found)


def test_limits_cut_before_judging_would_alarm_in_three_of_four_charts():
    """What the desk did: 95 %, twenty a month; "two of three near a limit" with the upper limit cut to 100 %."""
    draws = binomial(20, 0.95)

    def cut() -> Level:
        level, counts = shares_of(draws, 20), []
        mean = level.shown[0].mean / 100
        width = 300 * (mean * (1 - mean) / 20) ** 0.5
        band = type(level.shown[0])(100 * mean - width, 100 * mean, 100 * mean + width).cut(0, 100)
        counts = [point.value for point in level.points]
        return Level(judged_each(counts, [band] * MONTHS), (band,) * MONTHS)

    found = measured(cut)
    now = measured(lambda: shares_of(draws, 20))

    printed("cut before judging", found)
    assert found[Rule.NEAR_LIMIT] > 0.5
    assert now[Rule.NEAR_LIMIT] == 0


def test_a_real_change_is_still_found():
    """From 90 to 75 %, a hundred a month, for the second year: nearly every chart tells it."""
    before, after = binomial(100, 0.9), binomial(100, 0.75)

    def changed() -> Level:
        counts = [(before if at < 12 else after).next() for at in range(MONTHS)]
        return level_of([Period(day, float(count), count, 100) for day, count in zip(DAYS, counts, strict=True)], Settings(kind="p", scale=100))  # fmt: skip

    assert measured(changed)["any"] > 0.98
