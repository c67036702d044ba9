"""Open cases: how many, how old, how late; now from the rows, and day by day for the weeks behind."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest

from bureau.calendar_store import working_calendar
from bureau.working_calendar import WorkingCalendar
from complaints.case_ends import open_since
from complaints.filters import SOON_WORKING_DAYS
from complaints.models import Case, Clock
from quality.daily_counts import Scope

# Age in calendar days since registration; the last group has no end.
AGE_GROUPS = ((0, 5), (6, 15), (16, 30), (31, None))
NEVER = date.max


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Open cases registered from `first` (nothing: ever) to `last`."""

    from_days: int
    to_days: int | None
    first: date | None
    last: date
    count: int
    late: int


@dataclass(frozen=True)
class Backlog:
    """Open cases as they stand. Ages are calendar days since registration."""

    open: int = 0
    late: int = 0
    due_soon: int = 0
    due_today: int = 0
    unassigned: int = 0
    unassigned_since: date | None = None
    unassigned_waiting: int = 0
    soon_of_absent: int = 0
    median_age: int | None = None
    oldest_on: date | None = None
    by_age: tuple[AgeGroup, ...] = ()


def last_day_of_soon(calendar: WorkingCalendar, today: date) -> date:
    return calendar.add_working_days(today, SOON_WORKING_DAYS)


def waiting_before(today: date) -> date:
    """What was registered before this day and has no handler has waited for more than a working day."""
    return working_calendar().add_working_days(today, -1)


def backlog_now(*, user, scope: Scope, today: date, absent_ids: tuple[int, ...] = ()) -> Backlog:
    """One statement over the open cases that `user` may see; ages are put together from the days of registration."""
    calendar = working_calendar()
    soon, waiting_since = last_day_of_soon(calendar, today), waiting_before(today)
    is_soon = Q(due_on__gte=today, due_on__lte=soon)
    rows = (
        scope.narrow(Case.objects.visible_to(user).open())
        .order_by()
        .values("registered_on")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=is_soon),
            today=Count("pk", filter=Q(due_on=today)),
            unassigned=Count("pk", filter=Q(assignee__isnull=True)),
            of_absent=Count("pk", filter=is_soon & Q(assignee_id__in=absent_ids)) if absent_ids else Value(0),
        )
    )
    days = {row["registered_on"]: row for row in rows}
    if not days:
        return Backlog(by_age=age_groups({}, today))
    unassigned = {day: row["unassigned"] for day, row in days.items() if row["unassigned"]}
    return Backlog(
        open=sum(row["count"] for row in days.values()),
        late=sum(row["late"] for row in days.values()),
        due_soon=sum(row["soon"] for row in days.values()),
        due_today=sum(row["today"] for row in days.values()),
        unassigned=sum(unassigned.values()),
        unassigned_since=min(unassigned, default=None),
        unassigned_waiting=sum(count for day, count in unassigned.items() if day < waiting_since),
        soon_of_absent=sum(row["of_absent"] for row in days.values()),
        median_age=(today - median_day({day: row["count"] for day, row in days.items()})).days,
        oldest_on=min(days),
        by_age=age_groups(days, today),
    )


def median_day(counts: dict[date, int]) -> date:
    """The day up to which, from the latest back, half of all were registered."""
    half, seen = sum(counts.values()) / 2, 0
    for day in sorted(counts, reverse=True):
        seen += counts[day]
        if seen >= half:
            break
    return day


def age_groups(days: dict[date, dict], today: date) -> tuple[AgeGroup, ...]:
    groups = []
    for youngest, oldest in AGE_GROUPS:
        first = today - timedelta(days=oldest) if oldest is not None else None
        last = today - timedelta(days=youngest)
        inside = [row for day, row in days.items() if (first is None or day >= first) and day <= last]
        # What is registered with a day to come (a wrong clock of a sender) belongs to the youngest.
        if youngest == 0:
            inside += [row for day, row in days.items() if day > last]
        groups.append(
            AgeGroup(
                youngest, oldest, first, last, sum(row["count"] for row in inside), sum(row["late"] for row in inside)
            )
        )
    return tuple(groups)


@dataclass(frozen=True)
class BacklogHistory:
    """How many were open, late, and due within three working days at the end of each of these days."""

    days: tuple[date, ...] = ()
    open: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    due_soon: tuple[int, ...] = ()

    def on_or_before(self, day: date, what: str) -> int | None:
        found = [value for at, value in zip(self.days, getattr(self, what), strict=True) if at <= day]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class TermSpan:
    """When a term ran (to the end of the day before `until`) and its last day."""

    triggered_on: date
    until: date | None
    due_on: date

    @classmethod
    def read(cls, told: str) -> "TermSpan":
        triggered_on, until, due_on = told.split("/")
        return cls(
            date.fromisoformat(triggered_on), date.fromisoformat(until) if until else None, date.fromisoformat(due_on)
        )

    def runs_at_end_of(self, day: date) -> bool:
        return self.triggered_on <= day and (self.until is None or self.until > day)


def backlog_history(*, user, scope: Scope, days: tuple[date, ...]) -> BacklogHistory:
    """Rebuilt from registration, end and terms of the cases, by the definitions of `complaints.case_ends`. One statement.

    A case that was reopened counts as open all the time, and an extended term as extended all the time. So a past day may differ by
    a few from what the list showed then; today's figures never do.
    """
    if not days:
        return BacklogHistory()
    first, last = days[0], days[-1]
    terms = (
        Clock.objects.filter(case=OuterRef("pk"))
        .annotate(until=Coalesce("met_on", "ended_on"))
        .filter(Q(until__isnull=True) | Q(until__gt=first))
        .order_by("pk")
        .values(term=Concat(*(Cast(one, TextField()) for one in ("triggered_on", Value("/"), "until", Value("/"), "due_on"))))
    )  # fmt: skip
    alive = (
        open_since(scope.narrow(Case.objects.visible_to(user)), first).filter(registered_on__lte=last).order_by()
        .annotate(began=Greatest("registered_on", Value(first)), terms=ArraySubquery(terms))
        .values_list("began", "ended_on", "terms").annotate(count=Count("pk"))
    )  # fmt: skip
    calendar = working_calendar()
    soon_until = {day: last_day_of_soon(calendar, day) for day in days}
    open_, late, due_soon = Counter[date](), Counter[date](), Counter[date]()
    for began, ended, told, count in alive.iterator(chunk_size=5000):
        running = [TermSpan.read(one) for one in told]
        for day in days:
            if began <= day < (ended or NEVER):
                open_[day] += count
                due = min((one.due_on for one in running if one.runs_at_end_of(day)), default=None)
                if due is not None and due < day:
                    late[day] += count
                elif due is not None and due <= soon_until[day]:
                    due_soon[day] += count
    return BacklogHistory(
        days=days,
        open=tuple(open_[day] for day in days),
        late=tuple(late[day] for day in days),
        due_soon=tuple(due_soon[day] for day in days),
    )
