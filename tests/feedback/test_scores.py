"""Scores equal published and exactly computed values; properties that hold for whatever is counted."""

from collections import Counter
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import scores
from feedback.scores import wilson

WILSON = [
    (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
    (45, 50, 0.7864, 0.9565),  # computed
    (10, 10, 0.7225, 1.0000),
]


def marks(promoters: int, detractors: int, n: int) -> dict[int, int]:
    return {10: promoters, 0: detractors, 8: n - promoters - detractors}


def test_check_values_are_all_equal():
    """Prints how many of the check values are equal, and names those that are not."""
    differing = []
    checked = 0

    def check(name, found, wanted, places):
        nonlocal checked
        checked += 1
        if round(found, places) != wanted:
            differing.append((name, found, wanted))

    for count, n, low, high in WILSON:
        interval = wilson(count, n)
        check(f"Wilson {count}/{n} low", interval.low, low, 4)
        check(f"Wilson {count}/{n} high", interval.high, high, 4)
    first = scores.recommendation(marks(50, 20, 100))
    check("NPS", first.value, 30.0, 6)
    check("NPS margin, n", scores.recommendation_margin(50, 20, 100), 15.31, 2)
    # 60 promoters and 15 detractors among 200 answers.
    second = scores.recommendation(marks(60, 15, 200))
    check("NPS of 200", second.value, 22.5, 6)
    check("NPS of 200, margin", scores.recommendation_margin(60, 15, 200), 7.89, 2)
    check("NPS of thirds", 100 * (1 / 2 - 1 / 6), 33.3, 1)
    check("variance of one answer", scores.recommendation_variance(1 / 2, 1 / 6), round(5 / 9, 9), 9)
    change = scores.difference((56, 70), (48, 80))
    check("Newcombe difference", change.difference, 0.2, 4)
    check("Newcombe low", change.interval.low, 0.0524, 4)
    check("Newcombe high", change.interval.high, 0.3339, 4)

    print(f"{checked - len(differing)} of {checked} check values equal, {len(differing)} differ")
    assert differing == []
    assert change.is_changed


def test_the_bounds_at_the_ends_are_the_ends():
    assert wilson(10, 10).high == 1.0
    assert wilson(0, 20).low == 0.0


def test_without_answers_there_is_no_score():
    assert scores.satisfaction({}) is None
    assert scores.recommendation({}) is None
    assert scores.effort({}) is None
    assert scores.response_rate(0, 0) is None
    assert scores.difference((0, 0), (3, 5)) is None
    with pytest.raises(ValueError, match="no answers"):
        wilson(0, 0)


def test_satisfaction_counts_the_top_two_of_five():
    counts = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3, 6: 99, 0: 99}

    found = scores.satisfaction(counts)

    assert (found.count, found.n, found.share) == (6, 10, 0.6)
    assert scores.satisfaction_index(counts) == 3.6


def test_effort_is_a_mean_and_the_share_that_found_it_easy():
    found = scores.effort({1: 1, 4: 1, 5: 1, 7: 1})

    assert (found.n, found.mean, found.easy.count) == (4, 4.25, 2)


@pytest.mark.parametrize(
    ("counts", "wanted"), [({1: 1}, 1), ({1: 1, 2: 1}, 1.5), ({1: 2, 5: 1}, 1), ({2: 3, 4: 3}, 3.0), ({}, None)]
)
def test_median_is_the_middle_answer(counts, wanted):
    assert scores.median(counts) == wanted


def test_a_sample_narrows_only_when_it_is_large_and_random():
    assert scores.finite_population_factor(50, 2000, is_random=True) == 1.0
    assert scores.finite_population_factor(500, 1000, is_random=False) == 1.0
    assert isclose(scores.finite_population_factor(500, 1000, is_random=True), (500 / 999) ** 0.5)
    assert scores.finite_population_factor(1000, 1000, is_random=True) == 0.0


def test_weights_bring_strata_to_their_share_and_need_thirty_answers_each():
    weights = scores.stratum_weights({"phone": 30, "mail": 90}, {"phone": 600, "mail": 600})

    assert weights == {"phone": 2.0, "mail": 2 / 3}
    each = [2.0] * 30 + [2 / 3] * 90
    assert isclose(sum(each), 120)
    assert isclose(scores.design_effect(each), 120 * (30 * 4 + 90 * 4 / 9) / 120**2)
    assert scores.stratum_weights({"phone": 29, "mail": 90}, {"phone": 600, "mail": 600}) is None


