"""Who is on which channel when, as it is; half hours of presence for the plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.absences import away_on
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.refusals import DeedRefused
from bureau.templatetags.formats import day as day_words
from staff.models import Shift
from staff.models.telephone import SLOTS_OF_A_DAY

LONGEST_REPEAT_DAYS = 370


@dataclass(frozen=True)
class Added:
    shifts: int
    skipped: list[date]


@transaction.atomic
def add(*, user, duty: str, first: date, last: date, weekdays: Iterable[int], starts: time, ends: time, by, note: str = "") -> Added:  # fmt: skip
    """The same hours on every chosen weekday of these days; days off are passed over and told."""
    if ends <= starts:
        raise DeedRefused(_("The shift must end after it begins, on the same day."), field="ends")
    if last < first:
        raise DeedRefused(_("The last day is before the first."), field="last")
    if (last - first).days > LONGEST_REPEAT_DAYS:
        raise DeedRefused(_("A year at a time is enough."), field="last")
    wanted, calendar, skipped, made = set(weekdays), working_calendar(), [], []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        if on.weekday() not in wanted:
            continue
        if not calendar.is_working_day(on):
            skipped.append(on)
            continue
        made.append(
            Shift(
                user=user, duty=duty, starts_at=moment(on, starts), ends_at=moment(on, ends), note=note, recorded_by=by,
            )
        )  # fmt: skip
    if not made:
        raise DeedRefused(_("No chosen weekday is a working day among these days."), field="weekdays")
    try:
        with transaction.atomic():
            Shift.objects.bulk_create(made)
    except IntegrityError as clash:
        taken = Shift.objects.filter(user=user, starts_at__lt=made[-1].ends_at, ends_at__gt=made[0].starts_at).order_by("starts_at").first()  # fmt: skip
        on = day_words(timezone.localtime(taken.starts_at).date()) if taken else ""
        raise DeedRefused(_("%(name)s has another shift at that time on %(day)s; nothing was added.") % {"name": user, "day": on}) from clash  # fmt: skip
    record(
        "shift.added", by=by, on=user, label=str(user), duty=duty, shifts=len(made), first=str(first), last=str(last)
    )
    return Added(len(made), skipped)


@transaction.atomic
def remove(*, shift: Shift, by) -> None:
    """The former row stays in its history."""
    held = Shift.objects.select_for_update().get(pk=shift.pk)
    record(
        "shift.removed", by=by, on=held.user, label=str(held.user), duty=held.duty, starts=held.starts_at.isoformat()
    )
    held.delete()


def moment(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def present_by_slot(day: date, *, duty: str = Shift.Duty.PHONE) -> list[int]:
    """People on the duty in each half hour of the day, for the whole half hour, without those who are away. Two statements."""
    start = moment(day, time(0))
    away = away_on(day)
    counts = [0] * SLOTS_OF_A_DAY
    rows = Shift.objects.filter(duty=duty, starts_at__lt=start + timedelta(days=1), ends_at__gt=start).order_by()
    for user_id, starts, ends in rows.values_list("user_id", "starts_at", "ends_at"):
        if user_id in away:
            continue
        begins, ceases = timezone.localtime(starts), timezone.localtime(ends)
        first = 0 if begins.date() < day else -(-(begins.hour * 60 + begins.minute) // 30)
        until = SLOTS_OF_A_DAY if ceases.date() > day else (ceases.hour * 60 + ceases.minute) // 30
        for slot in range(first, until):
            counts[slot] += 1
    return counts
