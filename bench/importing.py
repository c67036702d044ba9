"""A hundred thousand foreign requests from CSV and from XLSX, beside a bare `COPY` of the rows that the import made.

A program of its own on a copy of the database, because what it takes in stays there. The limit is measured in a second
copy: the finished rows go into the same tables with the same indexes; nothing is read, looked up, decided or checked.
"""

import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
import xlsxwriter
from psycopg import sql

from bureau.embedded import PROJECT

ROWS = 100_000
FIRST = datetime(2024, 1, 2, 8)
MINUTES_APART = 9
COLUMNS = [
    "reference",
    "received",
    "answered",
    "closed",
    "state",
    "channel",
    "kind",
    "topic",
    "office",
    "title",
    "text",
    "name",
    "phone",
    "mail",
    "street",
    "county",
    "parcel",
    "permit",
    "agent",
    "note",
]
CHANNELS = ("Telefon", "E-kiri", "Veebivorm", "Kiri", "Külastus")
KINDS = ("Selgitustaotlus", "Teabenõue", "Märgukiri", "Päring")
TOPICS = ("Mets", "Jäätmed", "Kalapüük", "Load", "Aruanded")
MAP = Path(__file__).parent / "import.toml"


def foreign_rows(count: int = ROWS, seed: int = 3):
    """As another system would give them out; one in two hundred cannot be taken."""
    rng = Random(seed)
    texts = [
        f"Palun selgitage {word}. " * 6
        for word in ("metsateatise esitamist", "jäätmeloa tingimusi", "kalastuskaardi ostmist")
    ]
    for number in range(count):
        received = FIRST + timedelta(minutes=number * MINUTES_APART)
        answered = received + timedelta(hours=rng.randrange(1, 700))
        is_open = number > count * 0.98
        yield (
            f"V-{number:07d}", f"{received:%d.%m.%Y %H:%M}", "" if is_open else f"{answered:%d.%m.%Y %H:%M}",
            "" if is_open else f"{answered + timedelta(days=1):%d.%m.%Y %H:%M}", "Töös" if is_open else "Lõpetatud",
            "Telegraaf" if rng.random() < 0.005 else rng.choice(CHANNELS), rng.choice(KINDS), rng.choice(TOPICS), "Tartu",
            f"Küsimus number {number} loa kohta", rng.choice(texts), f"Klient {rng.randrange(40_000)}", f"+3725{rng.randrange(1_000_000, 9_999_999)}",
            f"klient{rng.randrange(40_000)}@naide.ee", f"Tamme {number % 90}", "Tartumaa", f"{number % 9999}:001:{number % 977}", f"L.{number % 7000}",
            f"ametnik {number % 30}", "Andmed vanast süsteemist",
        )  # fmt: skip


def as_csv(rows: list[tuple]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def write_xlsx(path: Path, rows: list[tuple]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([tuple(COLUMNS), *rows]):
        sheet.write_row(number, 0, row)
    book.close()


def last_ids(connection: psycopg.Connection) -> dict[str, int]:
    """Every table with a numbered key, and the highest number in it."""
    tables = connection.execute(
        """SELECT table_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'bigint' ORDER BY table_name"""
    ).fetchall()
    statement = sql.SQL("SELECT coalesce(max(id), 0) FROM {}")
    return {table: connection.execute(statement.format(sql.Identifier(table))).fetchone()[0] for (table,) in tables}


def finished_rows(connection: psycopg.Connection, before: dict[str, int], folder: Path) -> dict[str, Path]:
    """What came into each table meanwhile, as files that `COPY` reads."""
    made = {}
    for table, last in last_ids(connection).items():
        if last == before[table]:
            continue
        made[table] = folder / f"finished-{table}"
        rows = sql.SQL("COPY (SELECT * FROM {} WHERE id > {}) TO STDOUT (FORMAT binary)")
        with (
            connection.cursor().copy(rows.format(sql.Identifier(table), before[table])) as copy,
            made[table].open("wb") as out,
        ):
            for piece in copy:
                out.write(piece)
    return made


def copy_seconds(connection: psycopg.Connection, made: dict[str, Path]) -> float:
    """The limit of an import: nothing but the rows and their indexes, in one transaction; no trigger, no foreign key."""
    connection.execute("SET session_replication_role = replica")
    started = time.perf_counter()
    with connection.transaction():
        for table, path in made.items():
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
            with connection.cursor().copy(statement) as copy, path.open("rb") as source:
                while piece := source.read(1 << 20):
                    copy.write(piece)
    return time.perf_counter() - started


def imported(path: Path, source: str, folder: Path) -> dict:
    """`manage.py import_cases` as anybody would call it. Taken together: reading, mapping, look-ups, deadlines, clocks, search, report."""
    mapping = folder / f"{source}.toml"
    mapping.write_text(
        MAP.read_text(encoding="utf-8").replace('source = "bench"', f'source = "{source}"'), encoding="utf-8"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "manage.py", "import_cases", str(path), "--map", str(mapping), "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"import_cases failed:\n{(done.stdout + done.stderr)[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    facts = json.loads(done.stdout.splitlines()[-1])["files"][0]
    return {
        "read": facts["read"], "taken": facts["taken"], "refused": facts["refused"], "seconds": facts["seconds"],
        "python_cpu_s": round(after.ru_utime - before.ru_utime, 1), "memory_mb": round(after.ru_maxrss / 1024),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--untouched", required=True, help="address of a second copy, for the limit")
    asked = parser.parse_args()
    folder = asked.out.parent
    rows = list(foreign_rows())
    (folder / "import.csv").write_bytes(as_csv(rows))
    write_xlsx(folder / "import.xlsx", rows)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        before = last_ids(connection)
        found = {"csv": imported(folder / "import.csv", "bench-csv", folder)}
        made = finished_rows(connection, before, folder)
        found["xlsx"] = imported(folder / "import.xlsx", "bench-xlsx", folder)
    with psycopg.connect(asked.untouched, autocommit=True) as untouched:
        limit = copy_seconds(untouched, made)
    for path in made.values():
        path.unlink()
    results = {f"import {form}": facts | beside_limit(facts, limit, len(made)) for form, facts in found.items()}
    for what, facts in results.items():
        print(f"  {what}: {facts}", flush=True)
    asked.out.write_text(json.dumps(results, indent=1), encoding="utf-8")


def beside_limit(facts: dict, limit: float, tables: int) -> dict:
    rate = facts["read"] / facts["seconds"]
    return {
        "rows_a_second": round(rate),
        "tables": tables,
        "copy_s": round(limit, 2),
        "copy_rows_a_second": round(ROWS / limit),
        "of_copy": round(rate / (ROWS / limit), 3),
    }


if __name__ == "__main__":
    main()
