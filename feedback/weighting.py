"""Whether those who answered stand for those who could have: strata weighted as in the population, and who is missing.

The population is every event that a rule of the survey looked at and that could have been asked about, by channel or unit
(post-stratification). Weighted only where each stratum has thirty answers; the design effect (Kish) is always printed. The
finite population correction holds for a random sample of more than a twentieth only. Source: Lohr, Sampling, ch. 4 and 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from bureau import reference
from bureau.small_numbers import hidden_groups
from feedback import results, scores
from feedback.models import Invitation, InvitationDecision, InvitationRule, Response, Survey
from feedback.questionnaires import Question

WEIGHTED_BY = ("channel", "unit")
NOT_OF_THE_POPULATION = (
    InvitationDecision.Reason.CONDITIONS, InvitationDecision.Reason.SURVEY_CLOSED, InvitationDecision.Reason.INTERNAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stratum:
    """One channel or unit: of how many events how many were asked, and how many answered. Hidden where too few did."""

    key: int | None
    label: str
    population: int
    delivered: int
    answered: int
    weight: float | None
    is_hidden: bool

    @property
    def rate(self) -> float | None:
        return self.answered / self.delivered if self.delivered else None


@dataclass(frozen=True)
class Weighting:
    """`value`, `low`, `high` are empty where weights would mislead; `effect` and `effective_n` belong to the weights."""

    strata: tuple[Stratum, ...]
    unweighted: float | None
    value: float | None
    low: float | None
    high: float | None
    effect: float | None
    effective_n: float | None
    finite_factor: float
    population: int

    @property
    def is_weighted(self) -> bool:
        return self.value is not None

    @property
    def least_and_most(self) -> tuple[Stratum, Stratum] | None:
        """Strata of the lowest and the highest share of answers, where it can be told."""
        told = [one for one in self.strata if one.rate is not None and not one.is_hidden]
        return (min(told, key=lambda one: one.rate), max(told, key=lambda one: one.rate)) if len(told) > 1 else None


def weighted_share(
    counts: Mapping[str, tuple[int, int]], population: Mapping[str, int], *, is_random: bool
) -> tuple[float, scores.Interval, float, float, float] | None:
    """Share, interval, design effect, effective n and finite population factor. Pure.

    `counts`: how many of how many said so, by stratum. The interval is Wilson's for the effective n, drawn in by the factor.
    """
    weights = scores.stratum_weights({name: n for name, (_count, n) in counts.items()}, population)
    if weights is None:
        return None
    n = sum(counts[name][1] for name in weights)
    share = sum(weights[name] * counts[name][0] for name in weights) / sum(weights[name] * counts[name][1] for name in weights)  # fmt: skip
    listed = [weights[name] for name in weights for _answer in range(counts[name][1])]
    effect, size = scores.design_effect(listed) or 1.0, scores.effective_n(listed)
    factor = scores.finite_population_factor(n, sum(population.values()), is_random=is_random)
    plain = scores.wilson(share * size, size)
    drawn_in = scores.Interval(share - (share - plain.low) * factor, share + (plain.high - share) * factor)
    return share, drawn_in, effect, size, factor


def weighting_of(survey: Survey, question: Question, by: str) -> Weighting | None:
    """The score of the whole survey, weighted; None where no rule tells the population. Five statements."""
    if by not in WEIGHTED_BY:
        raise ValueError(by)
    rules = list(InvitationRule.objects.filter(survey=survey))
    looked_at = InvitationDecision.objects.filter(rule__in=rules).exclude(reason__in=NOT_OF_THE_POPULATION)
    population = dict(looked_at.order_by().values_list(f"{by}_id").annotate(n=Count("pk")))
    if not population:
        return None
    delivered = dict(
        Invitation.objects.filter(survey=survey, rule__isnull=False, state__in=results.DELIVERED).order_by().values_list(f"{by}_id").annotate(n=Count("pk"))
    )  # fmt: skip
    # Answers that came by these invitations; who came by an open link belongs to no known population.
    came = Response.objects.counted().filter(survey=survey, way__in=["invitation", "phone"])
    answered = dict(came.order_by().values_list(f"{by}_id").annotate(n=Count("pk")))
    is_good, has_mark = satisfied(question)
    measured = came.filter(has_mark).order_by().values_list(f"{by}_id").annotate(n=Count("pk"), good=Count("pk", filter=is_good))  # fmt: skip
    counts = {str(key): (good, n) for key, n, good in measured}
    hidden = hidden_groups(answered, smallest=survey.smallest_cell)
    found = weighted_share(
        {name: pair for name, pair in counts.items() if name in map(str, population)},
        {str(key): n for key, n in population.items()}, is_random=any(rule.rate_percent < 100 for rule in rules),
    )  # fmt: skip
    weights = scores.stratum_weights({name: n for name, (_g, n) in counts.items()}, {str(key): n for key, n in population.items()})  # fmt: skip
    listed = (reference.channels if by == "channel" else reference.units)()
    strata = tuple(
        Stratum(
            key, listed[key].name if key in listed else "–", population[key], delivered.get(key, 0), answered.get(key, 0),
            weights.get(str(key)) if weights else None, key in hidden,
        )
        for key in sorted(population, key=lambda one: (-population[one], one or 0))
    )  # fmt: skip
    good, n = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    plain = good / n if n >= survey.smallest_cell else None
    share, interval, effect, size, factor = found or (None, None, None, None, 1.0)
    return Weighting(
        strata, plain, share, interval.low if interval else None, interval.high if interval else None, effect, size, factor,
        sum(population.values()),
    )  # fmt: skip


def satisfied(question: Question) -> tuple[Q, Q]:
    """Which answers count as good, and which hold a mark at all."""
    at = f"answers__{question.code}"
    least = {"satisfaction": 4, "effort": 5, "recommendation": 9}[question.measures or "satisfaction"]
    return Q(**{f"{at}__gte": least}), Q(**{f"{at}__isnull": False})
