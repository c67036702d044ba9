"""How many people must be on the line: per half hour, for a promised answer time, an occupancy they can bear, and the case
work that fits between calls. Pure.

The search begins at the first number of people for which the queue does not grow, ⌊load⌋ + 1, so it cannot pass over the
least that serves; it ends at `MOST_PEOPLE`, and what no number up to that keeps is None. Load and occupancy are exact
fractions of the figures as they are written: 98 calls of 90 s keep 7 people busy for 70 %, not for 70.00000000000001 %.
Time away from the line (shrinkage) is reckoned in decimals: 21 ÷ 0.7 is 30, in floats it becomes 31.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil, floor

from bureau.exactness import as_written, is_reached, is_within
from staff.erlang import Grows, Leaving, Waiting, erlang_a, erlang_b, erlang_c, wait_share

HALF_HOUR_SECONDS = 1800
MOST_PEOPLE = 5000


@dataclass(frozen=True, slots=True)
class Promise:
    """`share` of calls answered within `within` seconds, with people busy no more than `occupancy` of their time.

    `patience`: mean seconds after which callers hang up; None where nobody does (Erlang C, which asks for more people).
    """

    share: float = 0.8
    within: float = 20.0
    occupancy: float = 1.0
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """What comes in one interval: calls, mean handling time in seconds, length in seconds."""

    calls: float
    handling: float
    seconds: int = HALF_HOUR_SECONDS

    @property
    def load(self) -> float:
        """Erlangs."""
        return float(self.exact_load)

    @property
    def exact_load(self) -> Fraction:
        return as_written(self.calls) * as_written(self.handling) / self.seconds


@dataclass(frozen=True, slots=True)
class Served:
    """How callers fare with so many people. Empty figures where the queue `grows`."""

    people: int
    load: float
    share: float | None
    mean_wait: float | None
    occupancy: float | None
    abandoned: float | None
    grows: bool = False

    def keeps(self, promise: Promise) -> bool:
        return (
            not self.grows and self.share is not None and self.occupancy is not None
            and is_reached(self.share, promise.share) and is_within(self.occupancy, promise.occupancy)
        )  # fmt: skip


def served_by(people: int, interval: Interval, promise: Promise) -> Served:
    """What callers get from so many people; nobody on the line is a queue that grows, unless nobody calls."""
    load = interval.load
    if load == 0:
        return Served(people, 0, 1.0, 0.0, 0.0, 0.0)
    if people < 1:
        return Served(people, load, None, None, None, None, grows=True)
    if promise.patience:
        found: Leaving | Waiting | Grows = erlang_a(load, people, interval.handling, patience=promise.patience, within=promise.within)  # fmt: skip
    else:
        found = erlang_c(load, people, interval.handling)
    if isinstance(found, Grows):
        return Served(people, load, None, None, None, None, grows=True)
    if isinstance(found, Leaving):
        return Served(people, load, found.served_of_offered, found.mean_wait, found.occupancy, found.abandoned_share)
    return Served(people, load, found.served_within(promise.within), found.mean_wait, found.occupancy, 0.0)


def needed(interval: Interval, promise: Promise) -> Served | None:
    """The fewest people who keep the promise, and how callers fare with them; None where no number up to `MOST_PEOPLE` does."""
    if not 0 < promise.share < 1 or not 0 < promise.occupancy <= 1:
        raise ValueError("A promise is a share below 1 of calls, and an occupancy of 1 at most.")
    if interval.load == 0:
        return served_by(0, interval, promise)
    if not promise.patience:
        return needed_by_waiting(interval, promise)
    # With callers who leave, fewer people than the load may do; service only gets better with each further one.
    low, high = 1, min(MOST_PEOPLE, max(2, floor(interval.load) + 2))
    while not served_by(high, interval, promise).keeps(promise):
        if high == MOST_PEOPLE:
            return None
        low, high = high + 1, min(MOST_PEOPLE, high * 2)
    while low < high:
        middle = (low + high) // 2
        if served_by(middle, interval, promise).keeps(promise):
            high = middle
        else:
            low = middle + 1
    return served_by(high, interval, promise)


def needed_by_waiting(interval: Interval, promise: Promise) -> Served | None:
    """By Erlang C, going up from the first number that the queue does not outgrow and whose people are not too busy; Erlang B is
    carried on from one number of people to the next."""
    exact, load, handling = interval.exact_load, interval.load, interval.handling
    people = max(floor(exact) + 1, floor(load) + 1, ceil(exact / as_written(promise.occupancy)))
    if people > MOST_PEOPLE:
        return None
    blocked = erlang_b(load, people)
    while people <= MOST_PEOPLE:
        found = Waiting(load, people, handling, wait_share(load, people, blocked))
        if is_reached(found.served_within(promise.within), promise.share):
            return Served(people, load, found.served_within(promise.within), found.mean_wait, found.occupancy, 0.0)
        people += 1
        blocked = load * blocked / (people + load * blocked)
    return None


def rostered(people: int, shrinkage: Decimal) -> int:
    """How many must be planned so that so many sit on the line, when a share is at breaks, trainings or ill."""
    if not 0 <= shrinkage < 1:
        raise ValueError("Shrinkage is a share below 1.")
    return int((Decimal(people) / (1 - shrinkage)).to_integral_value(ROUND_CEILING))


def ladder(interval: Interval, promise: Promise, *, around: int | None = None, below: int = 2, above: int = 3) -> list[Served]:  # fmt: skip
    """How callers fare with a few more and a few fewer people than are needed, or than `around`; the highest where none is enough."""
    if around is None:
        need = needed(interval, promise)
        around = need.people if need else MOST_PEOPLE
    middle = around
    return [served_by(people, interval, promise) for people in range(max(0, middle - below), middle + above + 1)]


def week(intervals: Sequence[Interval], promise: Promise) -> list[Served | None]:
    """People needed in each interval; equal intervals are reckoned once."""
    known: dict[tuple[float, float, int], Served | None] = {}
    found = []
    for interval in intervals:
        key = (interval.calls, interval.handling, interval.seconds)
        if key not in known:
            known[key] = needed(interval, promise)
        found.append(known[key])
    return found


@dataclass(frozen=True, slots=True)
class Blend:
    """Case work between calls: hours idle on the line that can be filled, and hours that need people of their own."""

    idle_hours: float
    case_hours: float
    filled_hours: float

    @property
    def left_hours(self) -> float:
        return self.case_hours - self.filled_hours


# Of idle minutes between calls only a part can be worked in: one has to find one's place again each time.
USABLE_IDLE = 0.6


def blended(plan: Iterable[tuple[Served, int]], case_hours: float, *, usable: float = USABLE_IDLE) -> Blend:
    """Deferrable case work set into the idle time of the line. `plan`: each interval's people with its seconds."""
    idle = sum(one.people * (1 - (one.occupancy or 0.0)) * seconds for one, seconds in plan) / 3600
    return Blend(idle, case_hours, min(case_hours, idle * usable))
