"""Changing the working calendar. What a change would move is shown before it is made, and moved in its transaction.

The kernel does not know who counts days. An app that does registers an effect: `preview(calendar)` tells what would
move, `apply(calendar, by=, reason=)` moves it. Both get the calendar as it would be.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.models import CalendarDay, OpeningHours
from bureau.refusals import DeedRefused
from bureau.templatetags.formats import day as day_words
from bureau.working_calendar import SATURDAY, DayKind, SpecialDay, WorkingCalendar, estonian_holidays

LONGEST_CLOSURE_DAYS = 31


@dataclass(frozen=True)
class MovedRow:
    """One thing whose day moves: what it is, where it stands, from when to when."""

    label: str
    url: str
    old: date
    new: date


@dataclass(frozen=True)
class Effect:
    """What a change moves in one app: a sentence, how many, and the first of them."""

    title: str
    count: int
    rows: list[MovedRow] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class _Registered:
    preview: Callable[[WorkingCalendar], Effect]
    apply: Callable[..., int]


_effects: dict[str, _Registered] = {}


def register_effect(name: str, *, preview: Callable[[WorkingCalendar], Effect], apply: Callable[..., int]) -> None:
    _effects[name] = _Registered(preview, apply)


@dataclass(frozen=True)
class CalendarChange:
    """What shall hold of these days; no kind makes them plain weekdays or weekends again."""

    days: tuple[date, ...]
    kind: DayKind | None
    name_et: str = ""
    name_en: str = ""
    source: str = ""


def days_of(first: date, last: date, *, kind: DayKind | None) -> tuple[date, ...]:
    """The days a change concerns: of a closure only those on which we would have worked, otherwise all from first to last."""
    if last < first:
        raise DeedRefused(_("The last day is before the first day."), field="last_day")
    if (last - first).days >= LONGEST_CLOSURE_DAYS:
        raise DeedRefused(
            _("Choose at most %(count)s days at once.") % {"count": LONGEST_CLOSURE_DAYS}, field="last_day"
        )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if kind == DayKind.CLOSURE and first != last:
        calendar = working_calendar()
        days = [one for one in days if calendar.is_working_day(one) or calendar.is_closure(one)]
    if not days:
        raise DeedRefused(_("There is no working day among these days."), field="first_day")
    return tuple(days)


def check(change: CalendarChange) -> None:
    """Refuse what makes no sense, in words."""
    calendar = working_calendar()
    for one in change.days:
        if change.kind == DayKind.WORKING and calendar.is_working_day(one):
            raise DeedRefused(_("%(day)s is a working day already.") % {"day": day_words(one)}, field="kind")
        if change.kind == DayKind.SHORTENED and (one.weekday() >= SATURDAY or calendar.is_holiday(one)):
            raise DeedRefused(
                _("Only a working day can be shortened; %(day)s is not one.") % {"day": day_words(one)}, field="kind"
            )
        if change.kind == DayKind.CLOSURE and calendar.is_holiday(one):
            raise DeedRefused(
                _("%(day)s is a public holiday; nobody works then anyway.") % {"day": day_words(one)}, field="kind"
            )


def calendar_after(change: CalendarChange) -> WorkingCalendar:
    """The calendar as it would be; nothing is written."""
    kept = [row for row in CalendarDay.objects.all() if row.day not in set(change.days)]
    added: list[Any] = []
    if change.kind is not None:
        added = [SpecialDay(one, change.kind, change.name_et, change.name_en) for one in change.days]
    return WorkingCalendar.from_rows([*kept, *added], OpeningHours.objects.all())


def preview(change: CalendarChange) -> list[Effect]:
    """What would move, app by app. Writes nothing."""
    check(change)
    calendar = calendar_after(change)
    return [effect.preview(calendar) for effect in _effects.values()]


@transaction.atomic
def apply_change(*, change: CalendarChange, by, reason: str = "") -> int:
    """Write the days and move what they move, in one transaction. How many things moved."""
    stored = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__in=change.days)}
    check(change)
    for one in change.days:
        row = stored.get(one)
        old = {"kind": row.kind, "name": row.name_et} if row else None
        if change.kind is None:
            if row is None:
                continue
            record(
                "calendar.day_removed",
                by=by,
                on=row,
                label=day_words(one),
                reason=reason,
                old=old,
                day=one.isoformat(),
            )
            row.delete()
            continue
        row = row or CalendarDay(day=one)
        row.kind, row.name_et, row.name_en, row.source = (
            change.kind.value,
            change.name_et,
            change.name_en,
            change.source,
        )
        row.save()
        record(
            "calendar.day_set", by=by, on=row, label=day_words(one), reason=reason, old=old, day=one.isoformat(),
            kind=change.kind.value, name=change.name_et,
        )  # fmt: skip
    calendar = working_calendar()
    return sum(effect.apply(calendar, by=by, reason=reason) for effect in _effects.values())


@transaction.atomic
def add_year(*, year: int, by) -> int:
    """Write the public holidays and shortened days of a year that has none yet."""
    if CalendarDay.objects.filter(day__year=year, kind=CalendarDay.Kind.HOLIDAY).exists():
        raise DeedRefused(_("The holidays of %(year)s are in the calendar already.") % {"year": year})
    known = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
    rows = [
        CalendarDay(day=one.day, kind=one.kind.value, name_et=one.name_et, name_en=one.name_en)
        for one in estonian_holidays([year])
        if one.day not in known
    ]
    for row in rows:
        row.save()
    record("calendar.year_added", by=by, on=rows[0], label=str(year), year=year)
    return len(rows)


@dataclass(frozen=True)
class Opening:
    weekday: int
    opens: time
    closes: time


@transaction.atomic
def set_opening_hours(
    *, openings: Iterable[Opening], valid_from: date, by, valid_to: date | None = None
) -> list[OpeningHours]:
    """New hours of the whole week from a day on. Those without an end that began before end the day before.

    With `valid_to` they lie over the usual ones (summer hours): nothing ends, for the later beginning wins.
    """
    openings = list(openings)
    if not openings:
        raise DeedRefused(_("Give the hours of at least one weekday."))
    if valid_to is not None and valid_to < valid_from:
        raise DeedRefused(_("The last day is before the first day."), field="valid_to")
    if any(opening.closes <= opening.opens for opening in openings):
        raise DeedRefused(_("The line closes later than it opens."))
    if OpeningHours.objects.filter(valid_from=valid_from).exists():
        raise DeedRefused(_("Other hours begin on that day already. Choose another day."), field="valid_from")
    if valid_to is None:
        former = OpeningHours.objects.select_for_update().filter(Q(valid_to__isnull=True), valid_from__lt=valid_from)
        for row in former:
            row.valid_to = valid_from - timedelta(days=1)
            row.save(update_fields=["valid_to"])
    rows = []
    for opening in openings:
        row = OpeningHours(
            weekday=opening.weekday,
            opens=opening.opens,
            closes=opening.closes,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        row.save()
        rows.append(row)
    record(
        "calendar.hours_set", by=by, on=rows[0], label=day_words(valid_from), valid_from=valid_from.isoformat(),
        valid_to=valid_to.isoformat() if valid_to else None,
        hours=[[row.weekday, f"{row.opens:%H.%M}", f"{row.closes:%H.%M}"] for row in rows],
    )  # fmt: skip
    return rows


def timetables() -> list[dict[str, Any]]:
    """Opening hours by their days of validity, newest first, the week from Monday."""
    tables: dict[tuple[date, date | None], list[OpeningHours]] = {}
    for row in OpeningHours.objects.order_by("-valid_from", F("valid_to").desc(nulls_first=True), "weekday", "opens"):
        tables.setdefault((row.valid_from, row.valid_to), []).append(row)
    return [{"valid_from": first, "valid_to": last, "rows": rows} for (first, last), rows in tables.items()]
