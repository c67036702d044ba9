"""`make bench QUICK=1`: the tree as it stands beside an earlier commit, page by page in turns, in under four minutes.

python -m bench.compare                       beside HEAD when something is changed, else beside the commit before
python -m bench.compare --before v1.2         beside that commit
python -m bench.compare --rows "case list"    only these pages; `--rows all` times every one

Both desks run from the start to the end, on one PostgreSQL, over 20 thousand cases each (one database where their data are
made alike). The pages asked for are those of today's bench, so a commit whose addresses are others cannot be compared.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import table
from bench.__main__ import environment
from bench.client import Cell
from bench.cluster import BASE, Cluster, manage
from bench.racing import ratios
from bureau.embedded import PROJECT

CASES = 20_000
ROUNDS, REQUESTS, SECONDS = 6, 12, 2.0
TENTH = 1.1
ROWS = (
    "desk", "case list", "case list, filtered", "contact list", "case detail", "contact detail", "search, rare word",
    "contact form", "save a contact", "form of a case", "register a case", "dashboard, warm", "complaint list",
    "follow-ups", "load of the team", "indicators", "issue of a report",
)  # fmt: skip


@dataclass(frozen=True)
class Tree:
    name: str
    folder: Path

    def fingerprint(self) -> str:
        said = "from bench.cluster import fingerprint_of_data; print(fingerprint_of_data())"
        done = subprocess.run(
            [sys.executable, "-c", said], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


class Side:
    """A tree's desk, driven through `bench.side`."""

    def __init__(self, tree: Tree, settings: dict[str, str]):
        command = [sys.executable, "-m", "bench.side", "--log", str(BASE / "log" / f"compare-{tree.name}.log")]
        self.tree = tree
        self.process = subprocess.Popen(
            command,
            cwd=tree.folder,
            env=os.environ | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.rows = self.answer()["rows"]

    def ask(self, **order: object) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The desk of the tree «{self.tree.name}» stopped. See {BASE / 'log'}.")
        return json.loads(line)

    def cell(self, row: str, turn: int) -> Cell:
        said = self.ask(row=row, requests=REQUESTS, seconds=SECONDS, turn=turn)
        return Cell(1, said["ms"], said["seconds"], said["size"], {int(k): v for k, v in said["statuses"].items()})

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *error) -> None:
        self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
            return
        self.process.kill()


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def usual_before() -> str:
    return "HEAD" if git("status", "--porcelain") else "HEAD~1"


def earlier_tree(commit: str) -> Tree:
    """The commit in a folder of its own, with the bench of today, so that both are asked the same."""
    folder = BASE / "before"
    if folder.exists():
        git("worktree", "remove", "--force", str(folder))
    git("worktree", "prune")
    git("worktree", "add", "--quiet", "--force", "--detach", str(folder), commit)
    shutil.rmtree(folder / "bench")
    shutil.copytree(PROJECT / "bench", folder / "bench", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "bureau.catalogue", "--compile"], cwd=folder, check=True, capture_output=True
    )
    return Tree("before", folder)


def prepared(cluster: Cluster, tree: Tree) -> dict[str, str]:
    """The settings of the tree over a database that its own sources filled."""
    fingerprint = tree.fingerprint()
    database = f"quick_{fingerprint}"
    settings = environment(cluster, database) | {"STATIC_DIR": str(BASE / f"static-{tree.name}")}
    if not (tree.folder / "bureau" / "database_roles.py").exists():  # a commit that knew one role only
        settings["DATABASE_URL"] = settings["DATABASE_OWNER_URL"]
    if not cluster.is_loaded(database, fingerprint):
        print(f"Loading {CASES:,} cases as the tree «{tree.name}» makes them ...", flush=True)
        cluster.load(database, cases=CASES, environment=settings, folder=tree.folder, fingerprint=fingerprint)
    manage(["collectstatic", "--noinput", "--verbosity", "0"], settings, tree.folder)
    return settings | {"BENCH_STATEMENTS_URL": cluster.owner_url(database)}


def verdict(time_ratio: dict[str, float]) -> str:
    """A tenth more or less, and so in every round: less than that is within what two equal runs differ by."""
    if time_ratio["time"] > TENTH and time_ratio["time_low"] > 1:
        return "**SLOWER**"
    return "faster" if time_ratio["time"] < 1 / TENTH and time_ratio["time_high"] < 1 else ""


def compared(after: Side, before: Side, row: str) -> list[str]:
    counts = [side.ask(count=row) for side in (before, after)]
    rounds: dict[str, list[Cell]] = {"after": [], "before": []}
    for turn in range(ROUNDS):
        for side in (after, before) if turn % 2 else (before, after):
            rounds[side.tree.name].append(side.cell(row, turn))
    ratio = ratios(rounds, of="after")["before"]
    wrong = {status for cells in rounds.values() for cell in cells for status in cell.statuses if status >= 400}
    middle = [sorted(cell.p50 for cell in rounds[name])[ROUNDS // 2] for name in ("before", "after")]
    statements = [str(count["statements"]) for count in counts]
    return [
        row + (f" (answers {', '.join(map(str, sorted(wrong)))}!)" if wrong else ""),
        *map(table.number, middle),
        table.spread(ratio, "time"),
        " → ".join(statements) if len(set(statements)) > 1 else statements[0],
        verdict(ratio),
    ]


def main() -> int:
    asked = arguments()
    started = time.monotonic()
    with Cluster() as cluster:
        before, after = earlier_tree(asked.before), Tree("after", PROJECT)
        settings = {tree: prepared(cluster, tree) for tree in (before, after)}
        with Side(before, settings[before]) as old, Side(after, settings[after]) as new:
            wanted = new.rows if asked.rows == ["all"] else asked.rows or ROWS
            rows = [compared(new, old, row) for row in wanted if row in new.rows and row in old.rows]
        git("worktree", "remove", "--force", str(before.folder))
    heads = ["page", f"before ({asked.before}), ms", "after, ms", "after ÷ before", "statements", ""]
    print(table.aligned(table.table(heads, rows)))
    missing = [row for row in wanted if row not in [one[0].split(" (answers")[0] for one in rows]]
    if missing:
        print(f"Not on both sides: {', '.join(missing)}.")
    slower = sum(row[-1] == "**SLOWER**" for row in rows)
    print(f"{slower} of {len(rows)} pages slower by more than a tenth. {time.monotonic() - started:.0f} s in all.")
    return int(slower > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__.splitlines()[0])
    parser.add_argument("--before", default="", help="commit to compare with")
    parser.add_argument("--rows", nargs="+", default=[], help="names of pages as the table has them, or «all»")
    asked = parser.parse_args()
    asked.before = asked.before or usual_before()
    return asked


if __name__ == "__main__":
    sys.exit(main())
