"""A longer term: asked for by the specialist, granted by who may, told to the person with the reason.

The law's longest term is computed by the rule; the new last day is chosen within it and is a working day. The first
last day is kept. Somebody who may grant does both in one step.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.models import Deed, RoleHolding
from bureau.roles import ROLES, Permission
from complaints import clocks, deadlines, search_index
from complaints.deeds import DeedRefused, deeds_on, locked, tell
from complaints.letter_gaps import refuse_gaps
from complaints.mailed_letters import mail_letter
from complaints.models import Case, Clock, ClockEvent, DeadlineRule, Message

ASKED, DECLINED, EXTENDED = "clock.extension_asked", "clock.extension_declined", "clock.extended"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """The new last day of a clock, why, and what the person is told of it."""

    clock_id: int
    until: date
    reason: str
    notice_text: str
    notice_channel_id: int | None = None
    notice_recipient: str = ""


def longest(clock: Clock) -> deadlines.Due | None:
    """The last day the law allows at most; None when the term cannot be extended."""
    if clock.rule is None or clock.is_named_day or not clock.rule.extended_amount:
        return None
    return deadlines.compute_due(
        rule=clock.rule.as_term_rule(), trigger_on=clock.triggered_on, calendar=working_calendar(), extended=True
    )


def advised(clock: Clock) -> date | None:
    """The day offered first: the last working day of ours within the longest term."""
    outer = longest(clock)
    if outer is None:
        return None
    day = working_calendar().previous_working_day(outer.due_on)
    return day if day > clock.due_on else None


def extendable(case: Case) -> list[Clock]:
    """Running reply clocks of the case that the law lets us extend."""
    running = case.clocks.filter(state=Clock.State.RUNNING, purpose=DeadlineRule.Purpose.REPLY)
    return [clock for clock in running.select_related("rule__kind") if advised(clock)]


def checked(*, case: Case, extension: Extension, today: date) -> tuple[Clock, deadlines.Due]:
    """The clock and its new term, or a refusal that says why."""
    clock = (
        case.clocks.select_for_update(of=("self",))
        .select_related("rule__kind")
        .filter(pk=extension.clock_id, state=Clock.State.RUNNING)
        .first()
    )
    if clock is None:
        raise DeedRefused(_("This deadline no longer runs."))
    if clock.rule is None or clock.is_named_day:
        raise DeedRefused(_("This day was named by somebody and is not computed; it cannot be extended here."))
    if not extension.reason.strip():
        raise DeedRefused(_("Say why more time is needed."))
    if not extension.notice_text.strip():
        raise DeedRefused(_("The person must be told of the new day and the reason. Write the notice."))
    refuse_gaps(extension.notice_text)
    try:
        due = deadlines.extend_to(
            extension.until, rule=clock.rule.as_term_rule(), trigger_on=clock.triggered_on, calendar=working_calendar(),
            current_due_on=clock.due_on, decided_on=today,
        )  # fmt: skip
    except deadlines.DeadlineError as refusal:
        raise DeedRefused(str(refusal)) from refusal
    return clock, due


@transaction.atomic
def extend_clock(*, case: Case, extension: Extension, by, seen_version: int | None = None) -> Clock:
    """Grant a longer term and record the notice to the person."""
    case = locked(case, seen_version=seen_version)
    now = timezone.now()
    clock, due = checked(case=case, extension=extension, today=timezone.localdate(now))
    old = clock.due_on
    clock.due_on, clock.raw_due_on, clock.steps = due.due_on, due.raw_due_on, due.steps_to_json()
    clock.is_extended, clock.extension_reason, clock.extended_by = True, extension.reason, by
    clock.notice_sent_at = now
    clock.save(
        update_fields=[
            "due_on",
            "raw_due_on",
            "steps",
            "is_extended",
            "extension_reason",
            "extended_by",
            "notice_sent_at",
        ]
    )
    ClockEvent.objects.create(
        clock=clock, what=ClockEvent.What.EXTENDED, by=by,
        data={"from": old.isoformat(), "due_on": clock.due_on.isoformat(), "reason": extension.reason},
    )  # fmt: skip
    message = Message.objects.create(
        key=uuid.uuid4(), case=case, direction=Message.Direction.OUT, kind=Message.Kind.EXTENSION_NOTICE, at=now,
        channel_id=extension.notice_channel_id, author=by, on_behalf_of_id=getattr(by, "acting_for_id", None),
        recipient=extension.notice_recipient[:300], body=extension.notice_text,
    )  # fmt: skip
    mail_letter(case=case, message=message, by=by)
    case.is_extended = True
    clocks.refresh_due(case)
    clocks.save_moved(case, "is_extended", "due_on")
    search_index.refresh(case)
    asked = pending_asks(case).get(clock.pk)
    record(
        EXTENDED, by=by, on=case, reason=extension.reason, clock=clock.pk, old=old.isoformat(), new=clock.due_on.isoformat(),
        message=message.pk, asked_by=asked.actor_id if asked else None,
    )  # fmt: skip
    tell(case, "extended", by=by, also={asked.actor_id} if asked else (), day=deadlines_day(clock.due_on))
    return clock


@transaction.atomic
def ask_extension(*, case: Case, extension: Extension, by, seen_version: int | None = None) -> Deed:
    """A specialist asks; whoever may grant it finds the form filled in."""
    case = locked(case, seen_version=seen_version)
    clock, _due = checked(case=case, extension=extension, today=timezone.localdate())
    if clock.pk in pending_asks(case):
        raise DeedRefused(_("An extension of this deadline has already been asked for and waits for an answer."))
    clocks.save_moved(case)
    deed = record(
        ASKED, by=by, on=case, reason=extension.reason, clock=clock.pk, until=extension.until.isoformat(),
        notice_text=extension.notice_text, notice_channel=extension.notice_channel_id, notice_recipient=extension.notice_recipient,
    )  # fmt: skip
    tell(case, "extension_asked", by=by, also=who_may_grant())
    return deed


@transaction.atomic
def decline_extension(*, case: Case, clock_id: int, reason: str, by, seen_version: int | None = None) -> None:
    case = locked(case, seen_version=seen_version)
    asked = pending_asks(case).get(clock_id)
    if asked is None:
        raise DeedRefused(_("Nobody waits for this extension any more."))
    if not reason.strip():
        raise DeedRefused(_("Say why it is not granted."))
    clocks.save_moved(case)
    record(DECLINED, by=by, on=case, reason=reason, clock=clock_id)
    tell(case, "extension_declined", by=by, also={asked.actor_id})


def pending_asks(case: Case) -> dict[int, Deed]:
    """Extensions asked for and neither granted nor declined: clock → the deed that asked."""
    pending: dict[int, Deed] = {}
    for deed in deeds_on(case).filter(action__in=[ASKED, DECLINED, EXTENDED]).order_by("id"):
        if deed.action == ASKED:
            pending[deed.data["clock"]] = deed
        else:
            pending.pop(deed.data["clock"], None)
    return pending


def who_may_grant() -> set[int]:
    """People whose own role of today lets them extend a term, heads of department left in peace."""
    codes = [role.code for role in ROLES.values() if role.grants >= {Permission.CASE_EXTEND, Permission.CASE_HANDLE}]
    return set(
        RoleHolding.objects.in_force(timezone.localdate()).filter(role__in=codes).values_list("user_id", flat=True)
    )


def deadlines_day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
