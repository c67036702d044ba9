"""Proof that what is stored agrees with itself: numbers, deadlines, counts, marks, search, deeds, files.

Each check counts the rows it looked at and those that differ, and names some of them. It changes nothing but the counts
of finished days, which it brings up to date first. The nightly run tells the head of bureau of any difference.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, outbox_proof, sealing
from bureau.calendar_store import working_calendar
from bureau.models import Job, RoleHolding
from bureau.notifications import notify
from bureau.roles import HEAD_OF_BUREAU
from bureau.working_calendar import CalendarGap
from complaints import rollups
from complaints.clocks import recomputed
from complaints.models import TAKEN_BACK, DeadlineRule
from complaints.numbering import format_number

EXAMPLES = 5

notice_texts.register("verify.differs", gettext_lazy("The nightly check found differences: %(checks)s"))


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    code: str
    words: str
    rows: int
    differences: int
    examples: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.differences == 0

    def as_json(self) -> dict[str, Any]:
        return {"check": self.code, "rows": self.rows, "differences": self.differences, "examples": self.examples}


_checks: dict[str, tuple[Any, Callable[[], tuple[int, Iterable[str]]]]] = {}


def check(code: str, words: Any) -> Callable:
    """A check returns how many rows it looked at and a label of each that differs. Higher apps may add theirs."""

    def decorate(find: Callable[[], tuple[int, Iterable[str]]]) -> Callable:
        _checks[code] = (words, find)
        return find

    return decorate


def verify(only: Iterable[str] = ()) -> list[Finding]:
    """Run the checks, all unless named, in their order."""
    wanted = set(only)
    findings = []
    for code, (words, find) in _checks.items():
        if wanted and code not in wanted:
            continue
        rows, differing = find()
        labels = list(differing)
        findings.append(Finding(code, str(words), rows, len(labels), labels[:EXAMPLES]))
    return findings


def check_nightly() -> list[Finding]:
    """Run all checks and tell the heads of bureau what differs; once a day for the same checks."""
    findings = verify()
    wrong = [finding for finding in findings if not finding.is_clean]
    if wrong:
        today = timezone.localdate()
        heads = RoleHolding.objects.in_force(today).filter(role=HEAD_OF_BUREAU.code).values_list("user_id", flat=True)
        notify(
            users=heads,
            kind="verify.differs",
            once_key=f"verify-{today}",
            checks=", ".join(f"{finding.words} ({finding.differences})" for finding in wrong),
        )
    return findings


def rows_of(statement: str, values: Any = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def count_of(table: str) -> int:
    return rows_of(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 (names of our own tables)


def labels(rows: Iterable[tuple]) -> list[str]:
    return [" ".join(str(value) for value in row) for row in rows]


# --- Numbers ------------------------------------------------------------------------------------------------------------
@check("numbers_gapless", gettext_lazy("Numbers run from 1 to the last without a gap in each series and year"))
def numbers_gapless() -> tuple[int, list[str]]:
    found = rows_of(
        """
        SELECT coalesce(c.series, n.series), coalesce(c.year, n.year), coalesce(c.rows, 0), coalesce(c.first, 1),
               coalesce(c.last, 0), coalesce(n.last, 0)
          FROM (SELECT series, year, count(*) AS rows, min(sequence) AS first, max(sequence) AS last
                  FROM complaints_case GROUP BY series, year) c
          FULL JOIN (SELECT * FROM complaints_numberseries WHERE series IN (SELECT series FROM complaints_casekind)) n
                 USING (series, year)
        """
    )
    wrong = [
        f"{series}-{year}: {rows} ({first}–{last}), {counter}"
        for series, year, rows, first, last, counter in found
        if not (rows == last == counter and first == 1)
    ]
    return sum(row[2] for row in found), wrong


@check("numbers_well_formed", gettext_lazy("Every number says its series, year and sequence and has its check digit"))
def numbers_well_formed() -> tuple[int, list[str]]:
    wrong, rows = [], 0
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT number, series, year, sequence FROM complaints_case")
        while chunk := cursor.fetchmany(5000):
            rows += len(chunk)
            wrong += [number for number, *parts in chunk if number != format_number(*parts)]
    return rows, wrong


# --- Deadlines ----------------------------------------------------------------------------------------------------------
@check("clocks_recomputed", gettext_lazy("Every running clock shows the last day that its rule and the calendar give"))
def clocks_recomputed() -> tuple[int, list[str]]:
    """Once for each rule and trigger day, however many clocks share them."""
    rules = {rule.pk: rule for rule in DeadlineRule.objects.select_related("kind")}
    calendar = working_calendar()
    groups = rows_of(
        """
        SELECT rule_id, triggered_on, raw_due_on, due_on, first_due_on, is_extended, count(*), min(case_id)
          FROM complaints_clock
         WHERE state = 'running' AND NOT is_named_day AND rule_id IS NOT NULL
         GROUP BY 1, 2, 3, 4, 5, 6
        """
    )
    wrong: list[str] = []
    for rule_id, triggered_on, raw_due_on, due_on, first_due_on, is_extended, rows, case_id in groups:
        try:
            due = recomputed(
                rule=rules[rule_id],
                triggered_on=triggered_on,
                raw_due_on=raw_due_on,
                is_extended=is_extended,
                calendar=calendar,
            )
        except CalendarGap as gap:
            wrong += [str(gap)] * rows
            continue
        if due is None:
            continue
        agrees = (due.due_on, due.raw_due_on) == (due_on, raw_due_on) and (is_extended or first_due_on == due_on)
        if not agrees:
            wrong += [f"case {case_id}: {due_on} ≠ {due.due_on}"] * rows
    return sum(group[6] for group in groups), wrong


@check(
    "clocks_follow_events",
    gettext_lazy("Every clock shows the last day, and the day it was met, that its events gave it"),
)
def clocks_follow_events() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT k.case_id, k.due_on
          FROM complaints_clock k
          LEFT JOIN LATERAL (
               SELECT coalesce(e.data ->> 'new', e.data ->> 'due_on') AS due_on FROM complaints_clockevent e
                WHERE e.clock_id = k.id AND e.what IN ('started', 'extended', 'recomputed')
                ORDER BY e.id DESC LIMIT 1) said ON true
         WHERE said.due_on IS DISTINCT FROM k.due_on::text
         UNION ALL
        SELECT k.case_id, k.met_on
          FROM complaints_clock k
          LEFT JOIN LATERAL (
               SELECT e.data ->> 'on' AS met_on FROM complaints_clockevent e
                WHERE e.clock_id = k.id AND e.what = 'met' ORDER BY e.id DESC LIMIT 1) said ON true
         WHERE k.state = 'met' AND said.met_on IS DISTINCT FROM k.met_on::text
        """
    )
    return count_of("complaints_clock"), labels(wrong)


