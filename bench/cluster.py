"""PostgreSQL and Valkey of the bench: the embedded ones with a production's settings, in a folder of their own.

They are children of the bench and end with it; the data stays under `var/bench/`, so that the next run finds the loaded
databases again.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from bureau import embedded, keeper
from bureau.embedded import PROJECT, Files

BASE = PROJECT / "var" / "bench"
YEARS = 3
SEED = 20
# A database this old shows another picture than the day it was loaded: what was due is long late.
LOADED_STAYS_FRESH = timedelta(days=7)
# What decides the rows that `load_demo` writes.
SOURCES_OF_DATA = (
    "bureau/demo",
    "bureau/seeds",
    "complaints/seeds",
    "*/migrations",
    "complaints/deadlines.py",
    "complaints/rollups.py",
)


def production_settings() -> dict[str, str]:
    """What one would set on a machine like this one that PostgreSQL has mostly to itself."""
    memory_mb = psutil.virtual_memory().total // 2**20
    return {
        "shared_buffers": f"{min(4096, memory_mb // 10)}MB",
        "effective_cache_size": f"{memory_mb // 2}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "512MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "30min",
        "effective_io_concurrency": "200",
        "max_connections": "80",
        "pg_stat_statements.track": "top",
        "pg_stat_statements.track_utility": "off",
    }


class Cluster:
    """`with Cluster() as cluster:` — one bench at a time."""

    def __init__(self, base: Path = BASE):
        self.files = Files(base)

    def __enter__(self) -> "Cluster":
        self.stack = contextlib.ExitStack()
        with embedded.errors_as_sentences(self.files.base):
            self.files.prepare()
            alone = self.stack.enter_context(embedded.lock(self.files.keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB))
            if not alone:
                raise SystemExit("Another bench is running here. Wait until it has ended.")
            keeper.POSTGRES_SETTINGS.update(production_settings())
            self.keeper = keeper.Keeper(self.files)
            self.stack.callback(self.keeper.stop)
            self.keeper.start()
        return self

    def __exit__(self, *error) -> None:
        self.stack.close()

    def database_url(self, name: str) -> str:
        return self.files.read_state()["database_url"].removesuffix("bureau") + name

    def owner_url(self, name: str) -> str:
        return self.files.read_state()["owner_url"].removesuffix("bureau") + name

    @property
    def redis_url(self) -> str:
        return self.files.read_state()["redis_url"]

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.owner_url(name), autocommit=True)

    def run(self, statement: str, *names: str) -> None:
        with self.connect() as postgres:
            postgres.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def drop(self, name: str) -> None:
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def size_mb(self, name: str) -> int:
        with self.connect() as postgres:
            return postgres.execute("SELECT pg_database_size(%s) / 1048576", [name]).fetchone()[0]

    def copy(self, source: str, name: str) -> None:
        """A copy to be spoilt."""
        self.drop(name)
        self.run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, source)

    # --- Loaded databases ---------------------------------------------------------------------------------------------
    def comment_of(self, name: str) -> str:
        """What was written on the database when it was loaded; nothing when it is not there."""
        with self.connect() as postgres:
            row = postgres.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
        return (row and row[0]) or ""

    def comment_on(self, name: str, text: str) -> None:
        with self.connect() as postgres:
            postgres.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text)))

    def is_loaded(self, name: str, fingerprint: str = "") -> bool:
        """Whether the database holds what these sources (today's when not given) would load, and not long ago."""
        comment = self.comment_of(name)
        if not comment:
            return False
        loaded, day = comment.split()
        is_fresh = date.today() - date.fromisoformat(day) < LOADED_STAYS_FRESH
        return is_fresh and loaded == (fingerprint or fingerprint_of_data())

    def load(
        self, name: str, *, cases: int, environment: dict[str, str], folder: Path = PROJECT, fingerprint: str = ""
    ) -> dict[str, float]:
        """A fresh database, migrated and filled by the same commands that anybody would use; seconds by step."""
        self.drop(name)
        self.run("CREATE DATABASE {}", name)
        took = {}
        for step, arguments in {
            "migrate": ["migrate", "--verbosity", "0"],
            "load_demo": ["load_demo", "--cases", str(cases), "--years", str(YEARS), "--seed", str(SEED)],
        }.items():
            started = time.perf_counter()
            manage(arguments, environment, folder)
            took[step] = round(time.perf_counter() - started, 1)
        with self.connect(name) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        self.comment_on(name, f"{fingerprint or fingerprint_of_data()} {date.today()}")
        return took


def manage(arguments: list[str], environment: dict[str, str], folder: Path = PROJECT) -> str:
    """One `manage.py` command, to its end."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"manage.py {arguments[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def fingerprint_of_data() -> str:
    found = hashlib.sha256(f"{YEARS} {SEED}".encode())
    for pattern in SOURCES_OF_DATA:
        for place in sorted(PROJECT.glob(pattern)):
            files = (
                [place]
                if place.is_file()
                else [path for path in sorted(place.rglob("*")) if path.suffix in {".py", ".toml"}]
            )
            for path in files:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
