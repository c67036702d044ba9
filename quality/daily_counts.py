"""Counts by day, read from the days counted before and, for today and for days changed since, from the rows themselves.

A day is read from one place only, so no figure is stale and none is double. All tables of a dashboard are two
statements, whatever the number of rows: one over `DayCount` and `HourCount`, one over the rows of the other days.

Counts of finished days know no access restriction. They are used for those who may open every case of their scope; for
anybody else (`visible_to` leaves out some restricted ones) every day is read from the rows. What a unit head may not open
of the unit's contacts, those of restricted cases of another unit, is taken off again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as If
from django.db.models.functions import Cast, ExtractHour

from bureau import reference
from bureau.roles import Permission
from complaints.case_ends import IN_TIME, JUDGED
from complaints.models import Case, ComplaintPerson, Contact, DayCount, HourCount
from quality.periods import Period
from quality.small_numbers import Share

# More changed days than this (a large import under way) are read as last counted, and the page says so.
MOST_DAYS_READ_FROM_ROWS = 120
COUNTED_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Scope:
    """Whose and which rows are counted. Empty means all; with ids, rows without a unit (channel, topic) are left out."""

    unit_ids: frozenset[int] | None = None
    channel_ids: frozenset[int] | None = None
    topic_ids: frozenset[int] | None = None

    def narrow(self, rows: QuerySet) -> QuerySet:
        for field in ("unit", "channel", "topic"):
            ids = getattr(self, f"{field}_ids")
            if ids is not None:
                rows = rows.filter(**{f"{field}_id__in": sorted(ids)})
        return rows


@dataclass(frozen=True)
class Counted:
    """Where the counting stands: days up to `until` stand in the tables, but for those changed since.

    `version` changes with every deed and every counting; what was computed under it may be shown again under it.
    """

    until: date | None
    changed: frozenset[date]
    behind: int
    counted_at: datetime | None
    version: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Contacts kept, cases registered, cases answered, of these judged (they had a term) and of these in time."""

    contacts: int = 0
    registered: int = 0
    answered: int = 0
    judged: int = 0
    on_time: int = 0

    @property
    def late(self) -> int:
        return self.judged - self.on_time

    @property
    def replies_in_time(self) -> Share:
        return Share(self.on_time, self.judged)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.contacts + other.contacts, self.registered + other.registered, self.answered + other.answered,
            self.judged + other.judged, self.on_time + other.on_time,
        )  # fmt: skip


NOTHING = Totals()


def total(by_day: dict[date, Totals], period: Period) -> Totals:
    return sum((totals for day, totals in by_day.items() if period.holds(day)), NOTHING)


@dataclass(frozen=True)
class Breakdown:
    """Totals of one period by channel, kind and topic (ids; None where the row has none)."""

    by_channel: dict[int | None, Totals]
    by_kind: dict[int | None, Totals]
    by_topic: dict[int | None, Totals]


STATE_SQL = """
    SELECT (SELECT max(day) FROM complaints_counteduntil),
           (SELECT array_agg(DISTINCT day) FROM complaints_changedday),
           (SELECT count(*) || '-' || coalesce(max(id), 0) FROM complaints_changedday),
           (SELECT max(counted_at) FROM complaints_counteduntil),
           (SELECT max(id) FROM bureau_deed)
"""