@check("clocks_start_as_registered", gettext_lazy("Terms that run from registration start on the day of registration"))
def clocks_start_as_registered() -> tuple[int, list[str]]:
    """A case taken up again has clocks of later days too; its first ones are proved by the kept versions of the case."""
    wrong = rows_of(
        """
        SELECT c.number, c.registered_on, k.triggered_on
          FROM complaints_clock k JOIN complaints_case c ON c.id = k.case_id JOIN complaints_deadlinerule r ON r.id = k.rule_id
         WHERE r.runs_from = 'registration' AND c.reopened_count = 0 AND k.triggered_on <> c.registered_on
        """
    )
    return count_of("complaints_clock"), labels(wrong)


@check("due_is_earliest", gettext_lazy("Every case shows its earliest running clock"))
def due_is_earliest() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number, c.due_on, k.due_on
          FROM complaints_case c
          LEFT JOIN (SELECT case_id, min(due_on) AS due_on FROM complaints_clock WHERE state = 'running' GROUP BY case_id) k
            ON k.case_id = c.id
         WHERE c.due_on IS DISTINCT FROM k.due_on
        """
    )
    return count_of("complaints_case"), labels(wrong)


@check("days_are_local", gettext_lazy("Days of cases and contacts are the local days of their moments"))
def days_are_local() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT number FROM complaints_case
         WHERE registered_on <> (registered_at AT TIME ZONE %(zone)s)::date
            OR answered_on IS DISTINCT FROM (answered_at AT TIME ZONE %(zone)s)::date
            OR closed_on IS DISTINCT FROM (closed_at AT TIME ZONE %(zone)s)::date
            OR year <> extract(year FROM registered_on)
         UNION ALL
        SELECT 'contact ' || id FROM complaints_contact WHERE "on" <> (at AT TIME ZONE %(zone)s)::date
        """,
        {"zone": settings.TIME_ZONE},
    )
    return count_of("complaints_case") + count_of("complaints_contact"), labels(wrong)