def test_a_cross_table_is_tested_only_where_the_test_holds():
    found = scores.association([[20, 5], [10, 15]])  # 8,333…, one degree
    few = scores.association([[3, 1], [1, 3]])

    assert isclose(found.statistic, 25 / 3)
    assert (found.degrees, round(found.p, 6)) == (1, 0.003892)
    assert (few.p, few.why_not) == (None, "few")
    assert scores.association([[5, 0], [7, 0]]) is None


@pytest.mark.parametrize(
    ("statistic", "degrees", "p"),
    [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (18.307038, 10, 0.05), (6.634897, 1, 0.01), (0, 3, 1), (124.342113, 100, 0.05)],
)  # fmt: skip
def test_the_tail_equals_the_tables(statistic, degrees, p):
    assert round(scores.chi_square_tail(statistic, degrees), 6) == p


def test_speeders_and_straight_liners():
    assert scores.is_speeder(9, 5)
    assert not scores.is_speeder(10, 5)
    assert not scores.is_speeder(None, 5)
    assert scores.is_straight_liner([{"a": "good", "b": "good", "c": "good", "d": "good"}])
    assert not scores.is_straight_liner([{"a": "good", "b": "good", "c": "good", "d": "bad"}])
    assert not scores.is_straight_liner([{"a": "good", "b": "good"}])


counted = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted)
def test_the_interval_holds_the_share_and_stays_within_bounds(both):
    count, n = both
    interval = wilson(count, n)

    assert 0 <= interval.low <= count / n <= interval.high <= 1


@given(counted, st.integers(2, 20))
def test_more_answers_make_it_surer(both, times):
    count, n = both
    once, more = wilson(count, n), wilson(count * times, n * times)

    assert more.high - more.low < once.high - once.low + 1e-12


@given(counted, counted)
def test_the_difference_the_other_way_round_is_its_mirror(first, second):
    one, other = scores.difference(first, second), scores.difference(second, first)

    assert isclose(one.difference, -other.difference, abs_tol=1e-12)
    assert isclose(one.interval.low, -other.interval.high, abs_tol=1e-12)
    assert one.is_changed == other.is_changed


@given(st.lists(st.integers(0, 10), min_size=1, max_size=300))
def test_the_recommendation_index_counts_each_answer_once(given_marks):
    found = scores.recommendation(Counter(given_marks))

    assert found.promoters + found.passives + found.detractors == found.n == len(given_marks)
    assert -100 <= found.interval.low <= found.value <= found.interval.high <= 100
    assert found.interval.high - found.interval.low > 0


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "low", "high"),
    [(5, 0, 0, 17.5, 100), (0, 0, 5, -100, -17.5), (0, 5, 0, -30.0, 30.0), (1, 0, 0, -48.5, 100), (50, 30, 20, 14.05, 44.2), (60, 125, 15, 14.3, 30.04)],
)  # fmt: skip
def test_the_recommendation_index_is_never_sure_of_few_answers(promoters, passives, detractors, low, high):
    """By hand from three answers more (¾ promoters, 1½ passives, ¾ detractors); a hundred answers move by a point at most."""
    found = scores.recommendation_of(promoters, passives, detractors).interval

    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06)


def test_the_interval_of_the_index_holds_the_true_one_as_often_as_it_says():
    """Exactly, over every outcome of n answers: of few the plain margin holds it in a quarter of all, ours in 88 % at worst."""
    print("n, promoters, detractors: held by the plain margin, by ours")
    for n in (5, 10, 20, 50):
        for p, d in ((0.9, 0.05), (0.6, 0.1), (0.4, 0.3), (0.8, 0.0), (0.95, 0.0)):
            plain = ours = 0.0
            for a in range(n + 1):
                for b in range(n + 1 - a):
                    chance = comb(n, a) * comb(n - a, b) * p**a * d**b * (1 - p - d) ** (n - a - b)
                    true, value = 100 * (p - d), 100 * (a - b) / n
                    plain += chance * (abs(value - true) <= scores.recommendation_margin(a, b, n) + 1e-9)
                    ours += chance * scores.recommendation_interval(a, b, n).holds(true)
            print(f"{n:3} {p:.2f} {d:.2f}: {plain:.3f} {ours:.3f}")
            assert ours > (0.91 if n >= 20 else 0.87)
