"""What the dashboard shows of the bureau, or of a unit: figures only, as small frozen objects. Questions, no deeds.

The same figures go to the screen, a spreadsheet and a report; words, drawings and addresses of rows are made of them
elsewhere. Names are ids here, so the figures serve both languages.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache as remembered
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from bureau import reference
from bureau.models import Absence, Substitution
from bureau.roles import Permission
from complaints.reference import is_concerned
from quality.backlog import Backlog, BacklogHistory, backlog_history, backlog_now
from quality.daily_counts import (
    NOTHING,
    Breakdown,
    Counted,
    DailyCounts,
    Question,
    Scope,
    Totals,
    counted_state,
    total,
    within_units,
)
from quality.intake import (
    WEEKS_OF_BASELINE,
    DayPoint,
    HourMap,
    Intake,
    before_hour,
    day_points,
    history_days,
    hour_map,
    intake_of_today,
    week_asked,
)
from quality.periods import Period, months_until
from quality.timeliness import MONTHS_SHOWN, KindRow, Timeliness, kind_rows, timeliness

KEPT_SECONDS = 60  # a deed ends it earlier
HISTORY_KEPT_SECONDS = 3600  # days that are over hardly change
TOPICS_SHOWN = 10


@dataclass(frozen=True)
class Filters:
    """What the figures are narrowed to. Units and topics with their parts; `former` to compare with."""

    unit_id: int | None = None
    channel_id: int | None = None
    topic_id: int | None = None
    service_id: int | None = None
    former: Period | None = None


@dataclass(frozen=True, slots=True)
class CountRow:
    """Contacts of one entry of a list. `ids` are all that it counts; empty for contacts without an entry."""

    ids: tuple[int, ...]
    contacts: int
    former: int | None
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    user_id: int
    until: date
    substitute_id: int | None


class SignalKind(StrEnum):
    LATE_RISES = "late_rises"
    INTAKE_ABOVE = "intake_above"
    INTAKE_BELOW = "intake_below"
    REPLIES_WORSE = "replies_worse"
    REPLIES_BETTER = "replies_better"
    NOBODY_TAKES = "nobody_takes"
    ABSENT_HOLD = "absent_hold"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that needs a look. The words are made of the figures it stands in."""

    kind: SignalKind
    is_good: bool = False


@dataclass(frozen=True)
class Figures:
    today: date
    counted_at: datetime
    period: Period
    former: Period | None
    scope: Scope
    is_whole_bureau: bool
    days_behind: int
    has_any: bool
    backlog: Backlog
    history: BacklogHistory
    totals: Totals
    former_totals: Totals | None
    intake: Intake
    days: tuple[DayPoint, ...]
    is_by_week: bool
    working_day_contacts: tuple[tuple[date, int], ...]
    timeliness: Timeliness
    kinds: tuple[KindRow, ...]
    channels: tuple[CountRow, ...]
    topics: tuple[CountRow, ...]
    hours: HourMap | None
    away: tuple[Away, ...]
    signals: tuple[Signal, ...] = ()
    # How far the deeds had come when they were counted.
    version: str = ""
    # Under which they are kept: equal keys, equal figures. Empty when they were counted for one question only.
    key: str = ""


# --- For whom ---------------------------------------------------------------------------------------------------------
def units_of(user) -> frozenset[int] | None:
    """Units whose dashboard `user` may see, parts included; None is the whole bureau."""
    if user.rights.grants(Permission.DASHBOARD_VIEW) and user.rights.units_for(Permission.DASHBOARD_VIEW) is None:
        return None
    return within_units(user.rights.units_for(Permission.UNIT_DASHBOARD_VIEW))


def scope_of(*, user, filters: Filters) -> Scope:
    """The person's units, narrowed by the filters; what is not theirs stays out whatever the address says."""
    own = units_of(user)
    asked = reference.unit_subtree_ids(filters.unit_id) if filters.unit_id else None
    return Scope(
        unit_ids=asked if own is None else own if asked is None else own & asked,
        channel_ids=frozenset({filters.channel_id}) if filters.channel_id else None,
        topic_ids=topics_of(filters),
    )


def topics_of(filters: Filters) -> frozenset[int] | None:
    """The topics that a topic and a service chosen leave; None is all, with or without a topic."""
    asked = [
        of(chosen)
        for of, chosen in (
            (reference.topic_subtree_ids, filters.topic_id),
            (reference.service_topic_ids, filters.service_id),
        )
        if chosen
    ]
    return frozenset.intersection(*asked) if asked else None


