"""Closing a case, and what is still needed before it may be closed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.lifecycle import Need
from complaints import case_ends, clocks, proceedings, rollups
from complaints.deeds import DeedRefused, locked, tell
from complaints.models import Case, Clock, Status
from complaints.outcomes import NoReply, Outcome
from complaints.proceedings import CaseMove
from complaints.signals import case_closed
from complaints.transitions import CASE_LIFECYCLE


def needed_before_closing(case: Case, *, has_running_clock: bool | None = None) -> list[Need]:
    """What closing asks for, in order. Shown on the case from the first day, so that nothing surprises at the end."""
    if has_running_clock is None:
        has_running_clock = case.clocks.filter(state=Clock.State.RUNNING).exists()
    answered = case.status in {Status.ANSWERED, Status.FORWARDED} or (
        case.status == Status.CLOSED and (case.answered_on is not None or not has_running_clock)
    )
    return [
        Need("reply", _("a reply, or the reason why none is given"), answered),
        Need("clocks", _("no deadline running"), not has_running_clock),
        Need("topic", _("topic"), case.topic_id is not None),
        Need("handler", _("handler"), case.assignee_id is not None),
        Need("outcome", _("outcome"), bool(case.outcome)),
    ]


@transaction.atomic
def close_case(
    *, case: Case, by, outcome: str, no_reply: str = "", note: str = "", topic_id: int | None = None,
    seen_version: int | None = None,
) -> Case:  # fmt: skip
    """End a case. Without a reply the ground for none is named, and the clocks end with it."""
    case = locked(case, seen_version=seen_version)
    CASE_LIFECYCLE.check_move(case.status, Status.CLOSED)
    proceedings.check_may_close(case)
    if outcome not in Outcome.values:
        raise DeedRefused(_("Choose how the case ended."))
    needs_ground = case.status not in {Status.ANSWERED, Status.FORWARDED}
    if needs_ground and no_reply not in NoReply.values:
        raise DeedRefused(_("No reply was given. Answer first, or choose why none is given."))
    days = set()
    if topic_id and topic_id != case.topic_id:
        days |= {case.registered_on, case.answered_on}
        case.topic_id = topic_id
    if case.topic_id is None:
        raise DeedRefused(_("Choose the topic."))
    today = timezone.localdate()
    reason = no_reply if needs_ground else "case_closed"
    for clock in case.clocks.filter(state=Clock.State.RUNNING):
        clocks.end(clock=clock, on=max(today, clock.triggered_on), by=by, reason=reason)
    clocks.refresh_due(case)
    old, case.status = case.status, Status.CLOSED
    case.closed_at, case.closed_on, case.outcome = timezone.now(), today, outcome
    if case.assignee_id is None:
        case.assignee = by
    ended = case_ends.end(case, on=today)
    clocks.save_moved(case, "status", "closed_at", "closed_on", ended, "outcome", "due_on", "topic", "assignee")
    rollups.mark_changed(today, *days)
    record(
        "case.closed", by=by, on=case, reason=note, old=old, new=case.status, outcome=outcome,
        **({"no_reply": no_reply} if needs_ground else {}),
    )  # fmt: skip
    proceedings.follow(case, CaseMove.CLOSED, by=by)
    tell(case, "closed", by=by)
    transaction.on_commit(lambda: case_closed.send(sender=Case, case_id=case.pk))
    return case
