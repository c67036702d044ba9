"""What happened in the demo bureau, drawn in memory: cases, contacts and all that hangs on them, as text for `COPY`.

A span of days is drawn by itself from its own seed, so that several processes may draw at once and the
bureau is the same however many they are. Deadlines and numbers come from the same rules as on screen (`compute_due`,
`CaseNumber`), so that `verify` holds for the demo too.
"""

import json
import tomllib
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import exp
from pathlib import Path
from random import Random
from statistics import NormalDist
from types import SimpleNamespace

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.demo.rhythm import Moments, channel_weights, late_share
from bureau.models import RestrictionBasis
from bureau.working_calendar import TALLINN
from complaints import deadlines
from complaints.models import CaseKind, DeadlineRule
from complaints.numbering import CaseNumber

CONTACTS_PER_CASE = 3
# Who wrote before any span began; of the rest only those of the same span write again.
REGULARS_PER_CASE = 0.02
INSTANT_KINDS = {"simple_enquiry"}
USUAL_KINDS = {
    "explanation": 60, "memorandum": 8, "environmental_information": 8, "information_request": 9, "simple_enquiry": 8,
    "official_letter": 4, "challenge": 3,
}  # fmt: skip
KINDS_OF_TOPIC = {
    "document_request": {"information_request": 1},
    "complaint_about_service": {"service_complaint": 1},
    "praise_and_suggestions": {"praise": 2, "suggestion": 1},
    "violation_notice": {"violation_notice": 1},
    "illegal_fishing": {"violation_notice": 1},
    "littering": {"violation_notice": 2, "explanation": 1},
    "water_pollution": {"violation_notice": 1},
    "personal_data": {"data_subject_request": 1},
    "procedure_status": {"explanation": 5, "service_complaint": 1},
}
# How a case that was replied to ended; any other kind was explained.
OUTCOMES = {
    "information_request": "given",
    "environmental_information": "given",
    "data_subject_request": "given",
    "application": "solved",
    "memorandum": "noted",
    "suggestion": "noted",
    "praise": "noted",
    "violation_notice": "noted",
}
WRITTEN_CHANNELS = {"email", "web_form", "letter", "dhx", "kotkas", "jira"}
SPOKEN_CHANNELS = {"phone", "visit", "voicemail", "chatbot"}
CALL_CHANNELS = ("phone", "visit", "chatbot", "voicemail")
USUAL_GUIDE = "Selgitasime korda ja saatsime lingi juhendile."
EXTENSION_REASON = "Vastuse koostamiseks on vaja koguda andmeid mitmest osakonnast."
EXTENDED_SHARE = 0.035
DAYS_TO_CLOSE, FORGOTTEN_SHARE, FORGOTTEN_SHARES = 30, 0.004, {"service_complaint": 0.035}
# Of ten challenges; how each ends the case.
CHALLENGE_RESULTS = ("rejected",) * 5 + ("partly",) * 2 + ("satisfied",) * 3
CHALLENGE_OUTCOMES = {"satisfied": "upheld", "partly": "partly_upheld", "rejected": "not_upheld"}
COMPLAINT_RESULTS = {"upheld": 28, "partly_upheld": 24, "not_upheld": 33, "resolved": 15}
COMPLAINT_OUTCOMES = {
    "upheld": "upheld",
    "partly_upheld": "partly_upheld",
    "not_upheld": "not_upheld",
    "resolved": "solved",
}


# --- Text for COPY ----------------------------------------------------------------------------------------------------
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escaped(value):
    """Texts as `COPY` reads them. Done once for all that is drawn from, so that no row has to be looked through."""
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, dict):
        return {key: escaped(one) for key, one in value.items()}
    return [escaped(one) for one in value] if isinstance(value, list) else value


