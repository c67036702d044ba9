"""Terms set by law or by ourselves, each in dated versions, and which version applies.

Rules are data (the head of bureau changes them); this is what one of them says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from bureau.working_calendar import TALLINN
from complaints.deadline_steps import Unit, format_day


class RunsFrom(StrEnum):
    """Which moment sets the term going."""

    REGISTRATION = "registration"
    RECEIPT = "receipt"
    EVENT = "event"  # the day a challenge was passed on, the day the reason became known …


class HolidayList(StrEnum):
    """Whose days off count."""

    EE = "ee"  # Saturdays, Sundays, national day and public holidays of Estonia
    EU = "eu"  # the same days, by Regulation (EEC, Euratom) 1182/71: Saturday named
    AGENCY = "own"  # our own working days, closures included: internal targets only


class DeadlineError(ValueError):
    """A date cannot be given; says in the reader's language what is missing."""


class NoRuleInForce(DeadlineError):
    def __init__(self, kind: str, on: date, known: Sequence[TermRule]) -> None:
        self.kind, self.on, self.known = kind, on, tuple(known)
        super().__init__(kind, on)

    def __str__(self) -> str:
        if not self.known:
            return _("No deadline rule is stored for “%(kind)s”.") % {"kind": self.kind}
        return _("No deadline rule for “%(kind)s” was in force on %(date)s. Stored rules hold: %(spans)s.") % {
            "kind": self.kind,
            "date": format_day(self.on),
            "spans": "; ".join(rule.span for rule in self.known),
        }


class SeveralRulesInForce(DeadlineError):
    def __init__(self, kind: str, on: date, rules: Sequence[TermRule]) -> None:
        self.kind, self.on, self.rules = kind, on, tuple(rules)
        super().__init__(kind, on)

    def __str__(self) -> str:
        return _(
            "Several deadline rules for “%(kind)s” are in force on %(date)s: %(spans)s. "
            "End one of them before the other begins."
        ) % {
            "kind": self.kind,
            "date": format_day(self.on),
            "spans": "; ".join(rule.span for rule in self.rules),
        }


class MomentMissing(DeadlineError):
    def __init__(self, runs_from: RunsFrom) -> None:
        self.runs_from = runs_from
        super().__init__(runs_from)

    def __str__(self) -> str:
        return {
            RunsFrom.REGISTRATION: _("This term runs from registration; the day is missing."),
            RunsFrom.RECEIPT: _("This term runs from receipt; the day is missing."),
            RunsFrom.EVENT: _("This term runs from an event; the day of the event is missing."),
        }[self.runs_from]


@dataclass(frozen=True, slots=True)
class TermRule:
    """One version of one term: how long, from when, by which law, valid from when to when.

    `extended_amount` is the whole term counted from the same trigger, not what is added:
    "15 working days in total" is 15. Both days of validity are included; a case keeps the
    rule that was in force on its trigger day.
    """

    kind: str
    amount: int
    unit: Unit
    runs_from: RunsFrom
    basis: str
    valid_from: date
    valid_to: date | None = None
    extended_amount: int | None = None
    extended_unit: Unit | None = None
    extension_law: str = ""
    rolls: bool = True
    holiday_list: HolidayList = HolidayList.EE
    start_law: str = ""  # where a special act says it better, as AvTS § 20; else TsÜS § 135

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a term is at least one day long")
        if (self.extended_amount is None) != (self.extended_unit is None):
            raise ValueError("an extension needs both its amount and its unit")
        if self.extended_amount is not None and self.extended_amount < 1:
            raise ValueError("an extended term is at least one day long")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("a rule ends before it begins")

    @property
    def is_extendable(self) -> bool:
        return self.extended_amount is not None

    @property
    def span(self) -> str:
        """From when to when the rule holds, for a sentence."""
        last = format_day(self.valid_to) if self.valid_to else ""
        return f"{format_day(self.valid_from)}–{last}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def rule_in_force(rules: Iterable[TermRule], kind: str, on: date) -> TermRule:
    """The one rule of that kind that held on that day (the day of registration)."""
    of_kind = sorted((rule for rule in rules if rule.kind == kind), key=lambda rule: rule.valid_from)
    in_force = [rule for rule in of_kind if rule.holds_on(on)]
    if not in_force:
        raise NoRuleInForce(kind, on, of_kind)
    if len(in_force) > 1:
        raise SeveralRulesInForce(kind, on, in_force)
    return in_force[0]


def trigger_day(
    rule: TermRule,
    *,
    received_at: datetime | date | None = None,
    registered_at: datetime | date | None = None,
    event_at: datetime | date | None = None,
) -> date:
    """The Tallinn day of the moment that sets this term going. It is not itself counted."""
    moment = {
        RunsFrom.REGISTRATION: registered_at,
        RunsFrom.RECEIPT: received_at,
        RunsFrom.EVENT: event_at,
    }[rule.runs_from]
    if moment is None:
        raise MomentMissing(rule.runs_from)
    return local_day(moment)


def local_day(moment: datetime | date) -> date:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone to have a day")
    return moment.astimezone(TALLINN).date()
