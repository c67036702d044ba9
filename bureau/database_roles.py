"""The two roles in the database: the owner, and the one that the desk itself runs as.

The owner makes tables, loads and restores; web, worker and beat hold only the other role's password. That one owns
nothing, may not set aside what the database checks, and may only add to and read what is history. What it may is granted
anew after each migration, table by table, so that a new table has its rights by rule.
"""

from collections.abc import Sequence
from typing import Any, LiteralString
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

OWNER_COMMANDS = {"migrate", "load_demo", "restore"}
ONLY_SPEAKING = {"-h", "--help", "--version"}
SEALING_COLUMNS = ("seal_salt", "emptied_digest")  # of the tables of history; see bureau/sealing.py
RUNTIME_ROLE = "bureau_desk"  # on the servers that the desk starts itself
FORBIDDEN = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls")


class RoleError(SystemExit):
    """One sentence for a person who sets the desk up."""


def needs_owner(arguments: Sequence[str]) -> bool:
    """Whether these words of a command line (`manage.py migrate …`) change what only the owner may."""
    if len(arguments) < 2 or ONLY_SPEAKING.intersection(arguments):
        return False
    return arguments[0].endswith("manage.py") and arguments[1] in OWNER_COMMANDS


def role_in(url: str) -> tuple[str, str]:
    """Name and password of an address `postgresql://name:password@host/database`."""
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def ensure_runtime_role(owner: psycopg.Connection, *, name: str, password: str) -> None:
    """Make the role, or check that the one there may do no harm. `owner` signed in as the owner."""
    row = owner.execute(
        sql.SQL("SELECT {} FROM pg_roles WHERE rolname = %s").format(
            sql.SQL(" OR ").join(map(sql.Identifier, FORBIDDEN))
        ),
        [name],
    ).fetchone()
    if row is None:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    elif row[0] or name == owner.info.user or owns_or_belongs(owner, name):
        raise RoleError(
            f"The role {name} in DATABASE_URL may too much: it is a superuser, owns something or belongs to another role. "
            "Name there a role that owns nothing, and the owner in DATABASE_OWNER_URL (docs/operations.md)."
        )
    if password and not signs_in(owner, name, password):
        # Scrambled here, so that no log of the server shows it.
        scrambled = owner.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        owner.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(scrambled)))


def owns_or_belongs(owner: psycopg.Connection, name: str) -> bool:
    (found,) = owner.execute(
        """SELECT EXISTS (SELECT 1 FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
                           WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o' AND r.rolname = %(name)s)
               OR EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %(name)s)
               OR EXISTS (SELECT 1 FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE r.rolname = %(name)s)""",
        {"name": name},
    ).fetchone()  # type: ignore[misc]
    return found


def signs_in(owner: psycopg.Connection, name: str, password: str) -> bool:
    there: dict[str, Any] = owner.info.get_parameters() | {"user": name, "password": password}
    try:
        psycopg.connect(**there).close()
    except psycopg.OperationalError:
        return False
    return True


def grant(
    owner: psycopg.Connection,
    *,
    name: str,
    history: Sequence[str],
    added_only: Sequence[str],
    read_only: Sequence[str],
) -> None:
    """What the role `name` may in the database of this connection; whatever else it might is taken from it.

    `history` are tables whose rows get their number and salt from the database alone, so that none can be put among
    those that are sealed; `added_only` other tables to which is only added; `read_only` what the desk only looks at.
    """
    role = sql.Identifier(name)
    owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    owner.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM {0}; GRANT USAGE ON SCHEMA public TO {0}").format(role))
    tables, sequences = own_relations(owner, "rvmfp"), own_relations(owner, "S")
    numbers_of_history = owned_sequences(owner, history)
    everything: dict[LiteralString, set[str]] = {
        "SELECT, INSERT, UPDATE, DELETE, MAINTAIN": tables - {*history, *added_only, *read_only}
    }
    everything |= {
        "SELECT": tables & {*history, *read_only},
        "SELECT, INSERT": (tables & {*added_only}) - {*history, *read_only},
    }
    to_all(owner, "REVOKE ALL ON TABLE {} FROM PUBLIC, {}", tables, role)
    to_all(owner, "REVOKE ALL ON SEQUENCE {} FROM PUBLIC, {}", sequences, role)
    for rights, names in everything.items():
        to_all(owner, "GRANT " + rights + " ON TABLE {} TO {}", names, role)
    for table, columns in columns_to_fill(owner, tables & {*history}).items():
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        owner.execute(sql.SQL("GRANT INSERT ({}) ON TABLE {} TO {}").format(named, sql.Identifier(table), role))
    to_all(owner, "GRANT SELECT ON SEQUENCE {} TO {}", sequences & numbers_of_history, role)
    to_all(owner, "GRANT SELECT, USAGE ON SEQUENCE {} TO {}", sequences - numbers_of_history, role)


def to_all(owner: psycopg.Connection, statement: LiteralString, names: set[str], role: sql.Identifier) -> None:
    if names:
        owner.execute(sql.SQL(statement).format(sql.SQL(", ").join(map(sql.Identifier, sorted(names))), role))


def own_relations(owner: psycopg.Connection, kinds: str) -> set[str]:
    """Names in the schema `public`, without those that came with an extension."""
    found = owner.execute(
        """SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = ANY (%s::"char"[])
              AND NOT EXISTS (SELECT 1 FROM pg_depend d
                               WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')""",
        [list(kinds)],
    )
    return {name for (name,) in found}


def owned_sequences(owner: psycopg.Connection, tables: Sequence[str]) -> set[str]:
    found = owner.execute(
        """SELECT s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
             JOIN pg_class t ON t.oid = d.refobjid AND t.relnamespace = 'public'::regnamespace
            WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND t.relname = ANY (%s)""",
        [list(tables)],
    )
    return {name for (name,) in found}


def columns_to_fill(owner: psycopg.Connection, tables: set[str]) -> dict[str, list[str]]:
    """The columns that a writer names: neither the row's number nor what belongs to the seal."""
    found = owner.execute(
        """SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = 'public'::regnamespace
            WHERE c.relname = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (%s)
              AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
            GROUP BY c.relname""",
        [list(tables), list(SEALING_COLUMNS)],
    )
    return dict(found.fetchall())
