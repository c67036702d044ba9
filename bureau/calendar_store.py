"""The stored working calendar, kept in the memory of each process until a day or an hour of it changes.

Only what is stored counts: a year without holidays in the table is refused by name (`CalendarGap`), never filled in
from elsewhere.
"""

from __future__ import annotations

from bureau import reference
from bureau.models import CalendarDay, OpeningHours
from bureau.working_calendar import WorkingCalendar

# The last calendar built, so that a reload of unchanged rows keeps its arrays and the terms cached by it.
_last: list[WorkingCalendar] = []


def working_calendar() -> WorkingCalendar:
    """Public holidays, shortened days, closures, extra working days and opening hours as stored now."""
    calendar: WorkingCalendar = reference.listed("working_calendar")
    return calendar


def stored_calendar() -> WorkingCalendar:
    """Read from the database at once, two queries."""
    calendar = WorkingCalendar.from_rows(CalendarDay.objects.all(), OpeningHours.objects.all())
    if _last and _last[0] == calendar:
        return _last[0]
    _last[:] = [calendar]
    return calendar


reference.register("working_calendar", stored_calendar)
