"""The keeper: the process that holds PostgreSQL and Valkey for all who use them (see bureau/embedded.py).

It starts both as its children, starts again what was killed, and stops both when nobody uses them any more.
"""

import contextlib
import ctypes
import errno
import fcntl
import logging
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bureau.database_roles import RUNTIME_ROLE, ensure_runtime_role
from bureau.embedded import START_SECONDS, Files, ServersError, errors_as_sentences, lock
from bureau.server_accounts import Account, place_of_data, programs_for, unprivileged_account

LINGER_SECONDS = 5  # the next command of a row of commands joins instead of starting anew
CHECK_SECONDS = 0.2

POSTGRES_SETTINGS = {
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
    "scram_iterations": "1",  # the password is 256 random bits; more rounds would only slow each connection
}

log = logging.getLogger("bureau.keeper")


def die_with_parent(sig: int):
    """For `preexec_fn`: the kernel sends `sig` to the new process when its parent ends, however it ends (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def before_exec():
        prctl(1, sig)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


@dataclass
class Server:
    """One server process of the keeper."""

    name: str
    account: Account
    log_file: Path
    port: int
    password: str
    stop_signals: tuple[int, ...] = (signal.SIGTERM, signal.SIGKILL)
    process: subprocess.Popen | None = None
    log_start: int = field(default=0)

    def spawn(self, command: list[str], *, stdin: bytes = b"", cwd: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        with open(self.log_file, "ab") as out:
            if out.tell() > 20_000_000:
                out.truncate(0)
            self.log_start = out.tell()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                cwd=cwd,
                env=environment | {"LC_ALL": "C"},
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signals[0]),
                **self.account.popen_arguments(),
            )
        with contextlib.suppress(BrokenPipeError):
            assert self.process.stdin  # noqa: S101 - asked for as a pipe above
            with self.process.stdin as pipe:
                pipe.write(stdin)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        with open(self.log_file, "rb") as log_file:
            log_file.seek(self.log_start)
            return log_file.read().decode(errors="replace")

    def start(self, launch, answers) -> None:
        """Launch until it answers; another port when ours was taken, again while remains of a killed one end."""
        until = time.monotonic() + START_SECONDS - 10
        while True:
            launch()
            while self.is_running() and time.monotonic() < until:
                if answers():
                    return
                time.sleep(0.05)
            said = self.said()
            self.stop()
            if time.monotonic() >= until:
                raise ServersError(f"{self.name} did not start in time. {self._why(said)}")
            if "Address already in use" in said:
                self.port = free_port()
            elif "shared memory block" in said or "lock file" in said:
                time.sleep(0.3)
            else:
                raise ServersError(f"{self.name} did not start. {self._why(said)}")

    def _why(self, said: str) -> str:
        if "No space left on device" in said:
            return f"The disk is full. Its log is {self.log_file}."
        telling = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "# " in line]
        reason = telling[-1].split("FATAL:")[-1].split("PANIC:")[-1].strip() + ". " if telling else ""
        return f"{reason}Its log is {self.log_file}."

    def stop(self) -> None:
        for sig in self.stop_signals:
            if self.process is None or not self.is_running():
                return
            self.process.send_signal(sig)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)


class Keeper:
    def __init__(self, files: Files):
        self.files = files
        self.account = unprivileged_account()
        self.place = place_of_data(files.base, self.account)
        self.programs, self.valkey_program = programs_for(self.place, self.account)
        for name in ("postgres", "valkey"):
            self.account.make_folder(self.place / name)
        old = files.read_state()
        end_leftovers(old)
        self.postgres = Server(
            "PostgreSQL",
            self.account,
            files.log_dir / "postgres.log",
            port_like(old.get("postgres_port")),
            self._kept_password("password"),
            stop_signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL),  # fast, immediate, hard
        )
        self.runtime_password = self._kept_password(f"password-{RUNTIME_ROLE}")
        self.valkey = Server(
            "Valkey",
            self.account,
            files.log_dir / "valkey.log",
            port_like(old.get("valkey_port")),
            old.get("valkey_password") or secrets.token_hex(32),
        )
        self.linger = float(os.environ.get("BUREAU_SERVERS_LINGER", LINGER_SECONDS))

    @property
    def data(self) -> Path:
        return self.place / "postgres" / "data"

    def start(self) -> None:
        self._write_note()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._remove_stale_pid_file()
        self.valkey.start(self._launch_valkey, self._valkey_answers)
        self.postgres.start(self._launch_postgres, self._postgres_answers)
        self._write_state(ready=True)

    def keep(self) -> None:
        """Watch until nobody uses the servers, starting again what dies meanwhile."""
        users_fd = os.open(self.files.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        unused_since = None
        while self.files.state_file.exists():  # else the whole of var/ was removed
            try:
                fcntl.flock(users_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                unused_since = None
            else:
                unused_since = unused_since or time.monotonic()
                if time.monotonic() - unused_since >= self.linger:
                    return  # with the lock held: who comes now waits until we are gone
                fcntl.flock(users_fd, fcntl.LOCK_UN)
            if not (self.postgres.is_running() and self.valkey.is_running()):
                self._heal()
            time.sleep(CHECK_SECONDS)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._write_state(ready=False)
        self.postgres.stop()
        self.valkey.stop()

    def _heal(self) -> None:
        log.warning("A server ended; starting it again.")
        self._write_state(ready=False)
        try:
            if not self.valkey.is_running():
                self.valkey.start(self._launch_valkey, self._valkey_answers)
            if not self.postgres.is_running():
                self._remove_stale_pid_file()
                self.postgres.start(self._launch_postgres, self._postgres_answers)
        except (ServersError, OSError) as error:
            log.warning("%s Trying again.", error)
            time.sleep(1)
        else:
            self._write_state(ready=True)

    def _write_state(self, *, ready: bool) -> None:
        if not self.files.servers.is_dir():
            return
        servers = (("postgres", self.postgres), ("valkey", self.valkey))
        self.files.write_state(
            {
                "ready": ready,
                "keeper": os.getpid(),
                "pids": {
                    name: server.process.pid for name, server in servers if server.process and server.is_running()
                },
                "postgres_port": self.postgres.port,
                "valkey_port": self.valkey.port,
                "valkey_password": self.valkey.password,
                "database_url": self._database_url("bureau", RUNTIME_ROLE, self.runtime_password),
                "owner_url": self._owner_url("bureau"),
                "redis_url": f"redis://:{self.valkey.password}@127.0.0.1:{self.valkey.port}/0",
            }
        )

    def _write_note(self) -> None:
        by = "" if self.account.uid is None else f", by the user {pwd.getpwuid(self.account.uid).pw_name}"
        note = (
            "Everything that the desk keeps while it runs on its own servers. Remove this folder to begin anew.\n\n"
            f"PostgreSQL and Valkey keep their data in {self.place}{by}.\nLogs: {self.files.log_dir}\n"
        )
        (self.files.base / "README").write_text(note)
        log.info("Data is in %s.", self.place)

    # PostgreSQL

    def _owner_url(self, name: str) -> str:
        return self._database_url(name, "bureau", self.postgres.password)

    def _database_url(self, name: str, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.postgres.port}/{name}"

    def _kept_password(self, file_name: str) -> str:
        path = self.place / "postgres" / file_name
        if not path.exists():
            fresh = path.with_suffix(".new")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(secrets.token_hex(32))
            if self.account.uid is not None:
                os.chown(fresh, self.account.uid, self.account.gid or 0)
            fresh.rename(path)
        return path.read_text().strip()

    def _make_cluster(self) -> None:
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)  # what a broken start left: it has no PG_VERSION
        command = [
            str(self.programs / "initdb"),
            f"--pgdata={fresh}",
            "--username=bureau",
            "--encoding=UTF8",
            "--locale=C",
        ]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--text-search-config=simple"]
        command += ["--auth=scram-sha-256", f"--pwfile={self.place / 'postgres' / 'password'}", "--no-sync"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=self.place,
            env=os.environ | {"LC_ALL": "C"},
            **self.account.popen_arguments(),
        )
        (self.files.log_dir / "initdb.log").write_text(done.stdout + done.stderr)
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            if "No space left on device" in done.stderr:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise ServersError(f"The database could not be made. The log is {self.files.log_dir / 'initdb.log'}.")
        fresh.rename(self.data)

    def _remove_stale_pid_file(self) -> None:
        """After a crash the number in the file may belong to another program by now; PostgreSQL cannot tell."""
        import psutil

        path = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(path.read_text().split()[0])
            with contextlib.suppress(psutil.NoSuchProcess):
                if psutil.Process(pid).name() == "postgres":
                    return
            path.unlink()

    def _launch_postgres(self) -> None:
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.postgres.port)]
        for name, value in POSTGRES_SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        command += ["-c", f"dynamic_shared_memory_type={shared_memory_type()}"]
        self.postgres.spawn(command, cwd=self.place)

    def _postgres_answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self._owner_url("postgres"), connect_timeout=2, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bureau'").fetchone():
                    connection.execute("CREATE DATABASE bureau")
                ensure_runtime_role(connection, name=RUNTIME_ROLE, password=self.runtime_password)
        except psycopg.OperationalError:
            return False
        return True

    # Valkey

    def _launch_valkey(self) -> None:
        lines = [f"port {self.valkey.port}", "bind 127.0.0.1", f"requirepass {self.valkey.password}"]
        lines += [f'dir "{self.place / "valkey"}"', 'save ""', "appendonly no", "daemonize no"]
        self.valkey.spawn([str(self.valkey_program), "-"], stdin="\n".join(lines).encode(), cwd=self.place / "valkey")

    def _valkey_answers(self) -> bool:
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.valkey.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.valkey.password}\r\nPING\r\n".encode())
                return connection.recv(100).startswith(b"+OK")
        return False


def end_leftovers(state: dict) -> None:
    """Servers that outlived a killed keeper are stopped and waited for."""
    import psutil

    for pid in (state.get("pids") or {}).values():
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if process.name() in ("postgres", "valkey-server"):
                process.send_signal(signal.SIGINT)
                process.wait(20)


def shared_memory_type() -> str:
    """Containers often have 64 MB of /dev/shm, too little for parallel queries."""
    with contextlib.suppress(OSError):
        room = os.statvfs("/dev/shm")  # noqa: S108
        if room.f_bavail * room.f_frsize >= 256 * 1024 * 1024:
            return "posix"
    return "mmap"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_like(wished: int | None) -> int:
    """The port of the last time when nobody else has it by now."""
    with contextlib.suppress(OSError, OverflowError, TypeError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", wished))
        return wished or free_port()
    return free_port()


def keep_servers(base: Path, answer_fd: int) -> None:
    """The keeper's life: say "ready" or what went wrong to who started it, watch, stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    files = Files(base)
    keeper = None

    def answer(text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(answer_fd, text.encode())
        os.close(answer_fd)

    with lock(files.keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if not alone:
            answer("ready")
            return
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: setattr(keeper, "linger", 0) if keeper else None)
        try:
            with errors_as_sentences(base):
                keeper = Keeper(files)
                keeper.start()
        except ServersError as error:
            if keeper:
                keeper.stop()
            answer(str(error))
            return
        answer("ready")
        keeper.keep()
        keeper.stop()
        os._exit(0)  # the lock goes with the process, not before it


if __name__ == "__main__":
    keep_servers(Path(sys.argv[1]), int(sys.argv[2]))
