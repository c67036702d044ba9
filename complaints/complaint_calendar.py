"""What a change of the working calendar does to running targets of complaints, shown before it is made."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau import calendar_changes
from bureau.audit import record_each
from bureau.calendar_changes import Effect, MovedRow
from bureau.working_calendar import CalendarGap, WorkingCalendar
from complaints import deadlines
from complaints.models import Case, ComplaintTarget

ROWS_SHOWN = 50


def moved_targets(calendar: WorkingCalendar) -> list[tuple[ComplaintTarget, object]]:
    """Running targets with the day that the calendar gives them, where it differs. A chosen day stays chosen."""
    moved = []
    running = ComplaintTarget.objects.filter(
        state=ComplaintTarget.State.RUNNING, rule__isnull=False, is_extended=False
    )
    for target in running.select_related("rule__kind", "complaint__case").order_by("due_on", "pk"):
        try:
            due = deadlines.compute_due(
                rule=target.rule.as_term_rule(), trigger_on=target.triggered_on, calendar=calendar
            ).due_on
        except CalendarGap:
            continue
        if due != target.due_on:
            moved.append((target, due))
    return moved


def preview(calendar: WorkingCalendar) -> Effect:
    moved = moved_targets(calendar)
    return Effect(
        title=_("Targets of complaints that get another day"),
        count=len(moved),
        rows=[
            MovedRow(
                target.complaint.case.number, reverse("complaints:case_detail", args=[target.complaint.case.number]),
                target.due_on, due,
            )
            for target, due in moved[:ROWS_SHOWN]
        ],
    )  # fmt: skip


@transaction.atomic
def apply(calendar: WorkingCalendar, *, by, reason: str = "") -> int:
    moved = moved_targets(calendar)
    rows = []
    for target, due in moved:
        case = target.complaint.case
        rows.append(
            (
                case.pk,
                case.number,
                {"old": target.due_on.isoformat(), "new": due.isoformat(), "target": target.purpose},
            )
        )
        target.due_on = target.first_due_on = due
    ComplaintTarget.objects.bulk_update([target for target, _due in moved], ["due_on", "first_due_on"])
    if rows:
        record_each("complaint.target_recomputed", by=by, object_type=Case._meta.label_lower, rows=rows, reason=reason)
    return len(moved)


def connect() -> None:
    calendar_changes.register_effect("complaint_targets", preview=preview, apply=apply)
