"""A hundred thousand foreign requests from CSV and from XLSX, beside plain `COPY` of the same rows into an indexed table.

A program of its own on a copy of the database, because what it takes in stays there.
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
STAGING = """
    CREATE TEMP TABLE staging (
        id bigserial PRIMARY KEY, reference text UNIQUE, received timestamp, answered timestamp, closed timestamp, state text, channel text,
        kind text, topic text, office text, title text, "text" text, name text, phone text, mail text, street text, county text,
        parcel text, permit text, agent text, note text);
    CREATE INDEX ON staging (received); CREATE INDEX ON staging (channel, received); CREATE INDEX ON staging (topic, received);
    CREATE INDEX ON staging (agent, received)
"""
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


def copy_seconds(connection: psycopg.Connection, data: bytes) -> float:
    """The floor of an import: typed columns, a key, a unique reference, four indexes; nothing is looked up or decided."""
    connection.execute("DROP TABLE IF EXISTS staging")
    connection.execute(STAGING)
    connection.execute("SET datestyle = 'ISO, DMY'")
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    started = time.perf_counter()
    with (
        connection.transaction(),
        connection.cursor().copy(f"COPY staging ({names}) FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy,
    ):
        for start in range(0, len(data), 1 << 20):
            copy.write(data[start : start + (1 << 20)])
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
    folder = parser.parse_args().out.parent
    rows = list(foreign_rows())
    data = as_csv(rows)
    (folder / "import.csv").write_bytes(data)
    write_xlsx(folder / "import.xlsx", rows)
    results = {}
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for form in ("csv", "xlsx"):
            limit = min(copy_seconds(connection, data) for _ in range(2))
            found = imported(folder / f"import.{form}", f"bench-{form}", folder)
            rate = found["read"] / found["seconds"]
            results[f"import {form}"] = found | {
                "rows_a_second": round(rate), "copy_s": round(limit, 2), "copy_rows_a_second": round(ROWS / limit),
                "of_copy": round(rate / (ROWS / limit), 3),
            }  # fmt: skip
            print(f"  import {form}: {results[f'import {form}']}", flush=True)
    parser.parse_args().out.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
