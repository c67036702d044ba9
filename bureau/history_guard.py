"""What each migration leaves the database with, by rule and not by hand: who may do what, and what no one may.

Runs as the owner after `migrate`, and so after `restore` and wherever tests make their template. A new table of history
is known by its model: it needs no line here.
"""

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from bureau import database_roles
from bureau.history import added_only_tables, history_models, personal_columns
from bureau.models import Seal, SealMark, SealShape
from bureau.sealing import FUNCTIONS

# The desk seals and empties through functions of the owner alone.
OF_THE_SEAL = tuple(model._meta.db_table for model in (Seal, SealMark, SealShape))
READ_ONLY = ("django_migrations", *OF_THE_SEAL)
DOORS = ("history_seal(integer)", "history_empty(jsonb, text, bigint, text, text, bigint, bigint)")


def guard_database(**_signal) -> None:
    """After each migration (signal `post_migrate`)."""
    with transaction.atomic():
        connection.ensure_connection()
        owner: psycopg.Connection = connection.connection
        name = settings.RUNTIME_DATABASE["USER"]
        database_roles.ensure_runtime_role(owner, name=name, password=settings.RUNTIME_DATABASE["PASSWORD"])
        tables = database_roles.own_relations(owner, "rp")
        if Seal._meta.db_table not in tables:
            return  # the migrations stopped on their way, or went back
        owner.execute(FUNCTIONS.read_text(encoding="utf-8"))
        name_the_schema(owner)
        history = [model for model in history_models(apps) if model._meta.db_table in tables]
        for model in history:
            prepare_for_seals(owner, model)
        added_only = [table for table in added_only_tables(apps) if table in tables]
        refuse_emptying(owner, added_only)
        names = [model._meta.db_table for model in history]
        database_roles.grant(owner, name=name, history=names, added_only=added_only, read_only=READ_ONLY)
        for door in DOORS:
            statement = sql.SQL("REVOKE ALL ON FUNCTION {0} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {0} TO {1}")
            owner.execute(statement.format(sql.SQL(door), sql.Identifier(name)))


def name_the_schema(owner: psycopg.Connection) -> None:
    """A trigger writes to the tables of the database, never to one of the same name that a session made for itself.

    Unqualified names are looked up among a session's own tables first, and triggers run by the path of whoever writes.
    """
    found = owner.execute(
        """SELECT p.proname FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype
              AND NOT coalesce('search_path=public, pg_temp' = ANY (p.proconfig), false)
              AND NOT EXISTS (SELECT 1 FROM pg_depend d
                               WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"""
    )
    for (name,) in found.fetchall():
        owner.execute(
            sql.SQL("ALTER FUNCTION public.{}() SET search_path = public, pg_temp").format(sql.Identifier(name))
        )


def prepare_for_seals(owner: psycopg.Connection, model: type[Model]) -> None:
    """Each row has a salt of its own from the moment it is written; Django knows nothing of these columns."""
    table, key = model._meta.db_table, model._meta.pk.column
    present = {
        name
        for (name,) in owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
    }
    if not present.issuperset(database_roles.SEALING_COLUMNS):
        owner.execute(
            sql.SQL(
                """ALTER TABLE {} ADD COLUMN IF NOT EXISTS seal_salt uuid DEFAULT gen_random_uuid(),
                                  ADD COLUMN IF NOT EXISTS emptied_digest bytea"""
            ).format(sql.Identifier(table))
        )
    columns = [field.column for field in model._meta.concrete_fields if field.column != key]
    personal = [column for column in columns if column in personal_columns(model)]
    shape = {"key": key, "plain": [column for column in columns if column not in personal], "personal": personal}
    last = SealShape.objects.filter(table=table).order_by("-pk").values(*shape).first()
    if last != shape:
        SealShape.objects.create(table=table, **shape)


def refuse_emptying(owner: psycopg.Connection, tables: list[str]) -> None:
    """TRUNCATE is refused whoever asks, and also while other triggers are set aside for a load."""
    found = owner.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'refuses_truncate' AND tgenabled = 'A'"
    )
    for table in sorted({*tables} - {name for (name,) in found}):
        owner.execute(
            sql.SQL(
                """CREATE OR REPLACE TRIGGER refuses_truncate BEFORE TRUNCATE ON {0}
                       FOR EACH STATEMENT EXECUTE FUNCTION history_refuses_truncate();
                   ALTER TABLE {0} ENABLE ALWAYS TRIGGER refuses_truncate"""
            ).format(sql.Identifier(table))
        )