# --- The whole --------------------------------------------------------------------------------------------------------
def dashboard_figures(*, user, period: Period, filters: Filters, today: date, now: datetime | None = None) -> Figures:
    """The figures as they stand, kept for those with the same scope until the next deed, a minute at most."""
    state = counted_state(today=today)
    now = now or timezone.now()
    key = figures_key(
        user=user,
        period=period,
        filters=filters,
        today=today,
        hour=timezone.localtime(now).hour,
        version=state.version,
    )
    figures = cache.get(key)
    if figures is None:
        figures = replace(
            count_figures(user=user, period=period, filters=filters, today=today, now=now, state=state), key=key
        )
        cache.set(key, figures, KEPT_SECONDS)
    return figures


def figures_key(*, user, filters: Filters, **facts: Any) -> str:
    scope = scope_of(user=user, filters=filters)
    sees_all = user.rights.grants(Permission.CASE_VIEW_RESTRICTED)
    seen_by = "all" if sees_all and not is_concerned(user.pk, *user.rights.acting_for) else user.pk
    said = f"{code_fingerprint()} {seen_by} {scope_words(scope)} {units_of(user) is None} {filters!r} {facts!r}"
    return f"dashboard:{blake2b(said.encode(), digest_size=20).hexdigest()}"


def scope_words(scope: Scope) -> str:
    return " ".join(
        "all" if ids is None else ",".join(map(str, sorted(ids)))
        for ids in (scope.unit_ids, scope.channel_ids, scope.topic_ids)
    )


