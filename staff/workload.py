"""How much work each has now, held against the hours there are for it.

Load is weighted hours of open work per hour available for cases in the next five working days: 1.0 is a week's work
for a week. Figures serve the sharing of work, not the ranking of people: a person sees the own ones and the team's
median; the head, and who stands in for the head, sees persons; of fewer than five nothing is said of the team.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q

from bureau.absences import away_until
from bureau.calendar_store import working_calendar
from bureau.models import User
from complaints.assignment import people_who_handle
from complaints.models import Case, Status
from staff.availability import Availability, availability, next_working_days
from staff.weights import Weight, weights

WORKING_DAYS_AHEAD = 5
SOON_WORKING_DAYS = 3
FEWEST_FOR_TEAM_FIGURES = 5


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """Open work of one person and the hours for it."""

    user: User
    open_cases: int
    late: int
    due_soon: int
    waiting: int
    minutes: Decimal
    available: Availability
    away_until: date | None

    @property
    def hours(self) -> Decimal:
        return self.minutes / 60

    @property
    def load(self) -> Decimal | None:
        """Weighted hours of open work per hour available; None with no hours at all."""
        return self.hours / self.available.for_cases if self.available.for_cases > 0 else None


@dataclass(frozen=True)
class TeamLoad:
    first: date
    last: date
    people: tuple[PersonLoad, ...]
    weights: Mapping[int, Weight]
    unassigned: int
    unassigned_minutes: Decimal

    @property
    def open_cases(self) -> int:
        return sum(one.open_cases for one in self.people) + self.unassigned

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.people), self.unassigned_minutes / 60)

    @property
    def available_hours(self) -> Decimal:
        return sum((one.available.for_cases for one in self.people), Decimal(0))

    @property
    def loads(self) -> list[float]:
        """Of those who have any hours, for spread and Gini."""
        return [float(one.load) for one in self.people if one.load is not None]

    @property
    def is_enough_for_figures(self) -> bool:
        return len(self.loads) >= FEWEST_FOR_TEAM_FIGURES

    @property
    def median_load(self) -> float | None:
        return median(self.loads) if self.is_enough_for_figures else None

    @property
    def median_open(self) -> float | None:
        present = [one.open_cases for one in self.people if one.load is not None]
        return median(present) if self.is_enough_for_figures else None

    @property
    def guessed_kinds(self) -> int:
        return sum(not one.is_measured for one in self.weights.values())

    def of(self, user_id: int) -> PersonLoad | None:
        return next((one for one in self.people if one.user.pk == user_id), None)


def team_load(today: date) -> TeamLoad:
    """Everybody who handles cases that day. Seven statements, whatever the size."""
    calendar = working_calendar()
    first, last = next_working_days(today, WORKING_DAYS_AHEAD, calendar)
    soon = calendar.add_working_days(today, SOON_WORKING_DAYS)
    people = list(
        User.objects.filter(pk__in=[pk for pk, _name in people_who_handle(today)]).order_by(
            "last_name", "first_name", "pk"
        )
    )
    weight_of = weights(today)
    minutes: dict[int | None, Decimal] = {}
    counts: dict[int | None, list[int]] = {}
    rows = (
        Case.objects.kept().open().order_by().values("assignee", "kind")
        .annotate(
            found=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__range=(today, soon))), waiting=Count("pk", filter=Q(status=Status.WAITING)),
        )
    )  # fmt: skip
    for row in rows:
        holder = row["assignee"]
        minutes[holder] = minutes.get(holder, Decimal(0)) + weight_of[row["kind"]].minutes * row["found"]
        sums = counts.setdefault(holder, [0, 0, 0, 0])
        for at, name in enumerate(("found", "late", "soon", "waiting")):
            sums[at] += row[name]
    hours = availability(people, first=first, last=last, calendar=calendar)
    away = away_until(today)
    loads = []
    for person in people:
        found, late, due_soon, waiting = counts.get(person.pk, (0, 0, 0, 0))
        loads.append(
            PersonLoad(
                person, found, late, due_soon, waiting, minutes.get(person.pk, Decimal(0)), hours[person.pk],
                away.get(person.pk),
            )
        )  # fmt: skip
    return TeamLoad(
        first, last, tuple(loads), weight_of, unassigned=counts.get(None, [0])[0],
        unassigned_minutes=minutes.get(None, Decimal(0)),
    )  # fmt: skip
