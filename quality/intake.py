"""How much comes in, and whether that is usual for the weekday and the hour.

What is usual for a weekday: natural process limits (XmR, `control_charts`) of the last 26 working days of that weekday.
Public holidays and the agency's closures are left out; a day is never compared with another weekday.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from bureau.calendar_store import working_calendar
from bureau.exactness import as_shown
from quality.control_charts import Limits, natural_limits
from quality.daily_counts import NOTHING, Totals
from quality.periods import Period

SAME_WEEKDAYS = 26
FEWEST_SAME_WEEKDAYS = 6
WEEKS_OF_BASELINE = 40  # how far back one looks for them
FEWEST_DAYS_SHOWN = 28
MOST_DAYS_SHOWN = 100  # a longer period is drawn by weeks
WEEKS_OF_HOURS = 8
DAYS_OF_HISTORY = 20


@dataclass(frozen=True, slots=True)
class DayPoint:
    """Contacts of a day, or of a week as a mean per working day, with what is usual then."""

    first: date
    last: date
    contacts: float
    lower: float | None
    upper: float | None
    is_unfinished: bool = False

    @property
    def is_above(self) -> bool:
        return self.upper is not None and self.contacts > self.upper

    @property
    def is_below(self) -> bool:
        return self.lower is not None and not self.is_unfinished and self.contacts < self.lower

    @property
    def is_unusual(self) -> bool:
        return self.is_above or self.is_below


@dataclass(frozen=True)
class Intake:
    """Today's intake held against the same weekdays before: the whole day, and the hours that are over."""

    contacts: int
    registered: int
    answered: int
    answered_late: int
    is_working_day: bool
    usual: Limits | None
    usual_registered: Limits | None
    until_hour: int
    until_now: int
    usual_until_now: Limits | None

    @property
    def is_above(self) -> bool:
        if self.usual is not None and self.contacts > self.usual.upper:
            return True
        return self.usual_until_now is not None and self.until_now > self.usual_until_now.upper

    @property
    def is_below(self) -> bool:
        return self.usual_until_now is not None and self.until_now < self.usual_until_now.lower


@dataclass(frozen=True)
class HourMap:
    """Mean contacts of an hour by weekday (0 is Monday), over the working days of `period`."""

    period: Period
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    totals: dict[tuple[int, int], int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)

    def mean(self, weekday: int, hour: int) -> float:
        return self.totals.get((weekday, hour), 0) / max(1, self.days.get(weekday, 0))

    @property
    def busiest(self) -> tuple[int, int] | None:
        return max(self.totals, key=lambda at: (self.mean(*at), -at[0], -at[1]), default=None)


def is_working_day(day: date) -> bool:
    """By the stored calendar; for years it does not hold (an imported past), Monday to Friday."""
    calendar = working_calendar()
    return calendar.is_working_day(day) if calendar.first_day <= day <= calendar.last_day else day.weekday() < 5


def history_days(today: date) -> tuple[date, ...]:
    """The last working days that are over, oldest first."""
    days = (today - timedelta(days=back) for back in range(1, DAYS_OF_HISTORY * 3))
    return tuple(sorted([day for day in days if is_working_day(day)][:DAYS_OF_HISTORY]))


def same_weekdays(before: date, weekday: int, first_counted: date | None) -> list[date]:
    """The last working days of this weekday before a day, oldest first; none from before anything was counted."""
    day = before - timedelta(days=(before.weekday() - weekday - 1) % 7 + 1)
    found: list[date] = []
    for _week in range(WEEKS_OF_BASELINE):
        if first_counted is None or day < first_counted or len(found) == SAME_WEEKDAYS:
            break
        if is_working_day(day):
            found.append(day)
        day -= timedelta(days=7)
    return found[::-1]


def usual(values: list[int] | list[float]) -> Limits | None:
    """XmR limits of at least six values, not below zero and in whole contacts, as they are shown and judged."""
    limits = natural_limits(values) if len(values) >= FEWEST_SAME_WEEKDAYS else None
    return limits.at_least(0).as_shown(0) if limits else None


