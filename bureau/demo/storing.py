"""How the demo reaches the tables fast: `COPY` for what was drawn, set-wise statements for what follows from it."""

from contextlib import contextmanager
from datetime import date

import pgtrigger
from django.db import connection

COLUMNS = {
    "complaints_party": "id kind name registry_code email phone address language note created_at created_by_id version",
    "complaints_case": (
        "id number series year sequence kind_id status title description party_id co_signers channel_id topic_id service_id unit_id "
        "assignee_id language is_environmental_information no_reply_wanted reply_channel_id register_reference sender_reference "
        "sender_dated_on received_at registered_at registered_on registered_by_id due_on answered_at answered_on was_on_time closed_at "
        "closed_on ended_on is_extended reopened_count outcome is_restricted restriction_basis_id restricted_from restricted_until "
        "restriction_ends_by restriction_scope restriction_note import_batch_id foreign_data created_at updated_at version"
    ),
    "complaints_clock": (
        "case_id kind_id purpose rule_id law state triggered_on raw_due_on due_on is_named_day is_extended first_due_on "
        "extension_reason extended_by_id notice_sent_at steps met_on ended_on end_reason created_at"
    ),
    "complaints_message": "key case_id direction kind at channel_id author_id on_behalf_of_id recipient body",
    "complaints_casenote": "case_id at author_id on_behalf_of_id text",
    "complaints_forwarding": (
        "case_id body_id forwarded_at forwarded_by_id is_whole reason notice_id notice_not_owed_because"
    ),
    "complaints_contact": (
        "key at on channel_id direction party_id topic_id unit_id outcome outside_body_id passed_to_unit_id case_id note "
        "was_dissatisfied handled_by_id handling_seconds entry_milliseconds language is_backdated is_restricted undone_at created_at"
    ),
}

# Parents before children.
ORDER = list(COLUMNS)
# Filled from those above, once their indexes stand again.
FOLLOWERS = ["complaints_clockevent", "complaints_searchdocument", "bureau_deed"]

FOLLOWING = (
    """INSERT INTO complaints_clockevent (clock_id, at, what, by_id, data)
       SELECT k.id, k.created_at, 'started', c.registered_by_id,
              jsonb_build_object('triggered_on', k.triggered_on, 'due_on', k.first_due_on, 'rule', k.rule_id)
         FROM complaints_clock k JOIN complaints_case c ON c.id = k.case_id WHERE c.id BETWEEN %(first)s AND %(last)s""",
    """INSERT INTO complaints_clockevent (clock_id, at, what, by_id, data)
       SELECT k.id, k.created_at, 'extended', k.extended_by_id, jsonb_build_object('due_on', k.due_on, 'reason', k.extension_reason)
         FROM complaints_clock k WHERE k.case_id BETWEEN %(first)s AND %(last)s AND k.is_extended""",
    """INSERT INTO complaints_clockevent (clock_id, at, what, by_id, data)
       SELECT k.id, c.answered_at, 'met', c.assignee_id, jsonb_build_object('on', k.met_on)
         FROM complaints_clock k JOIN complaints_case c ON c.id = k.case_id
        WHERE c.id BETWEEN %(first)s AND %(last)s AND k.state = 'met'""",
    # In the order of time: lists of deeds are read by their number, newest first.
    """INSERT INTO bureau_deed (at, action, actor_id, object_type, object_id, object_label, data, reason)
       SELECT deed.at, deed.action, deed.actor_id, 'complaints.case', deed.id, deed.number, deed.data, '' FROM (
              SELECT c.registered_at AS at, 'case.registered' AS action, c.registered_by_id AS actor_id, c.id, c.number,
                     jsonb_build_object('due_on', (
                         SELECT min(k.first_due_on) FROM complaints_clock k WHERE k.case_id = c.id)) AS data
                FROM complaints_case c WHERE c.id BETWEEN %(first)s AND %(last)s
              UNION ALL
              SELECT c.answered_at, 'case.replied', c.assignee_id, c.id, c.number, jsonb_build_object('on_time', c.was_on_time)
                FROM complaints_case c WHERE c.id BETWEEN %(first)s AND %(last)s AND c.answered_at IS NOT NULL
              UNION ALL
              SELECT c.closed_at, 'case.closed', c.assignee_id, c.id, c.number, '{}'
                FROM complaints_case c WHERE c.id BETWEEN %(first)s AND %(last)s AND c.closed_at IS NOT NULL
       ) deed ORDER BY deed.at""",
)


def next_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608 (a name from this file)
        return cursor.fetchone()[0]


