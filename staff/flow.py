"""How work flows: what is open, what comes and goes, how long it takes, and whether the figures agree. Pure.

Little's law: work in progress = throughput × cycle time, for a process that is stable. A gap above a fifth says that it
is not, or that the data are wrong; either way the means below it deserve no trust. The mean time of closed cases falls
when old ones are left open, therefore the age of open work always stands beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil

# Working days of age: up to and with the number.
AGE_BUCKETS = (5, 10, 20, 30)
LITTLE_GAP = 0.2
DAYS_OF_CLOSURES = 20


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank: the least value that at least this share of all do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Ages:
    """Age of open work in working days: percentiles, the oldest, and how many in each bucket."""

    count: int
    p50: float | None
    p85: float | None
    p95: float | None
    oldest: float | None
    buckets: tuple[tuple[str, int], ...]


def ages(values: Sequence[int]) -> Ages:
    """`values`: working days since each open case was registered."""
    limits = (*AGE_BUCKETS, None)
    counts = dict.fromkeys(limits, 0)
    for value in values:
        counts[next((limit for limit in AGE_BUCKETS if value <= limit), None)] += 1
    firsts = (0, *(limit + 1 for limit in AGE_BUCKETS))
    names = [
        f"{first}–{last}" if last is not None else f"{first}+" for first, last in zip(firsts, limits, strict=True)
    ]
    return Ages(
        len(values), percentile(values, 0.5), percentile(values, 0.85), percentile(values, 0.95),
        max(values, default=None), tuple((name, counts[limit]) for name, limit in zip(names, limits, strict=True)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayFlow:
    """What came and went on one day, and what was open at its end."""

    day: date
    arrived: int
    ended: int
    open_at_end: int

    @property
    def net(self) -> int:
        return self.arrived - self.ended


def day_flows(arrived: Mapping[date, int], ended: Mapping[date, int], *, days: Sequence[date], open_now: int) -> list[DayFlow]:  # fmt: skip
    """Days in order; counted back from what is open at the end of the last day, so that the picture ends in what is true."""
    after = 0
    found = []
    for day in reversed(days):
        found.append(DayFlow(day, arrived.get(day, 0), ended.get(day, 0), open_now - after))
        after += arrived.get(day, 0) - ended.get(day, 0)
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Cumulative:
    """One line of a cumulative flow diagram: how many had reached this state by the end of each day."""

    state: str
    totals: tuple[int, ...]


def cumulative(by_state: Mapping[str, Mapping[date, int]], *, days: Sequence[date], before: Mapping[str, int]) -> list[Cumulative]:  # fmt: skip
    """`by_state`: how many reached the state on each day; `before`: how many had reached it before the first day."""
    return [
        Cumulative(state, tuple(accumulate((by_day.get(day, 0) for day in days), initial=before.get(state, 0)))[1:])
        for state, by_day in by_state.items()
    ]


@dataclass(frozen=True, slots=True)
class LittlesLaw:
    """Open work expected by the law beside what is open. `gap`: how far they are apart, as a share of the larger."""

    open_work: float
    throughput: float
    cycle_time: float

    @property
    def expected(self) -> float:
        return self.throughput * self.cycle_time

    @property
    def gap(self) -> float:
        larger = max(self.open_work, self.expected)
        return abs(self.open_work - self.expected) / larger if larger else 0.0

    @property
    def holds(self) -> bool:
        return self.gap <= LITTLE_GAP


def littles_law(flows: Sequence[DayFlow], cycle_times: Sequence[float]) -> LittlesLaw | None:
    """Mean of open work, ended a day, and mean time in the house of what ended (both by the same days); None of nothing."""
    if not flows or not cycle_times:
        return None
    return LittlesLaw(
        open_work=sum(flow.open_at_end for flow in flows) / len(flows),
        throughput=sum(flow.ended for flow in flows) / len(flows),
        cycle_time=sum(cycle_times) / len(cycle_times),
    )


def backlog_days(open_minutes: float, ended_minutes_by_day: Iterable[float]) -> float | None:
    """Working days that the open work would take at the pace of the last twenty; None when nothing was ended."""
    last = list(ended_minutes_by_day)[-DAYS_OF_CLOSURES:]
    pace = sum(last) / len(last) if last else 0
    return open_minutes / pace if pace else None
