"""When things happen in the demo bureau: working week, seasons, a lasting shift, a slow trend, and plain noise.

The three are known on purpose, so that whoever looks at charts can tell whether they find what is there: from
`SHIFT_DAYS` before the end replies are late about twice as often; the share of telephone falls slowly through the whole
time; everything else only varies.
"""

from bisect import bisect
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from bureau.working_calendar import TALLINN, WorkingCalendar

WEEKDAY = (1.28, 1.06, 1.0, 0.94, 0.80)
MONTH = (1.12, 1.0, 1.04, 1.12, 1.16, 1.0, 0.78, 0.84, 1.0, 1.02, 0.98, 0.92)
# Calls by hour from nine to four, as the phone line is open.
HOUR = {9: 1.5, 10: 1.6, 11: 1.35, 12: 0.85, 13: 1.15, 14: 1.05, 15: 0.8}
SHIFT_DAYS = 210
LATE_BEFORE, LATE_AFTER = 0.055, 0.125


def working_days(calendar: WorkingCalendar, first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if calendar.is_working_day(day)]


def spread(total: int, days: list[date], *, rng: Random, today_share: float = 0.6) -> list[int]:
    """`total` things over working days: weekday, season and the crowd after days off, with noise; sums exactly."""
    weights = []
    for index, day in enumerate(days):
        after_days_off = 1.0 + 0.12 * max(0, (day - days[index - 1]).days - 3) if index else 1.0
        weights.append(
            WEEKDAY[day.weekday() % 5] * MONTH[day.month - 1] * after_days_off * max(0.4, rng.gauss(1, 0.11))
        )
    weights[-1] *= today_share
    bounds = list(accumulate(weights))
    cuts = [round(total * bound / bounds[-1]) for bound in bounds]
    return [cut - before for cut, before in zip(cuts, [0, *cuts], strict=False)]


class Moments:
    """Moments within a working day, drawn by the profile of hours."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.hours = list(HOUR)
        self.bounds = list(accumulate(HOUR.values()))

    def call(self, day: date) -> datetime:
        return self.at(day, self.hours[bisect(self.bounds, self.rng.random() * self.bounds[-1])])

    def office(self, day: date) -> datetime:
        return self.at(day, 8 + int(self.rng.random() * 9))

    def at(self, day: date, hour: int) -> datetime:
        second = int(self.rng.random() * 3600)
        return datetime(day.year, day.month, day.day, hour, second // 60, second % 60, tzinfo=TALLINN)


def late_share(day: date, last: date) -> float:
    return LATE_AFTER if (last - day).days < SHIFT_DAYS else LATE_BEFORE


def channel_weights(day: date, first: date, last: date) -> dict[str, float]:
    """Telephone falls from 62 to 46 per cent; what it loses goes to the chatbot and the web form."""
    progress = (day - first).days / max(1, (last - first).days)
    phone = 0.62 - 0.16 * progress
    return {
        "phone": phone, "email": 0.22, "chatbot": 0.03 + 0.09 * progress, "web_form": 0.03 + 0.07 * progress, "letter": 0.025,
        "visit": 0.025, "jira": 0.015, "kotkas": 0.015, "voicemail": 0.015, "social_media": 0.008, "line_1247": 0.012, "dhx": 0.012,
    }  # fmt: skip
