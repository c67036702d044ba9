"""The SQL of an import: a whole table of mapped rows becomes cases, clocks, messages and deeds, set by set.

The rules are those of `complaints.registration`; `tests/complaints/test_import_loading.py` proves that a row taken here
and the same row registered by hand give equal rows in every table.
"""

from complaints.address_claims import CLAIM

# Left by an earlier import of the same transaction; there is none outside of tests.
CLEAN = "DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.fresh, pg_temp.terms, pg_temp.taken, pg_temp.numbers, pg_temp.parties"

# What the rows become before they are cases; lives as long as the transaction.
INCOMING = """
    CREATE TEMP TABLE incoming (
        row_number bigint, fingerprint text, received timestamp, registered timestamp, answered timestamp, closed timestamp,
        channel_id bigint, kind_id bigint, topic_id bigint, service_id bigint, unit_id bigint, status text, title text,
        description text, reference text, party_name text, party_phone text, party_email text, party_registry_code text,
        foreign_data text
    ) ON COMMIT DROP
"""
COPY_INCOMING = "COPY incoming FROM STDIN"

# A key that stands on several rows of the file names only the first of them.
REPEATED_KEYS = """
    SELECT row_number, first FROM (
        SELECT row_number, min(row_number) OVER (PARTITION BY fingerprint) AS first FROM incoming
    ) keyed WHERE row_number > first ORDER BY row_number
"""
DROP_REPEATED_KEYS = """
    DELETE FROM incoming i USING incoming earlier
     WHERE earlier.fingerprint = i.fingerprint AND earlier.row_number < i.row_number
"""

# Equal rows without a key are different requests: the first, the second … of the file each have their fingerprint.
FRESH = """
    CREATE TEMP TABLE fresh ON COMMIT DROP AS
    SELECT i.row_number, i.print,
           (i.received AT TIME ZONE %(zone)s) AS received_at,
           greatest(i.registered AT TIME ZONE %(zone)s, i.received AT TIME ZONE %(zone)s) AS registered_at,
           (greatest(i.registered AT TIME ZONE %(zone)s, i.received AT TIME ZONE %(zone)s) AT TIME ZONE %(home)s)::date AS registered_on,
           ((i.received AT TIME ZONE %(zone)s) AT TIME ZONE %(home)s)::date AS received_on,
           (i.answered AT TIME ZONE %(zone)s) AS answered_at,
           ((i.answered AT TIME ZONE %(zone)s) AT TIME ZONE %(home)s)::date AS answered_on,
           (i.closed AT TIME ZONE %(zone)s) AS closed_at,
           ((i.closed AT TIME ZONE %(zone)s) AT TIME ZONE %(home)s)::date AS closed_on,
           i.kind_id, k.series
      FROM (SELECT row_number, received, registered, answered, closed, kind_id,
                   fingerprint || coalesce('-' || nullif(row_number() OVER (PARTITION BY fingerprint ORDER BY row_number), 1), '') AS print
              FROM incoming) i
      JOIN complaints_casekind k ON k.id = i.kind_id
     WHERE NOT EXISTS (SELECT 1 FROM complaints_importedrow r WHERE r.source = %(source)s AND r.fingerprint = i.print)
"""
TERM_DAYS = "SELECT DISTINCT kind_id, received_on, registered_on FROM fresh ORDER BY 1, 2, 3"
TERMS = """
    CREATE TEMP TABLE terms (
        kind_id bigint, received_on date, registered_on date, rule_id bigint, law text, triggered_on date, raw_due_on date,
        due_on date, steps jsonb, PRIMARY KEY (kind_id, received_on, registered_on)
    ) ON COMMIT DROP
"""
COPY_TERMS = "COPY terms FROM STDIN"

# Ids in the order of registration, so that a case's id and number tell the same order.
TAKEN = """
    CREATE TEMP TABLE taken ON COMMIT DROP AS
    SELECT nextval('complaints_case_id_seq') AS case_id,
           CASE WHEN s.rule_id IS NOT NULL THEN nextval('complaints_clock_id_seq') END AS clock_id,
           s.*
      FROM (SELECT f.*, extract(year FROM f.registered_on)::int AS year,
                   row_number() OVER (PARTITION BY f.series, extract(year FROM f.registered_on) ORDER BY f.registered_at, f.row_number) AS place,
                   t.rule_id, t.law, t.triggered_on, t.raw_due_on, t.due_on
              FROM fresh f LEFT JOIN terms t USING (kind_id, received_on, registered_on)
             ORDER BY f.registered_at, f.row_number) s
"""
COUNT_BY_SERIES = "SELECT series, year, count(*) FROM taken GROUP BY series, year ORDER BY series, year"
NUMBERS = "CREATE TEMP TABLE numbers (series text, year int, place bigint, sequence int, number text) ON COMMIT DROP"
COPY_NUMBERS = "COPY numbers FROM STDIN"

