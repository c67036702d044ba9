"""Letters of the demo that went out by e-mail: nearly all arrived, one was refused, one is uncertain, one was cancelled.

None waits to be sent: whoever loads the demo must not write to anybody.
"""

LETTERS = 60

CHOSEN = """
    CREATE TEMPORARY TABLE demo_letter ON COMMIT DROP AS
    SELECT m.id, m.at, m.author_id, m.body, c.number, p.email, md5('letter ' || m.id)::uuid AS public_id,
           CASE row_number() OVER (ORDER BY m.at DESC, m.id) WHEN 3 THEN 'failed' WHEN 7 THEN 'uncertain'
                WHEN 11 THEN 'cancelled' ELSE 'sent' END AS state,
           row_number() OVER (ORDER BY m.at DESC, m.id) %% 17 = 5 AS was_put_off
      FROM complaints_message m
      JOIN complaints_case c ON c.id = m.case_id
      JOIN complaints_party p ON p.id = c.party_id
      JOIN bureau_channel h ON h.id = m.channel_id
     WHERE c.id BETWEEN %(first)s AND %(last)s AND NOT c.is_restricted
       AND m.direction = 'out' AND h.code = 'email' AND p.email <> ''
     ORDER BY m.at DESC, m.id LIMIT %(most)s
"""
STORED = (
    "UPDATE complaints_message m SET recipient = d.email FROM demo_letter d WHERE d.id = m.id",
    """INSERT INTO bureau_outgoingmail (public_id, purpose, is_automatic, "to", reply_to, subject, text, html, headers, message_id,
              is_secret, object_type, object_id, object_label, queued_by_id, state, created_at, due_at, attempts, server_code, sent_at)
       SELECT public_id, 'case.reply', false, email, '', 'Vastus Teie pöördumisele ' || number, body, '', '{}',
              '<' || replace(public_id::text, '-', '') || '@example.ee>', false, 'complaints.message', id, number, author_id, state,
              at, at, CASE WHEN state = 'cancelled' THEN 0 WHEN was_put_off THEN 2 ELSE 1 END,
              CASE state WHEN 'failed' THEN '550 5.1.1' ELSE '' END,
              CASE state WHEN 'sent' THEN at + CASE WHEN was_put_off THEN interval '65 seconds' ELSE interval '3 seconds' END END
         FROM demo_letter ORDER BY at, id""",
    """INSERT INTO bureau_mailattempt (mail_id, started_at, content_begun_at, ended_at, result, server_code, answer)
       SELECT o.id, o.created_at + interval '2 seconds', NULL, o.created_at + interval '3 seconds', 'deferred', '451 4.7.1', ''
         FROM bureau_outgoingmail o JOIN demo_letter d USING (public_id) WHERE d.was_put_off AND d.state <> 'cancelled'""",
    """INSERT INTO bureau_mailattempt (mail_id, started_at, content_begun_at, ended_at, result, server_code, answer)
       SELECT o.id, coalesce(o.sent_at, o.created_at + interval '3 seconds') - interval '1 second',
              CASE WHEN o.state <> 'failed' THEN coalesce(o.sent_at, o.created_at + interval '3 seconds') END,
              coalesce(o.sent_at, o.created_at + interval '3 seconds'),
              CASE o.state WHEN 'sent' THEN 'accepted' WHEN 'failed' THEN 'refused' ELSE 'uncertain' END, o.server_code, ''
         FROM bureau_outgoingmail o JOIN demo_letter d USING (public_id) WHERE o.state <> 'cancelled' ORDER BY o.id""",
    """INSERT INTO bureau_deed (at, action, object_type, object_id, object_label, data, reason)
       SELECT o.created_at + interval '3 seconds', 'mail.' || o.state, 'bureau.outgoingmail', o.id, split_part(o."to", '@', 2),
              jsonb_build_object('purpose', o.purpose, 'code', o.server_code), ''
         FROM bureau_outgoingmail o JOIN demo_letter d USING (public_id) WHERE o.state IN ('failed', 'uncertain')""",
)


def store_letters(cursor, *, first_case: int, last_case: int) -> None:
    cursor.execute(CHOSEN, {"first": first_case, "last": last_case, "most": LETTERS})
    for statement in STORED:
        cursor.execute(statement)
    cursor.execute("DROP TABLE demo_letter")
