"""The demo's shifts, working time, weights of kinds and forecasts."""

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Q

from bureau.calendar_store import working_calendar
from bureau.models import Absence, RoleHolding, User
from bureau.working_calendar import TALLINN
from complaints.models import Case, CaseKind, Status
from staff import forecasts, weights
from staff.call_statistics import starts_at
from staff.models import Forecast, KindWeight, LoadEvent, PhoneQueue, Shift, WorkEntry, WorkKind

DAYS_OF_SHIFTS_BACK, DAYS_OF_SHIFTS_AHEAD = 28, 21
DAYS_OF_WORK = 90
MOST_TIMED_CASES = 2_000
MINUTES_OF_KIND = {
    "simple_enquiry": 12,
    "explanation": 48,
    "information_request": 75,
    "service_complaint": 130,
    "challenge": 320,
}
ESTIMATES = {"challenge": (300, "Kolme spetsialisti hinnang"), "service_complaint": (120, "Meeskonna hinnang"), "praise": (6, "Meeskonna hinnang")}  # fmt: skip
USUAL_MINUTES, TIMED_SHARE = 40, 0.85
NIGHT, MEETING = time(4, 30), time(10)
STORED_AT_ONCE = 2_000


def store_staffing(queue: PhoneQueue, *, today: date, seed: int) -> None:
    rng = Random(f"{seed} staffing")
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
        made = forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=until)
        if made is not None:
            made.made_at = datetime.combine(until + timedelta(days=1), NIGHT, TALLINN)
            made.save(update_fields=["made_at"])


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
        if rng.random() < TIMED_SHARE:
            mean = MINUTES_OF_KIND.get(case.kind.code, USUAL_MINUTES)
            minutes = min(900, max(3, round(rng.lognormvariate(0, 0.5) * mean)))
            rows.append(
                WorkEntry(user_id=case.assignee_id, key=key_of(rng), day=case.closed_on, minutes=minutes, case=case)
            )
    WorkEntry.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)


def key_of(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def store_weights(*, today: date) -> None:
    """What was measured is in use since the first of this month, by whom the head of bureau is; before that, and where few were timed,
    what the team estimated."""
    head = RoleHolding.objects.in_force(today).filter(role="head_of_bureau").select_related("user").first()
    head_of_bureau = head.user if head else None
    month, since = today.replace(day=1), today - timedelta(days=400)
    measured = weights.measure(until=month - timedelta(days=1))
    for kind in CaseKind.objects.all():
        minutes, basis = ESTIMATES.get(kind.code, (MINUTES_OF_KIND.get(kind.code, USUAL_MINUTES), "Meeskonna hinnang"))
        KindWeight.objects.get_or_create(
            kind=kind, valid_from=since,
            defaults={
                "minutes": Decimal(minutes), "basis": basis, "set_by": head_of_bureau,
                "set_at": datetime.combine(since, MEETING, TALLINN),
            },
        )  # fmt: skip
        found = measured.get(kind.pk)
        if found is not None and found.minutes:
            KindWeight.objects.get_or_create(
                kind=kind, valid_from=month,
                defaults={
                    "minutes": found.minutes, "is_measured": True, "sample": found.sample, "set_by": head_of_bureau,
                    "measured_from": month - timedelta(days=weights.DAYS_OF_SAMPLE), "measured_until": month - timedelta(days=1),
                    "set_at": datetime.combine(month, MEETING, TALLINN),
                },
            )  # fmt: skip


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