@remembered
def code_fingerprint() -> str:
    """What an older release kept is not read by a newer one."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return blake2b(b"".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()


def count_figures(
    *, user, period: Period, filters: Filters, today: date, now: datetime, state: Counted | None = None
) -> Figures:
    scope = scope_of(user=user, filters=filters)
    is_whole = units_of(user) is None
    state = state or counted_state(today=today)
    counts = DailyCounts(user=user, scope=scope, state=state, today=today)
    away = people_away(today) if is_whole else ()
    backlog = backlog_now(user=user, scope=scope, today=today, absent_ids=tuple(one.user_id for one in away))
    history = kept_history(user=user, filters=filters, scope=scope, today=today)

    answer = counts.answer(
        Question(
            days=days_needed(period, filters.former, today),
            periods=(period, filters.former) if filters.former else (period,),
            week=week_asked(period),
            baseline=Period(today - timedelta(weeks=WEEKS_OF_BASELINE), today),
            weekday=today.weekday(),
        )
    )
    by_day, first_counted = answer.by_day, min(answer.by_day, default=None)
    now_of, then_of = answer.by_period[0], answer.by_period[1] if filters.former else None
    hour = timezone.localtime(now).hour
    hours = hour_map(answer.by_hour, period, first_counted) if counts.knows_hours else None
    until_now = before_hour(answer.hours_of_weekday, hour) if counts.knows_hours else None
    days, is_by_week = day_points(by_day, period, today, first_counted)
    figures = Figures(
        today=today, counted_at=now, period=period, former=filters.former, scope=scope, is_whole_bureau=is_whole,
        days_behind=state.behind, has_any=bool(by_day) or backlog.open > 0, backlog=backlog, history=history,
        totals=total(by_day, period), former_totals=total(by_day, filters.former) if filters.former else None,
        intake=intake_of_today(by_day, today, first_counted, until_now, hour),
        days=days, is_by_week=is_by_week,
        working_day_contacts=tuple((day, by_day.get(day, NOTHING).contacts) for day in history_days(today)),
        timeliness=timeliness(by_day, period, today),
        kinds=kind_rows(now_of, then_of), channels=channel_rows(now_of, then_of),
        topics=topic_rows(now_of, then_of, filters.topic_id), hours=hours, away=away, version=state.version,
    )  # fmt: skip
    return with_signals(figures)


def days_needed(period: Period, former: Period | None, today: date) -> Period:
    """One stretch of days that holds all that is shown: the months, what is usual, both periods, today."""
    first = min(
        months_until(period.last, MONTHS_SHOWN)[0],
        today - timedelta(weeks=WEEKS_OF_BASELINE),
        period.first,
        former.first if former else period.first,
        period.last - timedelta(weeks=WEEKS_OF_BASELINE),
    )
    return Period(first, max(today, period.last))


def kept_history(*, user, filters: Filters, scope: Scope, today: date) -> BacklogHistory:
    key = figures_key(user=user, filters=filters, today=today, part="history")
    history = cache.get(key)
    if history is None:
        history = backlog_history(user=user, scope=scope, days=history_days(today))
        cache.set(key, history, HISTORY_KEPT_SECONDS)
    return history


# --- Contacts ---------------------------------------------------------------------------------------------------------
def channel_rows(now: Breakdown, then: Breakdown | None) -> tuple[CountRow, ...]:
    rows = [
        CountRow((channel_id,), totals.contacts, then.by_channel.get(channel_id, NOTHING).contacts if then else None)
        for channel_id, totals in now.by_channel.items()
        if channel_id is not None and totals.contacts
    ]
    return tuple(sorted(rows, key=lambda row: (-row.contacts, row.ids)))


def topic_rows(now: Breakdown, then: Breakdown | None, topic_id: int | None) -> tuple[CountRow, ...]:
    """Contacts by group of topics; within one group, chosen or the only one, by topic. Ten at most, the others together at the end."""
    topics = reference.topics()
    if (
        topic_id is None
        and len(groups := {topic_group(one) for one, totals in now.by_topic.items() if one and totals.contacts}) == 1
    ):
        (topic_id,) = groups  # a unit with one group of topics: its topics say more

    def row_of(one: int | None) -> int | None:
        """The group on the first level, or the part of the chosen group, that a topic stands in."""
        while one is not None and one in topics and topics[one].parent_id not in {None, topic_id}:
            one = topics[one].parent_id
        return one

    def grouped(breakdown: Breakdown | None) -> dict[int | None, int]:
        sums: dict[int | None, int] = {}
        for one, totals in breakdown.by_topic.items() if breakdown else ():
            if totals.contacts:
                sums[row_of(one)] = sums.get(row_of(one), 0) + totals.contacts
        return sums

    current, before = grouped(now), grouped(then)
    order = sorted(current, key=lambda one: (-current[one], one or 0))
    named = [one for one in order if one is not None]
    shown, rest = named[:TOPICS_SHOWN], named[TOPICS_SHOWN:]
    rows = [CountRow((one,), current[one], before.get(one, 0) if then else None) for one in shown]
    if rest:
        rows.append(
            CountRow(
                tuple(rest),
                sum(current[one] for one in rest),
                sum(before.get(one, 0) for one in rest) if then else None,
                is_rest=True,
            )
        )
    if None in current:
        rows.append(CountRow((), current[None], before.get(None, 0) if then else None))
    return tuple(rows)


# --- People -----------------------------------------------------------------------------------------------------------
def topic_group(topic_id: int) -> int:
    """The group on the first level that a topic stands in."""
    parent_id = reference.topics()[topic_id].parent_id
    return topic_id if parent_id is None else topic_group(parent_id)


def people_away(today: date) -> tuple[Away, ...]:
    """Who is away today, until when, and who stands in. Why they are away is nobody's business here. One statement."""
    substitute = (
        Substitution.objects.in_force(today)
        .filter(absent=OuterRef("user"), ended_early_at__isnull=True)
        .order_by("pk")
        .values("substitute")[:1]
    )
    rows = (
        Absence.objects.in_force(today)
        .filter(user__is_active=True)
        .order_by("user__last_name", "user__first_name", "user")
        .values_list("user_id", "ends_on", Subquery(substitute))
    )
    return tuple(Away(*row) for row in rows)


# --- Signals ----------------------------------------------------------------------------------------------------------
def with_signals(figures: Figures) -> Figures:
    """What needs a look, the gravest first; what is better than usual comes last."""
    found = []
    if late_rise(figures) is not None:
        found.append(Signal(SignalKind.LATE_RISES))
    last = figures.timeliness.last_judged
    if last and last.rule and not last.is_high:
        found.append(Signal(SignalKind.REPLIES_WORSE))
    if figures.period.holds(figures.today):
        if figures.intake.is_above:
            found.append(Signal(SignalKind.INTAKE_ABOVE))
        elif figures.intake.is_below:
            found.append(Signal(SignalKind.INTAKE_BELOW))
    if figures.backlog.unassigned_waiting:
        found.append(Signal(SignalKind.NOBODY_TAKES))
    if figures.backlog.soon_of_absent:
        found.append(Signal(SignalKind.ABSENT_HOLD))
    if last and last.rule and last.is_high:
        found.append(Signal(SignalKind.REPLIES_BETTER, is_good=True))
    return replace(figures, signals=tuple(found))


def late_rise(figures: Figures) -> int | None:
    """By how many late cases grew in a week, when that is at least three and a quarter."""
    before = figures.history.on_or_before(figures.today - timedelta(days=7), "late")
    if before is None:
        return None
    rise = figures.backlog.late - before
    return rise if rise >= 3 and rise * 4 >= before else None
