"""Finished days counted once per channel, kind, topic and unit; a change marks its day to be counted again.

A writer only appends a mark, so nobody waits; a task counts the marked days each minute, `verify` proves them equal to
the rows. Today is always counted from the rows themselves.
"""

from datetime import date, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.utils import timezone

from complaints.case_ends import IN_TIME_SQL, JUDGED_SQL
from complaints.models import ChangedDay, CountedUntil

# Any number that no other advisory lock of ours uses: two workers never count the same days at once.
COUNTING_LOCK = 7_203_114

# What a day is made of. A contact counts on its local day without a kind; a case on the days of its own moments.
DAYS_SQL = f"""
    SELECT day, channel_id, kind_id, topic_id, unit_id, sum(contacts) AS contacts, sum(contact_seconds) AS contact_seconds,
           sum(contacts_timed) AS contacts_timed, sum(registered) AS registered, sum(answered) AS answered,
           sum(answered_judged) AS answered_judged, sum(answered_on_time) AS answered_on_time, sum(closed) AS closed,
           sum(forwarded) AS forwarded
      FROM (
        SELECT "on" AS day, channel_id, NULL::bigint AS kind_id, topic_id, unit_id, 1 AS contacts,
               coalesce(handling_seconds, 0) AS contact_seconds, (handling_seconds IS NOT NULL)::int AS contacts_timed,
               0 AS registered, 0 AS answered, 0 AS answered_judged, 0 AS answered_on_time, 0 AS closed, 0 AS forwarded
          FROM complaints_contact WHERE undone_at IS NULL AND "on" BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT registered_on, channel_id, kind_id, topic_id, unit_id, 0, 0, 0, 1, 0, 0, 0, 0, 0
          FROM complaints_case WHERE registered_on BETWEEN %(first)s AND %(last)s AND outcome <> 'taken_back'
        UNION ALL
        SELECT answered_on, channel_id, kind_id, topic_id, unit_id, 0, 0, 0, 0, 1, {JUDGED_SQL}::int, {IN_TIME_SQL}::int, 0, 0
          FROM complaints_case WHERE answered_on BETWEEN %(first)s AND %(last)s AND outcome <> 'taken_back'
        UNION ALL
        SELECT closed_on, channel_id, kind_id, topic_id, unit_id, 0, 0, 0, 0, 0, 0, 0, 1, 0
          FROM complaints_case WHERE closed_on BETWEEN %(first)s AND %(last)s AND outcome <> 'taken_back'
        UNION ALL
        SELECT (f.forwarded_at AT TIME ZONE 'Europe/Tallinn')::date, c.channel_id, c.kind_id, c.topic_id, c.unit_id,
               0, 0, 0, 0, 0, 0, 0, 0, 1
          FROM complaints_forwarding f JOIN complaints_case c ON c.id = f.case_id
         WHERE f.is_whole AND c.outcome <> 'taken_back' AND f.forwarded_at >= %(first)s::date - 1 AND f.forwarded_at < %(last)s::date + 2
           AND (f.forwarded_at AT TIME ZONE 'Europe/Tallinn')::date BETWEEN %(first)s AND %(last)s
      ) AS one
     GROUP BY day, channel_id, kind_id, topic_id, unit_id
"""  # noqa: S608 (conditions from our own code)

HOURS_SQL = """
    SELECT "on" AS day, extract(hour FROM at AT TIME ZONE 'Europe/Tallinn')::int AS hour, channel_id, unit_id,
           count(*) AS contacts
      FROM complaints_contact WHERE undone_at IS NULL AND "on" BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2, 3, 4
"""

DAY_COLUMNS = (
    "day, channel_id, kind_id, topic_id, unit_id, contacts, contact_seconds, contacts_timed, registered, answered, "
    "answered_judged, answered_on_time, closed, forwarded"
)
HOUR_COLUMNS = "day, hour, channel_id, unit_id, contacts"


def mark_changed(*days: date | None) -> None:
    """Note, in the transaction of the change, that the counts of these days are out of date."""
    ChangedDay.objects.bulk_create(ChangedDay(day=day) for day in sorted({day for day in days if day is not None}))


@transaction.atomic
def count_days(first: date, last: date) -> None:
    """Count the days from `first` to `last` anew from their rows. Marks made meanwhile stay for the next time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING_LOCK])
        # Marks are taken before the rows are read: a writer who commits later leaves a mark that is still there.
        cursor.execute("DELETE FROM complaints_changedday WHERE day BETWEEN %s AND %s", [first, last])
        days = {"first": first, "last": last}
        cursor.execute("DELETE FROM complaints_daycount WHERE day BETWEEN %(first)s AND %(last)s", days)
        cursor.execute(
            f"INSERT INTO complaints_daycount ({DAY_COLUMNS}) SELECT {DAY_COLUMNS} FROM ({DAYS_SQL}) AS counted",  # noqa: S608
            days,
        )
        cursor.execute("DELETE FROM complaints_hourcount WHERE day BETWEEN %(first)s AND %(last)s", days)
        cursor.execute(f"INSERT INTO complaints_hourcount ({HOUR_COLUMNS}) {HOURS_SQL}", days)
    until = CountedUntil.objects.order_by("-day").first()
    CountedUntil.objects.all().delete()
    CountedUntil.objects.create(day=max(last, until.day) if until else last)


def count_changed_days(*, today: date | None = None) -> int:
    """Count what is out of date: marked days that are over, and days since the last counting. Returns how many days."""
    today = today or timezone.localdate()
    yesterday = today - timedelta(days=1)
    days = set(ChangedDay.objects.filter(day__lt=today).values_list("day", flat=True).distinct())
    until = CountedUntil.objects.order_by("-day").values_list("day", flat=True).first()
    if until is not None and until < yesterday:
        days |= {until + timedelta(days=n) for n in range(1, (yesterday - until).days + 1)}
    elif until is None:
        days.add(yesterday)
    for first, last in runs_of_days(days):
        count_days(first, last)
    return len(days)


def runs_of_days(days) -> list[tuple[date, date]]:
    """Days that follow each other, joined: [(first, last), …]."""
    runs = []
    for _offset, run in groupby(enumerate(sorted(days)), key=lambda pair: pair[1].toordinal() - pair[0]):
        members = [day for _index, day in run]
        runs.append((members[0], members[-1]))
    return runs


def differences(first: date, last: date) -> int:
    """How many counted rows of these days differ from what their rows say now; marked days are out of date by design."""
    unmarked = "day NOT IN (SELECT day FROM complaints_changedday)"
    found = 0
    with connection.cursor() as cursor:
        for columns, table, truth in (
            (DAY_COLUMNS, "complaints_daycount", f"SELECT {DAY_COLUMNS} FROM ({DAYS_SQL}) AS counted"),  # noqa: S608
            (HOUR_COLUMNS, "complaints_hourcount", HOURS_SQL),
        ):
            kept = f"SELECT {columns} FROM {table} WHERE day BETWEEN %(first)s AND %(last)s"  # noqa: S608
            cursor.execute(
                f"SELECT count(*) FROM (({kept} EXCEPT ALL {truth}) UNION ALL ({truth} EXCEPT ALL {kept})) AS differing WHERE {unmarked}",  # noqa: S608, E501
                {"first": first, "last": last},
            )
            found += cursor.fetchone()[0]
    return found