TEXTS = escaped(tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")))


@dataclass
class Drawn:
    """Lines for the tables of `storing.COLUMNS`."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)

    def add(self, table: str, row: tuple) -> None:
        self.lines.setdefault(table, []).append(
            "\t".join(["\\N" if value is None else value if type(value) is str else str(value) for value in row])
        )

    def as_bytes(self) -> dict[str, bytes]:
        return {table: ("\n".join(lines) + "\n").encode() for table, lines in self.lines.items()}


# --- Draws ------------------------------------------------------------------------------------------------------------
class Choice:
    """Weighted draws from a fixed list."""

    def __init__(self, weights: dict):
        self.items = list(weights)
        self.bounds = list(accumulate(weights.values()))

    def draw(self, rng: Random):
        return self.items[bisect(self.bounds, rng.random() * self.bounds[-1])]


def log_normal(mu: float, sigma: float, size: int = 1000) -> list[float]:
    """Values as a log-normal spreads them, each as likely as the next: drawing one is choosing from the list."""
    standard = NormalDist()
    return [exp(mu + sigma * standard.inv_cdf((place + 0.5) / size)) for place in range(size)]


SHARES_OF_TERM = log_normal(-0.95, 0.62)
HANDLING_SECONDS = [int(seconds) for seconds in log_normal(5.2, 0.6)]


@dataclass(frozen=True)
class Term:
    """A term counted once for all cases of a kind and day."""

    triggered_on: date
    raw_due_on: date
    due_on: date
    steps: str


@dataclass(frozen=True)
class Span:
    """Days that are drawn together, and what was given away before them."""

    number: int
    days: tuple[tuple[date, int], ...]
    """(day, cases of it)"""
    subjects: tuple[tuple[str, str], ...]
    """(topic, kind) of each case"""
    first_case: int
    first_party: int
    last_numbers: dict[tuple[str, int], int]


class Drawing:
    """Facts of the bureau that do not change from span to span. Reads the database once, here."""

    def __init__(self, *, seed: int, now: datetime, first_day: date, people: dict[str, list[int]]):
        self.seed, self.first_day = seed, first_day
        self.now = now.astimezone(TALLINN)
        self.today = self.now.date()
        # Also on a day off something waits to be taken up: what came on the last two working days.
        last_day = working_calendar().previous_working_day(self.today)
        self.newest_day = working_calendar().add_working_days(last_day, -1)
        self.specialists = people["specialist"] + people["chief_specialist"]
        self.chief = people["chief_specialist"][0]
        self.calendar = working_calendar()
        self.topics = {
            code: SimpleNamespace(
                id=entry.id, service_id=entry.service_id, unit_id=entry.unit_id, outside_body_id=entry.outside_body_id,
                guide=escaped(entry.guide_et or USUAL_GUIDE),
            )
            for code, entry in reference.by_code(reference.topics()).items()
            if code in TEXTS["topic"]
        }  # fmt: skip
        self.channels = {code: entry.id for code, entry in reference.by_code(reference.channels()).items()}
        self.kinds = {kind.code: kind for kind in CaseKind.objects.all()}
        self.rules = {
            rule.kind.code: (rule, rule.as_term_rule())
            for rule in DeadlineRule.objects.select_related("kind").filter(purpose="reply").order_by("valid_from")
            if rule.valid_to is None
        }
        self.bases = {basis.code: basis.pk for basis in RestrictionBasis.objects.all()}
        self.topic_choice = {month: Choice(self.topic_weights(month)) for month in range(1, 13)}
        self.kind_choice = {code: Choice(weights) for code, weights in KINDS_OF_TOPIC.items()}
        self.usual_kind = Choice(USUAL_KINDS)
        self.regulars = range(0)
        self.terms: dict[tuple, Term] = {}

    def topic_weights(self, month: int) -> dict[str, float]:
        return {
            code: given["weight"] * given.get("months", {}).get(str(month), 1.0)
            for code, given in TEXTS["topic"].items()
            if code in self.topics
        }

    def draw_subjects(self, rng: Random, day: date, count: int) -> list[tuple[str, str]]:
        """Topic and kind of each case of a day."""
        choice, found = self.topic_choice[day.month], []
        for _ in range(count):
            topic = choice.draw(rng)
            found.append((topic, self.kind_choice.get(topic, self.usual_kind).draw(rng)))
        return found

    def draw_regulars(self, first: int, count: int) -> dict[str, bytes]:
        self.regulars = range(first, first + count)
        drawn, rng = Drawn(), Random(f"{self.seed} regulars")
        for pk in self.regulars:
            drawn.add("complaints_party", party_row(pk, rng, datetime(self.first_day.year, 1, 1, 9, tzinfo=TALLINN)))
        return drawn.as_bytes()

    def draw_span(self, span: Span) -> tuple[dict[str, bytes], Counter]:
        drawn = SpanDrawing(self, span).draw()
        return drawn.as_bytes(), drawn.counts

    def term(self, kind_code: str, trigger_on: date, *, extended: bool) -> Term | None:
        """The last day by the rule in force; nothing where the term cannot be extended."""
        key = kind_code, trigger_on, extended
        if key not in self.terms:
            _rule, term_rule = self.rules[kind_code]
            if extended and not term_rule.is_extendable:
                return None
            due = deadlines.compute_due(
                rule=term_rule, trigger_on=trigger_on, calendar=self.calendar, extended=extended
            )
            self.terms[key] = Term(
                trigger_on, due.raw_due_on, due.due_on, json.dumps(due.steps_to_json(), ensure_ascii=False)
            )
        return self.terms[key]


def party_row(pk: int, rng: Random, at: datetime) -> tuple:
    names, random = TEXTS["people"], rng.random
    if random() < 0.22:
        kind, name = "company", f"{chosen(random, names['companies'])} {pk % 900 + 1}"
        mail = f"info{pk}@ettevote.naide.ee"
    else:
        kind, name = "person", f"{chosen(random, names['first'])} {chosen(random, names['last'])}"
        mail = f"klient{pk}@post.naide.ee" if random() < 0.7 else ""
    phone = f"+3725{below(random, 8_999_999) + 1_000_000}" if random() < 0.75 or not mail else ""
    return (pk, kind, name, "", mail, phone, "", "et", "", at, None, 1)


def challenge_result(case: int) -> str:
    """By the case alone, so that its letter, its outcome and its challenge say the same."""
    return CHALLENGE_RESULTS[Random(f"challenge {case}").randrange(len(CHALLENGE_RESULTS))]


def complaint_result(seed: int, case: int) -> str:
    rng = Random(f"{seed} result {case}")
    return rng.choices(list(COMPLAINT_RESULTS), list(COMPLAINT_RESULTS.values()))[0]


def below(random, count: int) -> int:
    return int(random() * count)


def chosen(random, items):
    return items[int(random() * len(items))]


class SpanDrawing:
    """One span on its way."""

    def __init__(self, bureau: Drawing, span: Span):
        self.bureau, self.span = bureau, span
        self.rng = Random(f"{bureau.seed} {span.number}")
        self.random = self.rng.random
        self.moments = Moments(self.rng)
        self.now = bureau.now
        self.drawn = Drawn()
        self.next_case, self.next_party = span.first_case, span.first_party
        self.newcomers: list[int] = []
        self.numbers = Counter(span.last_numbers)

    def draw(self) -> Drawn:
        subjects = iter(self.span.subjects)
        for day, count in self.span.days:
            weights = channel_weights(day, self.bureau.first_day, self.bureau.today)
            self.day_channel = Choice(weights)
            self.day_call_channel = Choice({code: weights[code] for code in CALL_CHANNELS})
            for _ in range(count):
                self.draw_case(day, *next(subjects))
        return self.drawn

    def below(self, count: int) -> int:
        return int(self.random() * count)

    def chosen(self, items):
        return items[int(self.random() * len(items))]

    def key(self) -> str:
        """A random key as `uuid4` makes it."""
        bits = self.rng.getrandbits(128) & ~(0xF000_C000 << 48) | 0x4000_8000 << 48
        return f"{bits:032x}"

    def draw_party(self) -> int:
        """A new client, or one who has written before (a few write often)."""
        if self.random() < 0.45:
            regulars, newcomers = self.bureau.regulars, self.newcomers
            place = int((len(regulars) + len(newcomers)) * self.random() ** 2.2)
            return regulars[place] if place < len(regulars) else newcomers[place - len(regulars)]
        pk = self.next_party
        self.next_party += 1
        self.drawn.add("complaints_party", party_row(pk, self.rng, self.at))
        self.newcomers.append(pk)
        self.drawn.counts["parties"] += 1
        return pk

    def fill(self, text: str, day: date) -> str:
        if "{place}" in text:
            text = text.replace("{place}", self.chosen(TEXTS["places"]["names"]))
        if "{date}" in text:
            text = text.replace("{date}", f"{day - timedelta(days=2 + self.below(38)):%d.%m.%Y}")
        if "{number}" in text:
            text = text.replace("{number}", f"{1000 + self.below(8999)}-{1 + self.below(29)}")
        return text

    def draw_case(self, day: date, topic_code: str, kind_code: str) -> None:
        bureau, random = self.bureau, self.random
        topic, kind = bureau.topics[topic_code], bureau.kinds[kind_code]
        channel_code = self.day_channel.draw(self.rng)
        channel_id = bureau.channels[channel_code]
        # The line is open from nine to four.
        registered_at = (self.moments.call if channel_code == "phone" else self.moments.office)(day)
        if registered_at > self.now:
            midnight = datetime(day.year, day.month, day.day, 0, 1, tzinfo=TALLINN)
            registered_at = max(self.now - timedelta(minutes=1 + self.below(239)), midnight)
        self.at = received_at = registered_at
        if channel_code in WRITTEN_CHANNELS and random() < 0.5:
            received_at = registered_at - timedelta(hours=1 + self.below(29))
        turns = TEXTS["challenges"] if kind_code == "challenge" else TEXTS["topic"][topic_code]
        title, text = self.chosen(turns["turns"])
        title, text = self.fill(title, day), self.fill(text, day)
        party = None if random() < 0.04 else self.draw_party()
        wants_extension = random() < EXTENDED_SHARE
        first = longer = None
        if kind_code in bureau.rules:
            trigger_on = received_at.date() if bureau.rules[kind_code][0].runs_from == "receipt" else day
            first = bureau.term(kind_code, trigger_on, extended=False)
            longer = bureau.term(kind_code, trigger_on, extended=True) if wants_extension else None
        due_on = (longer or first).due_on if first else None
        if first is None and kind_code == "official_letter":
            # The letter itself named the day.
            due_on = bureau.calendar.add_working_days(day, 10)
        answered_at = self.draw_answer(kind_code, registered_at, due_on)
        wrong_door = topic.outside_body_id is not None and random() < 0.8
        status, closed_at, assignee = self.draw_status(kind_code, registered_at, answered_at, wrong_door)
        ended = status in {"answered", "closed", "forwarded"}
        answered_at = answered_at if ended else None
        replied = ended and not wrong_door
        is_restricted = random() < 0.015
        restriction = self.draw_restriction(day) if is_restricted else (None, None, None, "", "")
        outcome = self.draw_outcome(kind_code, self.next_case, is_closed=status == "closed") if replied else ""
        series, year = kind.series, day.year
        self.numbers[series, year] = sequence = self.numbers[series, year] + 1
        pk = self.next_case
        self.next_case += 1
        self.drawn.add(
            "complaints_case",
            (
                pk, CaseNumber(series, year, sequence), series, year, sequence, kind.pk, status, title, text, party, 0, channel_id,
                topic.id, topic.service_id, topic.unit_id, assignee, "et", kind.is_environmental_information, False, None, "", "", None,
                received_at, registered_at, day, assignee or bureau.specialists[0], None if ended else due_on,
                answered_at if replied else None, answered_at.date() if replied else None,
                answered_at.date() <= due_on if replied and due_on is not None else None,
                closed_at, closed_at.date() if closed_at else None, answered_at.date() if answered_at else None, longer is not None, 0, outcome,
                is_restricted, *restriction[:4], "", restriction[4], None, None, registered_at, answered_at or registered_at, 1,
            ),
        )  # fmt: skip
        if due_on is not None:
            self.add_clock(pk, kind, first, longer, due_on, day, answered_at, replied)
        if wrong_door and ended:
            self.drawn.add(
                "complaints_forwarding", (pk, topic.outside_body_id, answered_at, assignee, True, "", None, "")
            )
        if replied:
            reply = self.chosen(TEXTS["replies"]["texts"]).replace("{guide}", topic.guide)
            if kind_code == "challenge":
                reply = TEXTS["challenges"]["decisions"][challenge_result(pk)]
            self.add_message(pk, "out", "reply", answered_at, bureau.channels["email"], assignee, reply)
        self.add_message(pk, "in", "original", received_at, channel_id, None, text)
        if random() < 0.4 and assignee:
            at = min(self.now, registered_at + timedelta(hours=1 + self.below(59)))
            self.drawn.add("complaints_casenote", (pk, at, assignee, None, self.chosen(TEXTS["replies"]["notes"])))
        self.draw_contacts_of(pk, party, topic, channel_code, registered_at, kind_code, is_restricted)
        self.drawn.counts["cases"] += 1

    def draw_outcome(self, kind_code: str, case: int, *, is_closed: bool) -> str:
        """As the complaint or the challenge of the case is decided, which is known at its closing."""
        if kind_code == "challenge":
            return CHALLENGE_OUTCOMES[challenge_result(case)] if is_closed else ""
        if kind_code == "service_complaint":
            return COMPLAINT_OUTCOMES[complaint_result(self.bureau.seed, case)] if is_closed else ""
        return OUTCOMES.get(kind_code, "explained")

    def draw_answer(self, kind: str, registered_at: datetime, due_on: date | None) -> datetime:
        """When it is answered: soon for an enquiry, mostly well within the term, sometimes late."""
        if kind in INSTANT_KINDS or due_on is None:
            return registered_at + timedelta(minutes=10 + self.below(60 * 60 - 10))
        registered_on = registered_at.date()
        term = max(1, (due_on - registered_on).days)
        if self.random() < late_share(registered_on, self.bureau.today):
            day = due_on + timedelta(days=1 + self.below(11))
        else:
            day = registered_on + timedelta(days=int(term * min(1.0, self.chosen(SHARES_OF_TERM))))
        while not self.bureau.calendar.is_working_day(day):
            day -= timedelta(days=1)
        if day <= registered_on:
            return registered_at + timedelta(minutes=20 + self.below(220))
        return self.moments.office(day)

    def draw_status(self, kind: str, registered_at: datetime, answered_at: datetime, wrong_door: bool):
        """Status, closing moment and handler as they stand now."""
        random, specialists = self.random, self.bureau.specialists
        if answered_at > self.now:
            if registered_at.date() >= self.bureau.newest_day and random() < 0.6:
                return "registered", None, None if random() < 0.5 else self.chosen(specialists)
            return ("waiting" if random() < 0.15 else "in_progress"), None, self.chosen(specialists)
        assignee = self.chosen(specialists)
        if wrong_door:
            return "forwarded", None, assignee
        closed_at = answered_at + timedelta(days=self.below(12), minutes=self.below(60))
        # What is never closed is forgotten: common in the last weeks, rare of old.
        forgotten = (
            0.03 if (self.now - answered_at).days < DAYS_TO_CLOSE else FORGOTTEN_SHARES.get(kind, FORGOTTEN_SHARE)
        )
        if closed_at > self.now or random() < forgotten:
            return "answered", None, assignee
        return "closed", closed_at, assignee

    def draw_restriction(self, day: date):
        """(basis, from, until, ending event, note)."""
        if self.random() < 0.7:
            until = day.replace(day=1) + timedelta(days=75 * 365)
            return self.bureau.bases["avts_35_1_12"], day, until, "", "Kiri sisaldab terviseandmeid."
        return self.bureau.bases["avts_35_1_2"], day, None, "otsuse jõustumiseni", "Järelevalvemenetlus on pooleli."

    def add_clock(
        self, case, kind, first: Term | None, longer: Term | None, due_on: date, day: date, answered_at, replied
    ) -> None:
        """The running, met or ended term; a day that the letter named has no rule and no steps."""
        rule = self.bureau.rules[kind.code][0] if first else None
        term = longer or first or Term(day, due_on, due_on, "[]")
        state = "met" if replied else "ended" if answered_at else "running"
        ended_on = answered_at.date() if answered_at else None
        trigger_on = term.triggered_on
        self.drawn.add(
            "complaints_clock",
            (
                case, kind.pk, "reply", rule.pk if rule else None, escaped(rule.law if rule else kind.law), state, trigger_on,
                term.raw_due_on, due_on, first is None, longer is not None, first.due_on if first else due_on,
                EXTENSION_REASON if longer else "", self.bureau.chief if longer else None, None, term.steps,
                ended_on if state == "met" else None, ended_on if state == "ended" else None,
                "edastatud" if state == "ended" else "", datetime(trigger_on.year, trigger_on.month, trigger_on.day, 9, tzinfo=TALLINN),
            ),
        )  # fmt: skip

    def add_message(self, case, direction, kind, at, channel, author, body) -> None:
        self.drawn.add("complaints_message", (self.key(), case, direction, kind, at, channel, author, None, "", body))

    def draw_contacts_of(self, case, party, topic, channel_code, at, kind_code, is_restricted) -> None:
        """The contact that opened the case, sometimes a second about it; the rest are answered on the spot."""
        outcome = "complaint" if kind_code == "service_complaint" else "case"
        self.add_contact(at, channel_code, party, topic, outcome, case, is_restricted)
        for _extra in range(CONTACTS_PER_CASE - 1):
            if self.random() < 0.2:
                later = self.moments.call(at.date() + timedelta(days=1 + self.below(5)))
                if later < self.now and self.bureau.calendar.is_working_day(later.date()):
                    self.add_contact(later, "phone", party, topic, "answered", case, is_restricted)
                    continue
            self.draw_lone_contact(at.date())

    def draw_lone_contact(self, day: date) -> None:
        at = self.moments.call(day)
        if at > self.now:
            midnight = datetime(day.year, day.month, day.day, 0, 1, tzinfo=TALLINN)
            at = midnight + (self.now - midnight) * self.random()
        self.at = at
        topic = self.bureau.topics[self.bureau.topic_choice[day.month].draw(self.rng)]
        outcome = "answered"
        if topic.outside_body_id and self.random() < 0.8:
            outcome = "wrong_body"
        elif self.random() < 0.07:
            outcome = "forwarded"
        party = self.draw_party() if self.random() < 0.3 else None
        self.add_contact(at, self.day_call_channel.draw(self.rng), party, topic, outcome, None, False)

    def add_contact(self, at, channel_code, party, topic, outcome, case, is_restricted) -> None:
        is_spoken = channel_code in SPOKEN_CHANNELS
        self.drawn.add(
            "complaints_contact",
            (
                self.key(), at, at.date(), self.bureau.channels[channel_code], "in", party, topic.id, topic.unit_id, outcome,
                topic.outside_body_id if outcome == "wrong_body" else None, topic.unit_id if outcome == "forwarded" else None, case,
                self.chosen(TEXTS["replies"]["call_notes"]), self.random() < 0.03, self.chosen(self.bureau.specialists),
                self.chosen(HANDLING_SECONDS) if is_spoken else None, 4000 + self.below(17_000) if is_spoken else None,
                "et", False, is_restricted, None, at,
            ),
        )  # fmt: skip
        self.drawn.counts["contacts"] += 1
