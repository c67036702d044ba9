"""PostgreSQL, Valkey, web process and worker of these tests' own, stopped and killed by their numbers.

Their data stays under `var/faults/`, so that the next run finds the migrated database; `make clean` removes it.
"""

import contextlib
import fcntl
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from bureau import embedded, keeper
from bureau.embedded import PROJECT, Files
from bureau.keeper import die_with_parent, free_port
from tests.databases import migrations_hash
from tests.servers import place

SECONDS = 90  # a loaded machine of two cores; an idle one needs a tenth
DATABASE = "faults"


def wait_until(condition, seconds=SECONDS):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
    return found


class OwnServers:
    """One pair a test process; each test gets the database afresh."""

    def __init__(self):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.files = Files((place() or embedded.VAR) / "faults" / worker)
        self.keeper = None

    def start(self):
        self.files.prepare()
        for folder in (self.files.base.parent, self.files.base):
            folder.chmod(0o755)
        self.lock = open(self.files.keeper_lock, "w")  # noqa: SIM115 (held until the process ends)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.keeper = keeper.Keeper(self.files)
        self.keeper.start()
        self.template = f"template_{migrations_hash()}"
        if not self.query("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]):
            for (old,) in self.query("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%'"):
                self.drop(old)
            self.drop(DATABASE)
            self.run("CREATE DATABASE {}", DATABASE)
            prepared = subprocess.run(
                [sys.executable, "-m", "tests.faults.prepare"],
                cwd=PROJECT,
                env=self.environment(),
                capture_output=True,
            )
            assert prepared.returncode == 0, prepared.stderr.decode()
            self.run("ALTER DATABASE {} RENAME TO {}", DATABASE, self.template)

    def stop(self):
        if self.keeper is not None:
            self.resume_all()
            self.keeper.stop()
        self.lock.close()

    # --- The database -------------------------------------------------------------------------------------------------
    def url(self, name=DATABASE):
        return self.files.read_state()["database_url"].removesuffix("bureau") + name

    def owner_url(self, name=DATABASE):
        return self.files.read_state()["owner_url"].removesuffix("bureau") + name

    @property
    def redis_url(self):
        return self.files.read_state()["redis_url"]

    def query(self, statement, values=(), database="postgres"):
        with psycopg.connect(self.owner_url(database), autocommit=True) as connection:
            found = connection.execute(statement, values)
            return found.fetchall() if found.description else found.rowcount

    def run(self, statement, *names):
        with psycopg.connect(self.owner_url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def drop(self, name):
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def fresh_database(self):
        self.drop(DATABASE)
        self.run("CREATE DATABASE {} TEMPLATE {}", DATABASE, self.template)
        # Sequences of a copy are safe from a crash only after the next checkpoint.
        self.query("CHECKPOINT")

    # --- Standing still, dying ----------------------------------------------------------------------------------------
    def processes(self, name):
        main = psutil.Process(getattr(self.keeper, name).process.pid)
        return [main, *main.children(recursive=True)]

    @contextlib.contextmanager
    def standing_still(self, name):
        """All processes of a server stopped, as by SIGSTOP or a machine that swaps itself to death."""
        stopped = self.processes(name)
        for process in stopped:
            process.suspend()
        try:
            yield
        finally:
            for process in stopped:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()

    def resume_all(self):
        for name in ("postgres", "valkey"):
            with contextlib.suppress(psutil.Error, AttributeError):
                for process in self.processes(name):
                    process.resume()

    def kill(self, name):
        getattr(self.keeper, name).process.kill()
        getattr(self.keeper, name).process.wait()

    def restart(self, name):
        if name == "valkey":
            self.keeper.valkey.start(self.keeper._launch_valkey, self.keeper._valkey_answers)
        else:
            self.keeper._remove_stale_pid_file()
            self.keeper.postgres.start(self.keeper._launch_postgres, self.keeper._postgres_answers)

    # --- Programs of the desk -----------------------------------------------------------------------------------------
    def environment(self, **more):
        without = ("TEST_DB_SUFFIX", "SITE_URL", "MAKELEVEL", "DEBUG")
        kept = {name: value for name, value in os.environ.items() if name not in without}
        return kept | {
            "DATABASE_URL": self.url(), "DATABASE_OWNER_URL": self.owner_url(), "REDIS_URL": self.redis_url, "BUREAU_EMBEDDED": "1", "KEY_PREFIX": "faults",
            "VAR_DIR": str(self.files.base / "desk"), "FREE_DISK_MEGABYTES": "1",
        } | more  # fmt: skip


@dataclass
class Program:
    """One program of the desk; ends with the test, however that ends."""

    popen: subprocess.Popen
    log: Path

    @classmethod
    def start(cls, servers, name, command, **environment):
        log = servers.files.log_dir / f"{name}.log"
        with open(log, "wb") as out:
            popen = subprocess.Popen(
                [sys.executable, *command], cwd=PROJECT, env=servers.environment(**environment), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        return cls(popen, log)

    def said(self):
        return self.log.read_text(errors="replace")

    def lives(self):
        return self.popen.poll() is None

    def stop(self):
        for number in (signal.SIGCONT, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, number)
            if number != signal.SIGCONT:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.popen.wait(10)
                    return


@dataclass
class Answer:
    status: int
    text: str
    seconds: float


class Web:
    """The desk as gunicorn serves it, asked as a browser of one person asks."""

    def __init__(self, servers, **environment):
        self.port = free_port()
        command = [
            "-m",
            "gunicorn",
            "bureau.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "1",
            "--threads",
            "4",
        ]
        self.program = Program.start(servers, "web", [*command, "--no-control-socket"], **environment)
        self.forget()
        wait_until(lambda: self._is_open() or not self.program.lives())
        assert self.program.lives(), self.program.said()

    def forget(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def _is_open(self):
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def sign_in(self, email="mari@example.ee", password="väga-salajane-sõna-1"):
        answer = self.post("/accounts/login/", {"login": email, "password": password})
        assert answer.status == 200, answer.text
        assert 'id="navigation"' in answer.text, answer.text
        return self

    def get(self, address):
        return self._ask(urllib.request.Request(self._url(address)))

    def post(self, address, fields, page=None):
        """Send a form of a page as it stands there, with these fields typed into it."""
        page = self.get(page or address) if not isinstance(page, Answer) else page
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}, doseq=True).encode()
        return self._ask(urllib.request.Request(self._url(address), body))

    def upload(self, address, name, content):
        """Send a file by the form of this page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(address).text)[1]
        edge = "edge-of-the-parts"
        part = f'--{edge}\r\nContent-Disposition: form-data; name="'
        body = (
            f'{part}csrfmiddlewaretoken"\r\n\r\n{token}\r\n{part}{name}"; filename="table.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n"
        ).encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask(urllib.request.Request(self._url(address), body, headers))

    def _url(self, address):
        return f"http://127.0.0.1:{self.port}{address}"

    def _ask(self, question):
        began = time.monotonic()
        try:
            with self.opener.open(question, timeout=SECONDS) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        return Answer(status, text, time.monotonic() - began)

    def stop(self):
        self.program.stop()
