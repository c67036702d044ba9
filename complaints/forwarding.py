"""Sending a matter on to the body whose matter it is, within its own term, and telling the person.

MSVS § 5 and AvTS § 21 give five working days from registration. The term is a clock of its own: it runs from the
moment somebody says "not ours", counted from registration all the same, and is met by the forwarding.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.reference import outside_bodies
from complaints import case_ends, clocks, proceedings, rollups, search_index
from complaints.deeds import DeedRefused, locked, tell
from complaints.letter_gaps import refuse_gaps
from complaints.mailed_letters import mail_letter
from complaints.models import Case, Clock, DeadlineRule, Forwarding, Message, Status
from complaints.outcomes import Outcome
from complaints.proceedings import CaseMove
from complaints.transitions import CASE_LIFECYCLE


@dataclass(frozen=True, kw_only=True)
class SendingOn:
    """Where the matter goes, whole or in part, and what the person is told, or why not."""

    body_id: int
    reason: str = ""
    is_whole: bool = True
    at: datetime | None = None
    notice_text: str = ""
    notice_channel_id: int | None = None
    notice_recipient: str = ""
    no_notice_because: str = ""


@transaction.atomic
def forward_case(*, case: Case, sending: SendingOn, by, seen_version: int | None = None) -> Forwarding:
    case = locked(case, seen_version=seen_version)
    if sending.is_whole:
        CASE_LIFECYCLE.check_move(case.status, Status.FORWARDED)
    elif not case.is_open:
        raise DeedRefused(_("The case has ended; a part of it can no longer be forwarded."))
    if not sending.notice_text.strip() and not sending.no_notice_because.strip():
        raise DeedRefused(_("The person must be told. Write the notice, or say why none can be given."))
    refuse_gaps(sending.notice_text)
    at = sending.at or timezone.now()
    if not case.received_at <= at <= timezone.now():
        raise DeedRefused(_("The day of forwarding lies between receipt and today."))
    on = timezone.localdate(at)
    notice = save_notice(case=case, sending=sending, at=at, by=by)
    if notice is not None and sending.at is None:  # one recorded afterwards has gone out already
        mail_letter(case=case, message=notice, by=by)
    forwarding = Forwarding.objects.create(
        case=case, body_id=sending.body_id, forwarded_at=at, forwarded_by=by, is_whole=sending.is_whole, reason=sending.reason,
        notice=notice, notice_not_owed_because=sending.no_notice_because[:300] if notice is None else "",
    )  # fmt: skip
    meet_duty_to_forward(case=case, on=on, by=by)
    old, fields = case.status, ["due_on"]
    if sending.is_whole:
        for clock in case.clocks.filter(state=Clock.State.RUNNING):
            clocks.end(clock=clock, on=max(on, clock.triggered_on), by=by, reason="forwarded")
        case.status, case.outcome = Status.FORWARDED, Outcome.FORWARDED
        fields += ["status", "outcome", case_ends.end(case, on=on)]
    if case.assignee_id is None:
        case.assignee = by
        fields.append("assignee")
    clocks.refresh_due(case)
    clocks.save_moved(case, *fields)
    rollups.mark_changed(on)
    search_index.refresh(case)
    body = outside_bodies()[sending.body_id]
    record(
        "case.forwarded", by=by, on=case, reason=sending.reason, body=body.code, whole=sending.is_whole, old=old,
        new=case.status, notice=notice.pk if notice else None, no_notice=forwarding.notice_not_owed_because,
    )  # fmt: skip
    if sending.is_whole:
        proceedings.follow(case, CaseMove.FORWARDED, by=by, reason=sending.reason)
    tell(case, "forwarded", by=by, body=body.name_et)
    return forwarding


def save_notice(*, case: Case, sending: SendingOn, at: datetime, by) -> Message | None:
    if not sending.notice_text.strip():
        return None
    return Message.objects.create(
        key=uuid.uuid4(), case=case, direction=Message.Direction.OUT, kind=Message.Kind.FORWARDING_NOTICE, at=at,
        channel_id=sending.notice_channel_id, author=by, on_behalf_of_id=getattr(by, "acting_for_id", None),
        recipient=sending.notice_recipient[:300], body=sending.notice_text,
    )  # fmt: skip


def meet_duty_to_forward(*, case: Case, on, by) -> None:
    """Meet the forwarding clock; where nobody had said "not ours" before, it is started and met at once.

    So the five working days are measured for every forwarding, foreseen or not.
    """
    running = list(case.clocks.filter(state=Clock.State.RUNNING, purpose=DeadlineRule.Purpose.FORWARD))
    if not running:
        clock = clocks.new_clock(case=case, kind=case.kind, purpose=DeadlineRule.Purpose.FORWARD)
        if clock is None:
            return
        clocks.save_clocks(clocks=[clock], by=by)
        running = [clock]
    for clock in running:
        clocks.meet(clock=clock, on=max(on, clock.triggered_on), by=by)


@transaction.atomic
def mark_not_ours(*, case: Case, by, seen_version: int | None = None) -> Clock:
    """Start the clock of forwarding before the forwarding itself: whose matter it is must still be found out."""
    case = locked(case, seen_version=seen_version)
    if not case.is_open:
        raise DeedRefused(_("The case has ended."))
    try:
        clock = clocks.add_clock(case=case, kind=case.kind, purpose=DeadlineRule.Purpose.FORWARD, by=by)
    except clocks.ClockRefused as refusal:
        raise DeedRefused(str(refusal)) from refusal
    case.refresh_from_db()
    tell(case, "clock_started", by=by)
    return clock


@transaction.atomic
def add_request(*, case: Case, kind, by, seen_version: int | None = None) -> Clock:
    """The letter holds one more request, of another kind: it gets a clock of its own, from the same registration."""
    case = locked(case, seen_version=seen_version)
    if not case.is_open:
        raise DeedRefused(_("The case has ended. Reopen it first."))
    try:
        clock = clocks.add_clock(case=case, kind=kind, purpose=DeadlineRule.Purpose.REPLY, by=by)
    except clocks.ClockRefused as refusal:
        raise DeedRefused(str(refusal)) from refusal
    case.refresh_from_db()
    tell(case, "clock_started", by=by)
    return clock