# A party is found by registry code, e-mail or phone, never by name alone: two people may share a name.
PARTIES = """
    CREATE TEMP TABLE parties ON COMMIT DROP AS
    SELECT t.case_id, i.party_name AS name, i.party_phone AS phone, i.party_email AS email, i.party_registry_code AS registry_code,
           CASE WHEN i.party_registry_code <> '' THEN 'r' || i.party_registry_code
                WHEN i.party_email <> '' THEN 'e' || i.party_email || ' ' || lower(i.party_name)
                WHEN i.party_phone <> '' THEN 'p' || i.party_phone || ' ' || lower(i.party_name)
                ELSE 'n' || t.case_id END AS who,
           NULL::bigint AS party_id
      FROM taken t JOIN incoming i USING (row_number)
     WHERE (i.party_name, i.party_phone, i.party_email, i.party_registry_code) <> ('', '', '', '')
"""
# Three joins on one column each: joined by OR they would be compared row by row, hours for a hundred thousand people.
FIND_PARTIES = """
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT ON (who) who, name, phone, email, registry_code FROM parties WHERE party_id IS NULL ORDER BY who
    )
    UPDATE parties p SET party_id = found.id
      FROM (SELECT who, min(id) AS id
              FROM (SELECT w.who, c.id
                      FROM wanted w JOIN complaints_party c ON c.registry_code = w.registry_code
                     WHERE w.registry_code <> '' AND c.registry_code <> ''
                    UNION ALL
                    SELECT w.who, c.id
                      FROM wanted w JOIN complaints_party c ON lower(c.email) = w.email
                     WHERE w.registry_code = '' AND w.email <> '' AND c.email <> ''
                       AND (w.name = '' OR lower(c.name) = lower(w.name))
                    UNION ALL
                    SELECT w.who, c.id
                      FROM wanted w JOIN complaints_party c ON c.phone = w.phone
                     WHERE w.registry_code = '' AND w.email = '' AND w.phone <> '' AND c.phone <> ''
                       AND (w.name = '' OR lower(c.name) = lower(w.name))) each_way
             GROUP BY who) found
     WHERE found.who = p.who
"""
# Who is still unknown is claimed, then looked for once more: a call may have added them while this waited for the claim.
CLAIM_NEW = CLAIM.format(
    addresses="parties p, unnest(ARRAY[p.phone, lower(p.email), p.registry_code]) AS address"
    " WHERE p.party_id IS NULL AND address <> ''"
)
NEW_PARTIES = """
    WITH new AS (
        SELECT nextval('complaints_party_id_seq') AS id, who, name, phone, email, registry_code
          FROM (SELECT DISTINCT ON (who) * FROM parties WHERE party_id IS NULL ORDER BY who, case_id) one
    ), made AS (
        INSERT INTO complaints_party
               (id, kind, name, registry_code, email, phone, address, language, note, created_at, created_by_id, version)
        SELECT id, CASE WHEN registry_code <> '' THEN 'company' ELSE 'person' END, name, registry_code, email, phone, '',
               %(language)s, '', %(now)s, %(by)s::bigint, 1
          FROM new
    )
    UPDATE parties p SET party_id = new.id FROM new WHERE new.who = p.who AND p.party_id IS NULL
"""

