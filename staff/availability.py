"""Hours that a person has for work: full time by the working calendar, less part time, leave and shortened days.

Without it every ratio of load is wrong. A full day is eight hours, a shortened day (TLS § 53) five.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from bureau.models import Absence, User
from bureau.working_calendar import WorkingCalendar
from staff.models import Shift

FULL_DAY_HOURS = Decimal(8)
SHORTENED_BY_HOURS = Decimal(3)


@dataclass(frozen=True, slots=True)
class Availability:
    """Hours of one person over some days. `on_duty`: hours of it bound to a telephone, chat or counter shift."""

    hours: Decimal
    on_duty: Decimal
    days_away: int

    @property
    def for_cases(self) -> Decimal:
        return max(Decimal(0), self.hours - self.on_duty)


def hours_of_day(day: date, *, calendar: WorkingCalendar, share: Decimal, is_away: bool) -> Decimal:
    """Working hours of a person of this share of full time on one day; none on a day off or away."""
    if is_away or not calendar.is_working_day(day):
        return Decimal(0)
    full = FULL_DAY_HOURS - (SHORTENED_BY_HOURS if calendar.is_shortened(day) else Decimal(0))
    return full * share


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def next_working_days(today: date, count: int, calendar: WorkingCalendar) -> tuple[date, date]:
    """From today to the last of so many working days, today included when it is one."""
    first = today if calendar.is_working_day(today) else calendar.next_working_day(today)
    return today, calendar.add_working_days(first, count - 1) if count > 1 else first


def availability(
    people: Collection[User], *, first: date, last: date, calendar: WorkingCalendar
) -> dict[int, Availability]:
    """Hours of each person from the first day to the last, both included. Two statements."""
    away = away_days(people, first=first, last=last)
    duty = duty_hours(people, first=first, last=last)
    found = {}
    for person in people:
        days = [(day, day in away.get(person.pk, ())) for day in days_of(first, last)]
        hours = sum(
            (
                hours_of_day(day, calendar=calendar, share=person.workload_share, is_away=is_away)
                for day, is_away in days
            ),
            Decimal(0),
        )
        days_away = sum(1 for day, is_away in days if is_away and calendar.is_working_day(day))
        bound = sum((hours for day, hours in duty.get(person.pk, {}).items() if day not in away.get(person.pk, ())), Decimal(0))  # fmt: skip
        found[person.pk] = Availability(hours, min(bound, hours), days_away)
    return found


def away_days(people: Collection[User], *, first: date, last: date) -> dict[int, set[date]]:
    rows = Absence.objects.filter(
        Q(ends_on__gte=first) & Q(starts_on__lte=last), user__in=[one.pk for one in people]
    ).order_by()
    found: dict[int, set[date]] = {}
    for user_id, starts, ends in rows.values_list("user_id", "starts_on", "ends_on"):
        found.setdefault(user_id, set()).update(days_of(max(starts, first), min(ends, last)))
    return found


def duty_hours(people: Iterable[User], *, first: date, last: date) -> dict[int, dict[date, Decimal]]:
    """Hours bound to a telephone, chat or counter shift, by local day."""
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), datetime.min.time()))
    bound = [Shift.Duty.PHONE, Shift.Duty.CHAT, Shift.Duty.VISIT]
    rows = Shift.objects.filter(
        user__in=[one.pk for one in people], duty__in=bound, starts_at__lt=end, ends_at__gt=start
    ).order_by()
    found: dict[int, dict[date, Decimal]] = {}
    for user_id, starts, ends in rows.values_list("user_id", "starts_at", "ends_at"):
        starts, ends = max(starts, start), min(ends, end)
        day = timezone.localtime(starts).date()
        hours = Decimal(int((ends - starts).total_seconds())) / 3600
        by_day = found.setdefault(user_id, {})
        by_day[day] = by_day.get(day, Decimal(0)) + hours
    return found
