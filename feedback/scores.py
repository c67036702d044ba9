"""Scores of answers and how sure they are. Plain numbers in, plain numbers out; no database, no package.

Every share carries Wilson's interval (never Wald's), every difference Newcombe's, the recommendation index Rocks's: "changed" is said only where the
interval of the difference leaves zero out. Sources stand at each function.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

# The one z of every 95 % interval of the desk.
Z95 = 1.959964
# Below this rate of answers a note warns that those who answered may differ from those who did not.
LOW_RESPONSE = 0.20
# A sample larger than this share of all narrows the interval, if it was drawn at random.
FINITE_FROM = 0.05
LEAST_IN_STRATUM = 30
SATISFACTION_POINTS, EFFORT_POINTS, RECOMMENDATION_POINTS = (1, 5), (1, 7), (0, 10)


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Share:
    """Part of a whole, 0–1, with its 95 % interval. Without answers there is no share."""

    count: int
    n: int
    share: float
    interval: Interval


@dataclass(frozen=True)
class Recommendation:
    """Recommendation index −100…100: promoters (9–10) less detractors (0–6), in points, with its 95 % interval."""

    n: int
    promoters: int
    passives: int
    detractors: int
    value: float
    interval: Interval


@dataclass(frozen=True)
class Effort:
    """Effort on 1–7, 7 the easiest: mean, and the share that found it easy (5–7)."""

    n: int
    mean: float
    easy: Share


@dataclass(frozen=True)
class Change:
    """Difference of two shares, the first less the second. `is_changed` only where the interval leaves zero out."""

    difference: float
    interval: Interval

    @property
    def is_changed(self) -> bool:
        return not self.interval.holds(0.0)


def wilson(count: float, n: float, z: float = Z95) -> Interval:
    """Wilson's score interval of a share (Wilson 1927; Newcombe 1998, method 3), cut to 0–1."""
    if n <= 0:
        raise ValueError("no answers, no interval")
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At the ends the bound is the end itself; floats miss it by a hair.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == n else min(1.0, middle + half)
    return Interval(low, high)


def share_of(count: int, n: int) -> Share | None:
    return Share(count, n, count / n, wilson(count, n)) if n else None


def satisfaction(counts: Mapping[int, int]) -> Share | None:
    """CSAT: share of 4 and 5 among answers on 1–5. `counts`: mark → answers."""
    return share_of(counts.get(4, 0) + counts.get(5, 0), total(counts, SATISFACTION_POINTS))


def satisfaction_index(counts: Mapping[int, int]) -> float | None:
    """Mean on 1–5, 3 neutral (the index used for state services)."""
    return mean(counts, SATISFACTION_POINTS)


def recommendation(counts: Mapping[int, int]) -> Recommendation | None:
    """NPS of answers on 0–10. `counts`: mark → answers."""
    n = total(counts, RECOMMENDATION_POINTS)
    promoters = sum(counts.get(mark, 0) for mark in (9, 10))
    detractors = sum(counts.get(mark, 0) for mark in range(7))
    return recommendation_of(promoters, n - promoters - detractors, detractors)


def recommendation_of(promoters: int, passives: int, detractors: int) -> Recommendation | None:
    n = promoters + passives + detractors
    if n == 0:
        return None
    interval = recommendation_interval(promoters, detractors, n)
    return Recommendation(n, promoters, passives, detractors, 100 * (promoters - detractors) / n, interval)


# Answers added before the interval is taken: a quarter promoters, a half passives, a quarter detractors.
ADDED = 3


def recommendation_interval(promoters: int, detractors: int, n: int) -> Interval:
    """Adjusted Wald interval in points, cut to −100…100 (Rocks 2016, "Interval estimation for the Net Promoter Score").

    The margin of the index after three answers are added. Five promoters of five give 17…100 and not 100 ± 0; of a hundred
    answers and more it differs from the plain one by a point or less.
    """
    more, less, whole = promoters + ADDED / 4, detractors + ADDED / 4, n + ADDED
    middle, margin = 100 * (more - less) / whole, recommendation_margin(more, less, whole)
    # What was counted lies within its own interval.
    value = 100 * (promoters - detractors) / n
    return Interval(max(-100.0, min(value, middle - margin)), min(100.0, max(value, middle + margin)))


def recommendation_margin(promoters: float, detractors: float, n: float) -> float:
    """100 · z · √((p + d − (p − d)²) / n), in points."""
    return 100 * Z95 * sqrt(recommendation_variance(promoters / n, detractors / n) / n)


def recommendation_variance(promoters: float, detractors: float) -> float:
    """Variance of one answer counted +1, 0, −1; shares in."""
    return promoters + detractors - (promoters - detractors) ** 2


def effort(counts: Mapping[int, int]) -> Effort | None:
    """CES on 1–7: mean, and share of 5–7."""
    n = total(counts, EFFORT_POINTS)
    easy = share_of(sum(counts.get(mark, 0) for mark in (5, 6, 7)), n)
    value = mean(counts, EFFORT_POINTS)
    return Effort(n, value, easy) if easy is not None and value is not None else None


def total(counts: Mapping[int, int], points: tuple[int, int]) -> int:
    return sum(counts.get(mark, 0) for mark in range(points[0], points[1] + 1))


def mean(counts: Mapping[int, int], points: tuple[int, int]) -> float | None:
    n = total(counts, points)
    return sum(mark * counts.get(mark, 0) for mark in range(points[0], points[1] + 1)) / n if n else None


