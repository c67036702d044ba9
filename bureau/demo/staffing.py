"""The demo's telephone, shifts and working time.

Two years of half hours in which three things are true: since some months fewer calls are answered in time (a lasting
shift), calls take longer from month to month (a slow trend), and the share of callers who hang up only wavers (noise).
"""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from math import cos, pi
from random import Random

from django.db.models import Q

from bureau.calendar_store import working_calendar
from bureau.models import Absence, RoleHolding, User
from complaints.models import Case, CaseKind, Status
from staff import forecasts
from staff.call_statistics import starts_at
from staff.models import Forecast, KindWeight, LoadEvent, PhoneQueue, QueueInterval, Shift, WorkEntry, WorkKind

FIRST_SLOT, LAST_SLOT = 18, 32  # 9.00 to 16.00
CALLS_A_HALF_HOUR = 9.0
WEEKDAYS = (1.25, 1.05, 0.95, 0.95, 0.8)
HOURS = (0.8, 1.1, 1.3, 1.35, 1.3, 1.15, 0.95, 0.85, 0.95, 1.05, 1.0, 0.9, 0.75, 0.6)
# Since so many days fewer calls are answered in time.
SHIFT_DAYS_AGO, BEFORE, AFTER = 245, 0.86, 0.74
# Seconds of talk when the two years began, and how many more each year.
TALK, TALK_MORE_A_YEAR = 170.0, 32.0
LOST = 0.055
DAYS_OF_SHIFTS_BACK, DAYS_OF_SHIFTS_AHEAD = 28, 21
DAYS_OF_WORK = 90
MOST_TIMED_CASES = 900
MINUTES_OF_KIND = {
    "simple_enquiry": 12,
    "explanation": 48,
    "information_request": 75,
    "service_complaint": 130,
    "challenge": 320,
}
ESTIMATES = {"challenge": (300, "Kolme spetsialisti hinnang"), "service_complaint": (120, "Meeskonna hinnang"), "praise": (6, "Meeskonna hinnang")}  # fmt: skip
STORED_AT_ONCE = 2_000


def store_staffing(*, first_day: date, today: date, seed: int) -> None:
    rng = Random(f"{seed} staffing")
    queue = PhoneQueue.objects.get(code="info")
    if QueueInterval.objects.filter(queue=queue).exists():
        return  # a second load adds cases; the line and its people are there already
    store_calls(queue, first_day=first_day, today=today, rng=rng)
    team = list(
        User.objects.filter(
            pk__in=RoleHolding.objects.in_force(today).filter(role__in=("specialist", "chief_specialist")).values("user_id")
        ).order_by("last_name", "first_name", "pk")
    )  # fmt: skip
    if not team:
        return
    store_shifts(team, today=today, rng=rng)
    store_work(team, today=today, rng=rng)
    store_weights(today=today)
    store_events(today=today)
    for until in (today - timedelta(days=15), today - timedelta(days=1)):
        forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=until)


def store_calls(queue: PhoneQueue, *, first_day: date, today: date, rng: Random) -> None:
    calendar, rows = working_calendar(), []
    for number in range((today - first_day).days):
        day = first_day + timedelta(days=number)
        if not calendar.is_working_day(day):
            continue
        busy = 1 + 0.18 * cos(2 * pi * (day.timetuple().tm_yday - 115) / 365) + rng.gauss(0, 0.05)
        years = (day - today).days / 365.25 + 2
        in_time = (AFTER if (today - day).days < SHIFT_DAYS_AGO else BEFORE) + rng.gauss(0, 0.02)
        last = LAST_SLOT - 6 if calendar.is_shortened(day) else LAST_SLOT
        for slot in range(FIRST_SLOT, last):
            mean = CALLS_A_HALF_HOUR * WEEKDAYS[day.weekday()] * HOURS[slot - FIRST_SLOT] * max(0.3, busy)
            offered = max(0, round(rng.gauss(mean, mean**0.5)))
            lost = sum(rng.random() < LOST for _call in range(offered))
            answered = offered - lost
            talk = max(30.0, TALK + TALK_MORE_A_YEAR * years + rng.gauss(0, 12))
            rows.append(
                QueueInterval(
                    queue=queue, day=day, slot=slot, starts_at=starts_at(day, slot), offered=offered, answered=answered, abandoned=lost,
                    within_threshold=sum(rng.random() < in_time for _call in range(answered)), talk_seconds=round(answered * talk),
                    hold_seconds=round(answered * 9), after_call_seconds=round(answered * 38),
                    wait_seconds=round(offered * max(2.0, rng.gauss(14 if in_time > 0.8 else 24, 4))),
                )
            )  # fmt: skip
    QueueInterval.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)


