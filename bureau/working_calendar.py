"""Which days and hours count: public holidays, shortened days, closures, opening hours.

Two ways of counting live side by side and must not be mixed:

* the *statutory* calendar (`calendar.statutory`) knows Saturdays, Sundays and public
  holidays only. Terms set by law are counted on it: an agency that closes its office for
  a day does not win a day from the person who waits (TsÜS § 136 lg 8 speaks of rest days);
* the agency's own calendar adds its closures and extra working days. Internal targets,
  advice ("reply by") and opening hours are counted on it.

A shortened day is a full working day in both (TLS § 53); only its opening hours end
three hours earlier.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays
from django.utils.translation import gettext_lazy as _

TALLINN = ZoneInfo("Europe/Tallinn")
SHORTENED_BY = timedelta(hours=3)  # TLS § 53
SATURDAY, SUNDAY = 5, 6


class CalendarGap(LookupError):
    """The calendar holds no public holidays for the year that was asked about."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(year)

    def __str__(self) -> str:
        return str(
            _("The working calendar has no public holidays for %(year)s. Add that year to the calendar first.")
            % {"year": self.year}
        )


class OpeningHoursClash(ValueError):
    """Two openings of one weekday that hold together overlap."""


class DayKind(StrEnum):
    HOLIDAY = "holiday"  # national day and public holidays: nobody works
    SHORTENED = "shortened"  # working day, closes three hours earlier
    CLOSURE = "closure"  # the agency's own day off
    WORKING = "working"  # a weekend day on which the agency works


