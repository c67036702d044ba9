"""Taking an import back: its cases become empty places that keep their numbers; what was worked on since stays.

Why not deleted: deeds, versions and events of clocks may not be deleted, and the series of numbers must stay gapless.
Why emptied: a wrong file may hold what should never have come in. docs/decisions tells more.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from complaints.models import TAKEN_BACK, ImportBatch

# A case is untouched while nobody did a deed on it and nothing was linked with it but by the import itself. A day moved
# by the calendar is nobody's work on the case.
UNTOUCHED = """
    CREATE TEMP TABLE taken_back ON COMMIT DROP AS
    SELECT c.id, c.number, c.registered_on, c.answered_on, c.closed_on, c.party_id
      FROM complaints_case c
     WHERE c.import_batch_id = %(batch)s AND c.outcome <> %(taken_back)s
       AND NOT EXISTS (SELECT 1 FROM bureau_deed d
                        WHERE d.object_type = 'complaints.case' AND d.object_id = c.id
                          AND d.action NOT IN ('case.registered', 'clock.recomputed'))
       AND NOT EXISTS (SELECT 1 FROM complaints_message m WHERE m.case_id = c.id AND m.kind <> 'original')
       AND NOT EXISTS (SELECT 1 FROM complaints_contact k WHERE k.case_id = c.id AND k.created_at <> c.created_at)
       AND NOT EXISTS (SELECT 1 FROM complaints_caselink l WHERE l.case_id = c.id OR l.other_id = c.id)
     ORDER BY c.id
       FOR UPDATE OF c
"""
EMPTY_CASES = """
    UPDATE complaints_case c
       SET status = 'closed', outcome = %(taken_back)s, title = %(title)s, description = '', foreign_data = NULL,
           party_id = NULL, sender_reference = '', due_on = NULL, answered_at = NULL, answered_on = NULL, was_on_time = NULL,
           closed_at = %(now)s, closed_on = %(today)s, ended_on = %(today)s, updated_at = %(now)s, version = c.version + 1
      FROM taken_back t WHERE t.id = c.id
"""
END_CLOCKS = """
    WITH ended AS (
        UPDATE complaints_clock k
           SET state = 'ended', met_on = NULL, ended_on = %(today)s, end_reason = %(taken_back)s
          FROM taken_back t WHERE t.id = k.case_id
        RETURNING k.id
    )
    INSERT INTO complaints_clockevent (clock_id, at, what, by_id, data)
    SELECT id, %(now)s, 'ended', %(by)s::bigint, jsonb_build_object('on', %(today)s::date, 'reason', %(taken_back)s::text) FROM ended
"""
DELETE_MESSAGES = "DELETE FROM complaints_message m USING taken_back t WHERE t.id = m.case_id"
DELETE_DOCUMENTS = "DELETE FROM complaints_searchdocument s USING taken_back t WHERE t.id = s.case_id"
DELETE_FINGERPRINTS = (
    "DELETE FROM complaints_importedrow r USING taken_back t WHERE t.id = r.case_id AND r.batch_id = %(batch)s"
)
UNDO_CONTACTS = """
    UPDATE complaints_contact k SET undone_at = %(now)s, party_id = NULL FROM taken_back t WHERE t.id = k.case_id
"""
# Only parties that came with this import and that nothing speaks of any more.
DELETE_PARTIES = """
    DELETE FROM complaints_party p
     USING (SELECT DISTINCT party_id FROM taken_back WHERE party_id IS NOT NULL) t
     WHERE p.id = t.party_id AND p.version = 1 AND p.created_at >= %(since)s
       AND NOT EXISTS (SELECT 1 FROM complaints_case c WHERE c.party_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM complaints_contact k WHERE k.party_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM bureau_deed d WHERE d.object_type = 'complaints.party' AND d.object_id = p.id)
"""
DEEDS = """
    INSERT INTO bureau_deed (at, action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason)
    SELECT %(now)s, 'case.taken_back', %(by)s::bigint, %(behalf)s::bigint, 'complaints.case', id, number,
           jsonb_build_object('import_batch', %(batch)s::bigint), ''
      FROM taken_back
"""
CHANGED_DAYS = """
    INSERT INTO complaints_changedday (day, at)
    SELECT DISTINCT day, %(now)s::timestamptz
      FROM taken_back, LATERAL (VALUES (registered_on), (answered_on), (closed_on)) v (day)
     WHERE day IS NOT NULL
     UNION
    SELECT DISTINCT k.on, %(now)s::timestamptz FROM complaints_contact k JOIN taken_back t ON t.id = k.case_id
"""
KEPT = """
    SELECT id, number FROM complaints_case
     WHERE import_batch_id = %(batch)s AND outcome <> %(taken_back)s
     ORDER BY id
"""


@dataclass
class TakenBack:
    taken_back: int = 0
    # Key and number of each case that stays.
    kept_cases: list[tuple[int, str]] = field(default_factory=list)
    parties_removed: int = 0

    @property
    def kept(self) -> int:
        return len(self.kept_cases)


@transaction.atomic
def take_back(*, batch: ImportBatch, by) -> TakenBack:
    """Empty the untouched cases of a batch and forget their fingerprints, so that a better file may bring them again."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    back = TakenBack()
    now = timezone.now()
    values: dict[str, Any] = {
        "batch": batch.pk, "taken_back": TAKEN_BACK, "title": _("Imported by mistake and taken back"), "now": now,
        "today": timezone.localdate(now), "by": by.pk if by else None, "behalf": getattr(by, "acting_for_id", None),
        "since": batch.created_at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.taken_back")
        cursor.execute(UNTOUCHED, values)
        cursor.execute("ANALYZE taken_back")
        cursor.execute(CHANGED_DAYS, values)
        for statement in (
            EMPTY_CASES,
            END_CLOCKS,
            DELETE_MESSAGES,
            DELETE_DOCUMENTS,
            DELETE_FINGERPRINTS,
            UNDO_CONTACTS,
        ):
            cursor.execute(statement, values)
            if statement is EMPTY_CASES:
                back.taken_back = cursor.rowcount
        cursor.execute(DELETE_PARTIES, values)
        back.parties_removed = cursor.rowcount
        cursor.execute(DEEDS, values)
        cursor.execute(KEPT, values)
        back.kept_cases = cursor.fetchall()
    if not back.kept_cases:
        batch.state = ImportBatch.State.UNDONE
    batch.undone_at, batch.undone_by = now, by
    batch.save(update_fields=["state", "undone_at", "undone_by"])
    record(
        "import.taken_back", by=by, on=batch, label=f"{batch.source}: {batch.file_name}", taken_back=back.taken_back,
        kept=back.kept,
    )  # fmt: skip
    return back
