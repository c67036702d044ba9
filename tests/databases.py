"""A test database in a blink: migrations run once into a template, every worker copies it.

As in production the owner makes the database and the tests sign in as the role that owns nothing. `as_owner()` is for
what the owner does in production too: loading the demo, restoring, migrating. `past_the_guard` writes what nobody could,
for tests of the proof that finds it.

The template's name carries a hash of all migrations and of what they import, so the next run finds it again until
one of them changes. `django_db_setup` replaces the fixture of pytest-django; `tests/conftest.py` imports it. After a
transactional test the database is copied anew instead of emptied: seeded rows are back, and tables that refuse
to forget need not be asked.
"""

import ast
import gc
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import django
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from bureau.database_roles import role_in

PROJECT = Path(__file__).resolve().parent.parent

# What `migrate` leaves besides the migrations.
GUARD = ("history.py", "history_guard.py", "history_functions.sql", "database_roles.py")
# Only in databases of tests. The tests of the guard itself never use it.
DOOR_OF_TESTS = """
    CREATE SCHEMA tests; GRANT USAGE ON SCHEMA tests TO PUBLIC;
    CREATE FUNCTION tests.as_owner(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        PERFORM set_config('session_replication_role', 'replica', true);
        EXECUTE statement;
        PERFORM set_config('session_replication_role', 'origin', true);
    END $$
"""

django.setup()  # settings are read only after tests/conftest.py has named the database


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_blocker, django_db_modify_db_settings, django_db_keepdb
) -> Iterator[None]:
    production_name = connection.settings_dict["NAME"]
    with server() as postgres, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            name = claim(postgres, connection.creation._get_test_db_name())
            template = migrated_template(postgres)
            copy(postgres, template=template, name=name)
            use(name)
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: anew(postgres, template, name))
        Prepared.postgres, Prepared.name = postgres, name
        yield
        with django_db_blocker.unblock():
            connections.close_all()
            use(production_name)
        for made in Prepared.made.values():
            drop(postgres, made)
        if not django_db_keepdb:
            drop(postgres, name)


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """A connection beside the tests, kept for the whole run: it holds the claim to the database's name."""
    with psycopg.connect(owner_address("postgres"), autocommit=True) as postgres:
        yield postgres


def owner_address(name: str) -> str:
    return urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's connection signs in as the owner; never within a transaction."""
    assert not connection.in_atomic_block, "The role of a connection is chosen when it opens."
    role = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    name, password = role_in(os.environ["DATABASE_OWNER_URL"])
    connection.close()
    connection.settings_dict |= {"USER": name, "PASSWORD": password}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= role


@pytest.fixture(scope="module")
def signed_in_as_owner(django_db_setup) -> Iterator[None]:
    """For a module about the demo, which the owner loads. It comes before the transaction of each test."""
    with as_owner():
        yield


def past_the_guard(statement: str, values: Sequence[object] = ()) -> None:
    """Do within the test's transaction what neither the desk's role nor its triggers allow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests.as_owner(%s)", [cursor.mogrify(statement, values) if values else statement])


def claim(postgres: psycopg.Connection, wished: str) -> str:
    """The wished name, or the next one while another run on the same server has it."""
    for number in range(1, 50):
        name = wished if number == 1 else f"{wished}_{number}"
        if postgres.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone() == (True,):
            return name
    raise RuntimeError(f"All names like {wished} are taken by other test runs.")


def migrated_template(postgres: psycopg.Connection) -> str:
    """The template of today's migrations, made by whoever comes first; others wait for it."""
    prefix = f"{settings.DATABASES['default']['TEST']['NAME'].removesuffix(xdist_suffix())}_template_"
    name = prefix + migrations_hash()
    postgres.execute("SELECT pg_advisory_lock(hashtext(%s))", [prefix])
    try:
        if not exists(postgres, name):
            old = postgres.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [prefix.replace("_", r"\_") + "%"]
            ).fetchall()
            for (outdated,) in old:
                drop(postgres, outdated)
            build(postgres, name)
    finally:
        postgres.execute("SELECT pg_advisory_unlock(hashtext(%s))", [prefix])
    return name