def intake_of_today(
    by_day: dict[date, Totals], today: date, first_counted: date | None, until_now: dict[date, int] | None, hour: int
) -> Intake:
    """The hours that are over are compared with the same hours of the same weekdays, so that a morning is not "low"."""
    totals, works = by_day.get(today, NOTHING), is_working_day(today)
    days = same_weekdays(today, today.weekday(), first_counted) if works else []
    return Intake(
        contacts=totals.contacts, registered=totals.registered, answered=totals.answered,
        answered_late=totals.late, is_working_day=works,
        usual=usual([by_day.get(day, NOTHING).contacts for day in days]),
        usual_registered=usual([by_day.get(day, NOTHING).registered for day in days]),
        until_hour=hour, until_now=(until_now or {}).get(today, 0),
        usual_until_now=usual([until_now.get(day, 0) for day in days]) if until_now is not None else None,
    )  # fmt: skip


def day_points(
    by_day: dict[date, Totals], period: Period, today: date, first_counted: date | None
) -> tuple[tuple[DayPoint, ...], bool]:
    """Days of the period (four weeks at least), weeks of a long one, each with the usual range of its weekday."""
    if first_counted is None:
        return (), False
    if period.length > MOST_DAYS_SHOWN:
        return week_points(by_day, period, today, first_counted), True
    first = max(min(period.first, period.last - timedelta(days=FEWEST_DAYS_SHOWN - 1)), first_counted)
    limits = {
        weekday: usual(
            [by_day.get(day, NOTHING).contacts for day in same_weekdays(period.last, weekday, first_counted)]
        )
        for weekday in range(7)
    }
    points = []
    for day in Period(first, period.last).days() if first <= period.last else ():
        contacts, works = by_day.get(day, NOTHING).contacts, is_working_day(day)
        if works or contacts:
            usual_then = limits[day.weekday()] if works else None
            points.append(
                DayPoint(
                    day, day, contacts, usual_then.lower if usual_then else None, usual_then.upper if usual_then else None,
                    is_unfinished=day == today,
                )
            )  # fmt: skip
    return tuple(points), False


def week_points(by_day: dict[date, Totals], period: Period, today: date, first_counted: date) -> tuple[DayPoint, ...]:
    """Weeks from Monday, contacts per working day; the usual range comes from the last 26 whole weeks."""

    def week_mean(monday: date) -> float:
        days = [monday + timedelta(days=number) for number in range(7)]
        whole = sum(by_day.get(day, NOTHING).contacts for day in days) / max(1, sum(map(is_working_day, days)))
        return as_shown(whole, 1)

    this_monday = today - timedelta(days=today.weekday())
    last_monday = period.last - timedelta(days=period.last.weekday())
    last_whole = min(last_monday - timedelta(days=7), this_monday - timedelta(days=7))
    baseline = [last_whole - timedelta(weeks=back) for back in range(SAME_WEEKDAYS)]
    limits = usual([week_mean(monday) for monday in reversed(baseline) if monday >= first_counted])
    points, monday = [], period.first - timedelta(days=period.first.weekday())
    while monday <= period.last:
        if monday + timedelta(days=6) >= first_counted and monday < this_monday:
            points.append(
                DayPoint(
                    monday, monday + timedelta(days=6), week_mean(monday), limits.lower if limits else None,
                    limits.upper if limits else None,
                )
            )  # fmt: skip
        monday += timedelta(days=7)
    return tuple(points)


def week_asked(period: Period) -> Period:
    """The days a usual week is drawn from: the last eight weeks, or the whole period when it is longer."""
    return Period(min(period.first, period.last - timedelta(weeks=WEEKS_OF_HOURS) + timedelta(days=1)), period.last)


def hour_map(totals: dict[tuple[int, int], int], period: Period, first_counted: date | None) -> HourMap | None:
    if first_counted is None:
        return None
    asked = week_asked(period)
    week = Period(max(asked.first, first_counted), asked.last)
    days = dict.fromkeys(range(7), 0)
    for day in week.days():
        if is_working_day(day) or day.weekday() > 4:
            days[day.weekday()] += 1
    hours = [hour for _weekday, hour in totals]
    weekdays = sorted({0, 1, 2, 3, 4} | {weekday for weekday, _hour in totals})
    shown = tuple(range(min(hours), max(hours) + 1)) if hours else ()
    return HourMap(week, shown, tuple(weekdays), totals, days)


def before_hour(hours_of_weekday: dict[date, dict[int, int]], hour: int) -> dict[date, int]:
    """Contacts of each day in the hours that are over."""
    return {day: sum(count for at, count in hours.items() if at < hour) for day, hours in hours_of_weekday.items()}
