"""The last day for what we owe, and the steps that lead to it.

Law is data with dates: a `TermRule` is one version of one term. `compute_due` is a pure
function of rule, trigger day and calendar; it returns the day *and* its reasons, which are
stored on the clock and can be computed again at any time. Nothing here knows today or
reads the database.

How days are counted:

* the trigger day is not counted (TsÜS § 135 lg 1; Regulation 1182/71 art 3(1));
* a calendar-day term is not prolonged by days off inside it; working days are counted
  Monday to Friday without public holidays, shortened days in full;
* months end on the day of the same number as the trigger day, or on the last day of a
  month that lacks it (TsÜS § 136 lg 2-3; Regulation 1182/71 art 3(2)(c));
* a last day on a Saturday, Sunday or public holiday moves to the next working day
  (TsÜS § 136 lg 8; Regulation 1182/71 art 3(4));
* the term ends at midnight of its last day, so a term is a date and never a moment.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from bureau.working_calendar import SATURDAY, SUNDAY, WorkingCalendar, days_left
from complaints.deadline_steps import (
    DayOff,
    DayOffReason,
    Step,
    StepCode,
    Unit,
    explained,
    format_day,
    step_sentence,
    steps_from_json,
    with_law,
)
from complaints.term_rules import (
    DeadlineError,
    HolidayList,
    MomentMissing,
    NoRuleInForce,
    RunsFrom,
    SeveralRulesInForce,
    TermRule,
    local_day,
    rule_in_force,
    trigger_day,
)

__all__ = [
    "DeadlineError",
    "Due",
    "ExtensionRefused",
    "HolidayList",
    "MomentMissing",
    "NoRuleInForce",
    "RunsFrom",
    "SeveralRulesInForce",
    "Step",
    "StepCode",
    "TermRule",
    "Unit",
    "Urgency",
    "add_months",
    "chosen_due",
    "clock_start",
    "compute_due",
    "days_left",
    "due_table",
    "explained",
    "extend_to",
    "latest_registration_on",
    "local_day",
    "rule_in_force",
    "step_sentence",
    "steps_from_json",
    "trigger_day",
    "warnings_for",
]


START_LAW = {HolidayList.EE: "TsÜS § 135 lg 1", HolidayList.EU: "1182/71 art 3 lg 1"}
MONTH_LAW = {HolidayList.EE: "TsÜS § 136 lg 2–3", HolidayList.EU: "1182/71 art 3 lg 2"}
ROLL_LAW = {HolidayList.EE: "TsÜS § 136 lg 8", HolidayList.EU: "1182/71 art 3 lg 4"}


class ExtensionRefused(DeadlineError):
    """The chosen new last day is not one that the law or the calendar allows."""


@dataclass(frozen=True, slots=True)
class Due:
    """A last day with its reasons.

    `due_on` is the last day by law; `raw_due_on` the day on which the count ends before
    days off move it; `advisable_on` the last day of ours not after `raw_due_on`, which
    keeps the term even for a reader who would not move it.
    """

    due_on: date
    raw_due_on: date
    advisable_on: date
    steps: tuple[Step, ...]

    def steps_to_json(self) -> list[dict[str, Any]]:
        return [step.to_json() for step in self.steps]


def latest_registration_on(received_on: date, calendar: WorkingCalendar) -> date:
    """A letter is registered on the day of receipt or the next working day (AvTS § 16 lg 1)."""
    return calendar.statutory.add_working_days(received_on, 1)


def registered_late_by(received_on: date, registered_on: date, calendar: WorkingCalendar) -> int:
    """Working days from the last day on which it should have been registered; 0 in time."""
    latest = latest_registration_on(received_on, calendar)
    return max(0, calendar.statutory.working_days_between(latest, registered_on)) if registered_on > latest else 0


def clock_start(rule: TermRule, trigger_on: date, calendar: WorkingCalendar) -> date:
    """Day 1 of the term: the day after the trigger, or the next working day after it."""
    if rule.unit == Unit.WORKING_DAYS:
        return _days_of(rule, calendar).add_working_days(trigger_on, 1)
    return trigger_on + timedelta(days=1)


# -- the computation -------------------------------------------------------------------------


def compute_due(*, rule: TermRule, trigger_on: date, calendar: WorkingCalendar, extended: bool = False) -> Due:
    """Last day of the term that `trigger_on` set going; of the longest extended one if asked.

    An extension counts from the same trigger and never ends earlier than the first term.
    """
    return _compute_due(rule, trigger_on, calendar, extended)


@lru_cache(maxsize=65_536)  # a year has 365 trigger days, however many letters it brings
def _compute_due(rule: TermRule, trigger_on: date, calendar: WorkingCalendar, extended: bool) -> Due:
    first = _term(rule, trigger_on, calendar, amount=rule.amount, unit=rule.unit)
    if not extended:
        return first
    if rule.extended_amount is None or rule.extended_unit is None:
        raise ExtensionRefused(_("This term cannot be extended: its rule names no extension."))
    longest = _term(
        rule,
        trigger_on,
        calendar,
        amount=rule.extended_amount,
        unit=rule.extended_unit,
        extension=True,
    )
    if longest.due_on >= first.due_on:
        return longest
    return Due(
        due_on=first.due_on,
        raw_due_on=first.raw_due_on,
        advisable_on=first.advisable_on,
        steps=(*longest.steps, Step(StepCode.NOT_BEFORE_FIRST, first.due_on)),
    )


def due_table(
    rule: TermRule,
    calendar: WorkingCalendar,
    first_day: date,
    last_day: date,
    *,
    extended: bool = False,
) -> dict[date, Due]:
    """The due of every trigger day from first to last, for imports that work set by set.

    A million letters have only 365 trigger days a year.
    """
    return {
        day: compute_due(rule=rule, trigger_on=day, calendar=calendar, extended=extended)
        for day in _each_day(first_day, last_day)
    }


def extend_to(
    chosen_on: date,
    *,
    rule: TermRule,
    trigger_on: date,
    calendar: WorkingCalendar,
    current_due_on: date,
    decided_on: date | None = None,
) -> Due:
    """The due with a new last day chosen by a person, or ExtensionRefused saying why not.

    The new day must be later than the present one, within the longest extension that the
    rule allows, and a working day of ours. Given `decided_on`, a term that has already
    ended cannot be extended.
    """
    outer = compute_due(rule=rule, trigger_on=trigger_on, calendar=calendar, extended=True)
    if decided_on is not None and decided_on > current_due_on:
        raise ExtensionRefused(
            _("The term ended on %(date)s and can no longer be extended.") % {"date": format_day(current_due_on)}
        )
    if chosen_on <= current_due_on:
        raise ExtensionRefused(
            _("Choose a day later than the present last day, %(date)s.") % {"date": format_day(current_due_on)}
        )
    if chosen_on > outer.due_on:
        raise ExtensionRefused(
            with_law(
                _("The term can be extended to %(date)s at most.") % {"date": format_day(outer.due_on)},
                rule.extension_law,
            )
        )
    if not calendar.is_working_day(chosen_on):
        raise ExtensionRefused(
            _("%(date)s is not a working day. The working day before it is %(before)s.")
            % {
                "date": format_day(chosen_on),
                "before": format_day(calendar.previous_working_day(chosen_on)),
            }
        )
    return Due(
        due_on=chosen_on,
        raw_due_on=chosen_on,
        advisable_on=chosen_on,
        steps=(*outer.steps, Step(StepCode.CHOSEN, chosen_on, law=rule.extension_law)),
    )


def chosen_due(*, chosen_on: date, rule: TermRule, trigger_on: date, calendar: WorkingCalendar) -> Due:
    """A day chosen within an extension, as the calendar has it now: it moves on only from a day that became a rest day."""
    outer = compute_due(rule=rule, trigger_on=trigger_on, calendar=calendar, extended=True)
    days = _days_of(rule, calendar)
    due = days.next_working_day(chosen_on) if rule.rolls else chosen_on
    steps = [*outer.steps, Step(StepCode.CHOSEN, chosen_on, law=rule.extension_law)]
    if due != chosen_on:
        off = tuple(_days_off(days, chosen_on, due - timedelta(days=1)))
        steps.append(Step(StepCode.DAYS_OFF, chosen_on, days_off=off))
        steps.append(Step(StepCode.ROLLED, due, law=ROLL_LAW.get(rule.holiday_list, "")))
    advisable = calendar.previous_working_day(chosen_on)
    return Due(due, chosen_on, advisable if advisable > trigger_on else due, tuple(steps))


def _term(
    rule: TermRule,
    trigger_on: date,
    calendar: WorkingCalendar,
    *,
    amount: int,
    unit: Unit,
    extension: bool = False,
) -> Due:
    days = _days_of(rule, calendar)
    listed = rule.holiday_list
    basis = rule.extension_law if extension else rule.basis
    steps = [Step(_TRIGGER_CODES[rule.runs_from], trigger_on)]
    if unit == Unit.WORKING_DAYS:
        start = days.add_working_days(trigger_on, 1)
        raw = days.add_working_days(trigger_on, amount)
        start_code, end_code = StepCode.STARTS_NEXT_WORKING_DAY, StepCode.ENDS
    else:
        start = trigger_on + timedelta(days=1)
        raw = trigger_on + timedelta(days=amount) if unit == Unit.CALENDAR_DAYS else add_months(trigger_on, amount)
        start_code = StepCode.STARTS_NEXT_DAY
        shorter_month = unit == Unit.MONTHS and raw.day != trigger_on.day
        end_code = StepCode.ENDS_ON_LAST_OF_MONTH if shorter_month else StepCode.ENDS
    steps.append(Step(start_code, start, law=rule.start_law or START_LAW.get(listed, "")))
    if extension:
        steps.append(Step(StepCode.EXTENDED, trigger_on, amount, unit, law=basis))
    if unit == Unit.WORKING_DAYS:
        skipped = tuple(
            off for off in _days_off(days, trigger_on + timedelta(days=1), raw) if off.on.weekday() < SATURDAY
        )
        if skipped:
            steps.append(Step(StepCode.HOLIDAYS_SKIPPED, raw, days_off=skipped))
    end_law = MONTH_LAW.get(listed, "") if unit == Unit.MONTHS else ("" if extension else basis)
    if unit == Unit.MONTHS and not extension:
        end_law = ", ".join(law for law in (basis, end_law) if law)
    steps.append(Step(end_code, raw, amount, unit, law=end_law))

    due = days.next_working_day(raw) if rule.rolls else raw
    if due != raw:
        off = tuple(_days_off(days, raw, due - timedelta(days=1)))
        steps.append(Step(StepCode.DAYS_OFF, raw, days_off=off))
        steps.append(Step(StepCode.ROLLED, due, law=ROLL_LAW.get(listed, "")))
    advisable = calendar.previous_working_day(raw)
    return Due(due, raw, advisable if advisable > trigger_on else due, tuple(steps))


_TRIGGER_CODES = {
    RunsFrom.REGISTRATION: StepCode.REGISTERED,
    RunsFrom.RECEIPT: StepCode.RECEIVED,
    RunsFrom.EVENT: StepCode.HAPPENED,
}


def _days_of(rule: TermRule, calendar: WorkingCalendar) -> WorkingCalendar:
    """Our own closures count only where the term is our own."""
    return calendar if rule.holiday_list == HolidayList.AGENCY else calendar.statutory


def add_months(day: date, months: int) -> date:
    """The day of the same number `months` later, or that month's last day where it has none."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def _each_day(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))


def _days_off(calendar: WorkingCalendar, first: date, last: date) -> Iterable[DayOff]:
    for day in _each_day(first, last):
        if calendar.is_working_day(day):
            continue
        if calendar.is_holiday(day):
            yield DayOff(day, DayOffReason.HOLIDAY)
        elif day.weekday() == SATURDAY:
            yield DayOff(day, DayOffReason.SATURDAY)
        elif day.weekday() == SUNDAY:
            yield DayOff(day, DayOffReason.SUNDAY)
        else:
            yield DayOff(day, DayOffReason.CLOSURE)


# -- how near --------------------------------------------------------------------------------


class Urgency(StrEnum):
    NONE = "none"
    THREE_DAYS = "three_days"  # three working days left or fewer
    ONE_DAY = "one_day"  # due today or on the next working day
    LATE = "late"


def warnings_for(due_on: date, today: date, calendar: WorkingCalendar) -> Urgency:
    """How urgently a running term asks for attention."""
    if today > due_on:
        return Urgency.LATE
    left = days_left(due_on, today, calendar)
    if left <= 1:
        return Urgency.ONE_DAY
    return Urgency.THREE_DAYS if left <= 3 else Urgency.NONE