def counted_state(*, today: date) -> Counted:
    """Where the counting stands. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(STATE_SQL)
        until, changed, marks, counted_at, last_deed = cursor.fetchone()
    finished = sorted(day for day in changed or [] if until and day <= until and day < today)
    read = frozenset(finished[-MOST_DAYS_READ_FROM_ROWS:])
    return Counted(
        until=until, changed=read, behind=len(finished) - len(read), counted_at=counted_at,
        version=f"{until} {marks} {counted_at:%Y%m%d%H%M%S%f} {last_deed}" if counted_at else f"- {marks} {last_deed}",
    )  # fmt: skip


def from_rows_only(state: Counted) -> Counted:
    return Counted(until=None, changed=frozenset(), behind=0, counted_at=None, version=state.version)


def sees_every_case(user, scope: Scope) -> bool:
    """Whether `visible_to` leaves no case out of this scope, restricted ones included."""
    if user.rights.grants(Permission.CASE_VIEW_RESTRICTED):
        return all(user.rights.units_for(one) is None for one in (Permission.CASE_VIEW, Permission.CONTACT_VIEW))
    return scope.unit_ids is not None and all(
        scope.unit_ids <= within_units(user.rights.units_for(one))
        for one in (Permission.CASE_VIEW, Permission.CONTACT_VIEW)
    )


def within_units(unit_ids: frozenset[int] | None) -> frozenset[int]:
    """The units with all their parts; "every unit" opens no restricted row by itself."""
    return frozenset().union(*(reference.unit_subtree_ids(unit_id) for unit_id in unit_ids or ()))


@dataclass(frozen=True)
class Question:
    """What is asked of the days at once: totals of each of `days`, a breakdown of each period, contacts by hour.

    Hours: by weekday over `week`, and by day over the days of `weekday` (0 is Monday) within `baseline`.
    """

    days: Period
    periods: tuple[Period, ...]
    week: Period
    baseline: Period
    weekday: int


@dataclass
class Answer:
    by_day: dict[date, Totals]
    by_period: list[Breakdown]
    by_hour: dict[tuple[int, int], int]
    hours_of_weekday: dict[date, dict[int, int]]


DAY_COLUMNS = "day, channel_id, kind_id, topic_id, contacts, registered, answered, judged, on_time"
HOUR_COLUMNS = "day, hour, contacts"
SUMS = (
    "sum(contacts)::bigint, sum(registered)::bigint, sum(answered)::bigint, sum(judged)::bigint, sum(on_time)::bigint"
)


class DailyCounts:
    """Reads the counts of one person's scope: what was counted in one statement (kept until the next counting), today
    and what changed since in another."""

    def __init__(self, *, user, scope: Scope, state: Counted, today: date):
        self.user, self.scope, self.today = user, scope, today
        self.state = state if sees_every_case(user, scope) else from_rows_only(state)
        self.until = min(self.state.until, today) if self.state.until else None

    def answer(self, question: Question) -> Answer:
        found = Answer({}, [Breakdown({}, {}, {}) for _ in question.periods], {}, {})
        for row in [*self.counted_rows(question), *self.living_rows(question), *self.hidden_rows(question)]:
            put(found, row)
        found.by_hour = {at: count for at, count in found.by_hour.items() if count}
        return found

    # --- Days counted before ----------------------------------------------------------------------------------------
    def counted_rows(self, question: Question) -> list[tuple]:
        if self.until is None:
            return []
        said = f"{self.scope!r} {question!r} {self.today} {sorted(self.state.changed)} {self.state.counted_at}"
        key = f"counted-days:{blake2b(said.encode(), digest_size=20).hexdigest()}"
        rows = cache.get(key)
        if rows is None:
            span = Period(question.days.first, min(question.days.last, self.until))
            days = self.finished(DayCount, span).values_list(
                "day", "channel_id", "kind_id", "topic_id", "contacts", "registered", "answered", "answered_judged",
                "answered_on_time",
            )  # fmt: skip
            hours = [self.finished(HourCount, span).values_list("day", "hour", "contacts")] if self.knows_hours else []
            rows = asked(question, days=[days], hours=hours)
            cache.set(key, rows, COUNTED_KEPT_SECONDS)
        return rows

    @property
    def knows_hours(self) -> bool:
        """Hours are not counted by topic."""
        return self.scope.topic_ids is None

    def finished(self, model, period: Period) -> QuerySet:
        rows = self.scope.narrow(model.objects.all()).filter(day__gte=period.first, day__lte=period.last)
        return rows.exclude(day__in=sorted(self.state.changed | {self.today}))

    # --- Today and what changed -------------------------------------------------------------------------------------
    def living_rows(self, question: Question) -> list[tuple]:
        nothing, one, no_kind = Value(0), Value(1), Cast(Value(None), BigIntegerField())
        judged, on_time = (If(When(which, then=one), default=nothing) for which in (JUDGED, IN_TIME))
        contacts = self.living(Contact.objects.kept(), "on", question.days)
        registered = self.living(Case.objects.all(), "registered_on", question.days)
        answered = self.living(Case.objects.all(), "answered_on", question.days)
        days = [
            contacts.values_list("on", "channel_id", no_kind, "topic_id", one, nothing, nothing, nothing, nothing),
            registered.values_list(
                "registered_on", "channel_id", "kind_id", "topic_id", nothing, one, nothing, nothing, nothing
            ),
            answered.values_list(
                "answered_on", "channel_id", "kind_id", "topic_id", nothing, nothing, one, judged, on_time
            ),
        ]
        hours = [contacts.values_list("on", ExtractHour("at"), one)] if self.knows_hours else []
        if self.until is not None:
            less_days, less_hours = self.concerning_rows(question)
            days, hours = days + less_days, hours + less_hours
        return asked(question, days=days, hours=hours)

    def concerning_rows(self, question: Question) -> tuple[list, list]:
        """What the tables count of complaints that concern the person or whom they stand in for, to be taken off."""
        people = [self.user.pk, *self.user.rights.acting_for]
        nothing, less, no_kind = Value(0), Value(-1), Cast(Value(None), BigIntegerField())
        less_judged, less_on_time = (If(When(which, then=less), default=nothing) for which in (JUDGED, IN_TIME))
        seen_cases = Case.objects.visible_to(self.user)
        cases = Case.objects.kept().filter(
            pk__in=ComplaintPerson.objects.filter(user_id__in=people).values("complaint_id")
        )
        cases = cases.exclude(Exists(seen_cases.filter(pk=OuterRef("pk"))))
        contacts = (
            Contact.objects.kept()
            .filter(case__in=ComplaintPerson.objects.filter(user_id__in=people).values("complaint_id"))
            .exclude(Exists(Contact.objects.visible_to(self.user).filter(pk=OuterRef("pk"))))
        )
        if not self.user.rights.grants(Permission.CASE_VIEW_RESTRICTED):
            contacts = contacts.filter(is_restricted=False)  # restricted ones are taken off by `hidden_rows`
        registered, answered, contacts = (
            self.counted(cases, "registered_on", question.days),
            self.counted(cases, "answered_on", question.days),
            self.counted(contacts, "on", question.days),
        )
        days = [
            contacts.values_list("on", "channel_id", no_kind, "topic_id", less, nothing, nothing, nothing, nothing),
            registered.values_list(
                "registered_on", "channel_id", "kind_id", "topic_id", nothing, less, nothing, nothing, nothing
            ),
            answered.values_list(
                "answered_on", "channel_id", "kind_id", "topic_id", nothing, nothing, less, less_judged, less_on_time
            ),
        ]
        hours = [contacts.values_list("on", ExtractHour("at"), less)] if self.knows_hours else []
        return days, hours

    def counted(self, rows: Any, field: str, period: Period) -> QuerySet:
        """Of rows dated by `field`, those of days that are read from the tables."""
        span = {f"{field}__gte": period.first, f"{field}__lte": min(period.last, self.until or period.last)}
        return (
            self.scope.narrow(rows)
            .filter(**span)
            .exclude(**{f"{field}__in": sorted(self.state.changed | {self.today})})
        )

    # --- What the tables count and the person may not open ----------------------------------------------------------
    def hidden_rows(self, question: Question) -> list[tuple]:
        """Contacts of restricted cases of another unit, to be taken off. Asked only for those who do not see all."""
        if self.until is None or self.user.rights.grants(Permission.CASE_VIEW_RESTRICTED):
            return []
        restricted = Case.objects.filter(is_restricted=True)
        seen = restricted.visible_to(self.user)
        hidden = self.scope.narrow(
            Contact.objects.kept()
            .filter(is_restricted=True, case__in=restricted.exclude(pk__in=seen.values("pk")), on__gte=question.days.first, on__lte=self.until)
            .exclude(on__in=sorted(self.state.changed | {self.today}))
            .exclude(handled_by=self.user)
        )  # fmt: skip
        nothing, less, no_kind = Value(0), Value(-1), Cast(Value(None), BigIntegerField())
        days = [hidden.values_list("on", "channel_id", no_kind, "topic_id", less, nothing, nothing, nothing, nothing)]
        hours = [hidden.values_list("on", ExtractHour("at"), less)] if self.knows_hours else []
        return asked(question, days=days, hours=hours, once=True)

    def living(self, rows: Any, field: str, period: Period) -> QuerySet:
        """Of rows dated by `field`, those of days that are not read from the tables."""
        rows = self.scope.narrow(rows.visible_to(self.user)).filter(
            **{f"{field}__gte": period.first, f"{field}__lte": period.last}
        )
        if self.until is None:
            return rows
        changed = sorted(day for day in self.state.changed | {self.today} if period.holds(day))
        return rows.filter(Q(**{f"{field}__gt": self.until}) | Q(**{f"{field}__in": changed}))


def asked(
    question: Question, *, days: Sequence[QuerySet], hours: Sequence[QuerySet], once: bool = False
) -> list[tuple]:
    """All parts of a question in one statement: part, day, two numbers that say where the sums belong, the sums.

    Each part reads the days it needs by index; with `once` the sources are few rows dearly found, and found once.
    """
    day_sql, parameters = together(days, "days_asked", DAY_COLUMNS, once)
    hour_sql, hour_parameters = together(hours, "hours_asked", HOUR_COLUMNS, once)
    listed = ", ".join(["(%s::int, %s::date, %s::date)"] * len(question.periods))
    statement = f"""WITH {day_sql}, {hour_sql}
        SELECT 0, day, NULL::int, NULL::bigint, {SUMS} FROM days_asked GROUP BY day
        UNION ALL
        SELECT 1 + GROUPING(channel_id, kind_id, topic_id), NULL, period, coalesce(channel_id, kind_id, topic_id), {SUMS}
          FROM days_asked JOIN (VALUES {listed}) AS wanted(period, first, last) ON day BETWEEN first AND last
         WHERE day BETWEEN %s AND %s GROUP BY GROUPING SETS ((period, channel_id), (period, kind_id), (period, topic_id))
        UNION ALL
        SELECT 10, NULL, extract(isodow FROM day)::int - 1, hour::bigint, sum(contacts)::bigint, 0, 0, 0, 0 FROM hours_asked
         WHERE day BETWEEN %s AND %s GROUP BY 3, 4
        UNION ALL
        SELECT 11, day, NULL, hour::bigint, sum(contacts)::bigint, 0, 0, 0, 0 FROM hours_asked
         WHERE day BETWEEN %s AND %s AND extract(isodow FROM day) = %s GROUP BY day, hour"""  # noqa: S608 (names from here)
    parameters += hour_parameters
    for number, period in enumerate(question.periods):
        parameters += [number, period.first, period.last]
    parameters += [min(period.first for period in question.periods), max(period.last for period in question.periods)]
    week, baseline = question.week, question.baseline
    parameters += [week.first, week.last, baseline.first, baseline.last, question.weekday + 1]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def put(found: Answer, row: tuple) -> None:
    """Add one row of sums where it belongs."""
    part, day, number, entry_id, *sums = row
    totals = Totals(*sums)
    if part == 0:
        found.by_day[day] = found.by_day.get(day, NOTHING) + totals
    elif part == 10:
        found.by_hour[number, entry_id] = found.by_hour.get((number, entry_id), 0) + totals.contacts
    elif part == 11:
        hours = found.hours_of_weekday.setdefault(day, {})
        hours[entry_id] = hours.get(entry_id, 0) + totals.contacts
    else:
        one = found.by_period[number]
        # GROUPING() names with a 1 each column that is summed over.
        entries = {0b011: one.by_channel, 0b101: one.by_kind, 0b110: one.by_topic}[part - 1]
        entries[entry_id] = entries.get(entry_id, NOTHING) + totals


def together(sources: Sequence[QuerySet], name: str, columns: str, once: bool) -> tuple[str, list]:
    """Several querysets with the same columns as one named source: rights and filters stay those of the querysets."""
    compiled = []
    for source in sources:
        with suppress(EmptyResultSet):  # a filter that nothing can pass
            compiled.append(source.order_by().query.sql_with_params())
    if not compiled:
        return f"{name} AS (SELECT {typed_nulls(columns)} WHERE false)", []
    rows = " UNION ALL ".join(f"({sql})" for sql, _parameters in compiled)
    return (
        f"{name}({columns}) AS {'' if once else 'NOT '}MATERIALIZED ({rows})",
        [value for _sql, parameters in compiled for value in parameters],
    )


def typed_nulls(columns: str) -> str:
    return ", ".join(f"NULL::{'date' if column == 'day' else 'bigint'} AS {column}" for column in columns.split(", "))
