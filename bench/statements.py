"""Which statements one request sends, and how long the database works on them, by `pg_stat_statements`.

Not counted: BEGIN and COMMIT, the look whether a kept connection still answers (`SELECT 1`), nested statements of
triggers, and what the database asks itself at COMMIT to hold the foreign keys. The same for the floor.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

NOT_COUNTED = re.compile(
    r"^SELECT \$1$|pg_stat_statements|^SELECT (?:1|\$\d+) FROM ONLY .* FOR KEY SHARE OF \w+$",
    re.IGNORECASE | re.DOTALL,
)
SETTLE_SECONDS = 0.05


@dataclass(frozen=True)
class Statements:
    count: int
    ms: float
    slowest: tuple[tuple[float, int, str], ...]
    """(milliseconds, calls, text), the slowest first."""


def statements_of(connection: psycopg.Connection, do: Callable[[], object]) -> Statements:
    connection.execute("SELECT pg_stat_statements_reset()")
    do()
    time.sleep(SETTLE_SECONDS)
    rows = connection.execute(
        """SELECT total_exec_time, calls, query FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time DESC"""
    ).fetchall()
    kept = [(round(ms, 2), calls, " ".join(text.split())) for ms, calls, text in rows if not NOT_COUNTED.search(text)]
    return Statements(sum(calls for _, calls, _ in kept), round(sum(ms for ms, _, _ in kept), 2), tuple(kept))
