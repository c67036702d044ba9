"""What stands beside the desk in the same race: django-helpdesk and the bare floor, run from a folder outside the project.

The folder is `shared/bench` beside the project, or what BENCH_PEERS names; nothing of it is copied. Its programs get an
environment of their own under `var/bench/`, databases in the bench's own cluster, and the web server that the desk has.
Where there is no such folder, no ratio to a peer is printed.
"""

import base64
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.client import Ask, Client
from bench.cluster import BASE, Cluster
from bench.server import WebServer
from bureau.embedded import PROJECT

FOLDER = Path(os.environ.get("BENCH_PEERS") or PROJECT.parent / "shared" / "bench")
NEEDED = ("requirements.txt", "load_helpdesk.py", "limits.py", "helpdesk_site/wsgi.py", "limit_site/wsgi.py")
VENV = BASE / "peers-venv"
TICKETS = 100_000
RARE_WORD = "zanzibar"  # in 0.02% of the peer's tickets, as the desk's rare word is of its cases
BODY = "The parcel is damaged, please help. " * 8
COOKIES_OF = Path(__file__).with_name("peer_cookies.py")

Asks = Callable[[int], "Ask | tuple[Ask, ...]"]


@dataclass(frozen=True)
class Program:
    """`name` as the results call it; what loads its database, what serves it, and who asks."""

    name: str
    database: str
    loader: tuple[str, ...]
    application: str
    settings: str
    person: str
    ready: str
    asks: dict[str, Asks]


def is_there() -> bool:
    return all((FOLDER / name).is_file() for name in NEEDED)


def get(path: str) -> Asks:
    return lambda n: Ask(path)


def each_ticket(path: str) -> Asks:
    """A prime step, so that neither half of the tickets is asked for alone."""
    return lambda n: Ask(path.format(1 + n * 7919 % TICKETS))


def data_of_list(rows: int, **query: object) -> str:
    """The address from which django-helpdesk's list takes its rows."""
    asked = {
        "filtering": {},
        "filtering_null": {},
        "sorting": "created",
        "search_string": "",
        "sortreverse": False,
    } | query
    coded = base64.b64encode(json.dumps(asked).encode()).decode()
    columns = "id ticket priority queue status created due_date assigned_to submitter last_followup time_spent kbitem"
    named = [
        (f"columns[{place}][{key}]", value)
        for place, column in enumerate(columns.split())
        for key, value in (("data", column), ("searchable", "true"), ("orderable", "true"))
    ]
    rest = [("start", 0), ("length", rows), ("search[value]", ""), ("search[regex]", "false")]
    return f"/datatables_ticket_list/{coded}?" + urllib.parse.urlencode([("draw", 1), *named, *rest])


def new_ticket(n: int) -> Ask:
    fields = {
        "queue": str(1 + n % 20),
        "title": f"Bench ticket {n}",
        "body": BODY,
        "submitter_email": "bench@example.com",
        "priority": "3",
        "due_date": "",
        "assigned_to": "",
    }
    return Ask("/tickets/submit/", fields)


def new_row(n: int) -> Ask:
    fields = {"title": f"Bench {n}", "queue": str(n), "submitter_email": "a@example.com", "body": BODY}
    return Ask("/create", fields)


