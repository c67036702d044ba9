"""Giving out case numbers: gapless and race-free, because the counter is part of the registration's transaction."""

from django.db import connection, transaction

from complaints.numbering import CaseNumber

# The row is locked from here to the commit, so this is asked for as the last thing of a registration. A rollback gives
# the number back, since the counter rolls back with it.
ALLOCATE_SQL = """
    INSERT INTO complaints_numberseries (series, year, last) VALUES (%s, %s, %s)
    ON CONFLICT (series, year) DO UPDATE SET last = complaints_numberseries.last + EXCLUDED.last
    RETURNING last
"""


def allocate(*, series: str, year: int, count: int = 1) -> list[CaseNumber]:
    """The next `count` numbers of a series and year, in order. Only inside a transaction."""
    return [CaseNumber(series, year, sequence) for sequence in allocate_run(series=series, year=year, count=count)]


def allocate_run(*, series: str, year: int, count: int) -> range:
    """The sequences of the next `count` numbers; the same rules."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is given only within the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(ALLOCATE_SQL, [series, year, count])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
