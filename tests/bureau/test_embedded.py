"""Real servers in a folder of their own: started, shared, killed and healed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from bureau import server_accounts
from bureau.embedded import PROJECT, Files
from tests.processes import pid_lives

MEMBER = """
import os, sys
import psycopg, redis
from bureau.embedded import ensure_servers
ensure_servers(sys.argv[1])
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    (version,) = connection.execute("SHOW server_version_num").fetchone()
redis.from_url(os.environ["REDIS_URL"]).ping()
print(version, os.environ["DATABASE_URL"], os.environ["REDIS_URL"], os.environ["DATABASE_OWNER_URL"], flush=True)
sys.stdin.readline()
"""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as another user")


def environment(**more):
    without = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BUREAU_EMBEDDED")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"BUREAU_SERVERS_LINGER": "0"} | more


class Member:
    """A process that joined the servers and stays until told to leave."""

    def __init__(self, base):
        self.process = subprocess.Popen(
            [sys.executable, "-c", MEMBER, str(base)],
            cwd=PROJECT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def joined(self):
        said = self.process.stdout.readline().split()
        assert said, self.process.stderr.read()
        self.version, self.database_url, self.redis_url, self.owner_url = said
        return self

    def leave(self):
        self.process.communicate("\n", timeout=30)

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def folder():
    """Open to all, so that root's servers may live in it; pytest's own folders are closed."""
    path = Path(tempfile.mkdtemp(prefix="bureau-embedded-"))
    path.chmod(0o755)
    yield path
    wait_until(lambda: not servers_of(path / "var"))
    shutil.rmtree(path)


@pytest.fixture
def base(folder):
    """The same data for all tests of this file: making a cluster anew takes its second."""
    yield folder / "var"
    for pid in servers_of(folder / "var"):
        wait_until(lambda pid=pid: not pid_lives(pid))


@pytest.fixture
def join(base):
    members = []

    def join():
        members.append(Member(base))
        return members[-1]

    yield join
    for member in members:
        member.kill()


def state(base):
    return json.loads((base / "servers" / "state.json").read_text())


def servers_of(base):
    found = Files(base).read_state()
    pids = [found["keeper"], *found["pids"].values()] if found else []
    return [pid for pid in pids if pid_lives(pid)]


def wait_until(condition, seconds=40):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def answers(database_url):
    try:
        psycopg.connect(database_url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_five_processes_at_once_share_one_pair_of_servers(join):
    members = [join() for _ in range(5)]

    addresses = {(member.joined().database_url, member.redis_url) for member in members}

    assert len(addresses) == 1
    assert members[0].version.startswith("18")


def test_the_last_one_out_stops_both_servers(join, base):
    first, second = join().joined(), join().joined()
    pids = servers_of(base)
    assert len(pids) == 3  # keeper, PostgreSQL, Valkey

    first.leave()
    time.sleep(0.6)

    assert servers_of(base) == pids
    assert answers(second.database_url)

    second.leave()

    wait_until(lambda: not any(pid_lives(pid) for pid in pids))


def test_a_process_killed_hard_does_not_hold_the_servers(join, base):
    member = join().joined()
    pids = servers_of(base)
    assert len(pids) == 3  # keeper, PostgreSQL, Valkey

    member.kill()

    wait_until(lambda: not any(pid_lives(pid) for pid in pids))
    assert servers_of(base) == []


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_server_is_started_again_at_the_same_address(join, base, name):
    member = join().joined()
    before = state(base)

    os.kill(before["pids"][name], signal.SIGKILL)

    wait_until(lambda: state(base)["ready"] and state(base)["pids"].get(name) not in (None, before["pids"][name]))
    assert state(base)["database_url"] == member.database_url
    assert state(base)["redis_url"] == member.redis_url
    assert answers(member.database_url)


@linux_only
def test_servers_end_with_their_keeper_and_the_next_start_heals(join, base):
    join().joined()
    before = state(base)

    os.kill(before["keeper"], signal.SIGKILL)
    healed = join().joined()

    assert state(base)["keeper"] != before["keeper"]
    assert not any(pid_lives(pid) for pid in before["pids"].values())
    assert answers(healed.database_url)


def test_a_pid_file_that_names_another_program_does_not_stop_the_start(join, base):
    member = join().joined()
    member.leave()
    wait_until(lambda: not servers_of(base))
    (base / "servers/postgres/data/postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")

    assert answers(join().joined().database_url)


def test_a_port_taken_meanwhile_is_given_up(join, base):
    join().joined().leave()
    wait_until(lambda: not servers_of(base))
    taken = state(base)["postgres_port"]

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        member = join().joined()

    assert state(base)["postgres_port"] != taken
    assert answers(member.database_url)


def test_the_embedded_database_is_ready_for_the_desk(join):
    with psycopg.connect(join().joined().owner_url) as connection:
        stem = connection.execute("SELECT to_tsvector('estonian', 'metsades')::text").fetchone()
        connection.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE EXTENSION btree_gist")
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        connection.rollback()

    assert stem == ("'metsa':1",)
    assert settings["synchronous_commit"] == settings["fsync"] == "on"
    assert settings["jit"] == "off"
    assert settings["listen_addresses"] == "127.0.0.1"


def test_another_user_cannot_enter_the_database_without_its_password(join):
    address = join().joined().database_url
    password = address.split(":")[2].split("@")[0]

    assert not answers(address.replace(password, "guessed"))


def test_a_database_of_ones_own_is_used_instead(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", "import sys; from bureau.embedded import ensure_servers; ensure_servers(sys.argv[1])"]
        + [str(tmp_path / "var")],
        cwd=PROJECT,
        env=environment(DATABASE_URL="postgresql://elsewhere/desk"),
    )

    assert said.returncode == 0
    assert not (tmp_path / "var").exists()


def test_a_place_that_cannot_be_written_is_said_in_one_sentence():
    refused = subprocess.run(
        [sys.executable, "-c", "from bureau.embedded import ensure_servers; ensure_servers('/proc/desk/var')"],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert "/proc/desk" in refused.stderr


@root_only
def test_root_never_opens_a_folder_that_was_closed():
    closed = Path(tempfile.mkdtemp(prefix="bureau-closed-"))
    account = server_accounts.unprivileged_account()
    roots = [root for root in server_accounts.ROOTS_FOR_ROOT if root.exists()]
    member = Member(closed / "var")
    try:
        member.joined()
        place = server_accounts.place_of_data(closed / "var", account)

        assert closed.stat().st_mode & 0o777 == 0o700
        assert closed not in place.parents
        assert str(place) in (closed / "var" / "README").read_text()
        assert (place / "postgres").stat().st_uid == account.uid
        assert (place / "postgres").stat().st_mode & 0o777 == 0o700
    finally:
        member.leave()
        wait_until(lambda: not servers_of(closed / "var"))
        shutil.rmtree(place)
        if place.parent not in roots:
            place.parent.rmdir()
        shutil.rmtree(closed)


@pytest.mark.parametrize(
    "arguments", [["help"], ["check", "--help"], ["restore", "--help"], ["migrate", "-h"], ["version"], []]
)
def test_commands_that_only_speak_start_no_servers(tmp_path, arguments):
    said = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment(VAR_DIR=str(tmp_path / "var")),
        capture_output=True,
        text=True,
    )

    assert said.stdout
    assert not (tmp_path / "var").exists()
