"""A small random bureau for tests of figures: every kind of row that the desk can make, and a count of its rows that shares nothing
with the product's own."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bureau.models import Channel, OutsideBody, RestrictionBasis, Topic
from complaints.models import Case, CaseKind, Clock, Contact, Forwarding

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
        self.kind_of = {life: CaseKind.objects.get(code=code) for life, code in KIND_OF.items()}
        self.body = OutsideBody.objects.order_by("pk").first()
        self.clocks: dict[str, list[Clock]] = {}
        self.forwardings: dict[str, list[Forwarding]] = {}
        known = Case.objects.count()
        self.cases = Case.objects.bulk_create(self.case(known + number, days) for number in range(cases))
        for model, kept in ((Clock, self.clocks), (Forwarding, self.forwardings)):
            rows = [row for case in self.cases for row in kept.get(case.number, ())]
            owners = [case for case in self.cases for _row in kept.get(case.number, ())]
            for row, case in zip(rows, owners, strict=True):
                row.case = case
            model.objects.bulk_create(rows)
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
        """One of the lives that a case can have; the first of a bureau have each kind of life once."""
        life = LIVES[number % len(LIVES)] if number < 2 * len(LIVES) else self.rng.choice(LIVES)
        registered_at = self.moment(days)
        if life == "imported_without_times":
            registered_at = datetime.combine(registered_at, time(0, 0), tzinfo=TALLINN)
        kind = self.kind_of[life] if life in self.kind_of else self.rng.choice(self.kinds)
        case = Case(
            number=f"T-2026-{number:06d}", series="T", year=2026, sequence=number + 1, kind=kind, title="Kiri",
            channel=self.rng.choice(self.channels), topic=self.often(self.rng.choice(self.topics)),
            unit=self.often(self.rng.choice(self.units)), assignee=self.often(self.rng.choice(self.people)),
            received_at=registered_at, registered_at=registered_at, registered_on=registered_at.date(), status="registered",
        )  # fmt: skip
        Life(self, case, life).live()
        if life == "restricted" or self.rng.random() < 0.2:
            case.is_restricted, case.restriction_basis = True, self.basis
            case.restricted_from = case.registered_on
            case.restricted_until = case.registered_on + timedelta(days=365)
        return case


LIVES = (
    "open", "open_without_clock", "open_with_several_clocks", "waiting", "partly_forwarded", "extended", "answered", "answered_late",
    "answered_without_clock", "answered_with_several_clocks", "answered_one_of_two", "answered_last_minute", "answered_then_closed",
    "forwarded", "forwarded_then_closed", "forwarded_then_reopened", "closed_without_answer", "withdrawn", "mistake", "reopened",
    "reopened_without_clock", "reopened_then_answered", "reopened_then_closed", "restricted", "imported_without_times",
    "answered_before_it_was_registered", "complaint", "challenge", "taken_back",
)  # fmt: skip
KIND_OF = {"complaint": "service_complaint", "challenge": "challenge"}


class Life:
    """What became of one case, written down as the desk writes it: the case's own fields, its clocks, its forwardings."""

    def __init__(self, bureau: RandomBureau, case: Case, name: str):
        self.bureau, self.rng, self.case, self.name = bureau, bureau.rng, case, name
        self.day = case.registered_on

    def live(self) -> None:
        name = self.name
        if "without_clock" not in name:
            self.clock(self.day)
        if "several" in name or name == "answered_one_of_two":
            self.clock(self.day)
        if name == "extended":
            clock = self.clocks[0]
            clock.due_on = clock.raw_due_on = clock.first_due_on + timedelta(days=30)
            clock.is_extended, clock.extension_reason, self.case.is_extended = True, "Vajab lisaandmeid", True
        if name == "waiting":
            self.case.status = "waiting"
        if name == "partly_forwarded":
            self.forward(self.later(), is_whole=False)
        if name == "answered_one_of_two" and (on := self.later()):
            self.meet(self.clocks[0], on)
            self.case.status = "in_progress"
        if name.startswith(("answered", "imported", "reopened")) and name not in {"answered_one_of_two"} or name in {"complaint", "challenge", "restricted"}:  # fmt: skip
            self.answer(self.later())
        if name in {"forwarded", "forwarded_then_closed", "forwarded_then_reopened"}:
            self.forward(self.later(), is_whole=True)
        if name in {"closed_without_answer", "withdrawn", "mistake", "answered_then_closed", "forwarded_then_closed", "imported_without_times"}:  # fmt: skip
            self.close(self.later(), {"withdrawn": "withdrawn", "mistake": "mistake"}.get(name, "not_answered"))
        if name.startswith("reopened") or name == "forwarded_then_reopened":
            self.reopen(self.later())
        if name == "reopened_then_answered":
            self.answer(self.later())
        if name == "reopened_then_closed":
            self.close(self.later(), "not_answered")
        if name == "taken_back":
            self.close(self.bureau.today, "taken_back")
        running = [one.due_on for one in self.clocks if one.state == "running"]
        self.case.due_on = min(running, default=None)

    @property
    def clocks(self) -> list[Clock]:
        return self.bureau.clocks.setdefault(self.case.number, [])

    @property
    def is_open(self) -> bool:
        return self.case.ended_on is None

    def later(self) -> date | None:
        """A day after the last one; None where it has not come yet."""
        day = self.day + timedelta(days=self.rng.randrange(0, 22))
        if day > self.bureau.today:
            return None
        self.day = day
        return day

    def clock(self, day: date) -> None:
        due_on = day + timedelta(days=self.rng.randrange(1, 40))
        self.clocks.append(
            Clock(kind=self.case.kind, triggered_on=day, raw_due_on=due_on, due_on=due_on, first_due_on=due_on, state="running")
        )  # fmt: skip

    def meet(self, clock: Clock, on: date) -> None:
        clock.state, clock.met_on = "met", on
        if self.name == "answered_late" and clock.due_on >= on > clock.triggered_on:
            clock.due_on = clock.raw_due_on = clock.first_due_on = on - timedelta(days=1)
        if self.name == "answered_last_minute":
            clock.due_on = clock.raw_due_on = clock.first_due_on = on

    def end_clocks(self, on: date) -> None:
        for clock in self.clocks:
            if clock.state == "running":
                clock.state, clock.ended_on, clock.end_reason = "ended", max(on, clock.triggered_on), "case_closed"

    def ended(self, on: date) -> None:
        self.case.ended_on = self.case.ended_on or max(on, self.case.registered_on)

    def answer(self, on: date | None) -> None:
        if on is None or not self.is_open:
            return
        if self.name == "answered_before_it_was_registered":
            on = self.case.registered_on - timedelta(days=1)
            self.case.received_at -= timedelta(days=2)
        at = (
            time(23, 59)
            if self.name == "answered_last_minute"
            else time(0, 0)
            if "imported" in self.name
            else time(11, 5)
        )
        self.case.answered_at, self.case.answered_on = datetime.combine(on, at, tzinfo=TALLINN), on
        for clock in self.clocks:
            if clock.state == "running":
                self.meet(clock, max(on, clock.triggered_on))
        met = [one for one in self.clocks if one.state == "met"]
        self.case.was_on_time = all(one.met_on <= one.due_on for one in met) if met else None
        self.case.status = "answered"
        self.ended(on)

    def forward(self, on: date | None, *, is_whole: bool) -> None:
        if on is None:
            return
        at = datetime.combine(on, time(23, 40), tzinfo=TALLINN)
        self.bureau.forwardings.setdefault(self.case.number, []).append(Forwarding(body=self.bureau.body, forwarded_at=at, is_whole=is_whole))  # fmt: skip
        if is_whole:
            self.end_clocks(on)
            self.case.status, self.case.outcome = "forwarded", "forwarded"
            self.ended(on)

    def close(self, on: date | None, outcome: str) -> None:
        if on is None or self.case.status == "closed":
            return
        self.end_clocks(on)
        if outcome == "taken_back":
            self.case.answered_at = self.case.answered_on = self.case.was_on_time = None
        self.case.status, self.case.outcome = "closed", outcome
        self.case.closed_at, self.case.closed_on = datetime.combine(on, time(16, 30), tzinfo=TALLINN), on
        self.ended(on)

    def reopen(self, on: date | None) -> None:
        if on is None or self.is_open:
            return
        self.case.status, self.case.ended_on, self.case.closed_at, self.case.closed_on = "reopened", None, None, None
        self.case.reopened_count += 1
        self.case.outcome = ""
        if "without_clock" not in self.name:
            self.clock(on)


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

    def judged_between(self, period) -> list[Case]:
        """Answered ones that had a term for the reply."""
        return [row for row in self.answered_between(period) if row.was_on_time is not None]

    def open_at_end_of(self, day: date) -> list[Case]:
        return [row for row in self.cases if row.registered_on <= day and (row.ended_on is None or row.ended_on > day)]

    def late_at_end_of(self, day: date) -> list[Case]:
        """Open then, with a term that ran then and whose last day had passed."""
        clocks: dict[int, list[Clock]] = {}
        for clock in Clock.objects.all():
            clocks.setdefault(clock.case_id, []).append(clock)
        return [
            row for row in self.open_at_end_of(day)
            if any(
                one.triggered_on <= day and one.due_on < day and ((one.met_on or one.ended_on) is None or (one.met_on or one.ended_on) > day)
                for one in clocks.get(row.pk, ())
            )
        ]  # fmt: skip

    def registered_between(self, period) -> list[Case]:
        return [row for row in self.cases if period.first <= row.registered_on <= period.last]

    def open(self) -> list[Case]:
        return [row for row in self.cases if row.status in {"registered", "in_progress", "waiting", "reopened"}]

    def by_channel(self, period) -> Counter:
        return Counter(row.channel_id for row in self.contacts_between(period))

    def by_hour(self, period) -> Counter:
        local = [row.at.astimezone(TALLINN) for row in self.contacts_between(period)]
        return Counter((at.weekday(), at.hour) for at in local)
