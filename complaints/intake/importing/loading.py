"""A foreign table becomes cases: rows are mapped one by one, copied into the database and registered set by set.

Everything of one import happens in one transaction; what stops it takes all of it back. Every row read ends in exactly
one of three counts: taken, already known, refused.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bureau.calendar_store import working_calendar
from bureau.foreign_tables import Cell, ForeignTable
from complaints import deadlines
from complaints.clocks import trigger_day
from complaints.intake.importing import statements
from complaints.intake.importing.mapping import FIELD_WORDS, ImportMapping
from complaints.intake.importing.rules import MappedRow, RowMapper, RowRefused
from complaints.models import DeadlineRule, ImportBatch
from complaints.number_series import allocate_run
from complaints.numbering import format_numbers

ROWS_BETWEEN_REPORTS = 2000
ROWS_IN_CHUNK = 5000
REMARKS_KEPT = 10_000
ROWS_WORTH_ANALYSING = 1000
as_tuple = attrgetter(*(one.name for one in fields(MappedRow)))
END_REASON = gettext_noop("Closed in the source without a moment of reply")


@dataclass
class Outcome:
    """What an import did, or a rehearsal would do."""

    read: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    remarks: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    defaults: list[dict[str, Any]] = field(default_factory=list)
    date_formats: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None

    def check(self) -> None:
        if self.read != self.taken + self.known + self.refused:
            raise AssertionError(
                f"rows read {self.read} ≠ taken {self.taken} + known {self.known} + refused {self.refused}"
            )

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read, "taken": self.taken, "known": self.known, "refused": self.refused, "remarks": self.remarks,
            "reasons": self.reasons, "defaults": self.defaults, "date_formats": self.date_formats,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
        }  # fmt: skip


Remark = Callable[[int, str, str, str, dict[str, str]], None]
"""row number, level, code, sentence, the row"""


class Loading:
    """One import on its way. The caller holds the transaction."""

    def __init__(
        self,
        *,
        table: ForeignTable,
        mapping: ImportMapping,
        remark: Remark,
        moved: Callable[[str, int], None],
    ):
        self.table, self.mapping, self.remark, self.moved = table, mapping, remark, moved
        self.mapper = RowMapper(mapping, table.columns)
        self.outcome = Outcome()

    # -- reading ------------------------------------------------------------------------------------------------------
    def mapped_rows(self) -> Iterator[MappedRow]:
        """Rows that can be cases; the others go to the report."""
        outcome, mapper, table = self.outcome, self.mapper, self.table
        for number, row in table.rows():
            outcome.read += 1
            if outcome.read % ROWS_BETWEEN_REPORTS == 0:
                self.moved("reading", ROWS_BETWEEN_REPORTS)
            try:
                code, sentence = table.fault_of(row)
                if code:
                    raise RowRefused(code, sentence)
                mapped = mapper.map(number, row)
            except RowRefused as refusal:
                self.refuse(number, refusal, row)
                continue
            for code, sentence in (*mapper.remarks, *table.notes_on(number)):
                self.note(number, code, sentence, row)
            yield mapped
        self.moved("reading", outcome.read % ROWS_BETWEEN_REPORTS)

    def refuse(self, number: int, refusal: RowRefused, row: list[Cell]) -> None:
        self.outcome.refused += 1
        self.outcome.reasons[refusal.code] = self.outcome.reasons.get(refusal.code, 0) + 1
        self.remark(number, "refused", refusal.code, refusal.sentence, self.mapper.as_came(row))

    def note(self, number: int, code: str, sentence: str, row: list[Cell]) -> None:
        self.outcome.remarks += 1
        self.outcome.reasons[code] = self.outcome.reasons.get(code, 0) + 1
        if self.outcome.remarks <= REMARKS_KEPT:
            self.remark(number, "remark", code, sentence, self.mapper.as_came(row))

    # -- staging ------------------------------------------------------------------------------------------------------
    def stage(self) -> None:
        """Copy the mapped rows beside the tables and find out which of them are new."""
        with connection.cursor() as cursor:
            # Two imports of one source would not see each other's rows.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"import:{self.mapping.source}"])
            cursor.execute(statements.CLEAN)
            cursor.execute(statements.INCOMING)
            # In chunks: between two of them the connection is free for the report of refused rows.
            rows = self.mapped_rows()
            while chunk := list(islice(rows, ROWS_IN_CHUNK)):
                with cursor.copy(statements.COPY_INCOMING) as copy:
                    for mapped in chunk:
                        copy.write_row(as_tuple(mapped))
            self.moved("matching", 0)
            cursor.execute("ANALYZE incoming (row_number, fingerprint)")
            if self.mapping.row_key:
                self._refuse_repeated_keys(cursor)
            cursor.execute(
                statements.FRESH,
                {"zone": self.mapping.time_zone, "home": settings.TIME_ZONE, "source": self.mapping.source},
            )
            cursor.execute("ANALYZE fresh (row_number)")
            cursor.execute("SELECT count(*), min(registered_on), max(registered_on) FROM fresh")
            self.outcome.taken, self.outcome.first_day, self.outcome.last_day = cursor.fetchone()
        self.outcome.known = self.outcome.read - self.outcome.refused - self.outcome.taken
        self.outcome.defaults = [
            {"field": name, "words": str(FIELD_WORDS[name]), "value": value, "used": code, "rows": rows}
            for (name, value, code), rows in self.mapper.defaults.most_common()
        ]
        self.outcome.date_formats = dict(self.mapper.moments.used)

    def _refuse_repeated_keys(self, cursor) -> None:
        cursor.execute(statements.REPEATED_KEYS)
        repeated = dict(cursor.fetchall())
        if not repeated:
            return
        for number, row in self.table.rows():
            if number in repeated:
                self.refuse(
                    number,
                    RowRefused(
                        "key_repeated",
                        _("The key of this row stands already on row %(row)s.") % {"row": repeated[number]},
                    ),
                    row,
                )
        cursor.execute(statements.DROP_REPEATED_KEYS)

    # -- taking in ----------------------------------------------------------------------------------------------------
    def take(self, *, batch: ImportBatch, by) -> None:
        """Make cases of the staged rows. Numbers come last, so that others wait for them as briefly as may be."""
        values = {
            "by": by.pk if by else None, "behalf": getattr(by, "acting_for_id", None), "now": timezone.now(),
            "batch": batch.pk, "source": self.mapping.source, "language": self.mapping.language, "end_reason": _(END_REASON),
        }  # fmt: skip
        with connection.cursor() as cursor:
            self.moved("deadlines", 0)
            self._compute_terms(cursor)
            cursor.execute(statements.TAKEN)
            cursor.execute("CREATE UNIQUE INDEX ON taken (case_id)")
            cursor.execute("ANALYZE taken (case_id, row_number)")
            self._know_parties(cursor, values)
            self.moved("clocks", 0)
            for statement in (
                statements.CLOCKS,
                statements.CLOCK_EVENTS,
                statements.MESSAGES,
                statements.IMPORTED_ROWS,
            ):
                cursor.execute(statement, values)
                self.moved("clocks", 0)
            if self.mapping.logs_contacts:
                cursor.execute(statements.CONTACTS, values)
            self.moved("cases", 0)
            self._give_numbers(cursor)
            cursor.execute(statements.CASES, values)
            assert cursor.rowcount == self.outcome.taken, (cursor.rowcount, self.outcome.taken)  # noqa: S101
            self.moved("cases", 0)
            cursor.execute(statements.DEEDS, values)
            cursor.execute(statements.CHANGED_DAYS, values)
            self._know_new_sizes(cursor)
            self.moved("checking", 0)

    def _know_parties(self, cursor, values: dict[str, Any]) -> None:
        """Find who wrote, and add who is new. Before the numbers: a call that waits for its number may hold a claim."""
        cursor.execute(statements.PARTIES)
        if not cursor.rowcount:
            return
        cursor.execute("ANALYZE parties")
        cursor.execute(statements.FIND_PARTIES)
        cursor.execute(statements.CLAIM_NEW)
        if cursor.rowcount:
            cursor.execute(statements.FIND_PARTIES)
        cursor.execute(statements.NEW_PARTIES, values)

    def _know_new_sizes(self, cursor) -> None:
        """Tell the planner how much the tables have grown within this transaction.

        A plan made for the tables as they were reads all of `complaints_case` for each new clock: an import into an
        empty desk once took hours to check its references instead of seconds.
        """
        if self.outcome.taken > ROWS_WORTH_ANALYSING:
            cursor.execute(statements.ANALYSE)
        cursor.execute("SET LOCAL enable_seqscan = off")

    def name_cases(self, job_ids: list[int]) -> None:
        """After `take`: rows of these jobs' reports say which case they became."""
        with connection.cursor() as cursor:
            cursor.execute(statements.NAME_CASES, {"jobs": job_ids})

    def _compute_terms(self, cursor) -> None:
        """The last day of every kind and pair of days that occurs, by the rules of `complaints.deadlines`."""
        rules: dict[int, list[DeadlineRule]] = {}
        for rule in DeadlineRule.objects.filter(purpose=DeadlineRule.Purpose.REPLY).select_related("kind"):
            rules.setdefault(rule.kind_id, []).append(rule)
        calendar = working_calendar()
        cursor.execute(statements.TERM_DAYS)
        days = cursor.fetchall()
        cursor.execute(statements.TERMS)
        with cursor.copy(statements.COPY_TERMS) as copy:
            for kind_id, received_on, registered_on in days:
                rule = next((r for r in rules.get(kind_id, ()) if r.as_term_rule().holds_on(registered_on)), None)
                if rule is None:
                    continue
                on = trigger_day(rule=rule, received_on=received_on, registered_on=registered_on)
                due = deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=on, calendar=calendar)
                copy.write_row(
                    (
                        kind_id, received_on, registered_on, rule.pk, rule.law, on, due.raw_due_on, due.due_on,
                        json.dumps(due.steps_to_json()),
                    )
                )  # fmt: skip
        cursor.execute("ANALYZE terms")

    def _give_numbers(self, cursor) -> None:
        cursor.execute(statements.COUNT_BY_SERIES)
        counts = cursor.fetchall()
        cursor.execute(statements.NUMBERS)
        # Given before the copy begins: while it runs, the connection answers nothing else.
        given = [(series, year, allocate_run(series=series, year=year, count=count)) for series, year, count in counts]
        with cursor.copy(statements.COPY_NUMBERS) as copy:
            for series, year, run in given:
                lines = (
                    f"{series}\t{year}\t{place}\t{sequence}\t{number}\n"
                    for place, (sequence, number) in enumerate(
                        zip(run, format_numbers(series, year, run[0], run[-1]), strict=True), 1
                    )
                )
                while part := "".join(islice(lines, ROWS_IN_CHUNK)):
                    copy.write(part)
        cursor.execute("ANALYZE numbers")
