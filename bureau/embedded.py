"""PostgreSQL and Valkey from their wheels, for development, demonstration and tests.

`ensure_servers()` starts or joins them and sets DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL; servers of your own, named by these
variables, are used instead. Data lies under `var/`. How the processes of one project share the servers:

* one *keeper* process (bureau/keeper.py) holds both servers as its children, starts again what was
  killed, and stops both when nobody uses them any more;
* whoever uses the servers holds a shared lock on `var/servers/users.lock`. The kernel drops that lock when a process
  ends, however it ends, so the count is right even after `kill -9`. The keeper leaves when it gets the lock alone.
"""

import contextlib
import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or PROJECT / "var").resolve()
START_SECONDS = 60
OWN_SERVERS_HINT = "or set DATABASE_URL and REDIS_URL to servers of your own"


class ServersError(SystemExit):
    """One sentence for a person; not caught, it ends the program with status 1 and without a traceback."""


# --- For those who use the servers -----------------------------------------------------------------------------------


@dataclass
class Membership:
    """This process's share in the running servers."""

    files: "Files"
    users_fd: int
    pid: int


_membership: Membership | None = None


def ensure_servers(base: Path | str | None = None) -> None:
    """Start or join the embedded servers unless the environment or `.env` names a database of its own."""
    global _membership
    if os.environ.get("DATABASE_URL") or _named_in_dotenv("DATABASE_URL"):
        return
    with errors_as_sentences(base):
        files = Files(Path(base).resolve() if base else VAR)
        files.prepare()
        _membership, state = _join(files)
    os.environ["DATABASE_URL"] = state["database_url"]
    os.environ["DATABASE_OWNER_URL"] = state["owner_url"]
    os.environ["BUREAU_EMBEDDED"] = "1"
    if not _named_in_dotenv("REDIS_URL"):
        os.environ.setdefault("REDIS_URL", state["redis_url"])


def servers_answer() -> bool:
    """Whether the servers that this process joined are still there at the same addresses, without waiting."""
    if _membership is None:
        return True
    state = _membership.files.read_state()
    return bool(state.get("ready")) and is_locked(_membership.files.keeper_lock)


def rejoin() -> bool:
    """Start what died; True when the servers came back at other addresses than the environment names."""
    if _membership is None:
        return False
    before = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    files = _membership.files
    with errors_as_sentences(files.base):
        state = _wait_or_start(files)
    os.environ["DATABASE_URL"] = state["database_url"]
    os.environ["DATABASE_OWNER_URL"] = state["owner_url"]
    if before[1] and before[1].startswith("redis://:"):
        os.environ["REDIS_URL"] = state["redis_url"]
    return before != (os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL"))


def leave_servers(timeout: float = 30.0) -> None:
    """Give up this process's share; when it was the last one, return only after both servers have stopped."""
    global _membership
    member, _membership = _membership, None
    if member is None or member.pid != os.getpid():
        return
    os.close(member.users_fd)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BUREAU_EMBEDDED"):
        os.environ.pop(name, None)
    keeper = member.files.read_state().get("keeper") if is_locked(member.files.keeper_lock) else None
    if keeper:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(keeper, signal.SIGTERM)  # means: do not linger
    until = time.monotonic() + timeout
    while time.monotonic() < until and keeper and not _has_ended(keeper):
        with lock(member.files.users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB) as free:
            others = not free
        if others and member.files.read_state().get("ready"):
            return
        time.sleep(0.05)


def _has_ended(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) != (0, 0)  # our own child: also takes it out of the list of processes
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


def _join(files: "Files") -> tuple[Membership, dict]:
    users_fd = os.open(files.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users_fd, fcntl.LOCK_SH)  # waits while a keeper is stopping the servers
    try:
        state = _wait_or_start(files)
    except BaseException:
        os.close(users_fd)
        raise
    return Membership(files, users_fd, os.getpid()), state


def _wait_or_start(files: "Files") -> dict:
    """The state of running servers; several processes may ask at once, one of them starts the keeper."""
    until = time.monotonic() + START_SECONDS
    with lock(files.gate_lock, fcntl.LOCK_EX):
        while time.monotonic() < until:
            if not is_locked(files.keeper_lock):
                _start_keeper(files)
            state = files.read_state()
            if state.get("ready") and is_locked(files.keeper_lock):
                return state
            time.sleep(0.05)
    raise ServersError(f"The database and broker did not start in {START_SECONDS} seconds. See {files.log_dir}.")


def _start_keeper(files: "Files") -> None:
    reader, writer = os.pipe()
    with open(files.log_dir / "keeper.log", "ab") as out:
        subprocess.Popen(
            [sys.executable, "-m", "bureau.keeper", str(files.base), str(writer)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=PROJECT,
            start_new_session=True,
            pass_fds=(writer,),
        )
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read().decode()  # ends when the keeper is ready, has failed or was killed
    if said != "ready":
        raise ServersError(
            said or f"The process that keeps the servers ended at once. See {files.log_dir}/keeper.log."
        )


def _named_in_dotenv(name: str) -> bool:
    with contextlib.suppress(OSError):
        lines = (PROJECT / ".env").read_text().splitlines()
        return any(line.split("=", 1)[0].removeprefix("export ").strip() == name for line in lines if "=" in line)
    return False


@contextlib.contextmanager
def errors_as_sentences(base):
    try:
        yield
    except OSError as error:
        raise ServersError(_sentence(error, Path(base) if base else VAR)) from None


def _sentence(error: OSError, base: Path) -> str:
    where = error.filename or base
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Cannot write {where}: {error.strerror}. Let this user write there, {OWN_SERVERS_HINT}."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {base} is full. Make room there, {OWN_SERVERS_HINT}."
    return f"Cannot start the database and broker under {base}: {error.strerror or error}."


# --- Files and locks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Files:
    """Where things lie. `base` is `var/`; locks and logs are always there, data too unless root may not use it."""

    base: Path

    @property
    def servers(self) -> Path:
        return self.base / "servers"

    @property
    def log_dir(self) -> Path:
        return self.base / "log"

    gate_lock = property(lambda self: self.servers / "gate.lock")
    users_lock = property(lambda self: self.servers / "users.lock")
    keeper_lock = property(lambda self: self.servers / "keeper.lock")
    state_file = property(lambda self: self.servers / "state.json")

    def prepare(self) -> None:
        self.base.mkdir(parents=True, exist_ok=True)
        for folder in (self.servers, self.log_dir):
            folder.mkdir(exist_ok=True)

    def read_state(self) -> dict:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.state_file.read_text())
        return {}

    def write_state(self, state: dict) -> None:
        fresh = self.state_file.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(state, out)
        fresh.replace(self.state_file)


@contextlib.contextmanager
def lock(path: Path, how: int):
    """Hold a lock; yields False when LOCK_NB was asked for and somebody else holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(fd, how)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(fd)


def is_locked(path: Path) -> bool:
    with lock(path, fcntl.LOCK_SH | fcntl.LOCK_NB) as free:
        return not free
