"""`make run`: the whole desk on one machine.

Starts or joins the embedded servers, migrates, starts web, workers and beat, loads the demonstration bureau when the
database is empty, prints the address, and from then on starts again whatever ends. Ctrl-C stops all that it started;
on Linux everything ends with this process even when it is killed hard.
"""

import argparse
import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from bureau import embedded
from bureau.keeper import die_with_parent

PROJECT = embedded.PROJECT
VAR = embedded.VAR
DEMO = ["load_demo", "--if-empty", "--cases", "3000", "--years", "2", "--seed", "1"]
DEMO_IS_LOADED_SECONDS = 5  # what takes longer than this finds an empty desk, and fills it
READY_SECONDS = 60
STOP_SECONDS = 15
LOG_BYTES = 20_000_000
RESTARTS_ALLOWED = 5
RESTART_WINDOW_SECONDS = 60


class Stop(Exception):
    """A person or the system asked the desk to end."""


@dataclass
class Part:
    """One process of the desk, started again when it ends."""

    name: str
    command: list[str]
    is_owner: bool = False
    process: subprocess.Popen | None = None
    started: deque = field(default_factory=lambda: deque(maxlen=RESTARTS_ALLOWED))
    log_start: int = 0

    @property
    def log_file(self) -> Path:
        return VAR / "log" / f"{self.name}.log"

    def start(self) -> None:
        with open(self.log_file, "ab") as out:
            if out.tell() > LOG_BYTES:
                out.truncate(0)
            self.log_start = out.tell()
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env=None if self.is_owner else without_owner(),
                start_new_session=True,  # Ctrl-C in the terminal reaches only this launcher, which stops them in order
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.started.append(time.monotonic())

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def fails_again_and_again(self) -> bool:
        return len(self.started) == RESTARTS_ALLOWED and self.started[-1] - self.started[0] < RESTART_WINDOW_SECONDS

    def signal(self, number: int) -> None:
        """To the process and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def said(self) -> str:
        """What it wrote since its last start."""
        with contextlib.suppress(OSError), open(self.log_file, "rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace").rstrip()
        return ""

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.said().splitlines()[-count:])


class Desk:
    def __init__(self, host: str, port: int, *, with_demo: bool = True):
        self.host, self.port = host, port
        python = sys.executable
        web = ["gunicorn", "bureau.wsgi", "--bind", f"{host}:{port}", "--workers", "2", "--threads", "4"]
        web += ["--no-control-socket", "--graceful-timeout", "5"]
        worker = ["celery", "--app", "bureau", "worker", "--loglevel", "INFO"]
        worker += ["--pool", "threads", "--without-mingle", "--without-gossip"]
        # Two imports at once hold up neither mail nor the sweeps of every minute.
        quick = [*worker, "--hostname", "quick@%h", "--queues", "mail,default", "--concurrency", "3"]
        long = [*worker, "--hostname", "long@%h", "--queues", "intake,reports,long", "--concurrency", "2"]
        beat = ["celery", "--app", "bureau", "beat", "--loglevel", "INFO", "--pidfile", ""]
        beat += ["--schedule", str(VAR / "beat-schedule")]
        self.parts = [
            Part("web", [python, "-m", *web]),
            Part("worker", [python, "-m", *quick]),
            Part("long-worker", [python, "-m", *long]),
            Part("beat", [python, "-m", *beat]),
        ]
        self.demo = Part("demo", [python, "manage.py", *DEMO], is_owner=True) if with_demo else None
        self.demo_was_told = False

    @property
    def address(self) -> str:
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}/"

    # Starting

    def start(self) -> None:
        say("Starting the database and broker ...")
        embedded.ensure_servers()
        os.environ.setdefault("SITE_URL", self.address.rstrip("/"))
        self._migrate()
        web, *others = self.parts
        web.start()
        self._wait_until_it_answers()
        say(f"The desk is open at {self.address} (Ctrl-C closes it; logs are in {VAR / 'log'}).")
        for part in others:
            part.start()
        if self.demo and os.environ.get("BUREAU_EMBEDDED"):  # a database of one's own is never filled unasked
            self.demo.start()
        else:
            self.demo = None

    def _migrate(self) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if done.returncode != 0:
            (VAR / "log" / "migrate.log").write_text(done.stdout + done.stderr)
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
            raise SystemExit(f"The database could not be migrated: {reason[0]} (all of it: {VAR}/log/migrate.log)")

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self._answers():
                return
            self._look_after(self.parts[:1])
            time.sleep(0.1)
        raise SystemExit(f"The web process did not answer in {READY_SECONDS} seconds. See {self.parts[0].log_file}.")

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return True  # it answers, whatever it thinks of the question
        except OSError:
            return False

    # Running

    def look_after(self) -> None:
        while True:
            if not embedded.servers_answer():
                say("The database or broker ended; starting it again.")
                if embedded.rejoin():
                    self._restart_everything()
            self._look_after(self.parts)
            self._look_after_demo()
            time.sleep(0.5)

    def _look_after(self, parts: list[Part]) -> None:
        for part in parts:
            if part.is_running():
                continue
            if part.fails_again_and_again():
                raise SystemExit(
                    f"{part.last_lines()}\nThe {part.name} process ends again and again: {part.log_file}."
                )
            say(f"The {part.name} process ended; starting it again.")
            part.signal(signal.SIGKILL)  # what it may have left behind
            part.start()

    def _restart_everything(self) -> None:
        """The servers came back at other addresses: the environment of every part is out of date."""
        for part in self.parts:
            part.signal(signal.SIGTERM)
        self._wait_for(self.parts)
        for part in self.parts:
            part.start()

    def _look_after_demo(self) -> None:
        demo = self.demo
        if demo is None or demo.process is None:
            return
        if demo.is_running():
            if not self.demo_was_told and time.monotonic() - demo.started[-1] > DEMO_IS_LOADED_SECONDS:
                self.demo_was_told = True
                say("Loading a demonstration bureau: a minute or two. Who may sign in is told here when it is there.")
            return
        self.demo = None
        if demo.process.returncode == 0:
            say(sign_ins())
        else:
            say(f"{demo.last_lines(5)}\nThe demonstration bureau was not loaded: see {demo.log_file}.")

    # Stopping

    def stop(self) -> None:
        running = [part for part in [*self.parts, self.demo] if part]
        for part in running:
            part.signal(signal.SIGTERM)
        self._wait_for(running)
        embedded.leave_servers()

    @staticmethod
    def _wait_for(parts: list[Part]) -> None:
        until = time.monotonic() + STOP_SECONDS
        while any(part.is_running() for part in parts) and time.monotonic() < until:
            time.sleep(0.05)
        for part in parts:
            part.signal(signal.SIGKILL)
            if part.process:
                part.process.wait()


def without_owner() -> dict[str, str]:
    """Web, worker and beat never learn how to sign in as the owner of the database."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}