class DayRow(Protocol):
    """What a stored calendar day must tell."""

    @property
    def day(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def name_et(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class HoursRow(Protocol):
    """What stored opening hours must tell; weekday 0 is Monday, valid_to None is open-ended."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


@dataclass(frozen=True, slots=True, order=True)
class SpecialDay:
    """A day that differs from its weekday."""

    day: date
    kind: DayKind
    name_et: str
    name_en: str


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of one weekday, both days of validity included."""

    valid_from: date
    valid_to: date | None
    weekday: int
    opens: time
    closes: time

    def holds_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Working days of the years that have public holidays stored; other years raise CalendarGap.

    Immutable, and equal and hashed by its content, so it can be a key of a cache. Days are
    laid out once in arrays by ordinal; every question about a day is then a look-up,
    whatever the distance.
    """

    days: tuple[SpecialDay, ...]
    hours: tuple[WeeklyHours, ...] = ()

    def __post_init__(self) -> None:
        for row, later in pairwise(self.hours):
            together = (row.weekday, row.valid_from) == (later.weekday, later.valid_from)
            if row.closes <= row.opens or (together and later.opens < row.closes):
                raise OpeningHoursClash(f"{row} {later}")

    @classmethod
    def from_rows(cls, days: Iterable[DayRow], hours: Iterable[HoursRow]) -> WorkingCalendar:
        """Built from stored rows in any order; equal rows give an equal calendar."""
        return cls(
            days=tuple(sorted(SpecialDay(row.day, DayKind(row.kind), row.name_et, row.name_en) for row in days)),
            hours=tuple(
                WeeklyHours(row.valid_from, row.valid_to, row.weekday, row.opens, row.closes)
                for row in sorted(hours, key=lambda row: (row.weekday, row.valid_from, row.opens))
            ),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkingCalendar):
            return NotImplemented
        return self is other or self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """Same days and hours, same fingerprint; comparing it is cheaper than the days."""
        return blake2b(repr((self.days, self.hours)).encode(), digest_size=16).hexdigest()

    # -- what a day is -------------------------------------------------------------------

    @cached_property
    def statutory(self) -> WorkingCalendar:
        """The same years as the law sees them: without the agency's closures and extra days."""
        own = {DayKind.CLOSURE, DayKind.WORKING}
        if not any(day.kind in own for day in self.days):
            return self
        return WorkingCalendar(tuple(day for day in self.days if day.kind not in own), self.hours)

    @property
    def first_day(self) -> date:
        return date(self._years[0], 1, 1)

    @property
    def last_day(self) -> date:
        return date(self._years[-1], 12, 31)

    def is_working_day(self, day: date) -> bool:
        return bool(self._working[self._index(day)])

    def is_holiday(self, day: date) -> bool:
        return day in self._dates(DayKind.HOLIDAY)

    def is_closure(self, day: date) -> bool:
        return day in self._dates(DayKind.CLOSURE)

    def is_shortened(self, day: date) -> bool:
        """Closes three hours earlier. Never true of a day on which nobody works."""
        return day in self._dates(DayKind.SHORTENED) and self.is_working_day(day)

    def day_name(self, day: date, language: str) -> str:
        """Name of a holiday, closure, shortened or extra working day; empty on any other day."""
        for special in self._by_date.get(day, ()):
            return special.name_et if language.startswith("et") else special.name_en
        return ""

    # -- counting days -------------------------------------------------------------------

    def next_working_day(self, day: date) -> date:
        """The day itself when it is a working day."""
        index = self._index(day)
        if self._working[index]:
            return day
        return self._nth_working_day(self._until[index])

    def previous_working_day(self, day: date) -> date:
        """The day itself when it is a working day."""
        return self._nth_working_day(self._until[self._index(day)] - 1)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it when n is negative); `day` itself for 0.

        `day` is never counted, so from a Saturday the first working day is Monday.
        """
        index = self._index(day)
        if n > 0:
            return self._nth_working_day(self._until[index] + n - 1)
        if n < 0:
            return self._nth_working_day(self._until[index] - self._working[index] + n)
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; below zero when `b` is past."""
        return self._until[self._index(b)] - self._until[self._index(a)]

    # -- counting time -------------------------------------------------------------------

    def opening_hours(self, day: date) -> tuple[tuple[time, time], ...]:
        """When we open and close that day by Tallinn clock; empty when closed.

        More than one opening means a break between them. Where rows of several dates hold,
        those that began last win, so that summer hours can lie over the usual ones.
        """
        if not self.is_working_day(day):
            return ()
        holding = [row for row in self.hours if row.holds_on(day)]
        if not holding:
            return ()
        newest = max(row.valid_from for row in holding)
        openings = [(row.opens, row.closes) for row in holding if row.valid_from == newest]
        if self.is_shortened(day):
            closes_at = datetime.combine(day, openings[-1][1]) - SHORTENED_BY
            last = closes_at.time() if closes_at.date() == day else time.min
            openings = [(opens, min(closes, last)) for opens, closes in openings if opens < last]
        return tuple(openings)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of opening hours between two moments; below zero when `end` is earlier.

        Counted in real time: hours that the clock skips or repeats in spring and autumn
        last as long as they last.
        """
        if start.tzinfo is None or end.tzinfo is None:
            raise ValueError("working_minutes_between needs moments with a time zone")
        if end < start:
            return -self.working_minutes_between(end, start)
        seconds = self._open_seconds_until(end) - self._open_seconds_until(start)
        return seconds // 60

    def _open_seconds_until(self, moment: datetime) -> int:
        """Seconds of opening hours from the first day of the calendar to the moment."""
        day = moment.astimezone(TALLINN).date()
        index = self._index(day)
        before = self._open_seconds[index - 1] if index else 0
        now = moment.timestamp()
        for opens, closes in self.opening_hours(day):
            before += max(0, int(min(now, _moment(day, closes)) - _moment(day, opens)))
        return before

    # -- the arrays ----------------------------------------------------------------------

    @cached_property
    def _by_date(self) -> dict[date, list[SpecialDay]]:
        by_date: dict[date, list[SpecialDay]] = {}
        order = [DayKind.HOLIDAY, DayKind.CLOSURE, DayKind.WORKING, DayKind.SHORTENED]
        for day in sorted(self.days, key=lambda day: order.index(day.kind)):
            by_date.setdefault(day.day, []).append(day)
        return by_date

    @cached_property
    def _dates_by_kind(self) -> dict[DayKind, frozenset[date]]:
        return {kind: frozenset(day.day for day in self.days if day.kind == kind) for kind in DayKind}

    def _dates(self, kind: DayKind) -> frozenset[date]:
        return self._dates_by_kind[kind]

    @cached_property
    def _years(self) -> range:
        """Years with public holidays, without a gap between the first and the last."""
        years = {day.year for day in self._dates(DayKind.HOLIDAY)}
        if not years:
            return range(0)
        span = range(min(years), max(years) + 1)
        for year in span:
            if year not in years:
                raise CalendarGap(year)
        return span

    @cached_property
    def _base(self) -> int:
        return self.first_day.toordinal()

    def _index(self, day: date) -> int:
        if day.year not in self._years:
            raise CalendarGap(day.year)
        return day.toordinal() - self._base

    def _every_day(self) -> Iterable[date]:
        if not self._years:
            return ()
        ordinals = range(self.first_day.toordinal(), self.last_day.toordinal() + 1)
        return map(date.fromordinal, ordinals)

    @cached_property
    def _working(self) -> bytes:
        """1 for each working day, from the first day of the calendar."""
        off = self._dates(DayKind.HOLIDAY) | self._dates(DayKind.CLOSURE)
        extra = self._dates(DayKind.WORKING)
        return bytes(day in extra or (day.weekday() < SATURDAY and day not in off) for day in self._every_day())

    @cached_property
    def _until(self) -> array[int]:
        """Number of working days up to and including each day."""
        total, totals = 0, array("l")
        for working in self._working:
            total += working
            totals.append(total)
        return totals

    @cached_property
    def _ordinals(self) -> array[int]:
        """Ordinal of each working day, in order."""
        return array("l", (self._base + i for i, working in enumerate(self._working) if working))

    def _nth_working_day(self, n: int) -> date:
        if n < 0:
            raise CalendarGap(self._years[0] - 1)
        if n >= len(self._ordinals):
            raise CalendarGap(self._years[-1] + 1)
        return date.fromordinal(self._ordinals[n])

    @cached_property
    def _open_seconds(self) -> array[int]:
        """Seconds of opening hours up to the end of each day."""
        total, totals = 0, array("q")
        for day in self._every_day():
            for opens, closes in self.opening_hours(day):
                total += int(_moment(day, closes) - _moment(day, opens))
            totals.append(total)
        return totals


def days_left(due_on: date, today: date, calendar: WorkingCalendar) -> int:
    """Working days of ours after today up to and including the last day; 0 is today.

    Below zero: working days gone by since. From the first day past it is at least -1,
    on a weekend too, so that "late" never reads as zero.
    """
    left = calendar.working_days_between(today, due_on)
    return min(left, -1) if today > due_on else left


def _moment(day: date, clock: time) -> float:
    return datetime.combine(day, clock, tzinfo=TALLINN).timestamp()


def estonian_holidays(years: Iterable[int]) -> list[SpecialDay]:
    """Public holidays and shortened days of Estonia, named in Estonian and English.

    Source: package `holidays`. It lists a shortened day every year; only a Monday to
    Friday that is not itself a holiday is shortened, and no other day takes its place
    (Tööinspektsioon on TLS § 53). Holidays on a weekend are not moved.
    """
    wanted = sorted(set(years))
    public = {
        language: holidays.country_holidays("EE", years=wanted, language=language, categories=("public",))
        for language in ("et", "en_US")
    }
    half = {
        language: holidays.country_holidays("EE", years=wanted, language=language, categories=("half_day",))
        for language in ("et", "en_US")
    }
    days = [SpecialDay(day, DayKind.HOLIDAY, name, public["en_US"][day]) for day, name in public["et"].items()]
    days += [
        SpecialDay(day, DayKind.SHORTENED, name, half["en_US"][day])
        for day, name in half["et"].items()
        if day.weekday() < SATURDAY and day not in public["et"]
    ]
    return sorted(days)


@lru_cache(maxsize=8)
def estonian_calendar(first_year: int, last_year: int) -> WorkingCalendar:
    """Estonian holidays alone, without the agency's own days or opening hours."""
    return WorkingCalendar(tuple(estonian_holidays(range(first_year, last_year + 1))))
