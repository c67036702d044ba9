"""Cases that ended get the day of it, and finished days their count of replies that had a term. Way back: the columns go.

A mark "in time" without any reply clock that was met is no judgement; a demo of an earlier release bore such marks.
"""

from django.db import migrations

# No version of the row is kept: nothing that a person did has changed.
FILL = """
    ALTER TABLE complaints_case DISABLE TRIGGER USER;

    UPDATE complaints_case c
       SET ended_on = greatest(c.registered_on, coalesce(least(c.answered_on, c.closed_on, f.forwarded_on),
                                                         (c.updated_at AT TIME ZONE 'Europe/Tallinn')::date))
      FROM complaints_case same
      LEFT JOIN (SELECT case_id, max((forwarded_at AT TIME ZONE 'Europe/Tallinn')::date) AS forwarded_on
                   FROM complaints_forwarding WHERE is_whole GROUP BY case_id) f ON f.case_id = same.id
     WHERE same.id = c.id AND c.status IN ('answered', 'forwarded', 'closed');

    -- Closed after it was taken up again, without another reply: the last end is that of the closing.
    UPDATE complaints_case c SET ended_on = greatest(c.registered_on, c.closed_on)
      FROM (SELECT k.case_id, max(k.triggered_on) AS taken_up FROM complaints_clock k
             WHERE k.purpose = 'reply' GROUP BY k.case_id) again
     WHERE again.case_id = c.id AND c.status = 'closed' AND c.reopened_count > 0 AND c.ended_on < again.taken_up;

    UPDATE complaints_case c SET was_on_time = NULL
     WHERE c.was_on_time IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM complaints_clock k WHERE k.case_id = c.id AND k.purpose = 'reply' AND k.state = 'met');

    ALTER TABLE complaints_case ENABLE TRIGGER USER;

    UPDATE complaints_daycount d SET answered_judged = judged.n, answered_on_time = judged.in_time
      FROM (SELECT answered_on, channel_id, kind_id, topic_id, unit_id, count(was_on_time) AS n,
                   count(*) FILTER (WHERE was_on_time) AS in_time
              FROM complaints_case WHERE answered_on IS NOT NULL AND outcome <> 'taken_back' GROUP BY 1, 2, 3, 4, 5) judged
     WHERE judged.answered_on = d.day AND judged.channel_id = d.channel_id AND judged.kind_id = d.kind_id
       AND coalesce(judged.topic_id, 0) = coalesce(d.topic_id, 0) AND coalesce(judged.unit_id, 0) = coalesce(d.unit_id, 0);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0010_case_end_and_judged_replies")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
