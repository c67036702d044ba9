"""Stretches of days that figures are shown for, and the stretch each is compared with. Nothing here knows the database.

A period that has not ended yet reaches up to today and is compared with the same stretch of the former one: 1.–22. of
this month with 1.–22. of the month before.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

DAYS_30 = timedelta(days=29)


class Span(StrEnum):
    THIS_MONTH = "month"
    LAST_MONTH = "last_month"
    LAST_30_DAYS = "30_days"
    THIS_QUARTER = "quarter"
    THIS_YEAR = "year"
    CHOSEN = "days"


class Compare(StrEnum):
    FORMER = "former"
    YEAR_AGO = "year"
    NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.length))

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def is_one_month(self) -> bool:
        """From the first day of a month to any later day of it."""
        return self.first.day == 1 and month_start(self.last) == self.first

    @property
    def is_whole_month(self) -> bool:
        return self.is_one_month and self.last == month_end(self.first)


def month_start(day: date) -> date:
    return day.replace(day=1)


@lru_cache(maxsize=4096)
def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_back(day: date, months: int) -> date:
    """The same day so many months ago; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def quarter_start(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def period_of(span: Span, *, today: date, first: date | None = None, last: date | None = None) -> Period:
    """The days a span means today. `first` and `last` only with CHOSEN; a day to come is cut off."""
    match span:
        case Span.THIS_MONTH:
            return Period(month_start(today), today)
        case Span.LAST_MONTH:
            former = months_back(month_start(today), 1)
            return Period(former, month_end(former))
        case Span.LAST_30_DAYS:
            return Period(today - DAYS_30, today)
        case Span.THIS_QUARTER:
            return Period(quarter_start(today), today)
        case Span.THIS_YEAR:
            return Period(date(today.year, 1, 1), today)
        case Span.CHOSEN:
            return Period(first or month_start(today), min(last or today, today))


def compared_with(period: Period, span: Span, compare: Compare) -> Period | None:
    """The stretch the period's figures are held against."""
    if compare is Compare.NOTHING:
        return None
    if compare is Compare.YEAR_AGO:
        return Period(months_back(period.first, 12), months_back(period.last, 12))
    steps = {Span.THIS_MONTH: 1, Span.LAST_MONTH: 1, Span.THIS_QUARTER: 3, Span.THIS_YEAR: 12}.get(span)
    if steps is None and period.is_whole_month:
        steps = 1
    if steps is None:
        return Period(period.first - timedelta(days=period.length), period.first - timedelta(days=1))
    first = months_back(period.first, steps)
    if period.last == month_end(period.last):
        return Period(first, month_end(months_back(month_start(period.last), steps)))
    return Period(first, months_back(period.last, steps))


def months_until(last: date, count: int) -> list[date]:
    """First days of `count` months, the last of them the month of `last`."""
    start = month_start(last)
    return [months_back(start, back) for back in range(count - 1, -1, -1)]