def store_shifts(team: list[User], *, today: date, rng: Random) -> None:
    """Half of those present on the telephone in the morning, the others after noon; letters in the other half of the day."""
    calendar, rows = working_calendar(), []
    first, last = today - timedelta(days=DAYS_OF_SHIFTS_BACK), today + timedelta(days=DAYS_OF_SHIFTS_AHEAD)
    absences = list(Absence.objects.filter(Q(ends_on__gte=first), starts_on__lte=last))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if not calendar.is_working_day(day):
            continue
        here = [
            one for one in team if not any(a.user_id == one.pk and a.starts_on <= day <= a.ends_on for a in absences)
        ]
        rng.shuffle(here)
        for at, person in enumerate(here):
            morning, afternoon = ("phone", "written") if at % 2 else ("written", "phone")
            if at % 5 == 4:
                morning = "visit"
            for duty, begins, ends in ((morning, 18, 25), (afternoon, 25, 32)):
                rows.append(
                    Shift(user=person, duty=duty, starts_at=starts_at(day, begins), ends_at=starts_at(day, ends))
                )
    Shift.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)


def store_work(team: list[User], *, today: date, rng: Random) -> None:
    """Meetings and guides of the last months, and time on closed cases, from which weights are measured."""
    kinds, rows, calendar = list(WorkKind.objects.all()), [], working_calendar()
    for person in team:
        for back in range(DAYS_OF_WORK):
            day = today - timedelta(days=back)
            if calendar.is_working_day(day) and rng.random() < 0.3:
                rows.append(WorkEntry(user=person, key=key_of(rng), day=day, minutes=rng.choice((30, 45, 60, 90)), kind=rng.choice(kinds)))  # fmt: skip
    cases = (
        Case.objects.kept().filter(status=Status.CLOSED, closed_on__isnull=False, assignee__isnull=False)
        .select_related("kind").order_by("-closed_on", "-pk")[:MOST_TIMED_CASES]
    )  # fmt: skip
    for case in cases:
        if rng.random() < 0.6:
            mean = MINUTES_OF_KIND.get(case.kind.code, 40)
            minutes = min(900, max(3, round(rng.lognormvariate(0, 0.5) * mean)))
            rows.append(
                WorkEntry(user_id=case.assignee_id, key=key_of(rng), day=case.closed_on, minutes=minutes, case=case)
            )
    WorkEntry.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)


def key_of(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def store_weights(*, today: date) -> None:
    since = today - timedelta(days=400)
    for code, (minutes, basis) in ESTIMATES.items():
        KindWeight.objects.get_or_create(
            kind=CaseKind.objects.get(code=code),
            valid_from=since,
            defaults={"minutes": Decimal(minutes), "basis": basis},
        )


def store_events(*, today: date) -> None:
    wanted = (
        ("incident", "KOTKAS ei tööta", "KOTKAS out of order", -96, -95, None),
        ("campaign", "Kiri metsaomanikele", "Letter to forest owners", 5, 9, "1.25"),
    )
    for kind, name_et, name_en, first, last, factor in wanted:
        LoadEvent.objects.get_or_create(
            name_et=name_et,
            defaults={
                "kind": kind, "name_en": name_en, "starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last),
                "factor": Decimal(factor) if factor else None,
            },
        )  # fmt: skip