# --- Counts -------------------------------------------------------------------------------------------------------------
@check("rollups_equal", gettext_lazy("Counts of finished days equal their rows"))
def rollups_equal() -> tuple[int, list[str]]:
    rollups.count_changed_days()
    (first,) = rows_of(
        """
        SELECT least((SELECT min(registered_on) FROM complaints_case), (SELECT min("on") FROM complaints_contact),
                     (SELECT min(day) FROM complaints_daycount))
        """
    )[0]
    if first is None:
        return 0, []
    differing = rollups.differences(first, timezone.localdate() - timedelta(days=1))
    return count_of("complaints_daycount"), [_("counted rows that differ")] * differing


@check(
    "imports_add_up", gettext_lazy("Rows read by an import are taken, known or refused, and each taken one is a case")
)
def imports_add_up() -> tuple[int, list[str]]:
    found = rows_of(
        """
        SELECT b.source, b.file_name, b.rows_read, b.rows_taken, b.rows_known, b.rows_refused, coalesce(c.cases, 0)
          FROM complaints_importbatch b
          LEFT JOIN (SELECT import_batch_id, count(*) AS cases FROM complaints_case
                      WHERE import_batch_id IS NOT NULL GROUP BY 1) c ON c.import_batch_id = b.id
        """
    )
    wrong = [
        f"{source} {name}: {read} ≠ {taken} + {known} + {refused}, {cases}"
        for source, name, read, taken, known, refused, cases in found
        if read != taken + known + refused or cases != taken
    ]
    return len(found), wrong


@check("case_marks", gettext_lazy("Marks of cases agree with their clocks: extended, on time"))
def case_marks() -> tuple[int, list[str]]:
    """In time is computed anew from the reply clocks that were met, as `complaints.case_ends` defines it. Of a case taken up again
    those count that were met up to its last reply: what is met since belongs to the next one."""
    wrong = rows_of(
        """
        SELECT c.number FROM complaints_case c
          LEFT JOIN (SELECT k.case_id, bool_and(k.met_on <= k.due_on) AS in_time
                       FROM complaints_clock k JOIN complaints_case o ON o.id = k.case_id
                      WHERE k.purpose = 'reply' AND k.state = 'met'
                        AND (o.reopened_count = 0 OR o.status = 'answered' OR k.met_on <= greatest(o.answered_on, o.registered_on))
                      GROUP BY k.case_id) met ON met.case_id = c.id
         WHERE c.is_extended <> EXISTS (SELECT 1 FROM complaints_clock k WHERE k.case_id = c.id AND k.is_extended)
            OR c.was_on_time IS DISTINCT FROM (CASE WHEN c.answered_on IS NOT NULL THEN met.in_time END)
        """
    )
    return count_of("complaints_case"), labels(wrong)


