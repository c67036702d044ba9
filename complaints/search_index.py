"""What full-text search knows of a case, kept in the transaction of the change.

Estonian stems (`estonian`), the words as written without accents (`simple` + `unaccent`), and weights: number and title
before party, party before texts. Internal notes are searched too: the gate of rows is the same for both.
"""

from django.db import connection

# Written once here and used for one case and for sets of cases alike. The first letter often is the description itself.
DOCUMENT_SQL = """
    SELECT c.id,
           setweight(to_tsvector('simple', c.number || ' ' || c.register_reference || ' ' || c.sender_reference), 'A')
        || setweight(to_tsvector('estonian', unaccent(c.title)), 'A')
        || setweight(to_tsvector('simple', unaccent(c.title)), 'A')
        || setweight(to_tsvector('simple', unaccent(coalesce(p.name, '') || ' ' || coalesce(p.email, '') || ' '
                     || coalesce(p.phone, '') || ' ' || coalesce(p.registry_code, ''))), 'B')
        || setweight(to_tsvector('estonian', texts.body), 'C')
        || setweight(to_tsvector('simple', texts.body), 'D')
      FROM complaints_case c
      LEFT JOIN complaints_party p ON p.id = c.party_id
      CROSS JOIN LATERAL (
           SELECT unaccent(left(concat_ws(' ', c.description,
                  (SELECT string_agg(m.body, ' ') FROM complaints_message m WHERE m.case_id = c.id AND m.body <> c.description),
                  (SELECT string_agg(n.text, ' ') FROM complaints_casenote n WHERE n.case_id = c.id),
                  (SELECT string_agg(k.note, ' ') FROM complaints_contact k WHERE k.case_id = c.id AND k.undone_at IS NULL)
                  ), 200000)) AS body
           OFFSET 0 -- gathered once for both ways of reading, not anew for each
           ) texts
"""

REFRESH_SQL = f"""
    INSERT INTO complaints_searchdocument (case_id, vector) {DOCUMENT_SQL}
     WHERE {{where}}
    ON CONFLICT (case_id) DO UPDATE SET vector = EXCLUDED.vector
"""


def refresh(case) -> None:
    """Rewrite the document of one case, in the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_SQL.format(where="c.id = %s"), [case.pk])


def refresh_range(first_id: int, last_id: int) -> int:
    """Rewrite the documents of all cases from `first_id` to `last_id`; after a load or an import."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_SQL.format(where="c.id BETWEEN %s AND %s"), [first_id, last_id])
        return cursor.rowcount
