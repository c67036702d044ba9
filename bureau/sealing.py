"""History under seal: what was written stays provable.

Every few minutes the rows of deeds, readings and kept versions that can no longer change are hashed in batches, each link
holding the digest of the link before it. Who changes, removes or slips in a row afterwards breaks a seal; who makes the
whole chain anew gets another last digest than the one that backups keep beside the database. What was written since the
last seal is the unsealed tail. The work is the database's: bureau/history_functions.sql.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from bureau.models import Deed, ReadingRecord, Seal, SealShape

ROWS_IN_SEAL = 5000
WAYS = {
    "changed": gettext_lazy("changed since"),
    "removed": gettext_lazy("removed since"),
    "inserted": gettext_lazy("slipped in"),
    "broken chain": gettext_lazy("does not follow from the seal before it"),
    "emptied without its deed": gettext_lazy("emptied without its deed"),
    "filled after it was emptied": gettext_lazy("filled after it was emptied"),
}


@dataclass(frozen=True)
class Head:
    """The last link: whoever keeps it elsewhere can tell whether the chain was made anew."""

    number: int
    at: datetime
    digest: str

    def as_json(self) -> dict[str, str | int]:
        return {"number": self.number, "at": self.at.isoformat(), "digest": self.digest}


def seal() -> int:
    """Seal what can no longer change; how many rows. Each step commits, so that nobody waits."""
    rows = 0
    while step := seal_step():
        rows += step
    return rows


def seal_step() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT history_seal(%s)", [ROWS_IN_SEAL])
        return cursor.fetchone()[0]


def head() -> Head | None:
    last = Seal.objects.order_by("-number").values("number", "at", "digest").first()
    return Head(last["number"], last["at"], bytes(last["digest"]).hex()) if last else None


def holds(number: int, digest: str) -> bool:
    """Whether the chain still has this link."""
    return Seal.objects.filter(number=number, digest=bytes.fromhex(digest)).exists()


def unsealed() -> int:
    """Rows written since the last seal."""
    shapes = SealShape.objects.distinct("table").order_by("table")
    count = sql.SQL(
        """(SELECT count(*) FROM {0} WHERE {1} > (SELECT coalesce(max(upto), 0) FROM bureau_seal WHERE "table" = {2}))"""
    )
    parts: list[sql.Composable] = [
        count.format(sql.Identifier(one.table), sql.Identifier(one.key), one.table) for one in shapes
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(" + ").join(parts or [sql.Literal(0)])))
        return cursor.fetchone()[0]


def standing(model: type[Deed | ReadingRecord]) -> tuple[Head | None, int]:
    """The last link, and how many rows of this table wait for the next; one question for a page."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    statement = sql.SQL(
        """SELECT s.number, s.at, encode(s.digest, 'hex'),
                  (SELECT count(*) FROM {0} WHERE {1} > (SELECT coalesce(max(upto), 0) FROM bureau_seal WHERE "table" = {2}))
             FROM (VALUES (1)) once LEFT JOIN (SELECT * FROM bureau_seal ORDER BY number DESC LIMIT 1) s ON true"""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(table), sql.Identifier(key), table))
        number, at, digest, rows = cursor.fetchone()
    return (Head(number, at, digest) if number else None), rows


def words() -> str:
    """What the proof is of, with the tail that it does not reach."""
    return _("Deeds, readings and versions are as they were sealed (the last %(rows)s rows are not sealed yet)") % {
        "rows": unsealed()
    }


def proof() -> tuple[int, list[str]]:
    """Sealed rows, and each that is not as it was sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(cardinality(ids)), 0) FROM bureau_seal")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT * FROM history_differences()")
        return rows, [label(*difference) for difference in cursor.fetchall()]


def label(number: int | None, table: str, row: int | None, what: str) -> str:
    facts: dict[str, Any] = {"table": table, "row": row, "number": number, "what": WAYS[what]}
    if row is None:
        return _("seal %(number)s, %(table)s: %(what)s") % facts
    return _("%(table)s %(row)s: %(what)s") % facts