@check("case_ends", gettext_lazy("Every case ended on the day it was answered, forwarded or closed"))
def case_ends() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number, c.ended_on FROM complaints_case c
         WHERE c.ended_on IS NOT NULL AND c.ended_on <> ALL (
               SELECT greatest(c.registered_on, day) FROM (
                      SELECT c.answered_on WHERE c.status <> 'forwarded'
                      UNION ALL SELECT c.closed_on
                      UNION ALL SELECT (f.forwarded_at AT TIME ZONE %(zone)s)::date FROM complaints_forwarding f
                                 WHERE f.case_id = c.id AND f.is_whole) one (day)
                WHERE day IS NOT NULL)
            OR c.status = 'answered' AND c.ended_on <> greatest(c.registered_on, c.answered_on)
        """,
        {"zone": settings.TIME_ZONE},
    )
    return count_of("complaints_case"), labels(wrong)


@check("outcomes_follow_deeds", gettext_lazy("Outcomes of cases are those that their last deed gave them"))
def outcomes_follow_deeds() -> tuple[int, list[str]]:
    """A demo's or an import's case has no such deed and is proved by the kept versions alone."""
    wrong = rows_of(
        """
        SELECT c.number, c.outcome, said.outcome
          FROM (SELECT DISTINCT ON (object_id) object_id,
                       CASE action WHEN 'case.forwarded' THEN 'forwarded' WHEN 'case.reopened' THEN '' ELSE data ->> 'outcome' END AS outcome
                  FROM bureau_deed
                 WHERE object_type = 'complaints.case'
                   AND (action = 'case.closed' AND data ? 'outcome' OR action = 'case.reopened'
                        OR action = 'case.forwarded' AND (data ->> 'whole')::boolean)
                 ORDER BY object_id, id DESC) said
          JOIN complaints_case c ON c.id = said.object_id
         WHERE c.outcome NOT IN (said.outcome, %s)
        """,
        [TAKEN_BACK],
    )
    return count_of("complaints_case"), labels(wrong)


# What only a deed changes; each counts the version of the case up with it.
DEEDS_CHANGE = (
    "number", "title", "kind_id", "unit_id", "assignee_id", "status", "received_at", "registered_at", "registered_on", "answered_at", "answered_on", "was_on_time",
    "closed_at", "closed_on", "ended_on", "outcome", "reopened_count",
)  # fmt: skip


@check("cases_changed_by_deeds", gettext_lazy("No fact of a case was changed past the desk's own deeds"))
def cases_changed_by_deeds() -> tuple[int, list[str]]:
    """The database keeps each former row by itself; two rows of one version differ only where somebody went past the desk.
    A former row that was emptied to forget a person tells nothing any more."""
    columns = ", ".join(DEEDS_CHANGE)
    wrong = rows_of(
        f"""
        SELECT c.number FROM complaints_case c JOIN (
               SELECT id FROM (
                      SELECT pgh_obj_id AS id, version, {columns} FROM complaints_caseversion
                       WHERE pgh_label = 'changed' AND emptied_digest IS NULL
                       UNION
                      SELECT id, version, {columns} FROM complaints_case
                       WHERE id IN (SELECT pgh_obj_id FROM complaints_caseversion)) one
                GROUP BY id, version HAVING count(*) > 1) twice USING (id)
         GROUP BY c.number ORDER BY c.number
        """  # noqa: S608 (columns of our own)
    )
    return count_of("complaints_case"), labels(wrong)


@check("letters_kept", gettext_lazy("Every letter and note that a deed speaks of is there"))
def letters_kept() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT d.object_label, said.what, said.id FROM bureau_deed d
          JOIN LATERAL (VALUES ('message', d.data ->> 'message'), ('message', d.data ->> 'notice'), ('note', d.data ->> 'note')) said (what, id)
            ON said.id IS NOT NULL
         WHERE (d.action IN ('case.noted', 'case.forwarded') OR d.data ? 'message') AND d.object_type LIKE 'complaints.%%'
           AND CASE said.what
               WHEN 'note' THEN d.action = 'case.noted'
                    AND NOT EXISTS (SELECT 1 FROM complaints_casenote n WHERE n.id = said.id::bigint)
               ELSE NOT EXISTS (SELECT 1 FROM complaints_message m WHERE m.id = said.id::bigint) END
        """
    )
    return count_of("complaints_message") + count_of("complaints_casenote"), labels(wrong)