def build(postgres: psycopg.Connection, name: str) -> None:
    building, before = f"{name}_new", connection.settings_dict["NAME"]
    drop(postgres, building)
    run(postgres, "CREATE DATABASE {}", building)
    run(postgres, "ALTER DATABASE {} SET synchronous_commit = off", building)
    use(building)
    gc.disable()  # a quarter quicker: every step makes all models anew
    try:
        with as_owner():
            call_command("migrate", verbosity=0, interactive=False)
            with connection.cursor() as cursor:
                cursor.execute(DOOR_OF_TESTS)
    finally:
        gc.enable()
        connections.close_all()
        use(before)
    run(postgres, "ALTER DATABASE {} RENAME TO {}", building, name)
    run(postgres, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)


class Prepared:
    """Databases that a worker filled once for several transactional tests."""

    postgres: psycopg.Connection
    name: str
    made: ClassVar[dict[str, str]] = {}


def prepared(code: str, fill: Callable[[], object]) -> None:
    """The test's database as `fill` leaves it: filled the first time, copied from then on. For transactional tests alone."""
    assert not connection.in_atomic_block, "A database that a transaction holds cannot be copied."
    if code not in Prepared.made:
        fill()
        connections.close_all()
        # A desk that ran for an earlier test may still hold a connection; a database in use cannot be copied.
        Prepared.postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [Prepared.name]
        )
        made = f"{Prepared.name}_{code}"
        copy(Prepared.postgres, template=Prepared.name, name=made)
        Prepared.made[code] = made
        return
    anew(Prepared.postgres, Prepared.made[code], Prepared.name)


def anew(postgres: psycopg.Connection, template: str, name: str) -> None:
    connections.close_all()
    copy(postgres, template=template, name=name)


def copy(postgres: psycopg.Connection, *, template: str, name: str) -> None:
    drop(postgres, name)
    run(postgres, "CREATE DATABASE {} TEMPLATE {}", name, template)
    run(postgres, "ALTER DATABASE {} SET synchronous_commit = off", name)


def drop(postgres: psycopg.Connection, name: str) -> None:
    run(postgres, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def exists(postgres: psycopg.Connection, name: str) -> bool:
    return postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def run(postgres: psycopg.Connection, statement: str, *names: str) -> None:
    postgres.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def use(name: str) -> None:
    """Make Django's connections go to the database of this name."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def xdist_suffix() -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"_{worker}" if worker else ""


def migrations_hash() -> str:
    """Changes with every migration of every app, with the seeds, and with what the project's migrations import."""
    migrations, seeds = [], []
    for app in apps.get_app_configs():
        migrations += Path(app.path, "migrations").glob("*.py")
        if Path(app.path).parent == PROJECT:
            seeds += (path for path in Path(app.path, "seeds").rglob("*") if path.is_file())
    imported = imported_modules([path for path in migrations if path.parent.parent.parent == PROJECT])
    found = hashlib.sha256()
    guard = [PROJECT / "bureau" / name for name in GUARD] + [Path(__file__)]
    for path in sorted({*migrations, *seeds, *imported, *guard}):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def imported_modules(paths: list[Path]) -> set[Path]:
    """The project's modules that these import, and what those import in turn. A change of models needs a migration
    anyhow, so models are not followed."""
    seen, ahead = set(), list(paths)
    while ahead:
        for name in imported_names(ahead.pop()):
            place = PROJECT.joinpath(*name.split("."))
            for source in (place.with_suffix(".py"), place / "__init__.py"):
                if source.is_file() and source not in seen and "models" not in source.parts:
                    seen.add(source)
                    ahead.append(source)
    return seen


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
