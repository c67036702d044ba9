"""History under seal: what was written stays provable.

Every few minutes the rows of deeds, readings and kept versions that can no longer change are hashed in batches, each link
holding the digest of the link before it. Who changes, removes or slips in a row afterwards breaks a seal; who makes the
whole chain anew gets another last digest than the one that backups keep beside the database. What was written since the
last seal is the unsealed tail. The work is the database's: bureau/history_functions.sql.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from bureau.history import history_models
from bureau.models import Deed, ReadingRecord, Seal, SealShape

ROWS_IN_SEAL = 5000
FUNCTIONS = Path(__file__).with_name("history_functions.sql")
FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION public\.(\w+)\(.*?\$\$(.*?)\$\$;", re.DOTALL)
LOOKED_UP_IN = "search_path=public, pg_temp"
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
    """Sealed rows, and each that is not as it was sealed; first whatever the proof itself may not rest on."""
    told = [
        _("the database's function %(name)s is not the desk's own") % {"name": name} for name in foreign_functions()
    ]
    told += [_("%(table)s: its seals are read over other columns than it has") % {"table": table} for table in foreign_shapes()]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(cardinality(ids)), 0) FROM bureau_seal")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT * FROM history_differences()")
        return rows, told + [label(*difference) for difference in cursor.fetchall()]


def foreign_functions() -> list[str]:
    """Functions that seal and prove, and are not as this desk writes them: whoever owns the database can make them blind."""
    ours = dict(FUNCTION.findall(FUNCTIONS.read_text(encoding="utf-8")))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s)",
            [list(ours)],
        )
        there = cursor.fetchall()
    foreign = {name for name, source, _config in there if source != ours[name]}
    foreign |= {name for name, _source, config in there if elsewhere(config or ())}
    names = [name for name, *_rest in there]
    return sorted(foreign | {name for name in ours if names.count(name) != 1})


def elsewhere(config: Iterable[str]) -> bool:
    return any(one.startswith("search_path=") and one != LOOKED_UP_IN for one in config)


def foreign_shapes() -> list[str]:
    """Tables of which a seal reads a column that the desk does not know, or columns in another order.

    Names are not hashed, so that a column can be renamed: the old values could stand in a column beside, or change places.
    """
    known = {model._meta.db_table: model for model in history_models(apps)}
    found = set()
    for shape in SealShape.objects.all():
        model = known.get(shape.table)
        columns = [str(field.column) for field in model._meta.concrete_fields] if model else []
        if shape.key not in columns or not (in_order(shape.plain, columns) and in_order(shape.personal, columns)):
            found.add(shape.table)
    return sorted(found)


def in_order(names: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether the names stand among the columns, in the same order."""
    rest: Iterator[str] = iter(columns)
    return all(name in rest for name in names)


def label(number: int | None, table: str, row: int | None, what: str) -> str:
    facts: dict[str, Any] = {"table": table, "row": row, "number": number, "what": WAYS[what]}
    if row is None:
        return _("seal %(number)s, %(table)s: %(what)s") % facts
    return _("%(table)s %(row)s: %(what)s") % facts
