"""Need against presence: people needed in each half hour of a day by the forecast, and those who are there by the shifts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from staff import forecasts, shifts
from staff.call_statistics import handling_seconds
from staff.models import Forecast, PhoneQueue
from staff.models.telephone import SLOTS_OF_A_DAY
from staff.staffing import HALF_HOUR_SECONDS, Interval, Promise, Served, blended, needed, rostered, served_by

# Until the exchange tells how long calls take.
GUESSED_HANDLING_SECONDS = 240.0
SHRINKAGE = Decimal("0.3")


def promise_of(queue: PhoneQueue) -> Promise:
    return Promise(
        queue.target_percent / 100, queue.answer_seconds, queue.highest_occupancy_percent / 100, queue.patience_seconds or None
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """One half hour: calls expected with their range, people needed and there, and how callers fare with those there.

    Where no number of people keeps the promise nothing is lacking that could be counted: `need` is empty and is told in words.
    """

    slot: int
    expected: float
    lower: float
    upper: float
    need: Served | None  # None: no number of people that can be reckoned with is enough
    there: int
    served: Served

    @property
    def starts(self) -> str:
        return f"{self.slot // 2:02d}.{30 * (self.slot % 2):02d}"

    @property
    def lacking(self) -> int:
        return max(0, self.need.people - self.there) if self.need else 0

    @property
    def to_spare(self) -> int:
        return max(0, self.there - self.need.people) if self.need else 0


@dataclass(frozen=True)
class DayPlan:
    day: date
    queue: PhoneQueue
    forecast: Forecast | None
    handling: float
    is_handling_measured: bool
    slots: tuple[Slot, ...]

    @property
    def without_answer(self) -> list[Slot]:
        """Half hours in which no number of people keeps the promise."""
        return [one for one in self.slots if one.need is None]

    @property
    def most_needed(self) -> int | None:
        """None where no number is enough for some half hour."""
        return None if self.without_answer else max((one.need.people for one in self.slots if one.need), default=0)

    @property
    def rostered(self) -> int | None:
        return None if self.most_needed is None else rostered(self.most_needed, SHRINKAGE)

    @property
    def lacking_hours(self) -> float:
        return sum(one.lacking for one in self.slots) / 2

    @property
    def spare_hours(self) -> float:
        return sum(one.to_spare for one in self.slots) / 2

    @property
    def calls(self) -> float:
        return sum(one.expected for one in self.slots)

    @property
    def case_hours_between_calls(self) -> float:
        """Hours of case work that fit between the calls of those needed."""
        return blended(
            [(one.need, HALF_HOUR_SECONDS) for one in self.slots if one.need], case_hours=float("inf")
        ).filled_hours


def handling_of(queue: PhoneQueue, *, until: date) -> tuple[float, bool]:
    """Mean handling seconds: of the last quarter, of the last years where the exchange fell silent, else a guess."""
    for days in (90, 1500, 20_000):
        if found := handling_seconds(queue, until=until, days=days):
            return found, True
    return GUESSED_HANDLING_SECONDS, False


def day_plan(queue: PhoneQueue, day: date, *, today: date, handling: float | None = None) -> DayPlan:
    """Five statements. `handling` overrules what was measured."""
    measured, is_measured = handling_of(queue, until=today)
    seconds = handling or measured
    made = forecasts.latest(queue=queue, step=Forecast.Step.HALF_HOUR, day=day)
    values = {one.slot: one for one in made.values.filter(day=day)} if made else {}
    there = shifts.present_by_slot(day)
    promise = promise_of(queue)
    slots = []
    for slot in range(SLOTS_OF_A_DAY):
        value = values.get(slot)
        if (value is None or value.expected < 0.05) and not there[slot]:
            continue
        interval = Interval(value.expected if value else 0.0, seconds)
        slots.append(
            Slot(
                slot, value.expected if value else 0.0, value.lower if value else 0.0, value.upper if value else 0.0,
                needed(interval, promise), there[slot], served_by(there[slot], interval, promise),
            )
        )  # fmt: skip
    return DayPlan(day, queue, made, seconds, is_measured and not handling, tuple(slots))


@dataclass(frozen=True, slots=True)
class WeekDay:
    day: date
    calls: float
    most_needed: int | None
    lacking_hours: float


def week_of(queue: PhoneQueue, monday: date, *, today: date) -> list[WeekDay]:
    """Five days at a glance."""
    found = []
    for number in range(5):
        plan = day_plan(queue, monday + timedelta(days=number), today=today)
        found.append(WeekDay(plan.day, plan.calls, plan.most_needed, plan.lacking_hours))
    return found
