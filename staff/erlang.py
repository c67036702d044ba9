"""Erlang B, C and A: how long callers wait for so many people on the line. Pure.

`load` is the traffic in erlangs: calls a second times the mean handling time in seconds. Times are seconds, shares 0–1.
Where the queue would grow without end the answer is a state (`Grows`), never a number. Sources: A. K. Erlang 1917; for
abandonment C. Palm 1957 (M/M/n+M), Mandelbaum and Zeltyn 2007.
"""

from dataclasses import dataclass
from math import exp, lgamma, log


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


# Beyond some eleven days no figure changes any more, and the states in overload would not end.
LONGEST_PATIENCE = 1_000_000.0
# States rarer than this change no figure that anybody prints.
NEGLIGIBLE = 1e-15


def erlang_a(load: float, people: int, handling: float, *, patience: float, within: float = 20.0) -> Leaving:
    """`patience`: mean seconds after which a caller hangs up (exponential); `within`: the promised seconds.

    States are numbers of callers in the system: served at min(n, people) / handling, left at (n − people)⁺ / patience.
    The wait of one who finds k before them in the queue is the time of k + 1 departures, so service within the time is
    computed on that chain of departures (uniformisation), not simulated.
    """
    if people < 1 or handling <= 0 or patience <= 0 or load < 0:
        raise ValueError("People, handling time and patience are above zero.")
    patience = min(patience, LONGEST_PATIENCE)
    if load == 0:
        return Leaving(0, people, handling, patience, 0, 0, 0, 1, 1)
    arrivals, served, left = load / handling, 1 / handling, 1 / patience
    states = probabilities(arrivals, served, left, people)
    waiting = states[people:]
    in_queue = sum(number * share for number, share in enumerate(waiting))
    abandoned = left * in_queue / arrivals
    in_time, gone = within_time(waiting, people * served, left, within)
    served_in_time = sum(states[:people]) + in_time
    gone_in_time = gone
    return Leaving(
        load, people, handling, patience, wait_share=sum(waiting), abandoned_share=abandoned, mean_wait=in_queue / arrivals,
        served_of_offered=served_in_time, served_of_staying=served_in_time / (1 - gone_in_time) if gone_in_time < 1 else 0.0,
    )  # fmt: skip


def probabilities(arrivals: float, served: float, left: float, people: int) -> list[float]:
    """Share of time with n callers in the system, n from 0 up to where it is negligible.

    Built outwards from the likeliest state, so that nothing overflows for any load.
    """

    def departures(number: int) -> float:
        return min(number, people) * served + max(number - people, 0) * left

    top = 0
    while departures(top + 1) < arrivals:
        top += 1
    upwards, downwards = [1.0], []
    number = top
    while upwards[-1] > NEGLIGIBLE or number < people:
        upwards.append(upwards[-1] * arrivals / departures(number + 1))
        number += 1
    share = 1.0
    for number in range(top, 0, -1):
        share *= departures(number) / arrivals
        downwards.append(share)
    states = downwards[::-1] + upwards
    whole = sum(states)
    return [one / whole for one in states]


STEPS_ENOUGH = 1e-13


def within_time(waiting: list[float], busy: float, left: float, within: float) -> tuple[float, float]:
    """Of all callers: share served, and share gone, within the time, among those who have to wait.

    A caller with k before them moves up at rate busy + k·left, and leaves at rate left. Uniformised: a Poisson number of
    steps at the fastest rate, and after each the distribution over the places in the queue.
    """
    if within <= 0 or not waiting:
        return 0.0, 0.0
    fastest = busy + len(waiting) * left
    # places[k]: share of callers who have k before them; they are in the system.
    places, served_in_time, gone_in_time = list(waiting), 0.0, 0.0
    mean = fastest * within
    # The share of the time in which at least `step` steps have happened is the tail of the Poisson distribution.
    tail, step = 1 - exp(-mean), 0
    while tail > STEPS_ENOUGH:
        one_served = places[0] * busy / fastest
        one_gone = sum(places) * left / fastest
        served_in_time += one_served * tail
        gone_in_time += one_gone * tail
        moved = [
            share * (1 - (busy + (at + 1) * left) / fastest) + (places[at + 1] * (busy + (at + 1) * left) / fastest if at + 1 < len(places) else 0.0)
            for at, share in enumerate(places)
        ]  # fmt: skip
        places = moved
        step += 1
        tail -= exp(step * log(mean) - mean - lgamma(step + 1))  # in logarithms, so that no large queue underflows
    return served_in_time, gone_in_time


def patience_of(abandoned_share: float, mean_wait: float) -> float | None:
    """Mean patience in seconds from what was measured: mean wait of all callers ÷ share that hung up; None of no such."""
    return mean_wait / abandoned_share if abandoned_share > 0 and mean_wait > 0 else None
