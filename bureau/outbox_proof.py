"""Proof that the outbox keeps its word: nothing went out twice of itself, and nothing lies forgotten.

Each function returns how many rows it looked at and a label of each that is wrong, as `manage.py verify` wants it.
"""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

MEANS_FORGOTTEN = timedelta(hours=1)


def sent_once() -> tuple[int, list[str]]:
    """After an attempt that was accepted, or may have been, comes another only by the word of a person; and what counts
    as sent was accepted by a server or found to have arrived."""
    return look(
        """
        SELECT m.public_id, 'tried again unasked' FROM bureau_outgoingmail m
          JOIN bureau_mailattempt a ON a.mail_id = m.id AND a.result IN ('accepted', 'uncertain')
          JOIN bureau_mailattempt b ON b.mail_id = m.id AND b.id > a.id
         WHERE NOT EXISTS (SELECT 1 FROM bureau_deed d
                            WHERE d.object_type = 'bureau.outgoingmail' AND d.object_id = m.id
                              AND d.action = 'mail.retried' AND d.at BETWEEN a.ended_at AND b.started_at)
         UNION
        SELECT m.public_id, 'sent without proof' FROM bureau_outgoingmail m
         WHERE m.state = 'sent'
           AND NOT EXISTS (SELECT 1 FROM bureau_mailattempt a WHERE a.mail_id = m.id AND a.result = 'accepted')
           AND NOT EXISTS (SELECT 1 FROM bureau_deed d
                            WHERE d.object_type = 'bureau.outgoingmail' AND d.object_id = m.id
                              AND d.action = 'mail.confirmed')
         UNION
        SELECT m.public_id, 'accepted, but ' || m.state FROM bureau_outgoingmail m
          JOIN bureau_mailattempt a ON a.mail_id = m.id AND a.result = 'accepted'
         WHERE m.state <> 'sent'
        """
    )


def nothing_stuck() -> tuple[int, list[str]]:
    """Each letter under way has its one open attempt, and none has waited for an hour beyond its time."""
    before = timezone.now() - MEANS_FORGOTTEN
    return look(
        """
        SELECT m.public_id, m.state FROM bureau_outgoingmail m
          LEFT JOIN bureau_mailattempt a ON a.mail_id = m.id AND a.result = 'under_way'
         WHERE (m.state = 'sending') <> (a.id IS NOT NULL)
            OR m.state = 'sending' AND a.started_at < %s
            OR m.state = 'queued' AND m.due_at < %s
        """,
        [before, before],
    )


def look(statement: str, values: list | None = None) -> tuple[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        wrong = [f"{public_id}: {what}" for public_id, what in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM bureau_outgoingmail")
        return cursor.fetchone()[0], wrong
