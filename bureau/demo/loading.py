"""Writes the demo bureau: days are drawn span by span, by as many processes as there are cores, and stored in their order.

All of it, figures and reports too, is one transaction: a stop halfway leaves nothing, and the next start begins anew. Only a few spans are in memory at any time.
"""

import multiprocessing
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from bureau.calendar_store import working_calendar
from bureau.demo import storing
from bureau.demo.answers import store_answers
from bureau.demo.calls import store_calls
from bureau.demo.challenges import store_challenges
from bureau.demo.complaints import end_two_restrictions, store_complaints
from bureau.demo.drawing import CONTACTS_PER_CASE, REGULARS_PER_CASE, Drawing, Span
from bureau.demo.duties import store_duties
from bureau.demo.figures import store_figures
from bureau.demo.improvements import store_improvements, store_latest_improvement
from bureau.demo.letters import store_letters
from bureau.demo.people import make_people
from bureau.demo.reports import store_reports
from bureau.demo.rhythm import spread, working_days
from bureau.demo.staffing import store_staffing
from bureau.demo.surveys import store_surveys
from bureau.keeper import die_with_parent
from bureau.working_calendar import TALLINN
from staff.models import PhoneQueue, QueueInterval

CASES_IN_A_SPAN = 4_000
CASES_BETWEEN_REPORTS = 100_000
HEAVY = 50_000


class DemoBureau:
    """Cases and contacts of `years` up to `now`; `seed` decides everything that is drawn."""

    def __init__(self, *, cases: int, years: float, seed: int, now: datetime):
        self.seed, self.now, self.case_total = seed, now, cases
        self.today = now.astimezone(TALLINN).date()
        self.first_day = self.today - timedelta(days=round(years * 365.25))
        self.days = working_days(working_calendar(), self.first_day, self.today)
        self.rng = Random(seed)
        self.counts: Counter = Counter()

    def load(self, tell=lambda sentence: None, *, is_measured: bool = True) -> Counter:
        """`is_measured`: with the measurements of all months; without them, whoever looks at cases alone waits less."""
        heavy = self.case_total > HEAVY
        with transaction.atomic(), connection.cursor() as cursor:
            people = make_people(rng=Random(f"{self.seed} people"), first_day=self.first_day, today=self.today)
            drawing = Drawing(seed=self.seed, now=self.now, first_day=self.first_day, people=people)
            first_case, first_deed = storing.next_id("complaints_case"), storing.next_id("bureau_deed")
            self.numbers = Counter(storing.last_numbers())
            with storing.bulk_loading(cursor, tables=storing.ORDER, heavy=heavy):
                self.store_drawn(cursor, drawing, first_case, heavy=heavy, tell=tell)
            last_case = first_case + self.case_total - 1
            with storing.bulk_loading(cursor, tables=storing.FOLLOWERS, heavy=heavy):
                storing.finish(cursor, first_case=first_case, last_case=last_case, sequences=self.numbers)
            store_letters(cursor, first_case=first_case, last_case=last_case)
            store_challenges(first_case=first_case, last_case=last_case, now=self.now)
            store_complaints(first_case=first_case, last_case=last_case, seed=self.seed, now=self.now)
            end_two_restrictions(today=self.today, first_case=first_case, last_case=last_case)
            store_surveys(now=self.now)
            store_answers(first_case=first_case, last_case=last_case, seed=self.seed, now=self.now)
            queue = PhoneQueue.objects.get(code="info")
            if not QueueInterval.objects.filter(
                queue=queue
            ).exists():  # a second load finds the line and its people there
                span = {"first_day": self.first_day, "today": self.today}
                self.counts["contacts"] += store_calls(
                    cursor, drawing, queue, cases=self.case_total, seed=self.seed, **span
                )
                store_staffing(queue, today=self.today, seed=self.seed)
            store_duties(today=self.today)
            storing.after_load(self.first_day, self.today)
            store_figures(first_day=self.first_day, now=self.now, cases=self.case_total, is_measured=is_measured)
            if is_measured:
                store_improvements(today=self.today)
                store_reports(today=self.today)
                store_latest_improvement(today=self.today)
            if not heavy:
                storing.put_deeds_in_order(cursor, first_deed=first_deed)
        return self.counts

    def store_drawn(self, cursor, drawing: Drawing, first_case: int, *, heavy: bool, tell) -> None:
        regulars = max(20, round(self.case_total * REGULARS_PER_CASE))
        first_party = storing.next_id("complaints_party")
        storing.store(cursor, drawing.draw_regulars(first_party, regulars))
        self.counts["parties"] += regulars
        spans = self.spans(drawing, first_case=first_case, first_party=first_party + regulars)
        with drawn_by_processes(drawing) if heavy else drawn_here(drawing) as draw:
            for rows, counts in draw(spans):
                storing.store(cursor, rows)
                told = self.counts["cases"] // CASES_BETWEEN_REPORTS
                self.counts += counts
                if self.counts["cases"] // CASES_BETWEEN_REPORTS > told:
                    tell(f"{self.counts['cases']} / {self.case_total}")

    def spans(self, drawing: Drawing, *, first_case: int, first_party: int) -> Iterator[Span]:
        """Days cut into spans. What they must not dispute is given here: ids, numbers, and the subjects on which numbers hang."""
        number, days, subjects = 0, [], []

        def span() -> Span:
            given = Span(number, tuple(days), tuple(subjects), first_case, first_party, dict(self.numbers))
            self.numbers.update(self.series_of(drawing, given))
            return given

        for day, count in zip(self.days, spread(self.case_total, self.days, rng=self.rng), strict=True):
            days.append((day, count))
            subjects += drawing.draw_subjects(self.rng, day, count)
            if len(subjects) >= CASES_IN_A_SPAN:
                yield span()
                number, first_case = number + 1, first_case + len(subjects)
                # At most a party for each case and each contact; numbers that are left over cost nothing.
                first_party += len(subjects) * CONTACTS_PER_CASE
                days, subjects = [], []
        if subjects:
            yield span()

    @staticmethod
    def series_of(drawing: Drawing, span: Span) -> Counter:
        years = (day.year for day, count in span.days for _ in range(count))
        return Counter(
            (drawing.kinds[kind].series, year) for (_topic, kind), year in zip(span.subjects, years, strict=True)
        )


# --- Who draws --------------------------------------------------------------------------------------------------------
@contextmanager
def drawn_here(drawing: Drawing):
    yield lambda spans: map(drawing.draw_span, spans)


_drawing: Drawing | None = None


def _begin(drawing: Drawing, end_with_parent) -> None:
    global _drawing
    _drawing = drawing
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if end_with_parent:
        end_with_parent()


def _draw(span: Span):
    return _drawing.draw_span(span)


@contextmanager
def drawn_by_processes(drawing: Drawing):
    """A process for each core. They inherit what was read and never touch the database; elsewhere than on Linux we draw here."""
    if not sys.platform.startswith("linux"):
        with drawn_here(drawing) as draw:
            yield draw
        return
    workers = os.cpu_count() or 1
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_begin,
        initargs=(drawing, die_with_parent(signal.SIGTERM)),
    )
    with pool:
        yield lambda spans: in_order(pool, spans, ahead=workers + 1)


def in_order(
    pool: ProcessPoolExecutor, spans: Iterable[Span], *, ahead: int
) -> Iterator[tuple[dict[str, bytes], Counter]]:
    """Results in the order of the spans, with few spans on their way."""
    waiting: deque = deque()
    for span in spans:
        waiting.append(pool.submit(_draw, span))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
