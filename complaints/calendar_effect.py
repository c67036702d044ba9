"""What a change of the working calendar does to running clocks, shown before it is made."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import calendar_changes, notice_texts
from bureau.calendar_changes import Effect, MovedRow
from bureau.notifications import notify
from bureau.working_calendar import WorkingCalendar
from complaints.clocks import moved_by, recompute_open

ROWS_SHOWN = 50

notice_texts.register(
    "clock.recomputed", gettext_lazy("The calendar changed: the deadlines of %(count)s of your cases moved")
)


def preview(calendar: WorkingCalendar) -> Effect:
    moved = moved_by(calendar)
    return Effect(
        title=_("Deadlines of open cases that get another day"),
        count=len(moved),
        rows=[
            MovedRow(clock.number, reverse("complaints:case_detail", args=[clock.number]), clock.old, clock.due.due_on)
            for clock in moved[:ROWS_SHOWN]
        ],
    )


def apply(calendar: WorkingCalendar, *, by, reason: str = "") -> int:
    """Move them, and tell each handler once."""
    moved = recompute_open(calendar=calendar, by=by, reason=reason)
    cases_of: dict[int, set[int]] = {}
    for clock in moved:
        if clock.assignee_id and clock.assignee_id != by.pk:
            cases_of.setdefault(clock.assignee_id, set()).add(clock.case_id)
    for assignee_id, cases in cases_of.items():
        notify(users=[assignee_id], kind="clock.recomputed", count=len(cases))
    return len(moved)


def connect() -> None:
    calendar_changes.register_effect("clocks", preview=preview, apply=apply)
