"""Measuring: what an indicator is for a period and each unit, kept for ever with the rows that it counted.

Provisional until a day of the next month (the passport says which), then final; a final value changes only by a restatement that
the head asks for and the head of department approves. Safe to repeat: the same figures make nothing new. UK statistics policy calls
the two kinds scheduled revision and unscheduled correction.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.audit import record
from bureau.models import RoleHolding
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.small_numbers import hidden_groups
from quality import passports
from quality.control_chart_kinds import Direction, is_met
from quality.how import How
from quality.indicators import INDICATORS, Counted, Rows, Span
from quality.intake import is_working_day
from quality.measurement_values import Value, value_of
from quality.models import Indicator, Measurement, MeasurementRows, Passport, Restatement
from quality.periods import month_end, month_start, months_back

SIDES = ("both", "numerator", "denominator")
# A correction by more than this, or one that flips the target, is told to those who read the figure.
POINTS_WORTH_A_NOTICE = 1.0
SAME = 1e-9

notice_texts.register(
    "measurement.restatement_asked", gettext_lazy("A restatement of “%(name)s” waits for your decision"), asks=True
)
notice_texts.register("measurement.restated", gettext_lazy("“%(name)s” was restated: %(old)s → %(new)s"))


@dataclass
class Found:
    """Keys and amounts of the rows of each side, for the bureau or one unit."""

    kind: dict[str, str] = field(default_factory=dict)
    keys: dict[str, list[Any]] = field(default_factory=dict)
    amounts: dict[str, list[float]] = field(default_factory=dict)

    def add(self, side: str, kind: str, key: Any, amount: float) -> None:
        self.kind[side] = kind
        self.keys.setdefault(side, []).append(key)
        self.amounts.setdefault(side, []).append(amount)

    def told(self) -> list["Told"]:
        return [(side, self.kind[side], self.keys[side], self.amounts[side]) for side in self.keys]

    def value(self, how: How, working_days: int) -> Value:
        return value_of(how, working_days=working_days, **{side: self.amounts.get(side, ()) for side in SIDES})


def counted(found: Counted) -> dict[int | None, Found]:
    """What was found, by unit with all that lies under it; None is the whole bureau. One statement for each set of rows."""
    by_unit: dict[int | None, Found] = {None: Found()}
    over = units_over()
    for side in SIDES:
        sets: Sequence[Rows] = getattr(found, side)
        for rows in sets:
            for key, unit_id, amount in rows.values().iterator(chunk_size=20_000):
                if amount is None:
                    continue
                kept = key_of(key)
                by_unit[None].add(side, rows.kind, kept, amount)
                for unit in over.get(unit_id, ()) if rows.unit else ():
                    by_unit.setdefault(unit, Found()).add(side, rows.kind, kept, amount)
    return by_unit


def key_of(key: Any) -> int:
    """Whole numbers stay; a random key (UUID) is kept by its first 63 bits, which find its row again."""
    return key if isinstance(key, int) else key.int >> 65


def units_over() -> dict[int | None, tuple[int, ...]]:
    """Each unit with itself and all that it is part of."""
    units = reference.units()
    found: dict[int | None, tuple[int, ...]] = {}
    for pk in units:
        line, at = [], pk
        while at is not None and at in units and at not in line:
            line.append(at)
            at = units[at].parent_id
        found[pk] = tuple(line)
    return found


def working_days(span: Span) -> int:
    return sum(is_working_day(span.first + timedelta(days=at)) for at in range((span.last - span.first).days + 1))


@dataclass(frozen=True)
class Measured:
    """What came of measuring."""

    new: int = 0
    same: int = 0
    final: int = 0

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(self.new + other.new, self.same + other.same, self.final + other.final)


# When a value counts as computed, by the last day on which it is provisional: only who writes a past that was never lived says it.
Moment = Callable[[date], datetime]


def measure_month(first: date, *, today: date, codes: Sequence[str] = (), moment: Moment | None = None) -> Measured:
    """All indicators in use for the month that begins on `first`; safe to repeat."""
    span = Span(month_start(first), min(month_end(first), today))
    return measure_span(span, Measurement.Period.MONTH, today=today, codes=codes, moment=moment)


def measure_day(day: date, *, today: date, moment: Moment | None = None) -> Measured:
    """Those that are also measured daily."""
    return measure_span(Span(day, day), Measurement.Period.DAY, today=today, only_daily=True, moment=moment)


# How far back is made up for what no night measured: a desk that stood still for longer has its figures asked for by `measure`.
DAYS_MADE_UP, MONTHS_MADE_UP = 92, 24


def missed_days(today: date) -> list[date]:
    """Days that are over on which some daily indicator was not measured, oldest first, since it first was; yesterday where none was."""
    yesterday, first = today - timedelta(days=1), today - timedelta(days=DAYS_MADE_UP)
    days = [first + timedelta(days=at) for at in range(DAYS_MADE_UP)]
    known: dict[int, set[date]] = {}
    for pk, day in Measurement.objects.filter(period=Measurement.Period.DAY, first_day__lte=yesterday).values_list("indicator", "first_day").distinct():  # fmt: skip
        known.setdefault(pk, set()).add(day)
    in_use = set(Indicator.objects.filter(is_in_use=True, code__in=INDICATORS).values_list("pk", flat=True))
    missed: set[date] = set()
    for pk, passport in passports.passports_in_force().items():
        if passport.is_daily and pk in in_use:
            measured = known.get(pk, set())
            began = min(measured, default=yesterday)
            missed |= {day for day in days if day >= began} - measured
    return sorted(missed)


def unfinished_months(today: date) -> list[date]:
    """Months that are to be measured, oldest first: this one, the two before, and since the first that ever was those that were
    never measured, or not to their end, or stayed provisional past their day because nothing ran on it."""
    this = month_start(today)
    asked = {months_back(this, back) for back in (0, 1, 2)}
    since = months_back(this, MONTHS_MADE_UP)
    found = Measurement.objects.latest().filter(
        period=Measurement.Period.MONTH, unit__isnull=True, first_day__range=(since, today)
    )
    known: dict[date, list[tuple[date, str]]] = {}
    for first_day, last_day, status in found.values_list("first_day", "last_day", "status"):
        known.setdefault(first_day, []).append((last_day, status))
    began = min(known, default=this)
    for back in range(3, MONTHS_MADE_UP + 1):
        first = months_back(this, back)
        measured = known.get(first, [])
        is_whole = measured and all(
            last == month_end(first) and status != Measurement.Status.PROVISIONAL for last, status in measured
        )
        if first >= began and not is_whole:
            asked.add(first)
    return sorted(asked)


def measure_span(span: Span, period: str, *, today: date, codes: Sequence[str] = (), only_daily: bool = False, moment: Moment | None = None) -> Measured:  # fmt: skip
    done = Measured()
    in_force = passports.passports_in_force()
    for one in Indicator.objects.filter(is_in_use=True):
        passport = in_force.get(one.pk)
        if one.code not in INDICATORS or passport is None or (codes and one.code not in codes) or (only_daily and not passport.is_daily):  # fmt: skip
            continue
        done += measure_one(one, passport, span, period, today=today, moment=moment)
    return done


@transaction.atomic
def measure_one(indicator: Indicator, passport: Passport, span: Span, period: str, *, today: date, moment: Moment | None = None) -> Measured:  # fmt: skip
    """One indicator for one period, all units. Two workers at once make one: the second waits and finds it done."""
    lock(indicator, period, span)
    is_over = cut_off(passport, span) < today
    latest = {
        one.unit_id: one
        for one in Measurement.objects.latest().filter(indicator=indicator, period=period, first_day=span.first)
    }
    if latest and all(one.status != Measurement.Status.PROVISIONAL for one in latest.values()):
        return Measured(same=len(latest))
    status = Measurement.Status.FINAL if is_over else Measurement.Status.PROVISIONAL
    at = moment(cut_off(passport, span)) if moment else None
    return keep(indicator, passport, span, period, status=status, latest=latest, at=at)


def lock(indicator: Indicator, period: str, span: Span) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"measure {indicator.pk} {period} {span.first}"])  # fmt: skip


def cut_off(passport: Passport, span: Span) -> date:
    """The last day on which the value is provisional: the cut-off day of the month after the period."""
    return months_back(month_start(span.last), -1).replace(day=passport.cut_off_day)


def keep(indicator: Indicator, passport: Passport, span: Span, period: str, *, status: str, latest: dict[int | None, Measurement], reason: str = "", by=None, at: datetime | None = None) -> Measured:  # fmt: skip
    """Compute and write what is new; a unit that no longer has rows keeps an empty value."""
    known = INDICATORS[indicator.code]
    counts = known.function(span)
    found = counted(counts)
    days = working_days(span)
    version = known.query_hash
    hidden = hidden_units(
        {unit: own.value(counts.how, days).rows for unit, own in found.items()}, smallest=passport.fewest
    )
    same, made, of = 0, [], []
    replaced: list[int] = []
    for unit_id in {**found, **latest}:
        own = found.get(unit_id, Found())
        value = own.value(counts.how, days)
        shown = None if unit_id in hidden else value.value
        old = latest.get(unit_id)
        facts = facts_of(replace(value, value=shown, lower=value.lower if shown is not None else None, upper=value.upper if shown is not None else None), own.told())  # fmt: skip
        if (
            old is not None
            and old.seal == seal_of(facts, old.status)
            and status in (old.status, Measurement.Status.RESTATED)
        ):
            same += 1
            continue
        if old is not None:
            replaced.append(old.pk)
        of.append(own)
        made.append(
            Measurement(
                indicator=indicator, passport=passport, period=period, first_day=span.first, last_day=span.last, unit_id=unit_id,
                numerator=value.numerator, denominator=value.denominator, value=shown, lower=value.lower if shown is not None else None,
                upper=value.upper if shown is not None else None, rows=value.rows, status=status, code_version=version, seal=seal_of(facts, status), supersedes=old,
                reason=reason, approved_by=by, computed_at=at or timezone.now(),
            )
        )  # fmt: skip
    if replaced:
        Measurement.objects.filter(pk__in=replaced).update(is_latest=False)
    Measurement.objects.bulk_create(made, batch_size=500)
    MeasurementRows.objects.bulk_create(
        (
            MeasurementRows(
                measurement=one, side=side, kind=own.kind[side], keys=own.keys[side], amounts=own.amounts[side]
            )
            for one, own in zip(made, of, strict=True)
            for side in own.keys
        ),
        batch_size=100,
    )
    return Measured(len(made), same, len(made) if status != Measurement.Status.PROVISIONAL else 0)


def hidden_units(rows: dict[int | None, int], *, smallest: int) -> set[int]:
    """Units whose value is not shown: too few rows, and the next smallest beside one, so that it cannot be found by subtracting
    the others from what they are part of. What belongs to the whole directly is one of the parts.

    With a unit its own parts are hidden, else it could be added up from them. Only the one unit at the top is not followed down:
    it is hidden beside the rows of no unit, which are nobody's.
    """
    units = reference.units()
    parts: dict[int | None, dict[Any, int]] = {}
    for unit_id, n in rows.items():
        if unit_id is not None:
            parent = units[unit_id].parent_id if unit_id in units else None
            parts.setdefault(parent if parent in rows else None, {})[unit_id] = n
    found: set[int] = set()
    followed: set[int] = set()
    for parent, children in parts.items():
        rest = rows.get(parent, 0) - sum(children.values())
        small = hidden_groups({**children, "rest": max(0, rest)}, smallest=smallest)
        own = {unit for unit in small if unit != "rest"}
        found |= own
        if parent is not None or len(own) > 1:
            followed |= own
    for unit_id in followed:
        found |= reference.unit_subtree_ids(unit_id) & rows.keys()
    return found


# Side, kind, keys and amounts of rows counted.
Told = tuple[str, str, list[Any], list[float] | None]


def facts_of(value: Value, told: Sequence[Told]) -> str:
    """Digest of what a measurement says, with its bounds, and of the rows that it counted: equal digests, equal figures over equal rows."""
    said = [None if one is None else float(one) for one in (value.numerator, value.denominator, value.value, value.lower, value.upper)]  # fmt: skip
    return hashlib.sha256(repr((said, value.rows, sorted(told))).encode()).hexdigest()


def seal_of(facts: str, status: str) -> str:
    """The seal holds the status too: a provisional value made final past the desk breaks it."""
    return hashlib.sha256(f"{facts} {status}".encode()).hexdigest()


def told_of(measurement: Measurement) -> list[Told]:
    return [(one.side, one.kind, list(one.keys), one.amounts) for one in measurement.counted.all()]


def seal_now(measurement: Measurement) -> str:
    """What the seal would be of the row as it stands now."""
    one = measurement
    facts = facts_of(Value(one.numerator, one.denominator, one.value, one.lower, one.upper, one.rows), told_of(one))
    return seal_of(facts, one.status)


# --- Asking back ------------------------------------------------------------------------------------------------------
def as_it_stood(measurement: Measurement) -> Value:
    """The value computed anew from the rows kept with it, as they stood; later edits of cases change nothing."""
    how = how_of(measurement.indicator.code)
    sides = {one.side: one.amounts for one in measurement.counted.all()}
    # The calendar may have changed since: working days are those that were counted then.
    return value_of(how, working_days=int(measurement.denominator or 0) if how is How.PER_DAY else 0, **sides)


def how_of(code: str) -> How:
    """Asked of the function for an empty day; it computes nothing before its rows are asked for."""
    return INDICATORS[code].function(Span(date(2000, 1, 1), date(2000, 1, 1))).how


def series(indicator: Indicator, *, period: str = Measurement.Period.MONTH, unit_id: int | None = None, until: date | None = None) -> list[Measurement]:  # fmt: skip
    """The values that count, in order. One statement."""
    found = Measurement.objects.latest().filter(indicator=indicator, period=period, unit_id=unit_id)
    if until is not None:
        found = found.filter(first_day__lte=until)
    return list(found.order_by("first_day"))


# --- Restating --------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_restatement(*, indicator: Indicator, first_day: date, reason: str, by, period: str = Measurement.Period.MONTH) -> Restatement:  # fmt: skip
    if not reason.strip():
        raise DeedRefused(_("Write what was wrong and how it was found."), field="reason")
    current = Measurement.objects.latest().filter(indicator=indicator, period=period, first_day=first_day, unit__isnull=True).first()  # fmt: skip
    if current is None:
        raise DeedRefused(_("That period was not measured."), field="first_day")
    if current.status == Measurement.Status.PROVISIONAL:
        raise DeedRefused(_("The value is provisional; it is measured anew by itself."), field="first_day")
    waiting = Restatement.objects.filter(
        indicator=indicator, period=period, first_day=first_day, state="asked"
    ).first()
    if waiting:
        return waiting
    made = Restatement.objects.create(indicator=indicator, period=period, first_day=first_day, reason=reason.strip(), asked_by=by)  # fmt: skip
    record("measurement.restatement_asked", by=by, on=made, label=indicator.code, first_day=str(first_day))
    tell("measurement.restatement_asked", "head_of_department", indicator)
    return made


@transaction.atomic
def decide_restatement(*, restatement: Restatement, approve: bool, by, note: str = "") -> Restatement:
    """Approved: the period is computed anew, and the old value stays beside the new one with the reason."""
    held = Restatement.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=restatement.pk)
    if held.state != Restatement.State.ASKED:
        raise DeedRefused(_("This was decided before."))
    if held.asked_by_id == by.pk:
        raise DeedRefused(_("Who asked for it does not decide on it; another person must."))
    held.state = Restatement.State.APPROVED if approve else Restatement.State.REFUSED
    held.decided_by, held.decided_at, held.decision_note = by, timezone.now(), note.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    record("measurement.restatement_decided", by=by, on=held, label=held.indicator.code, first_day=str(held.first_day), approved=approve)  # fmt: skip
    if approve:
        restate(held, by=by)
    return held


def restate(held: Restatement, *, by) -> None:
    latest = {
        one.unit_id: one
        for one in Measurement.objects.latest().filter(
            indicator=held.indicator, period=held.period, first_day=held.first_day
        )
    }
    old = latest[None]
    span = Span(old.first_day, old.last_day)
    lock(held.indicator, held.period, span)
    passport = passports.passport_of(held.indicator)
    keep(held.indicator, passport, span, held.period, status=Measurement.Status.RESTATED, latest=latest, reason=held.reason, by=by)  # fmt: skip
    new = Measurement.objects.latest().get(indicator=held.indicator, period=held.period, first_day=held.first_day, unit__isnull=True)  # fmt: skip
    if is_worth_a_notice(as_told(old.value, passport), as_told(new.value, passport), target=target_of(held.indicator, old.first_day), direction=Direction(passport.direction)):  # fmt: skip
        for role in ("head_of_department", "head_of_bureau"):
            tell(
                "measurement.restated",
                role,
                held.indicator,
                old=words(old.value, passport.decimals),
                new=words(new.value, passport.decimals),
            )


def target_of(indicator: Indicator, day: date) -> float | None:
    found = passports.target_on(indicator.targets.all(), day)
    return float(found.value) if found else None


def is_worth_a_notice(old: float | None, new: float | None, *, target: float | None, direction: Direction) -> bool:
    """More than a point, or over the target to the other side; a value that came or went is always told."""
    if old is None or new is None:
        return old is not new
    flips = target is not None and is_met(old, target, direction) != is_met(new, target, direction)
    return flips or abs(new - old) > POINTS_WORTH_A_NOTICE


def as_told(value: float | None, passport: Passport) -> float | None:
    """Rounded as it is shown: what reads alike is judged alike."""
    return None if value is None else round(value, passport.decimals)


def words(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None else f"{value:.{decimals}f}".replace(".", ",")


def tell(kind: str, role: str, indicator: Indicator, **facts: str) -> None:
    held = RoleHolding.objects.in_force(timezone.localdate()).filter(role=role)
    name = passports.passport_of(indicator).name_et
    notify(users=[one.user for one in held.select_related("user")], kind=kind, url=f"/indicators/{indicator.code}/", name=name, **facts)  # fmt: skip


def rows_hash(measurement: Measurement) -> str:
    """Of the rows counted, for a report that freezes the value."""
    return hashlib.sha256(repr(sorted(told_of(measurement))).encode()).hexdigest()
