"""Taking up again a case that had ended. The client gets a new term, counted from the day of reopening."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.calendar_store import working_calendar
from complaints import case_ends, clocks, deadlines, proceedings, rollups
from complaints.deeds import DeedRefused, locked, tell
from complaints.models import Case, CaseKind, Clock, DeadlineRule, Status
from complaints.proceedings import CaseMove
from complaints.transitions import CASE_LIFECYCLE


def clock_from(*, case: Case, kind: CaseKind, trigger_on: date) -> Clock | None:
    """A reply clock set going by a later event than registration, by the rule in force on that day."""
    rule = clocks.rule_in_force(kind=kind, purpose=DeadlineRule.Purpose.REPLY, on=trigger_on)
    if rule is None:
        return None
    due = deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=working_calendar())
    return Clock(
        case=case, kind=kind, purpose=DeadlineRule.Purpose.REPLY, rule=rule, law=rule.law, triggered_on=trigger_on,
        raw_due_on=due.raw_due_on, due_on=due.due_on, first_due_on=due.due_on, steps=due.steps_to_json(),
    )  # fmt: skip


@transaction.atomic
def reopen_case(*, case: Case, by, reason: str, seen_version: int | None = None) -> Case:
    """The client writes again, the reply was not enough, or the other body sent it back.

    When the first reply was given stays as it was until the next one takes its place.
    """
    case = locked(case, seen_version=seen_version)
    CASE_LIFECYCLE.check_move(case.status, Status.REOPENED)
    if not reason.strip():
        raise DeedRefused(_("Say why the case is taken up again."))
    today, closed_on = timezone.localdate(), case.closed_on
    old, case.status = case.status, Status.REOPENED
    case.closed_at = case.closed_on = None
    case.reopened_count += 1
    case.outcome = ""
    clock = clock_from(case=case, kind=case.kind, trigger_on=today)
    if clock:
        clocks.save_clocks(clocks=[clock], by=by)
    clocks.refresh_due(case)
    reopened = case_ends.take_up(case)
    clocks.save_moved(case, "status", "closed_at", "closed_on", reopened, "reopened_count", "outcome", "due_on")
    rollups.mark_changed(closed_on, case.answered_on)
    record(
        "case.reopened", by=by, on=case, reason=reason, old=old, new=case.status,
        due_on=clock.due_on.isoformat() if clock else None,
    )  # fmt: skip
    proceedings.follow(case, CaseMove.REOPENED, by=by, reason=reason)
    tell(case, "reopened", by=by)
    return case
