"""Who runs beside whom, and what the pairs of one run say."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.client import Ask, Cell, Client


@dataclass(frozen=True)
class Racer:
    """One that answers to the like of a page of the desk; the n-th request of it."""

    name: str
    client: Client
    ask: Callable[[int], Ask | tuple[Ask, ...]]


def ratios(rounds: dict[str, list[Cell]], of: str = "desk") -> dict[str, dict[str, float]]:
    """The first one against each other, round by round: times (p50 ÷ p50) and requests a second, middle, lowest, highest.

    A round in which one of the two answered nothing makes no pair.
    """
    found = {}
    for name, others in rounds.items():
        pairs = [(own, other) for own, other in zip(rounds[of], others, strict=True) if own.ms and other.ms]
        if name != of and pairs:
            times = [own.p50 / other.p50 for own, other in pairs]
            pace = [own.per_second / other.per_second for own, other in pairs]
            found[name] = {
                "time": round(median(times), 3),
                "time_low": round(min(times), 3),
                "time_high": round(max(times), 3),
                "pace": round(median(pace), 3),
                "pace_low": round(min(pace), 3),
                "pace_high": round(max(pace), 3),
            }
    return found