def median(counts: Mapping[int, int]) -> float | None:
    """The middle answer of marks with their counts; between two, their middle."""
    n = sum(counts.values())
    if n == 0:
        return None
    ordered = sorted(counts)

    def at(place: int) -> int:
        seen = 0
        for mark in ordered:
            seen += counts[mark]
            if seen >= place:
                return mark
        return ordered[-1]

    return (at((n + 1) // 2) + at(n // 2 + 1)) / 2


def difference(first: tuple[int, int], second: tuple[int, int]) -> Change | None:
    """Newcombe's hybrid score interval for p1 − p2 (Newcombe 1998b, method 10). Each: (count, n)."""
    (a, m), (b, n) = first, second
    if not m or not n:
        return None
    p, q = a / m, b / n
    one, two = wilson(a, m), wilson(b, n)
    low = (p - q) - sqrt((p - one.low) ** 2 + (two.high - q) ** 2)
    high = (p - q) + sqrt((one.high - p) ** 2 + (q - two.low) ** 2)
    return Change(p - q, Interval(max(-1.0, low), min(1.0, high)))


def response_rate(completed: int, delivered: int) -> Share | None:
    """Whole answers among invitations delivered (not among those sent)."""
    return share_of(min(completed, delivered), delivered)


def finite_population_factor(sample: int, population: int, *, is_random: bool) -> float:
    """√((N − n) / (N − 1)), by which the interval of a large random sample shrinks; 1 where it does not apply."""
    if not is_random or population <= 1 or sample / population <= FINITE_FROM:
        return 1.0
    return sqrt(max(0, population - sample) / (population - 1))


def stratum_weights(answered: Mapping[str, int], population: Mapping[str, int]) -> dict[str, float] | None:
    """Weight of an answer by stratum, so that strata count as in the population; mean weight 1.

    None where some stratum has fewer than thirty answers: a weight from a handful misleads more than it mends.
    """
    strata = [name for name, size in population.items() if size > 0]
    if not strata or any(answered.get(name, 0) < LEAST_IN_STRATUM for name in strata):
        return None
    n, size = sum(answered[name] for name in strata), sum(population[name] for name in strata)
    return {name: (population[name] / size) / (answered[name] / n) for name in strata}


def design_effect(weights: Iterable[float]) -> float | None:
    """Kish: n·Σw² / (Σw)²; how many times more answers the weighted sample needs to be as sure."""
    listed = list(weights)
    added = sum(listed)
    return len(listed) * sum(one * one for one in listed) / added**2 if added > 0 else None


def effective_n(weights: Sequence[float]) -> float:
    effect = design_effect(weights)
    return len(weights) / effect if effect else 0.0


# --- Cross-tables -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Association:
    """Pearson's test of a cross-table. `p` is None where the test does not hold; `why_not` says why."""

    statistic: float
    degrees: int
    p: float | None
    cramers_v: float
    why_not: str = ""


def association(table: Sequence[Sequence[int]]) -> Association | None:
    """Chi-square test of independence, guarded by Cochran's rule.

    No expected count below 1 and four fifths of them at least 5; else p is not given: "few". Rows and columns without a
    single answer are left out. None for fewer than two rows or columns.
    """
    rows = [list(row) for row in table if sum(row)]
    kept = [at for at in range(len(rows[0]) if rows else 0) if sum(row[at] for row in rows)]
    rows = [[row[at] for at in kept] for row in rows]
    if len(rows) < 2 or len(kept) < 2:
        return None
    across, down = [sum(row) for row in rows], [sum(row[at] for row in rows) for at in range(len(kept))]
    n = sum(across)
    expected = [[r * c / n for c in down] for r in across]
    statistic = sum(
        (rows[i][j] - expected[i][j]) ** 2 / expected[i][j] for i in range(len(rows)) for j in range(len(kept))
    )
    degrees = (len(rows) - 1) * (len(kept) - 1)
    v = sqrt(statistic / (n * (min(len(rows), len(kept)) - 1)))
    cells = [one for row in expected for one in row]
    if min(cells) < 1 or sum(one >= 5 for one in cells) < 0.8 * len(cells):
        return Association(statistic, degrees, None, v, "few")
    return Association(statistic, degrees, chi_square_tail(statistic, degrees), v)


def chi_square_tail(statistic: float, degrees: int) -> float:
    """P(χ² ≥ statistic): the upper regularized incomplete gamma function Q(k/2, x/2)."""
    return upper_gamma(degrees / 2, statistic / 2)


def upper_gamma(a: float, x: float) -> float:
    """Q(a, x) by series below a + 1 and by Lentz's continued fraction above (Numerical Recipes, § 6.2)."""
    if x <= 0:
        return 1.0
    front = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1:
        term = added = 1 / a
        k = a
        while abs(term) > abs(added) * 1e-15:
            k += 1
            term *= x / k
            added += term
        return max(0.0, 1 - added * front)
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    h = d
    for i in range(1, 1000):
        an = -i * (i - a)
        b += 2
        d = an * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + an / c
        c = c if abs(c) > tiny else tiny
        step = d * c
        h *= step
        if abs(step - 1) < 1e-15:
            break
    return front * h


# --- Answers given without reading ------------------------------------------------------------------------------------
SPEEDER_SECONDS_A_QUESTION = 2.0


def is_speeder(seconds: int | None, questions: int) -> bool:
    """Answered faster than anybody reads: below two seconds a question that was shown."""
    return seconds is not None and questions > 0 and seconds < SPEEDER_SECONDS_A_QUESTION * questions


def is_straight_liner(tables: Iterable[Mapping[str, str]]) -> bool:
    """The same column in every row of every table of at least four rows."""
    listed = [list(table.values()) for table in tables if len(table) >= 4]
    return bool(listed) and all(len(set(values)) == 1 for values in listed)
