"""Erlang B, C and A: how long callers wait for so many people on the line. Pure.

`load` is the traffic in erlangs: calls a second times the mean handling time in seconds. Times are seconds, shares 0–1.
Where the queue would grow without end the answer is a state (`Grows`), never a number. Sources: A. K. Erlang 1917; for
abandonment C. Palm 1957 (M/M/n+M), Mandelbaum and Zeltyn 2007.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import exp, expm1, log, sqrt


@dataclass(frozen=True, slots=True)
class Grows:
    """So few people that work comes faster than they can do it: the queue grows as long as this lasts."""

    load: float
    people: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue that nobody leaves (Erlang C). `mean_wait` over all callers, `mean_wait_of_waiting` over those who wait."""

    load: float
    people: int
    handling: float
    wait_share: float

    @property
    def occupancy(self) -> float:
        return self.load / self.people

    @property
    def mean_wait(self) -> float:
        return self.wait_share * self.mean_wait_of_waiting

    @property
    def mean_wait_of_waiting(self) -> float:
        return self.handling / (self.people - self.load)

    def served_within(self, seconds: float) -> float:
        """Share of all calls answered within so many seconds: the service level."""
        return 1 - self.wait_share * exp(-(self.people - self.load) * seconds / self.handling)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A queue that callers leave (Erlang A). Stable for any number of people, since those who wait too long go away.

    Two service levels are in use: `served_of_offered` divides calls served in time by all that were offered,
    `served_of_staying` by those that did not hang up within the time.
    """

    load: float
    people: int
    handling: float
    patience: float
    wait_share: float
    abandoned_share: float
    mean_wait: float
    served_of_offered: float
    served_of_staying: float

    @property
    def occupancy(self) -> float:
        return self.load * (1 - self.abandoned_share) / self.people


def erlang_b(load: float, people: int) -> float:
    """Share of calls that find all busy where nobody may wait. Never factorials: it stays within 0 and 1 for any number."""
    if load < 0 or people < 0:
        raise ValueError("Traffic and people are not below zero.")
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def wait_share(load: float, people: int, blocked: float) -> float:
    """Share of callers who wait (Erlang C), from Erlang B of the same load and people; only for people above the load."""
    return people * blocked / (people - load * (1 - blocked))


def erlang_c(load: float, people: int, handling: float) -> Waiting | Grows:
    if handling <= 0:
        raise ValueError("A call takes some time.")
    if people <= load:
        return Grows(load, people)
    return Waiting(load, people, handling, wait_share(load, people, erlang_b(load, people)))


# Beyond some eleven days of patience no figure changes any more.
LONGEST_PATIENCE = 1_000_000.0
# Where the density of waiting times has fallen by e to this power from its peak nothing is left that a float would show.
FALLEN = 45.0
# Gauss–Legendre, sixteen points: places on −1…1 of one half (the other mirrors it), with their weights.
GAUSS = (
    (0.9894009349916499, 0.027152459411754058),
    (0.9445750230732326, 0.062253523938647776),
    (0.8656312023878318, 0.0951585116824929),
    (0.755404408355003, 0.12462897125553395),
    (0.6178762444026438, 0.14959598881657682),
    (0.45801677765722737, 0.16915651939500256),
    (0.2816035507792589, 0.1826034150449236),
    (0.09501250983763744, 0.18945061045506847),
)
POINTS = tuple((sign * place, weight) for place, weight in GAUSS for sign in (-1, 1))


def erlang_a(load: float, people: int, handling: float, *, patience: float, within: float = 20.0) -> Leaving:
    """`patience`: mean seconds after which a caller hangs up (exponential); `within`: the promised seconds.

    By the wait V of a caller who would never hang up (Mandelbaum and Zeltyn 2007): nobody waits with the odds 1 ÷ (λ B),
    B Erlang's of one person fewer, against ∫ v, v(x) = exp(λ/θ (1 − e^(−θx)) − n μ x). Served within T: no wait, or V ≤ T and
    still there, ∫₀ᵀ e^(−θx) v. One integral of a smooth density, so the work does not grow with the queue and always ends.
    """
    if people < 1 or handling <= 0 or patience <= 0 or load < 0:
        raise ValueError("People, handling time and patience are above zero.")
    patience = min(patience, LONGEST_PATIENCE)
    if load == 0:
        return Leaving(0, people, handling, patience, 0, 0, 0, 1, 1)
    waits = WaitDensity(load / handling, people / handling, 1 / patience)
    soon, soon_there, late, late_there = waits.integrals(max(0.0, within))
    # λ B of one fewer, in the unit of the density; where B is nought nobody waits.
    idle = one_over_erlang_b(load, people - 1) * handling / load * exp(-waits.peak)
    whole = idle + soon + late
    served_in_time = (idle + soon_there) / whole
    abandoned = (soon + late - soon_there - late_there) / whole
    still_waiting = exp(-max(0.0, within) / patience) * late / whole
    staying = served_in_time + still_waiting
    return Leaving(
        load, people, handling, patience, wait_share=(soon + late) / whole, abandoned_share=abandoned, mean_wait=abandoned * patience,
        served_of_offered=served_in_time, served_of_staying=served_in_time / staying if staying else 0.0,
    )  # fmt: skip


def one_over_erlang_b(load: float, people: int) -> float:
    """1 ÷ B: grows with people, and stops growing where a float would overflow."""
    found = 1.0
    for number in range(1, people + 1):
        found = 1 + found * number / load
        if found > LARGEST:
            return LARGEST
    return found


LARGEST = 1e250


@dataclass(frozen=True, slots=True)
class WaitDensity:
    """Of the wait of one who never hangs up: exp(λ/θ (1 − e^(−θx)) − capacity · x), whose logarithm has one peak."""

    arrivals: float
    capacity: float
    leaving: float

    def log(self, seconds: float) -> float:
        return -self.arrivals / self.leaving * expm1(-self.leaving * seconds) - self.capacity * seconds

    @property
    def peak_at(self) -> float:
        """Where as many leave the queue as come; at once where it does not build up."""
        return max(0.0, log(self.arrivals / self.capacity) / self.leaving)

    @property
    def peak(self) -> float:
        return self.log(self.peak_at)

    def integrals(self, within: float) -> tuple[float, float, float, float]:
        """Up to `within` and from there on, each once plain and once with those still there; as shares of e^peak."""
        peak = self.peak
        sums = [0.0, 0.0, 0.0, 0.0]
        for low, high in pairwise(self.pieces(within)):
            half, at = (high - low) / 2, 0 if high <= within else 2
            for place, weight in POINTS:
                seconds = low + half * (place + 1)
                share = exp(self.log(seconds) - peak) * weight * half
                sums[at] += share
                sums[at + 1] += share * exp(-self.leaving * seconds)
        return sums[0], sums[1], sums[2], sums[3]

    def pieces(self, within: float) -> list[float]:
        """Cuts from the peak outwards, each piece twice the one before, until nothing is left; and one at `within`."""
        top, peak = self.peak_at, self.peak
        width = 1 / (self.leaving + abs(self.capacity - self.arrivals) + sqrt(self.capacity * self.leaving))
        cuts, step = [top], width
        while self.log(cuts[-1]) > peak - FALLEN:
            cuts.append(cuts[-1] + step)
            step *= 2
        step = width
        while cuts[0] > 0 and self.log(cuts[0]) > peak - FALLEN:
            cuts.insert(0, max(0.0, cuts[0] - step))
            step *= 2
        if cuts[0] < within < cuts[-1] and within not in cuts:
            cuts = sorted([*cuts, within])
        return cuts


def patience_of(abandoned_share: float, mean_wait: float) -> float | None:
    """Mean patience in seconds from what was measured: mean wait of all callers ÷ share that hung up; None of no such."""
    return mean_wait / abandoned_share if abandoned_share > 0 and mean_wait > 0 else None
