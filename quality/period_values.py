"""The value of an indicator for a month, a quarter or a year, always from kept measurements of months.

A quarter is computed from the rows that its months counted, as they stood: a share over all of them, a middle of all of them.
What is a state at the end of a period (open cases) is that of its last month. A period of which a month is hidden, for too few
rows, is hidden too, else the month could be found by subtraction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from quality.measurement_values import value_of
from quality.measurements import SIDES, how_of, rows_hash
from quality.models import Measurement

STATES = frozenset({"open_cases", "late_open", "unassigned_share", "open_work_hours", "actions_overdue"})
STATUS_ORDER = (Measurement.Status.PROVISIONAL, Measurement.Status.RESTATED, Measurement.Status.FINAL)


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """A value with what it rests on. `value` is empty where nothing was counted, or where too few were (`is_hidden`)."""

    value: float | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    rows: int
    measurements: tuple[int, ...]
    status: str
    is_hidden: bool = False
    rows_hash: str = ""


def of_one(measurement: Measurement, *, fewest: int, with_hash: bool = False) -> PeriodValue:
    """`fewest`: rows below which the value of a unit is hidden. The whole bureau's value is told, however few rows it has."""
    hidden = is_hidden(measurement, fewest=fewest)
    if hidden:
        return PeriodValue(None, None, None, None, None, 0, (measurement.pk,), measurement.status, True)
    return PeriodValue(
        measurement.value, measurement.numerator, measurement.denominator, measurement.lower, measurement.upper, measurement.rows,
        (measurement.pk,), measurement.status, False, rows_hash(measurement) if with_hash else "",
    )  # fmt: skip


def is_hidden(measurement: Measurement, *, fewest: int) -> bool:
    """Rows were counted and yet no value is shown: too few, or the next smallest beside one that is."""
    return measurement.value is None and measurement.rows > 0 and (measurement.unit_id is not None or measurement.rows < fewest)  # fmt: skip


def together(code: str, found: Sequence[Measurement], *, fewest: int, with_hash: bool = False) -> PeriodValue | None:
    """Of the measured months of one period, in order; None of no month."""
    if not found:
        return None
    if len(found) == 1 or code in STATES:
        return of_one(found[-1], fewest=fewest, with_hash=with_hash)
    keys, status = tuple(one.pk for one in found), status_of(found)
    if any(is_hidden(one, fewest=fewest) for one in found):
        return PeriodValue(None, None, None, None, None, 0, keys, status, True)
    amounts: dict[str, list[float]] = {side: [] for side in SIDES}
    for one in found:
        for counted in one.counted.all():
            amounts[counted.side] += counted.amounts or [1.0] * len(counted.keys)
    working_days = sum(int(one.denominator or 0) for one in found)
    value = value_of(how_of(code), working_days=working_days, **amounts)
    sealed = ",".join(rows_hash(one) for one in found) if with_hash else ""
    return PeriodValue(value.value, value.numerator, value.denominator, value.lower, value.upper, value.rows, keys, status, False, sealed)  # fmt: skip


def status_of(found: Iterable[Measurement]) -> str:
    """The least certain of them: provisional before restated before final."""
    statuses = {one.status for one in found}
    return next(str(one) for one in STATUS_ORDER if one in statuses)


def months_of(first: date, last: date, found: Iterable[Measurement]) -> list[Measurement]:
    return [one for one in found if first <= one.first_day <= last]
