"""A day and a time of day that stand in two columns."""

import re
from datetime import datetime, time, timedelta

TIME = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]+)?)?")


def time_of(cell: object) -> time | None:
    """8:30, 08.30, 8:30:15 or a time of day that a workbook holds; None when it is no time of day."""
    if isinstance(cell, datetime):
        return cell.time()
    found = TIME.fullmatch(str(cell).strip())
    if found is None:
        return None
    try:
        return time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None


def at_time(day: datetime, cell: object) -> datetime | None:
    """The day at the time in the other cell; None when that is no time, or the day has a time of its own already."""
    found = time_of(cell)
    if found is None or day.time() != time():
        return None
    return day + timedelta(hours=found.hour, minutes=found.minute, seconds=found.second)
