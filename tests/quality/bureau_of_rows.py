"""A small random bureau for tests of figures, and a count of its rows that shares nothing with the product's own."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bureau.models import Channel, RestrictionBasis, Topic
from complaints.models import Case, CaseKind, Contact

TALLINN = ZoneInfo("Europe/Tallinn")


class RandomBureau:
    """Contacts and cases of some weeks up to `today`; some without topic, without unit, restricted, undone."""

    def __init__(
        self,
        *,
        seed: int,
        today: date,
        units: list,
        people: list,
        days: int = 60,
        contacts: int = 120,
        cases: int = 80,
    ):
        self.rng = Random(seed)
        self.today, self.units, self.people = today, units, people
        self.channels = list(Channel.objects.order_by("pk")[:4])
        self.kinds = list(CaseKind.objects.order_by("pk")[:4])
        group = Topic.objects.filter(parent__isnull=True).order_by("pk").first()
        self.topics = [
            *Topic.objects.filter(parent=group).order_by("pk")[:3],
            *Topic.objects.filter(parent__isnull=False).exclude(parent=group).order_by("pk")[:3],
        ]
        self.basis = RestrictionBasis.objects.order_by("pk").first()
        known = Case.objects.count()
        self.cases = Case.objects.bulk_create(self.case(known + number, days) for number in range(cases))
        Contact.objects.bulk_create(self.contact(days) for _ in range(contacts))

    def moment(self, days: int) -> datetime:
        day = self.today - timedelta(days=self.rng.randrange(0, days))
        return datetime.combine(day, time(self.rng.randrange(0, 24), self.rng.randrange(60)), tzinfo=TALLINN)

    def often(self, value, share: float = 0.8):
        return value if self.rng.random() < share else None

    def contact(self, days: int) -> Contact:
        at = self.moment(days)
        case = self.often(self.rng.choice(self.cases), 0.4) if self.cases else None
        return Contact(
            key=UUID(int=self.rng.getrandbits(128), version=4), at=at, on=at.date(), channel=self.rng.choice(self.channels),
            topic=self.often(self.rng.choice(self.topics)), unit=self.often(self.rng.choice(self.units)), outcome="answered",
            handled_by=self.rng.choice(self.people), case=case, is_restricted=case is not None and case.is_restricted,
            undone_at=at if self.rng.random() < 0.1 else None,
        )  # fmt: skip

    def case(self, number: int, days: int) -> Case:
        registered_at = self.moment(days)
        registered_on = registered_at.date()
        case = Case(
            number=f"T-2026-{number:06d}", series="T", year=2026, sequence=number + 1, kind=self.rng.choice(self.kinds), title="Kiri",
            channel=self.rng.choice(self.channels), topic=self.often(self.rng.choice(self.topics)),
            unit=self.often(self.rng.choice(self.units)), assignee=self.often(self.rng.choice(self.people)),
            received_at=registered_at, registered_at=registered_at, registered_on=registered_on,
            due_on=self.often(registered_on + timedelta(days=self.rng.randrange(1, 40))),
        )  # fmt: skip
        answered_at = registered_at + timedelta(days=self.rng.randrange(0, 30))
        if self.rng.random() < 0.6 and answered_at.date() <= self.today:
            case.answered_at, case.answered_on, case.was_on_time = (
                answered_at,
                answered_at.date(),
                self.rng.random() < 0.8,
            )
            case.due_on = None
            case.status = self.rng.choice(["answered", "closed", "reopened"])
            if case.status == "closed":
                case.closed_at, case.closed_on = answered_at, answered_at.date()
        else:
            case.status = self.rng.choice(["registered", "in_progress", "waiting"])
        if self.rng.random() < 0.15:
            case.is_restricted, case.restriction_basis = True, self.basis
            case.restricted_from, case.restricted_until = registered_on, registered_on + timedelta(days=365)
        return case


class Counted:
    """Counts in plain Python over every row that passes `keep`."""

    def __init__(self, *, contact=lambda row: True, case=lambda row: True):
        self.contacts = [
            row for row in Contact.objects.select_related("case") if row.undone_at is None and contact(row)
        ]
        self.cases = [row for row in Case.objects.all() if row.outcome != "taken_back" and case(row)]

    def contacts_between(self, period) -> list[Contact]:
        return [row for row in self.contacts if period.first <= row.on <= period.last]

    def answered_between(self, period) -> list[Case]:
        return [row for row in self.cases if row.answered_on and period.first <= row.answered_on <= period.last]

    def registered_between(self, period) -> list[Case]:
        return [row for row in self.cases if period.first <= row.registered_on <= period.last]

    def open(self) -> list[Case]:
        return [row for row in self.cases if row.status in {"registered", "in_progress", "waiting", "reopened"}]

    def by_channel(self, period) -> Counter:
        return Counter(row.channel_id for row in self.contacts_between(period))

    def by_hour(self, period) -> Counter:
        local = [row.at.astimezone(TALLINN) for row in self.contacts_between(period)]
        return Counter((at.weekday(), at.hour) for at in local)
