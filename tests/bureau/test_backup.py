"""A backup comes back whole into an empty place, and whatever is not whole changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from bureau import backup, sealing
from complaints.models import Case
from tests.databases import owner_address, server
from tests.factories import CaseFactory, ContactFactory

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path, settings):
    storages = settings.STORAGES
    settings.STORAGES = storages | {
        "default": storages["default"] | {"OPTIONS": {"location": str(tmp_path / "files")}}
    }
    default_storage.save("jobs/1/kiri.txt", ContentFile(b"Tere"))
    return tmp_path / "files"


@pytest.fixture
def made(files, tmp_path, capsys):
    CaseFactory(title="Karuputk")
    ContactFactory(note="Helistas uuesti")
    sealing.seal()
    call_command("backup", str(tmp_path / "backups"))
    (place,) = (tmp_path / "backups").iterdir()
    return place


@pytest.fixture
def empty_database():
    name = f"{connection.settings_dict['NAME']}_restored"
    with server() as postgres:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        postgres.execute(drop)
        postgres.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        postgres.execute(drop)


def restored(place, name, files) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(place), "--language", "en"], cwd=PROJECT, capture_output=True,
        text=True, check=False, timeout=120,
        env=os.environ | {"DATABASE_OWNER_URL": owner_address(name), "FILES_DIR": str(files), "DEBUG": "true"},
    )  # fmt: skip


def rows(name, statement):
    with psycopg.connect(owner_address(name)) as opened:
        return opened.execute(statement).fetchall()


def test_a_backup_comes_back_whole_and_every_proof_stands(made, empty_database, tmp_path):
    done = restored(made, empty_database, tmp_path / "elsewhere")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the database and 1 files" in done.stdout
    assert "Everything agrees." in done.stdout
    assert (tmp_path / "elsewhere/jobs/1/kiri.txt").read_bytes() == b"Tere"
    for table in ("complaints_case", "complaints_contact", "bureau_deed", "complaints_clock", "bureau_topic"):
        statement = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        assert rows(empty_database, statement) == rows(connection.settings_dict["NAME"], statement)
    # The seals came along and the backup names the last of them, so that a chain made anew would be told.
    ((number, digest),) = rows(
        empty_database, "SELECT number, encode(digest, 'hex') FROM bureau_seal ORDER BY number DESC LIMIT 1"
    )
    seal = json.loads((made / backup.MANIFEST).read_text())["seal"]
    assert (seal["number"], seal["digest"]) == (number, digest)
    # The desk's role has its rights in the new place too.
    granted = (
        "SELECT has_table_privilege(%s, 'bureau_deed', 'SELECT'), has_table_privilege(%s, 'bureau_deed', 'UPDATE')"
    )
    assert rows(empty_database, granted.replace("%s", f"'{settings.RUNTIME_DATABASE['USER']}'")) == [(True, False)]
    # Triggers came along: what refuses to forget still does.
    with pytest.raises(psycopg.Error, match="bureau_deed"):
        rows(empty_database, "DELETE FROM bureau_deed")


def test_a_database_that_is_not_empty_is_left_as_it_is(made):
    with pytest.raises(CommandError, match="ei ole tühi"):
        call_command("restore", str(made))

    assert Case.objects.get().title == "Karuputk"


def test_a_damaged_backup_is_refused_before_anything_is_written(made, empty_database, tmp_path):
    dump = made / backup.DUMP
    dump.write_bytes(dump.read_bytes()[:-100])

    done = restored(made, empty_database, tmp_path / "elsewhere")

    assert (done.returncode, "damaged" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert rows(empty_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: (place / "files/jobs/1/kiri.txt").unlink(), "kiri.txt puudub"),
        (lambda place: (place / backup.MANIFEST).unlink(), "ei ole varukoopia"),
        (lambda place: (place / backup.MANIFEST).write_text("{", encoding="utf-8"), "ei saa lugeda"),
        (lambda place: (place / backup.MANIFEST).write_text("[]", encoding="utf-8"), "ei saa lugeda"),
        (lambda place: changed_in_manifest(place, files=["kiri.txt"]), "ei saa lugeda"),
        (lambda place: changed_in_manifest(place, format=2), "teises vormingus"),
        (lambda place: changed_in_manifest(place, files={"../../kiri.txt": "0" * 64}), "kaustast välja"),
    ],
)
def test_what_is_not_whole_is_said(spoil, said, made):
    spoil(made)

    with pytest.raises(CommandError, match=said):
        call_command("restore", str(made))


def changed_in_manifest(place, **facts):
    manifest = json.loads((place / backup.MANIFEST).read_text(encoding="utf-8"))
    (place / backup.MANIFEST).write_text(json.dumps(manifest | facts), encoding="utf-8")


def test_it_is_for_the_owner_alone_and_nothing_half_is_left(made):
    assert made.stat().st_mode & 0o077 == 0
    assert [
        path
        for path in made.rglob("*")
        if path.is_file() and path.name != backup.MANIFEST and path.stat().st_mode & 0o077
    ] == []
    assert list(made.parent.glob("*.partial")) == []


def test_a_file_that_went_away_leaves_nothing_half(files, tmp_path):
    (files / "jobs/1/kadunud.txt").symlink_to(files / "ei ole")

    with pytest.raises(CommandError, match=r"kadunud\.txt"):
        call_command("backup", str(tmp_path / "backups"))

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_sentence(files, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(CommandError, match="ei saa kirjutada"):
        call_command("backup", str(tmp_path / "file"))


def test_a_chain_of_seals_made_anew_is_told(made, empty_database, tmp_path):
    manifest = json.loads((made / backup.MANIFEST).read_text())
    manifest["seal"]["digest"] = "00" * 32
    (made / backup.MANIFEST).write_text(json.dumps(manifest))

    done = restored(made, empty_database, tmp_path / "elsewhere")

    assert (done.returncode, "seals" in done.stderr) == (1, True)