def sign_ins() -> str:
    asked = subprocess.run(
        [sys.executable, "manage.py", "demo_sign_ins"],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return asked.stdout.rstrip() if asked.returncode == 0 else ""


def port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"{text!r} is not a port. Choose one between 1 and 65535: make run PORT=8001")
    return int(text)


def check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SystemExit(f"This user may not use port {port}. Choose a higher one: make run PORT=8001") from None
        except OSError as error:
            reason = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            raise SystemExit(f"Port {port} {reason}. Choose another one: make run PORT={port + 1}") from None


@contextlib.contextmanager
def only_one(address: str):
    """One desk a project: two would do the timetable's work twice."""
    try:
        (VAR / "log").mkdir(parents=True, exist_ok=True)
        lock = os.open(VAR / "run.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SystemExit(f"Cannot write in {VAR}: {error.strerror}. Let this user write there.") from None
    with os.fdopen(lock, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"The desk is already open at {file.read().strip()}. Close that one first.") from None
        file.truncate(0)
        file.write(address)
        file.flush()
        yield


def end_with_make() -> None:
    """When make is killed, nobody is left to press Ctrl-C."""
    if "MAKELEVEL" in os.environ and sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def say(text: str) -> None:
    if text:
        with contextlib.suppress(BrokenPipeError):
            print(text, flush=True)


def _stop(*_):
    raise Stop


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bureau.launcher", description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty desk empty")
    asked = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    end_with_make()
    os.environ["BUREAU_SERVERS_LINGER"] = "0"  # Ctrl-C closes all at once
    port = port_number(asked.port)
    desk = Desk(asked.host, port, with_demo=not asked.no_demo)
    with only_one(desk.address):
        check_port(asked.host, port)
        try:
            desk.start()
            desk.look_after()
        except Stop:
            say("\nClosing the desk ...")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            desk.stop()


if __name__ == "__main__":
    main()
