"""Working time noted by the person who worked: on a case, or on other work of the codebook."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.refusals import DeedRefused
from complaints.models import Case
from staff.models import WorkEntry, WorkKind
from staff.models.workload import LONGEST_ENTRY_MINUTES

OLDEST_DAYS = 62


@transaction.atomic
def log_time(
    *, by, key: UUID, day: date, minutes: int, today: date, kind: WorkKind | None = None, case: Case | None = None, note: str = ""
) -> WorkEntry:  # fmt: skip
    """Note minutes of one day; the same filling of the form sent twice is one entry."""
    if day > today:
        raise DeedRefused(_("Time is noted after the work, not before it."), field="day")
    if day < today - timedelta(days=OLDEST_DAYS):
        raise DeedRefused(_("That is more than two months ago; nobody remembers minutes that long."), field="day")
    if (kind is None) == (case is None):
        raise DeedRefused(_("Choose the kind of work or write the number of a case, one of the two."), field="case")
    so_far = (
        WorkEntry.objects.kept().filter(user=by, day=day).exclude(key=key).aggregate(sum=Sum("minutes"))["sum"] or 0
    )
    if so_far + minutes > LONGEST_ENTRY_MINUTES:
        raise DeedRefused(_("That day would have more than 24 hours of work."), field="minutes")
    try:
        with transaction.atomic():
            made = WorkEntry.objects.create(
                user=by, key=key, day=day, minutes=minutes, kind=kind, case=case, note=note
            )
    except IntegrityError:
        return WorkEntry.objects.get(key=key, user=by)
    record("work.logged", by=by, on=made, label=str(day), minutes=minutes, kind=kind.code if kind else None, case=case.number if case else None)  # fmt: skip
    return made


@transaction.atomic
def take_back(*, entry: WorkEntry, by) -> None:
    """The person's own slip; the row stays with the moment it was taken back."""
    held = WorkEntry.objects.select_for_update().get(pk=entry.pk)
    if held.user_id != by.pk:
        raise DeedRefused(_("Only your own time can be taken back."))
    if held.taken_back_at is None:
        held.taken_back_at = timezone.now()
        held.save(update_fields=["taken_back_at"])
        record("work.taken_back", by=by, on=held, label=str(held.day), minutes=held.minutes)


def minutes_by_kind(entries, *, first: date, last: date) -> dict[int | None, int]:
    """Minutes by kind of other work; None is time on cases."""
    rows = entries.filter(day__range=(first, last)).order_by().values("kind").annotate(sum=Sum("minutes"))
    return {row["kind"]: row["sum"] for row in rows}
