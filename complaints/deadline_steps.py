"""The steps that lead to a last day: how they are stored and how they are told.

A step holds dates, amounts and the law, no words. It is worded when it is shown, so the
same stored step reads Estonian to one person and English to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class StepCode(StrEnum):
    REGISTERED = "registered"
    RECEIVED = "received"
    HAPPENED = "happened"
    STARTS_NEXT_DAY = "starts_next_day"
    STARTS_NEXT_WORKING_DAY = "starts_next_working_day"
    EXTENDED = "extended"
    HOLIDAYS_SKIPPED = "holidays_skipped"
    ENDS = "ends"
    ENDS_ON_LAST_OF_MONTH = "ends_on_last_of_month"
    DAYS_OFF = "days_off"
    ROLLED = "rolled"
    NOT_BEFORE_FIRST = "not_before_first"
    CHOSEN = "chosen"


class DayOffReason(StrEnum):
    HOLIDAY = "holiday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class DayOff:
    on: date
    reason: DayOffReason


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain that leads to a last day; stored as JSON, worded when shown."""

    code: StepCode
    on: date
    amount: int = 0
    unit: Unit | None = None
    law: str = ""
    days_off: tuple[DayOff, ...] = ()

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {"code": str(self.code), "on": self.on.isoformat()}
        if self.unit is not None:
            stored |= {"amount": self.amount, "unit": str(self.unit)}
        if self.law:
            stored["law"] = self.law
        if self.days_off:
            stored["days_off"] = [[day.on.isoformat(), str(day.reason)] for day in self.days_off]
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Step:
        return cls(
            code=StepCode(stored["code"]),
            on=date.fromisoformat(stored["on"]),
            amount=stored.get("amount", 0),
            unit=Unit(stored["unit"]) if "unit" in stored else None,
            law=stored.get("law", ""),
            days_off=tuple(
                DayOff(date.fromisoformat(on), DayOffReason(reason)) for on, reason in stored.get("days_off", ())
            ),
        )


def steps_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step.from_json(step) for step in stored)


def format_day(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year}"


def with_law(sentence: str, law: str) -> str:
    return f"{sentence} ({law})" if law else sentence


def _joined_days(days: Sequence[date]) -> str:
    """24., 25., 26.12 – the month once for days that share it."""
    parts = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        same_month = following is not None and following.month == day.month
        parts.append(f"{day.day}." if same_month else f"{day.day}.{day.month:02d}")
    return ", ".join(parts)


def _days_off_clause(reason: DayOffReason, days: Sequence[date]) -> str:
    values = {"days": _joined_days(days)}
    if reason == DayOffReason.HOLIDAY:
        text = ngettext("%(days)s is a public holiday", "%(days)s are public holidays", len(days))
    elif reason == DayOffReason.SATURDAY:
        text = ngettext("%(days)s is a Saturday", "%(days)s are Saturdays", len(days))
    elif reason == DayOffReason.SUNDAY:
        text = ngettext("%(days)s is a Sunday", "%(days)s are Sundays", len(days))
    else:
        text = ngettext("we are closed on %(days)s", "we are closed on %(days)s", len(days))
    return text % values


def _days_off_sentence(days_off: Iterable[DayOff]) -> str:
    """Neighbouring days of one reason together: "24., 25., 26.12 are public holidays"."""
    groups: list[tuple[DayOffReason, list[date]]] = []
    for off in days_off:
        if groups and groups[-1][0] == off.reason:
            groups[-1][1].append(off.on)
        else:
            groups.append((off.reason, [off.on]))
    return ", ".join(_days_off_clause(reason, days) for reason, days in groups)


def _end_sentence(step: Step) -> str:
    values = {"n": step.amount, "date": format_day(step.on)}
    if step.unit == Unit.WORKING_DAYS:
        text = ngettext("%(n)s working day ends on %(date)s", "%(n)s working days end on %(date)s", step.amount)
    elif step.unit == Unit.CALENDAR_DAYS:
        text = ngettext(
            "%(n)s calendar day ends on %(date)s",
            "%(n)s calendar days end on %(date)s",
            step.amount,
        )
    elif step.code == StepCode.ENDS_ON_LAST_OF_MONTH:
        text = ngettext(
            "%(n)s month ends on the last day of a shorter month, %(date)s",
            "%(n)s months end on the last day of a shorter month, %(date)s",
            step.amount,
        )
    else:
        text = ngettext(
            "%(n)s month ends on the day of the same number, %(date)s",
            "%(n)s months end on the day of the same number, %(date)s",
            step.amount,
        )
    return text % values


def _extended_sentence(step: Step) -> str:
    values = {"n": step.amount}
    if step.unit == Unit.WORKING_DAYS:
        text = ngettext(
            "the term is extended to %(n)s working day in total",
            "the term is extended to %(n)s working days in total",
            step.amount,
        )
    elif step.unit == Unit.CALENDAR_DAYS:
        text = ngettext(
            "the term is extended to %(n)s calendar day in total",
            "the term is extended to %(n)s calendar days in total",
            step.amount,
        )
    else:
        text = ngettext(
            "the term is extended to %(n)s month in total",
            "the term is extended to %(n)s months in total",
            step.amount,
        )
    return text % values


def _sentence(step: Step) -> str:
    values = {"date": format_day(step.on), "weekday": WEEKDAYS[step.on.weekday()]}
    match step.code:
        case StepCode.REGISTERED:
            text = _("Registered on %(date)s") % values
        case StepCode.RECEIVED:
            text = _("Received on %(date)s") % values
        case StepCode.HAPPENED:
            text = _("The term was set going on %(date)s") % values
        case StepCode.STARTS_NEXT_DAY:
            text = _("the term begins to run on the next day, %(date)s") % values
        case StepCode.STARTS_NEXT_WORKING_DAY:
            text = _("the term begins to run on the next working day, %(date)s") % values
        case StepCode.EXTENDED:
            text = _extended_sentence(step)
        case StepCode.HOLIDAYS_SKIPPED:
            text = _("not counted: %(days)s") % {"days": _days_off_sentence(step.days_off)}
        case StepCode.ENDS | StepCode.ENDS_ON_LAST_OF_MONTH:
            text = _end_sentence(step)
        case StepCode.DAYS_OFF:
            text = _days_off_sentence(step.days_off)
        case StepCode.ROLLED:
            text = _("the next working day is %(weekday)s %(date)s") % values
        case StepCode.NOT_BEFORE_FIRST:
            text = _("an extension never ends before the first term, so %(date)s") % values
        case StepCode.CHOSEN:
            text = _("the new last day was chosen within that limit: %(weekday)s %(date)s") % values
    return with_law(text, step.law)


def _explained(steps: tuple[Step, ...]) -> str:
    return " → ".join(_sentence(step) for step in steps)


step_sentence = lazy(_sentence, str)
explained = lazy(_explained, str)