def last_numbers() -> dict[tuple[str, int], int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT series, year, last FROM complaints_numberseries")
        return {(series, year): last for series, year, last in cursor.fetchall()}


@contextmanager
def bulk_loading(cursor, *, tables: list[str], heavy: bool):
    """For a large load: foreign keys are not looked up row by row, and indexes of `tables` are built once at the end.

    The loader draws ids and what they refer to itself; the owner, as whom it runs, may leave the look-ups out.
    """
    cursor.execute("SET LOCAL synchronous_commit = off")
    dropped: list[str] = []
    leaves_checks = False
    if heavy:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if leaves_checks := cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                WHERE c.relname = ANY(%s) AND NOT i.indisunique AND NOT EXISTS (
                      SELECT 1 FROM pg_constraint x WHERE x.conindid = i.indexrelid)""",
            [tables],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            dropped.append(definition)
    yield
    for definition in dropped:
        cursor.execute(definition)
    if leaves_checks:
        cursor.execute("SET LOCAL session_replication_role = origin")


def store(cursor, rows: dict[str, bytes]) -> None:
    """Lines as `COPY` reads them, by table."""
    for table in ORDER:
        if table in rows:
            columns = ", ".join(f'"{name}"' for name in COLUMNS[table].split())
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(rows[table])


def finish(cursor, *, first_case: int, last_case: int, sequences: dict) -> None:
    """Clock events, deeds, search documents, counters and sequences of what was stored."""
    from complaints import search_index

    for statement in FOLLOWING:
        cursor.execute(statement, {"first": first_case, "last": last_case})
    search_index.refresh_range(first_case, last_case)
    for (series, year), last in sorted(sequences.items()):
        cursor.execute(
            """INSERT INTO complaints_numberseries (series, year, last) VALUES (%s, %s, %s)
               ON CONFLICT (series, year) DO UPDATE SET last = EXCLUDED.last""",
            [series, year, last],
        )
    for table in ("complaints_case", "complaints_party"):
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM " + table + "))",  # noqa: S608
            [table],
        )


def after_load(first_day: date, last_day: date) -> None:
    """Counts of finished days, and statistics for the planner."""
    from complaints import rollups

    rollups.count_days(first_day, last_day)
    with connection.cursor() as cursor:
        for table in [*ORDER, *FOLLOWERS, "complaints_daycount"]:
            cursor.execute(f"ANALYZE {table}")


# What the desk's own rules recorded while the past was written, at the moments that this past gave it; all deeds in the order of time.
IN_ORDER = """
    WITH taken AS (
        DELETE FROM bureau_deed WHERE id >= %s
        RETURNING at, action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason),
    placed AS (
        SELECT CASE
               WHEN d.action = 'report.begun' THEN r.created_at
               WHEN d.action = 'report.moved' THEN i.issued_at - interval '1 day'
               WHEN d.object_type = 'quality.report' THEN i.issued_at - interval '2 days'
               WHEN d.action = 'report.issued' THEN o.issued_at
               WHEN d.object_type = 'quality.reportissue' THEN least(o.issued_at + interval '26 hours', d.at)
               WHEN d.object_type = 'quality.improvement' THEN m.created_at
               WHEN d.object_type = 'staff.forecast' THEN f.made_at
               WHEN d.object_type = 'feedback.survey' THEN s.created_at
               END AS had, d.*
          FROM taken d
          LEFT JOIN quality_report r ON d.object_type = 'quality.report' AND r.id = d.object_id
          LEFT JOIN quality_reportissue i ON i.report_id = r.id
          LEFT JOIN quality_reportissue o ON d.object_type = 'quality.reportissue' AND o.id = d.object_id
          LEFT JOIN quality_improvement m ON d.object_type = 'quality.improvement' AND m.id = d.object_id
          LEFT JOIN staff_forecast f ON d.object_type = 'staff.forecast' AND f.id = d.object_id
          LEFT JOIN feedback_survey s ON d.object_type = 'feedback.survey' AND s.id = d.object_id)
    INSERT INTO bureau_deed (at, action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason)
    SELECT least(coalesce(had, at), at), action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason
      FROM placed ORDER BY 1
"""


def put_deeds_in_order(cursor, *, first_deed: int) -> None:
    """Only what this load wrote and nobody has seen or sealed yet; the owner, as whom it runs, may set the guard aside."""
    with pgtrigger.ignore("bureau.Deed:deed_refuses_change"):
        cursor.execute(IN_ORDER, [first_deed])