@check("roles_follow_deeds", gettext_lazy("Roles are held as they were given and ended"))
def roles_follow_deeds() -> tuple[int, list[str]]:
    """Holdings from before the first deed of giving, as of a demo, are nobody's deed and are left out."""
    wrong = rows_of(
        """
        WITH given AS (
             SELECT d.at, d.object_id AS user_id, d.data ->> 'role' AS role, (d.data ->> 'starts_on')::date AS starts_on,
                    (d.data ->> 'ends_on')::date AS ends_on, (d.data ->> 'unit')::bigint AS unit_id
               FROM bureau_deed d WHERE d.action = 'role.granted' AND d.data ? 'starts_on'),
        ended AS (
             SELECT DISTINCT ON (d.object_id, d.data ->> 'role') d.object_id AS user_id, d.data ->> 'role' AS role,
                    (d.data ->> 'ends_on')::date AS ends_on
               FROM bureau_deed d WHERE d.action = 'role.ended' AND d.data ? 'ends_on'
              ORDER BY d.object_id, d.data ->> 'role', d.id DESC)
        SELECT 'gone or changed' AS what, g.user_id, g.role FROM given g
         WHERE NOT EXISTS (
               SELECT 1 FROM bureau_roleholding h
                WHERE (h.user_id, h.role, h.starts_on) = (g.user_id, g.role, g.starts_on) AND h.unit_id IS NOT DISTINCT FROM g.unit_id
                  AND (h.ends_on IS NOT DISTINCT FROM g.ends_on
                       OR EXISTS (SELECT 1 FROM bureau_deed e
                                   WHERE e.action = 'role.ended' AND e.object_id = g.user_id AND e.data ->> 'role' = g.role
                                     AND (e.data ->> 'ends_on')::date = h.ends_on)))
         UNION ALL
        SELECT 'not ended', e.user_id, e.role FROM ended e
         WHERE NOT EXISTS (SELECT 1 FROM bureau_roleholding h
                            WHERE (h.user_id, h.role, h.ends_on) = (e.user_id, e.role, e.ends_on))
         UNION ALL
        SELECT 'never given', h.user_id, h.role FROM bureau_roleholding h
         WHERE h.created_at > (SELECT min(at) FROM given)
           AND NOT EXISTS (SELECT 1 FROM given g
                            WHERE (g.user_id, g.role, g.starts_on) = (h.user_id, h.role, h.starts_on))
        """
    )
    return count_of("bureau_roleholding"), labels(wrong)


# --- Trust --------------------------------------------------------------------------------------------------------------
@check(
    "restrictions_hold", gettext_lazy("Restricted cases have their ground and end, and their contacts bear the mark")
)
def restrictions_hold() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number FROM complaints_case c
         WHERE c.is_restricted AND (c.restriction_basis_id IS NULL OR c.restricted_from IS NULL
                                    OR (c.restricted_until IS NULL AND c.restriction_ends_by = ''))
            OR NOT c.is_restricted AND (c.restriction_basis_id IS NOT NULL OR c.restricted_until IS NOT NULL)
         UNION ALL
        SELECT 'contact ' || k.id FROM complaints_contact k JOIN complaints_case c ON c.id = k.case_id
         WHERE k.is_restricted <> c.is_restricted
        """
    )
    return rows_of("SELECT count(*) FROM complaints_case WHERE is_restricted")[0][0], labels(wrong)


@check("search_complete", gettext_lazy("Every case can be found by search"))
def search_complete() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number FROM complaints_case c
         WHERE c.outcome <> %s AND NOT EXISTS (SELECT 1 FROM complaints_searchdocument s WHERE s.case_id = c.id)
        """,
        [TAKEN_BACK],
    )
    return count_of("complaints_case"), labels(wrong)


@check("deeds_complete", gettext_lazy("The registration of every case stands among the deeds"))
def deeds_complete() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number FROM complaints_case c
         WHERE NOT EXISTS (SELECT 1 FROM bureau_deed d
                            WHERE d.object_type = 'complaints.case' AND d.object_id = c.id AND d.action = 'case.registered')
        """
    )
    return count_of("complaints_case"), labels(wrong)


check("mail_sent_once", gettext_lazy("No letter went out twice of itself, and each sent one was accepted"))(
    outbox_proof.sent_once
)
check("mail_not_stuck", gettext_lazy("No letter lies forgotten in the outbox"))(outbox_proof.nothing_stuck)


check("history_sealed", lazy(sealing.words, str)())(sealing.proof)


@check("files_exist", gettext_lazy("Every file of a job is there"))
def files_exist() -> tuple[int, list[str]]:
    wrong, rows = [], 0
    for job in (
        Job.objects.exclude(input_file="", output_file="").only("title", "input_file", "output_file").iterator()
    ):
        for file in (job.input_file, job.output_file):
            if file:
                rows += 1
                if not file.storage.exists(file.name):
                    wrong.append(f"{job.title}: {file.name}")
    return rows, wrong
