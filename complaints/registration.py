"""From whatever arrived to a registered case: party, case, number, clocks and deed in one transaction."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from bureau.audit import record
from bureau.refusals import DeedRefused
from bureau.working_calendar import CalendarGap
from complaints import proceedings, rollups, search_index
from complaints.clocks import earliest_due, named_day_clock, new_clock, save_clocks
from complaints.late_registration import late_by_of
from complaints.models import Case, CaseKind, DeadlineRule, Message, Party
from complaints.number_series import allocate


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What a registration needs to know. Moments are aware; `due_on` only where somebody named the day."""

    kind: CaseKind
    title: str
    channel_id: int
    received_at: datetime
    registered_at: datetime
    description: str = ""
    party: Party | None = None
    topic_id: int | None = None
    service_id: int | None = None
    unit_id: int | None = None
    assignee_id: int | None = None
    language: str = "et"
    further_kinds: tuple[CaseKind, ...] = ()
    due_on: date | None = None
    event_on: date | None = None
    not_ours: bool = False
    late_because: str = ""
    """Why it was registered later than AvTS § 16 lets; asked of whoever registers by hand."""
    fields: dict = field(default_factory=dict)
    """Any further fields of the case: co_signers, sender_reference, restriction …"""


@transaction.atomic
def register_case(new: NewCase, *, by, key: uuid.UUID | None = None, is_asked: bool = False) -> Case:
    """Register a case with its clocks and number.

    `key` makes it safe to repeat: the same key gives the case that it gave first (`is_asked`: the caller knows that the
    key is new). One letter may hold several requests
    (`further_kinds`), each its own clock. The number is taken last, so that its lock is short.
    """
    known = case_of_key(key) if key is not None and not is_asked else None
    if known:
        return known
    registered_on = timezone.localdate(new.registered_at)
    case = Case(
        kind=new.kind, series=new.kind.series, year=registered_on.year, title=new.title[:200], description=new.description,
        party=new.party, channel_id=new.channel_id, topic_id=new.topic_id, service_id=new.service_id, unit_id=new.unit_id,
        assignee_id=new.assignee_id, language=new.language, received_at=new.received_at, registered_at=new.registered_at,
        registered_on=registered_on, registered_by=by, **new.fields,
    )  # fmt: skip
    case.is_environmental_information = case.is_environmental_information or new.kind.is_environmental_information
    try:
        clocks = clocks_of(new, case)
    except CalendarGap as gap:
        raise DeedRefused(str(gap)) from gap
    case.due_on = earliest_due(clocks)
    # The last statement but the inserts that need its answer.
    number = allocate(series=case.series, year=case.year)[0]
    case.sequence, case.number = number.sequence, str(number)
    case.save(force_insert=True)
    save_clocks(clocks=clocks, by=by)
    Message.objects.create(
        key=key or uuid.uuid4(), case=case, direction=Message.Direction.IN, kind=Message.Kind.ORIGINAL, at=new.received_at,
        channel_id=new.channel_id, body=new.description or new.title,
    )  # fmt: skip
    search_index.refresh(case)
    rollups.mark_changed(registered_on)
    late_by = late_by_of(new.received_at, new.registered_at)
    record(
        "case.registered", by=by, on=case, reason=new.late_because if late_by else "", kind=new.kind.code,
        due_on=case.due_on.isoformat() if case.due_on else None, **({"late_by": late_by} if late_by else {}),
    )  # fmt: skip
    proceedings.begin_by_kind(case=case, by=by)
    return case


def case_of_key(key: uuid.UUID) -> Case | None:
    """The case that a filling with this key gave before."""
    known = Message.objects.filter(key=key).values_list("case_id", flat=True).first()
    return Case.objects.get(pk=known) if known else None


def clocks_of(new: NewCase, case: Case) -> list:
    clocks = []
    if new.due_on is not None:
        clocks.append(named_day_clock(case=case, kind=new.kind, due_on=new.due_on, law=new.kind.law))
    else:
        clocks.append(new_clock(case=case, kind=new.kind, purpose=DeadlineRule.Purpose.REPLY, event_on=new.event_on))
    clocks += [new_clock(case=case, kind=kind, purpose=DeadlineRule.Purpose.REPLY) for kind in new.further_kinds]
    if new.not_ours:
        clocks.append(new_clock(case=case, kind=new.kind, purpose=DeadlineRule.Purpose.FORWARD))
    return [clock for clock in clocks if clock is not None]
