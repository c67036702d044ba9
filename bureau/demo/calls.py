"""The demo's telephone: two years of half hours, and a contact for every call that was answered.

Three things are true of it: since some months fewer calls are answered in time (a lasting shift), calls take longer from month to month
(a slow trend), and the share of callers who hang up only wavers (noise). Contacts by telephone that the cases brought are calls too;
where the line answered more, contacts are added that ended with the answer. So both count the same.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from math import cos, pi
from random import Random

from bureau.calendar_store import working_calendar
from bureau.demo import storing
from bureau.demo.drawing import HANDLING_SECONDS, TEXTS, Drawing, Drawn, chosen
from bureau.models import Absence
from bureau.working_calendar import TALLINN
from complaints.models import Contact, Party
from staff.call_statistics import starts_at
from staff.models import PhoneQueue, QueueInterval

FIRST_SLOT, LAST_SLOT = 18, 32  # 9.00 to 16.00
# Of each half hour: this many for each case of a working day, but never more than a small bureau can answer.
CALLS_FOR_A_CASE_A_DAY, MOST_CALLS = 0.75, 9.0
WEEKDAYS = (1.25, 1.05, 0.95, 0.95, 0.8)
HOURS = (0.8, 1.1, 1.3, 1.35, 1.3, 1.15, 0.95, 0.85, 0.95, 1.05, 1.0, 0.9, 0.75, 0.6)
# Since so many days fewer calls are answered in time.
SHIFT_DAYS_AGO, BEFORE, AFTER = 245, 0.86, 0.74
# Seconds of talk when the two years began, and how many more each year.
TALK, TALK_MORE_A_YEAR = 170.0, 32.0
LOST, PASSED_ON, WRONG_DOOR, KNOWN_CALLER = 0.055, 0.13, 0.8, 0.25
MOST_KNOWN_CALLERS = 2_000
STORED_AT_ONCE = 2_000


def store_calls(cursor, drawing: Drawing, queue: PhoneQueue, *, cases: int, first_day: date, today: date, seed: int) -> int:  # fmt: skip
    """Half hours up to yesterday, as an exchange tells them in the morning; how many contacts were added."""
    line = Line(drawing, Random(f"{seed} calls"), first_day=first_day, today=today)
    calendar = working_calendar()
    days = [first_day + timedelta(days=number) for number in range((today - first_day).days)]
    days = [day for day in days if calendar.is_working_day(day)]
    usual = min(MOST_CALLS, CALLS_FOR_A_CASE_A_DAY * cases / max(1, len(days)))
    rows = [row for day in days for row in line.day(queue, day, usual, is_shortened=calendar.is_shortened(day))]
    QueueInterval.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)
    storing.store(cursor, line.drawn.as_bytes())
    return line.drawn.counts["contacts"]


class Line:
    def __init__(self, drawing: Drawing, rng: Random, *, first_day: date, today: date):
        self.drawing, self.rng, self.today = drawing, rng, today
        self.drawn, self.phone = Drawn(), drawing.channels["phone"]
        self.logged = self.logged_calls(first_day)
        self.callers = list(Party.objects.order_by("pk").values_list("pk", flat=True)[:MOST_KNOWN_CALLERS])
        self.absences = list(Absence.objects.values_list("user_id", "starts_on", "ends_on"))

    def logged_calls(self, first_day: date) -> Counter:
        """Contacts by telephone that came with the cases, by day and half hour."""
        counted: Counter = Counter()
        moments = Contact.objects.filter(channel_id=self.phone, direction="in", on__range=(first_day, self.today))
        for at in moments.values_list("at", flat=True).iterator(chunk_size=STORED_AT_ONCE):
            local = at.astimezone(TALLINN)
            counted[local.date(), 2 * local.hour + local.minute // 30] += 1
        return counted

    def day(self, queue: PhoneQueue, day: date, usual: float, *, is_shortened: bool) -> list[QueueInterval]:
        rng = self.rng
        busy = 1 + 0.18 * cos(2 * pi * (day.timetuple().tm_yday - 115) / 365) + rng.gauss(0, 0.05)
        in_time = (AFTER if (self.today - day).days < SHIFT_DAYS_AGO else BEFORE) + rng.gauss(0, 0.02)
        talk_usual = TALK + TALK_MORE_A_YEAR * ((day - self.today).days / 365.25 + 2)
        away = {user for user, starts, ends in self.absences if starts <= day <= ends}
        here = [one for one in self.drawing.specialists if one not in away] or self.drawing.specialists
        rows = []
        for slot in range(FIRST_SLOT, LAST_SLOT):
            is_open = slot < LAST_SLOT - 6 if is_shortened else True
            logged = self.logged[day, slot]
            if not is_open and not logged:
                continue
            mean = usual * WEEKDAYS[day.weekday()] * HOURS[slot - FIRST_SLOT] * max(0.3, busy) if is_open else 0.0
            called = max(logged, round(rng.gauss(mean, mean**0.5)))
            lost = sum(rng.random() < LOST for _call in range(called)) if is_open else 0
            answered = max(logged, called - lost)
            offered = answered + lost
            for _call in range(answered - logged):
                self.log(day, slot, chosen(rng.random, here))
            talk = max(30.0, talk_usual + rng.gauss(0, 12))
            rows.append(
                QueueInterval(
                    queue=queue, day=day, slot=slot, starts_at=starts_at(day, slot), offered=offered, answered=answered, abandoned=lost,
                    within_threshold=sum(rng.random() < in_time for _call in range(answered)), talk_seconds=round(answered * talk),
                    hold_seconds=round(answered * 9), after_call_seconds=round(answered * 38),
                    wait_seconds=round(offered * max(2.0, rng.gauss(14 if in_time > 0.8 else 24, 4))),
                )
            )  # fmt: skip
        return rows

    def log(self, day: date, slot: int, handler: int) -> None:
        """One answered call that opened no case."""
        rng, drawing = self.rng, self.drawing
        second = int(rng.random() * 1800)
        at = datetime(
            day.year, day.month, day.day, slot // 2, 30 * (slot % 2) + second // 60, second % 60, tzinfo=TALLINN
        )
        topic = drawing.topics[drawing.topic_choice[day.month].draw(rng)]
        outcome = "answered"
        if topic.outside_body_id and rng.random() < WRONG_DOOR:
            outcome = "wrong_body"
        elif rng.random() < PASSED_ON:
            outcome = "forwarded"
        party = chosen(rng.random, self.callers) if self.callers and rng.random() < KNOWN_CALLER else None
        key = f"{rng.getrandbits(128) & ~(0xF000_C000 << 48) | 0x4000_8000 << 48:032x}"
        self.drawn.add(
            "complaints_contact",
            (
                key, at, day, self.phone, "in", party, topic.id, topic.unit_id, outcome,
                topic.outside_body_id if outcome == "wrong_body" else None, topic.unit_id if outcome == "forwarded" else None, None,
                chosen(rng.random, TEXTS["replies"]["call_notes"]), rng.random() < 0.03, handler, chosen(rng.random, HANDLING_SECONDS),
                4000 + int(rng.random() * 17_000), "et", False, False, None, at,
            ),
        )  # fmt: skip
        self.drawn.counts["contacts"] += 1