CASES = """
    INSERT INTO complaints_case
           (id, number, series, year, sequence, kind_id, status, title, description, party_id, co_signers, channel_id, topic_id,
            service_id, unit_id, language, is_environmental_information, no_reply_wanted, register_reference,
            sender_reference, received_at, registered_at, registered_on, registered_by_id, due_on, answered_at,
            answered_on, was_on_time, closed_at, closed_on, ended_on, is_extended, reopened_count, outcome, is_restricted,
            restriction_ends_by, restriction_scope, restriction_note, import_batch_id, foreign_data, created_at, updated_at,
            version)
    SELECT t.case_id, n.number, t.series, t.year, n.sequence, t.kind_id, i.status, i.title, i.description, p.party_id, 0,
           i.channel_id, i.topic_id, i.service_id, i.unit_id, %(language)s, k.is_environmental_information, false, '',
           i.reference, t.received_at, t.registered_at, t.registered_on, %(by)s::bigint,
           CASE WHEN i.status NOT IN ('answered', 'closed') THEN t.due_on END, t.answered_at, t.answered_on,
           t.answered_on <= t.due_on, t.closed_at, t.closed_on,
           CASE WHEN i.status IN ('answered', 'closed') THEN greatest(least(t.answered_on, t.closed_on), t.registered_on) END, false, 0, '', false, '', '', '', %(batch)s,
           i.foreign_data::jsonb, %(now)s, %(now)s, 1
      FROM taken t
      JOIN incoming i USING (row_number)
      JOIN numbers n USING (series, year, place)
      JOIN complaints_casekind k ON k.id = t.kind_id
      LEFT JOIN parties p USING (case_id)
     ORDER BY t.case_id
"""
CLOCKS = """
    INSERT INTO complaints_clock
           (id, case_id, kind_id, purpose, rule_id, law, state, triggered_on, raw_due_on, due_on, is_named_day, is_extended,
            first_due_on, extension_reason, steps, met_on, ended_on, end_reason, created_at)
    SELECT t.clock_id, t.case_id, t.kind_id, 'reply', t.rule_id, t.law,
           CASE WHEN t.answered_on IS NOT NULL THEN 'met' WHEN t.closed_on IS NOT NULL THEN 'ended' ELSE 'running' END,
           t.triggered_on, t.raw_due_on, t.due_on, false, false, t.due_on, '', terms.steps, t.answered_on,
           CASE WHEN t.answered_on IS NULL THEN t.closed_on END,
           CASE WHEN t.answered_on IS NULL AND t.closed_on IS NOT NULL THEN %(end_reason)s ELSE '' END, %(now)s
      FROM taken t JOIN terms USING (kind_id, received_on, registered_on)
     WHERE t.clock_id IS NOT NULL
     ORDER BY t.clock_id
"""
CLOCK_EVENTS = """
    INSERT INTO complaints_clockevent (clock_id, at, what, by_id, data)
    SELECT clock_id, %(now)s, 'started', %(by)s::bigint,
           jsonb_build_object('triggered_on', triggered_on, 'due_on', due_on, 'rule', rule_id)
      FROM taken WHERE clock_id IS NOT NULL
     UNION ALL
    SELECT clock_id, %(now)s, CASE WHEN answered_on IS NULL THEN 'ended' ELSE 'met' END, %(by)s::bigint,
           CASE WHEN answered_on IS NULL THEN jsonb_build_object('on', closed_on, 'reason', %(end_reason)s::text)
                ELSE jsonb_build_object('on', answered_on) END
      FROM taken WHERE clock_id IS NOT NULL AND coalesce(answered_on, closed_on) IS NOT NULL
"""
MESSAGES = """
    INSERT INTO complaints_message (key, case_id, direction, kind, at, channel_id, recipient, body)
    SELECT uuidv7(), t.case_id, 'in', 'original', t.received_at, i.channel_id, '', coalesce(nullif(i.description, ''), i.title)
      FROM taken t JOIN incoming i USING (row_number)
     ORDER BY t.case_id
"""
CONTACTS = """
    INSERT INTO complaints_contact
           (key, at, "on", channel_id, direction, party_id, topic_id, unit_id, outcome, case_id, note, was_dissatisfied,
            language, is_backdated, is_restricted, created_at)
    SELECT uuidv7(), t.received_at, t.received_on, i.channel_id, 'in', p.party_id, i.topic_id, i.unit_id, 'case', t.case_id,
           '', false, %(language)s, true, false, %(now)s
      FROM taken t JOIN incoming i USING (row_number) LEFT JOIN parties p USING (case_id)
     ORDER BY t.case_id
"""
IMPORTED_ROWS = """
    INSERT INTO complaints_importedrow (source, fingerprint, batch_id, case_id)
    SELECT %(source)s, print, %(batch)s, case_id FROM taken ORDER BY print
"""
# Rows of the reports say what they became, so that who may not see the case does not read them either.
NAME_CASES = """
    UPDATE bureau_jobrow r SET object_type = 'complaints.case', object_id = t.case_id
      FROM taken t
     WHERE r.job_id = ANY(%(jobs)s) AND r.row_number = t.row_number AND r.object_id IS NULL
"""
DEEDS = """
    INSERT INTO bureau_deed (at, action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason)
    SELECT %(now)s, 'case.registered', %(by)s::bigint, %(behalf)s::bigint, 'complaints.case', t.case_id, n.number,
           jsonb_build_object('kind', k.code, 'due_on', t.due_on, 'import_batch', %(batch)s::bigint), ''
      FROM taken t JOIN numbers n USING (series, year, place) JOIN complaints_casekind k ON k.id = t.kind_id
     ORDER BY t.case_id
"""
CHANGED_DAYS = """
    INSERT INTO complaints_changedday (day, at)
    SELECT DISTINCT day, %(now)s::timestamptz
      FROM taken, LATERAL (VALUES (registered_on), (answered_on), (closed_on), (received_on)) v (day)
     WHERE day IS NOT NULL
"""
ANALYSE = """
    ANALYZE complaints_case (id), complaints_clock (id), complaints_message (id, case_id), complaints_importedrow (id),
            complaints_contact (id, case_id), complaints_party (id)
"""
