"""What a case of a kind weighs in active minutes: measured on own handling times, or estimated and marked so.

Weighted caseload as in child-welfare workload studies: the weight of a kind is the median of active minutes of its closed
cases. A mean would let one case of forty hours rule the rest. Weights are rows with a first day; old loads keep theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.refusals import DeedRefused
from complaints.models import Case, CaseKind, Contact
from staff.models import KindWeight, WorkEntry

FEWEST_CASES = 20
# Until anything is known of a kind.
FIRST_GUESS_MINUTES = Decimal(30)
MONTHS_OF_SAMPLE = 12
DAYS_OF_SAMPLE = 365


@dataclass(frozen=True, slots=True)
class Weight:
    """Active minutes of one kind. `sample` counts the cases measured; an estimate has its basis instead."""

    kind_id: int
    minutes: Decimal
    is_measured: bool
    sample: int | None
    valid_from: date | None
    basis: str = ""
    set_by: str = ""

    @property
    def is_guess(self) -> bool:
        """Nobody has said anything of this kind yet."""
        return self.valid_from is None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the sample says of a kind: median minutes, or too few cases."""

    kind_id: int
    minutes: Decimal | None
    sample: int

    @property
    def is_enough(self) -> bool:
        return self.sample >= FEWEST_CASES


def median_minutes(minutes_by_kind: Mapping[int, Iterable[float]]) -> dict[int, Measured]:
    """Median of active minutes by kind; none from fewer than twenty cases. Pure."""
    found = {}
    for kind_id, values in minutes_by_kind.items():
        sample = sorted(values)
        minutes = Decimal(str(round(median(sample), 1))) if len(sample) >= FEWEST_CASES else None
        found[kind_id] = Measured(kind_id, minutes, len(sample))
    return found


def weights(on: date) -> dict[int, Weight]:
    """The weight of every kind in force that day; a kind nobody weighed gets the first guess. One statement."""
    found = {
        row.kind_id: Weight(
            row.kind_id, row.minutes, row.is_measured, row.sample, row.valid_from, row.basis, str(row.set_by or "")
        )
        for row in KindWeight.objects.filter(valid_from__lte=on)
        .select_related("set_by")
        .order_by("kind", "valid_from")
    }
    from complaints.reference import kinds

    for kind_id in kinds():
        found.setdefault(kind_id, Weight(kind_id, FIRST_GUESS_MINUTES, False, None, None))
    return found


def measure(*, until: date) -> dict[int, Measured]:
    """Active minutes of cases closed in the last year: time logged on them and the handling time of their contacts.

    A case on which no time was noted at all is left out: it is unknown, not nought. Three statements.
    """
    first = until - timedelta(days=DAYS_OF_SAMPLE - 1)
    closed = Case.objects.kept().filter(closed_on__range=(first, until))
    minutes: dict[int, float] = {}
    logged = WorkEntry.objects.kept().filter(case__in=closed).order_by().values("case").annotate(sum=Sum("minutes"))
    for row in logged:
        minutes[row["case"]] = float(row["sum"])
    timed = (
        Contact.objects.kept().filter(case__in=closed, handling_seconds__isnull=False)
        .order_by().values("case").annotate(sum=Sum("handling_seconds"))
    )  # fmt: skip
    for row in timed:
        minutes[row["case"]] = minutes.get(row["case"], 0.0) + row["sum"] / 60
    by_kind: dict[int, list[float]] = {}
    for case_id, kind_id in closed.filter(pk__in=list(minutes)).order_by().values_list("pk", "kind_id"):
        by_kind.setdefault(kind_id, []).append(minutes[case_id])
    return median_minutes(by_kind)


@transaction.atomic
def adopt_measured(*, by, today: date) -> int:
    """Take over the medians of the last year as weights from today on; kinds of too few cases keep theirs."""
    now, taken = weights(today), 0
    for found in measure(until=today).values():
        if found.minutes is None or found.minutes <= 0:
            continue
        if now[found.kind_id].is_measured and now[found.kind_id].minutes == found.minutes:
            continue
        put(
            kind=CaseKind.objects.get(pk=found.kind_id), minutes=found.minutes, is_measured=True, sample=found.sample,
            measured_from=today - timedelta(days=DAYS_OF_SAMPLE - 1), measured_until=today, basis="", by=by, today=today,
        )  # fmt: skip
        taken += 1
    if not taken:
        raise DeedRefused(
            _(
                "No kind has twenty closed cases with noted time and another median than its weight: nothing was changed."
            )
        )
    return taken


@transaction.atomic
def estimate(*, kind: CaseKind, minutes: Decimal, basis: str, by, today: date) -> KindWeight:
    """A weight agreed by those who do the work, where time was not noted enough."""
    if minutes <= 0:
        raise DeedRefused(_("A case takes more than no time."), field="minutes")
    if not basis.strip():
        raise DeedRefused(_("Write who estimated it and how, so that it can be judged later."), field="basis")
    return put(kind=kind, minutes=minutes, is_measured=False, basis=basis.strip(), by=by, today=today)


def put(*, kind: CaseKind, minutes: Decimal, by, today: date, **facts) -> KindWeight:
    """One weight a kind and day: a second one of today replaces the first, and its history stays."""
    old = KindWeight.objects.filter(kind=kind, valid_from=today).first()
    blank = {"sample": None, "measured_from": None, "measured_until": None, "basis": ""}
    made, _is_new = KindWeight.objects.update_or_create(
        kind=kind, valid_from=today, defaults={**blank, **facts, "minutes": minutes, "set_by": by}
    )
    record(
        "weight.set", by=by, on=made, label=kind.name_et, minutes=str(minutes), old=str(old.minutes) if old else None,
        is_measured=made.is_measured, sample=made.sample,
    )  # fmt: skip
    return made


def timed_share(*, until: date) -> tuple[int, int]:
    """Of the cases closed in the last year, on how many any time was noted: how far measured weights can be trusted."""
    first = until - timedelta(days=DAYS_OF_SAMPLE - 1)
    closed = Case.objects.kept().filter(closed_on__range=(first, until))
    noted = closed.filter(
        Q(pk__in=WorkEntry.objects.kept().filter(case__isnull=False).values("case_id"))
        | Q(pk__in=Contact.objects.kept().filter(case__isnull=False, handling_seconds__isnull=False).values("case_id"))
    )
    return noted.count(), closed.count()