HELPDESK = Program(
    name="helpdesk",
    database="peer_helpdesk",
    loader=("load_helpdesk.py", str(TICKETS)),
    application="helpdesk_site.wsgi",
    settings="helpdesk_site.settings",
    person="agent3",
    ready="/login/",
    asks={
        # A reader waits for both: the page without rows, then its rows.
        "case list": lambda n: (Ask("/tickets/"), Ask(data_of_list(50, filtering={"status__in": [1, 2]}))),
        "case detail": each_ticket("/tickets/{}/"),
        "contact detail": each_ticket("/tickets/{}/"),
        "search, rare word": get(data_of_list(25, search_string=RARE_WORD, sortreverse=None)),
        "save a contact": new_ticket,
        "register a case": new_ticket,
        "dashboard, warm": get("/dashboard/"),
        "dashboard, first after a change": get("/dashboard/"),
    },
)
BARE = Program(
    name="bare",
    database="peer_bare",
    loader=("limits.py", "load", str(TICKETS)),
    application="limit_site.wsgi",
    settings="limit_site.settings",
    person="agent1",
    ready="/ping",
    asks={
        "case list": get("/orm"),
        "case detail": each_ticket("/t/{}"),
        "contact detail": each_ticket("/t/{}"),
        "search, rare word": get(f"/s?q={RARE_WORD}"),
        "save a contact": new_row,
        "register a case": new_row,
    },
)
PROGRAMS = (HELPDESK, BARE)


class Peers:
    """Both programs over one cluster: loaded once, then found again."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster

    def prepare(self) -> None:
        install()
        for program in PROGRAMS:
            if not self.is_loaded(program):
                print(f"Loading {TICKETS:,} tickets into {program.database} ...", flush=True)
                self.load(program)

    def environment(self, program: Program) -> dict[str, str]:
        """What the folder's programs read; their settings take no password from the address, libpq does from its own variable."""
        address = urllib.parse.urlsplit(self.cluster.owner_url(program.database))
        return {
            "BENCH_PG_URI": f"postgresql://{address.username}@:{address.port}/postgres?host={address.hostname}",
            "PGPASSWORD": address.password or "",
            "BENCH_DIR": str(BASE),
            "BENCH_DB": program.database,
            "LIMIT_DB": program.database,
            "LIMIT_AUTH": "1",
            "LIMITS_OUT": str(BASE / "limits.json"),
            "DJANGO_SETTINGS_MODULE": program.settings,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(FOLDER),
        }

    def is_loaded(self, program: Program) -> bool:
        return self.cluster.comment_of(program.database) == mark()

    def load(self, program: Program) -> None:
        self.cluster.drop(program.database)
        self.cluster.run("CREATE DATABASE {}", program.database)
        # The environment without sign-in middleware is the loader's own.
        environment = self.environment(program) | {"LIMIT_AUTH": ""}
        run([str(VENV / "bin" / "python"), *program.loader], environment)
        if program is HELPDESK:
            run([str(VENV / "bin" / "python"), "manage.py", "collectstatic", "--noinput", "-v0"], environment)
        with self.cluster.connect(program.database) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        self.cluster.comment_on(program.database, mark())

    @contextlib.contextmanager
    def served(self, program: Program, logs: Path) -> Iterator[tuple[WebServer, Client]]:
        environment = self.environment(program)
        with WebServer(
            program.application,
            environment,
            logs / f"bench-{program.name}.log",
            python=VENV / "bin" / "python",
            folder=FOLDER,
            ready=program.ready,
        ) as server:
            said = run([str(VENV / "bin" / "python"), "-P", str(COOKIES_OF), program.person], environment)
            yield server, Client(server.port, json.loads(said.splitlines()[-1]))


def mark() -> str:
    """What the loaded rows depend on."""
    sources = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("*_site/**/*.py"), FOLDER / "requirements.txt"])
    return f"{TICKETS} " + hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def install() -> None:
    wanted, got = FOLDER / "requirements.txt", VENV / "installed.txt"
    if got.exists() and got.read_bytes() == wanted.read_bytes():
        return
    print("Installing what the peers need ...", flush=True)
    if not (VENV / "bin" / "pip").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    run([str(VENV / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)], {})
    got.write_bytes(wanted.read_bytes())


def run(command: list[str], environment: dict[str, str]) -> str:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=FOLDER, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-2000:]
        raise SystemExit(f"{' '.join(command[1:3])} failed after {time.perf_counter() - started:.0f} s:\n{said}")
    return done.stdout
