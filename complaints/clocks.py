"""Clocks of a case: started by the rule in force, extended with reason and notice, met, ended, recomputed.

The computation itself is `complaints.deadlines`, which knows no database; here its answers are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record, record_each
from bureau.calendar_store import working_calendar
from bureau.working_calendar import WorkingCalendar
from complaints import deadlines
from complaints.models import Case, CaseKind, Clock, ClockEvent, DeadlineRule


class ClockRefused(ValueError):
    """The clock cannot do this; says why, in the reader's language."""


def rules_of(kind: CaseKind, purpose: str) -> list[DeadlineRule]:
    return list(DeadlineRule.objects.filter(kind=kind, purpose=purpose).select_related("kind"))


def rule_in_force(*, kind: CaseKind, purpose: str, on: date) -> DeadlineRule | None:
    """The stored rule of this kind and purpose that held on the day `on`."""
    return (
        DeadlineRule.objects.filter(kind=kind, purpose=purpose)
        .filter(valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .select_related("kind")
        .first()
    )


def trigger_day(*, rule: DeadlineRule, received_on: date, registered_on: date, event_on: date | None = None) -> date:
    return {"registration": registered_on, "receipt": received_on, "event": event_on or received_on}[rule.runs_from]


def new_clock(
    *, case: Case, kind: CaseKind, purpose: str, event_on: date | None = None, calendar: WorkingCalendar | None = None
) -> Clock | None:
    """An unsaved clock by the rule in force on the day of registration; None when the law sets no term."""
    rule = rule_in_force(kind=kind, purpose=purpose, on=case.registered_on)
    if rule is None:
        return None
    trigger_on = trigger_day(
        rule=rule,
        received_on=timezone.localdate(case.received_at),
        registered_on=case.registered_on,
        event_on=event_on,
    )
    due = deadlines.compute_due(
        rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=calendar or working_calendar()
    )
    return Clock(
        case=case,
        kind=kind,
        purpose=purpose,
        rule=rule,
        law=rule.law,
        triggered_on=trigger_on,
        raw_due_on=due.raw_due_on,
        due_on=due.due_on,
        first_due_on=due.due_on,
        steps=due.steps_to_json(),
    )


def named_day_clock(*, case: Case, kind: CaseKind, due_on: date, law: str) -> Clock:
    """A clock whose last day somebody named (another agency's letter): not computed, not moved."""
    return Clock(
        case=case, kind=kind, purpose=DeadlineRule.Purpose.REPLY, law=law, triggered_on=min(case.registered_on, due_on),
        raw_due_on=due_on, due_on=due_on, first_due_on=due_on, is_named_day=True, steps=[],
    )  # fmt: skip


def save_clocks(*, clocks: list[Clock], by) -> None:
    """Store new clocks with their first events, two statements for any number."""
    Clock.objects.bulk_create(clocks)
    ClockEvent.objects.bulk_create(
        ClockEvent(
            clock=clock,
            what=ClockEvent.What.STARTED,
            by=by,
            data={
                "triggered_on": clock.triggered_on.isoformat(),
                "due_on": clock.due_on.isoformat(),
                "rule": clock.rule_id,
            },
        )
        for clock in clocks
    )


def earliest_due(clocks) -> date | None:
    """The day that lists show: the earliest of the clocks that still run."""
    return min((clock.due_on for clock in clocks if clock.is_running), default=None)


def refresh_due(case: Case) -> None:
    """Set the case's shown day from its clocks; the caller holds the case locked and saves it."""
    case.due_on = earliest_due(case.clocks.filter(state=Clock.State.RUNNING))


@transaction.atomic
def add_clock(*, case: Case, kind: CaseKind, purpose: str, by, event_on: date | None = None) -> Clock:
    """Another request found in the same letter, or a duty to forward: one more clock on the case."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.clocks.filter(kind=kind, purpose=purpose, state=Clock.State.RUNNING).exists():
        raise ClockRefused(_("This case already has such a clock running."))
    clock = new_clock(case=case, kind=kind, purpose=purpose, event_on=event_on)
    if clock is None:
        raise ClockRefused(_("No term is set for this kind on the day the case was registered."))
    save_clocks(clocks=[clock], by=by)
    refresh_due(case)
    save_moved(case, "due_on")
    record(
        "clock.started",
        by=by,
        on=case,
        clock=clock.pk,
        kind=kind.code,
        purpose=purpose,
        due_on=clock.due_on.isoformat(),
    )
    return clock


def meet(*, clock: Clock, on: date, by) -> None:
    """The duty was done on the day `on`. The caller holds the case locked."""
    clock.state, clock.met_on = Clock.State.MET, on
    clock.save(update_fields=["state", "met_on"])
    ClockEvent.objects.create(clock=clock, what=ClockEvent.What.MET, by=by, data={"on": on.isoformat()})


def end(*, clock: Clock, on: date, by, reason: str) -> None:
    """The duty fell away: forwarded whole, withdrawn, no reply wanted. The caller holds the case locked."""
    clock.state, clock.ended_on, clock.end_reason = Clock.State.ENDED, on, reason[:300]
    clock.save(update_fields=["state", "ended_on", "end_reason"])
    ClockEvent.objects.create(
        clock=clock, what=ClockEvent.What.ENDED, by=by, data={"on": on.isoformat(), "reason": reason}
    )


def save_moved(case: Case, *fields: str) -> None:
    """Save named fields of a locked case and count its version up, so that an older page notices."""
    case.version += 1
    case.updated_at = timezone.now()
    case.save(update_fields=[*fields, "version", "updated_at"])


# -- after a change of the calendar ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A running clock whose last day is no longer what the calendar gives."""

    clock_id: int
    case_id: int
    number: str
    assignee_id: int | None
    old: date
    due: deadlines.Due


def recomputed(
    *, rule: DeadlineRule, triggered_on: date, raw_due_on: date, is_extended: bool, calendar: WorkingCalendar
) -> deadlines.Due | None:
    """What the calendar gives for a clock. A day that a person chose within an extension stays chosen; it only moves on
    from a day that became a rest day. None for an extended clock whose rule no longer knows extensions."""
    term = rule.as_term_rule()
    if not is_extended:
        return deadlines.compute_due(rule=term, trigger_on=triggered_on, calendar=calendar)
    if term.extended_amount is None:
        return None
    return deadlines.chosen_due(chosen_on=raw_due_on, rule=term, trigger_on=triggered_on, calendar=calendar)


def moved_by(calendar: WorkingCalendar, *, cases: Iterable[int] | None = None) -> list[MovedClock]:
    """Running clocks of open cases that the calendar moves, earliest first. Two statements for any number of clocks."""
    rules = {rule.pk: rule for rule in DeadlineRule.objects.select_related("kind")}
    running = Clock.objects.filter(state=Clock.State.RUNNING, is_named_day=False, rule__isnull=False)
    if cases is not None:
        running = running.filter(case__in=cases)
    rows = running.order_by("due_on", "pk").values_list(
        "pk",
        "case_id",
        "case__number",
        "case__assignee_id",
        "rule_id",
        "triggered_on",
        "raw_due_on",
        "due_on",
        "is_extended",
    )
    moved = []
    for pk, case_id, number, assignee_id, rule_id, triggered_on, raw_due_on, due_on, is_extended in rows.iterator(
        chunk_size=5000
    ):
        due = recomputed(
            rule=rules[rule_id],
            triggered_on=triggered_on,
            raw_due_on=raw_due_on,
            is_extended=is_extended,
            calendar=calendar,
        )
        if due is not None and (due.due_on, due.raw_due_on) != (due_on, raw_due_on):
            moved.append(MovedClock(pk, case_id, number, assignee_id, due_on, due))
    return moved


@transaction.atomic
def recompute_open(*, calendar: WorkingCalendar, by, dry_run: bool = False, reason: str = "") -> list[MovedClock]:
    """Give every running clock the last day that the calendar gives it, with an event and a deed each.

    Set by set: some ten statements for thousands of clocks. `dry_run` writes nothing.
    """
    moved = moved_by(calendar)
    if dry_run or not moved:
        return moved
    # Cases first, then clocks: the order in which every other deed locks them.
    case_ids = sorted({clock.case_id for clock in moved})
    list(
        Case.objects.select_for_update(of=("self",))
        .filter(pk__in=case_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    moved = moved_by(calendar, cases=case_ids)
    stored = Clock.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([clock.clock_id for clock in moved])
    for clock in moved:
        row = stored[clock.clock_id]
        row.due_on, row.raw_due_on, row.steps = clock.due.due_on, clock.due.raw_due_on, clock.due.steps_to_json()
        if not row.is_extended:
            row.first_due_on = row.due_on
    Clock.objects.bulk_update(stored.values(), ["due_on", "raw_due_on", "steps", "first_due_on"], batch_size=1000)
    ClockEvent.objects.bulk_create(
        ClockEvent(clock_id=clock.clock_id, what=ClockEvent.What.RECOMPUTED, by=by, data=old_and_new(clock))
        for clock in moved
    )
    show_earliest(case_ids)
    record_each(
        "clock.recomputed", by=by, object_type=Case._meta.label_lower, reason=reason,
        rows=[(clock.case_id, clock.number, {"clock": clock.clock_id, **old_and_new(clock)}) for clock in moved],
    )  # fmt: skip
    return moved


def old_and_new(clock: MovedClock) -> dict[str, Any]:
    return {"old": clock.old.isoformat(), "new": clock.due.due_on.isoformat()}


def show_earliest(case_ids: list[int]) -> None:
    """Set the shown day of many locked cases from their running clocks, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE complaints_case c SET due_on = r.due_on, version = c.version + 1, updated_at = %s
              FROM (SELECT case_id, min(due_on) AS due_on FROM complaints_clock
                     WHERE state = 'running' AND case_id = ANY(%s) GROUP BY case_id) r
             WHERE c.id = r.case_id
            """,
            [timezone.now(), case_ids],
        )
