"""The desk's own database user owns nothing, and can neither rewrite history nor set aside what guards it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from bureau.audit import record
from bureau.database_roles import RoleError, ensure_runtime_role, needs_owner, role_in
from bureau.models import Deed, ReadingRecord, Unit
from quality.models import Measurement
from tests.databases import owner_address
from tests.quality.test_measurements import answered_case, measured

PROJECT = Path(__file__).resolve().parents[2]
HISTORY = {Deed, ReadingRecord, *(model for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))}
HISTORY_TABLES = {model._meta.db_table: model._meta.pk.column for model in HISTORY}
ADDED_ONLY = {
    "complaints_clockevent", "complaints_complaintmove", "complaints_challengemove", "feedback_questionnaire",
    "feedback_invitationdecision", "quality_measurementrows", "quality_reportissue", "quality_reportpack",
    "quality_reportrows",
}  # fmt: skip
LOOKED_AT = {"django_migrations"}
OF_THE_SEAL = {"bureau_seal", "bureau_sealmark", "bureau_sealshape"}


def rows(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


# --- Who it is --------------------------------------------------------------------------------------------------------
def test_the_role_has_no_power_of_its_own(db):
    role = rows(
        """SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin
             FROM pg_roles WHERE rolname = current_user"""
    )
    may_set = rows("SELECT has_parameter_privilege('session_replication_role', 'SET, ALTER SYSTEM')")

    assert role == [(settings.RUNTIME_DATABASE["USER"], False, False, False, False, False, True)]
    assert may_set == [(False,)]
    assert rows("SELECT 1 FROM pg_auth_members WHERE member = to_regrole(current_user)") == []


def test_the_role_owns_nothing(db):
    owned = rows(
        """SELECT 'relation', relname::text FROM pg_class WHERE relowner = to_regrole(current_user)
           UNION SELECT 'function', proname FROM pg_proc WHERE proowner = to_regrole(current_user)
           UNION SELECT 'schema', nspname FROM pg_namespace WHERE nspowner = to_regrole(current_user)
           UNION SELECT 'type', typname FROM pg_type WHERE typowner = to_regrole(current_user)
           UNION SELECT 'database', datname FROM pg_database WHERE datdba = to_regrole(current_user)"""
    )

    assert owned == []
    assert rows("SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')") == [(False, False)]  # fmt: skip


# --- What it may ------------------------------------------------------------------------------------------------------
def test_every_table_grants_exactly_what_its_kind_needs(db):
    found = dict(
        rows(
            """SELECT c.relname, array(SELECT a.privilege_type FROM aclexplode(c.relacl) a
                                        WHERE a.grantee IN (0, to_regrole(current_user)) ORDER BY 1)
                 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"""
        )
    )
    wanted = dict.fromkeys(found, ["DELETE", "INSERT", "MAINTAIN", "SELECT", "UPDATE"])
    wanted |= dict.fromkeys(HISTORY_TABLES, ["SELECT"]) | dict.fromkeys(ADDED_ONLY, ["INSERT", "SELECT"])
    wanted |= dict.fromkeys(LOOKED_AT | OF_THE_SEAL, ["SELECT"])

    assert found == wanted
    assert len(found) > 100


def test_a_row_of_history_gets_its_number_and_salt_from_the_database_alone(db):
    found = set(
        rows(
            """SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relname = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped
                  AND NOT has_column_privilege(c.oid, a.attnum, 'INSERT')""",
            [list(HISTORY_TABLES)],
        )
    )
    changed = rows(
        """SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relname = ANY (%s) AND has_column_privilege(c.oid, a.attnum, 'UPDATE')""",
        [list(HISTORY_TABLES)],
    )

    assert {table: column for table, column in found if column == HISTORY_TABLES[table]} == HISTORY_TABLES
    assert {column for table, column in found if column != HISTORY_TABLES[table]} <= {"seal_salt", "emptied_digest"}
    assert changed == []


def test_no_sequence_of_history_can_be_moved(db):
    found = dict(
        rows(
            """SELECT relname, array_remove(ARRAY[
                      CASE WHEN has_sequence_privilege(oid, 'SELECT') THEN 'SELECT' END,
                      CASE WHEN has_sequence_privilege(oid, 'USAGE') THEN 'USAGE' END,
                      CASE WHEN has_sequence_privilege(oid, 'UPDATE') THEN 'UPDATE' END], NULL)
                 FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"""
        )
    )
    wanted = dict.fromkeys(found, ["SELECT", "USAGE"])
    wanted |= {f"{table}_{column}_seq": ["SELECT"] for table, column in HISTORY_TABLES.items()}

    assert {name: rights for name, rights in found.items() if wanted[name] != rights} == {}


# --- What it tries ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", sorted(HISTORY_TABLES))
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}", "DROP TABLE {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL", "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        "CREATE RULE quietly AS ON INSERT TO {table} DO INSTEAD NOTHING", "INSERT INTO {table} ({column}) VALUES (1)",
    ],
    ids=lambda attempt: attempt.split("{")[0].strip(),
)  # fmt: skip
def test_history_is_refused_to_the_desk_itself(attempt, table, db):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        rows(attempt.format(table=table, column=HISTORY_TABLES[table]))


@pytest.mark.parametrize(
    "attempt",
    [
        "SET session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
        "COPY bureau_deed TO PROGRAM 'cat'",
        "COPY bureau_deed TO '/tmp/deeds'",
        "COPY complaints_party FROM PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SET ROLE bureau",
        "SET SESSION AUTHORIZATION bureau",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE complaints_case DISABLE TRIGGER USER",
        "TRUNCATE complaints_case",
        "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION history_refuses_truncate()",
        "ALTER FUNCTION public._pgtrigger_should_ignore(name) RENAME TO gone",
        "DROP FUNCTION public._pgtrigger_should_ignore(name) CASCADE",
        "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "UPDATE django_migrations SET app = app",
    ],
)
def test_ways_round_the_guard_are_refused(attempt, db):
    refused = r"permission denied|must be owner|must be superuser|cannot be dropped|Only roles|not allowed"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        rows(attempt)


def test_triggers_do_not_look_away_for_the_desk(db):
    unit = Unit.objects.create(code="proov", name_et="Vana nimi", name_en="Old name")
    answered_case(True)
    measured()
    measurement = Measurement.objects.latest().first()
    ((triggers,),) = rows("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
    rows("SELECT set_config('pgtrigger.ignore', %s, true)", [triggers])

    Unit.objects.filter(pk=unit.pk).update(name_et="Uus nimi")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Measurement.objects.filter(pk=measurement.pk).update(value=1)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Measurement.objects.filter(pk=measurement.pk).delete()

    assert unit.versions.get().name_et == "Vana nimi"


def test_the_owner_cannot_empty_history_either(db):
    guarded = sorted([*HISTORY_TABLES, *ADDED_ONLY, "bureau_seal"])
    with psycopg.connect(owner_address(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("SET lock_timeout = '10s'")
        for mode in ("origin", "replica"):
            owner.execute(f"SET session_replication_role = {mode}")
            for table in guarded:
                with pytest.raises(psycopg.errors.RaiseException, match="cannot be emptied"):
                    owner.execute(f"TRUNCATE {table} CASCADE")


def test_the_desk_still_writes_history(mari, db):
    deed = record("person.changed", by=mari, on=mari)

    assert rows("SELECT action FROM bureau_deed WHERE id = %s", [deed.pk]) == [("person.changed",)]


# --- How it is chosen -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["manage.py", "migrate", "--noinput"], True), (["./manage.py", "load_demo"], True), (["manage.py", "restore", "x"], True),
        (["manage.py", "verify"], False), (["manage.py", "backup", "x"], False), (["gunicorn", "migrate"], False),
        (["celery", "--app", "bureau"], False), (["manage.py"], False), (["manage.py", "restore", "--help"], False),
    ],
)  # fmt: skip
def test_commands_that_need_the_owner(words, wanted):
    assert needs_owner(words) is wanted


def test_an_address_tells_role_and_password():
    assert role_in("postgresql://bureau_desk:s%40la@host:5432/bureau") == ("bureau_desk", "s@la")


def test_migrating_without_the_owner_is_refused_in_one_sentence():
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=PROJECT, capture_output=True, text=True, check=False,
        env=os.environ | {"DATABASE_OWNER_URL": ""},
    )  # fmt: skip

    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "set DATABASE_OWNER_URL" in sentence


def test_a_role_that_may_too_much_is_not_taken_for_the_desk(db):
    with psycopg.connect(owner_address(connection.settings_dict["NAME"])) as owner:
        with pytest.raises(RoleError, match="may too much"):
            ensure_runtime_role(owner, name=owner.info.user, password="x")
        owner.execute("CREATE ROLE proov_liige LOGIN IN ROLE pg_write_all_data")
        with pytest.raises(RoleError, match="belongs to another role"):
            ensure_runtime_role(owner, name="proov_liige", password="x")
        owner.rollback()


def test_the_role_is_made_with_the_password_of_the_address(db):
    name = f"proov_{os.getpid()}"
    with psycopg.connect(owner_address(connection.settings_dict["NAME"]), autocommit=True) as owner:
        try:
            for password in ("esimene", "teine"):
                ensure_runtime_role(owner, name=name, password=password)
                there = owner.info.get_parameters() | {"user": name, "password": password}
                with psycopg.connect(**there) as opened:
                    assert opened.execute("SELECT current_user").fetchone() == (name,)
        finally:
            owner.execute(f"DROP ROLE {name}")
