"""`make bench`: loads the bureau at 100 thousand and at a million cases, times the desk beside the floor, says what misses its budget.

python -m bench                      both sizes, about a quarter of an hour once they are loaded
python -m bench --quick              100 thousand only, fewer requests
python -m bench --sizes 1m --fresh   one size, loaded anew
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import psutil

from bench import peers, table
from bench.budgets import LARGE, SMALL, verdicts
from bench.client import REQUESTS, SECONDS
from bench.cluster import BASE, Cluster, manage

CASES = {SMALL: 100_000, LARGE: 1_000_000}
SPOILT, UNTOUCHED = "bench_spoilt", "bench_untouched"  # a copy that imports may fill, and one for their limit
RESULTS = Path(__file__).parent / "results.json"


def environment(cluster: Cluster, database: str) -> dict[str, str]:
    """As production sets it, but without TLS and without a second factor."""
    return {
        "DATABASE_URL": cluster.database_url(database), "DATABASE_OWNER_URL": cluster.owner_url(database), "REDIS_URL": cluster.redis_url, "KEY_PREFIX": database,
        "SECRET_KEY": "only-for-the-bench-0123456789-0123456789-0123456789-0123456789", "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "http://127.0.0.1", "EMAIL_URL": "dummymail://", "BEHIND_TLS": "false",
        "SECOND_FACTOR_REQUIRED": "false", "STATIC_DIR": str(BASE / "static"), "FILES_DIR": str(BASE / "files"),
        "DJANGO_SETTINGS_MODULE": "bureau.settings", "LOG_LEVEL": "WARNING",
    }  # fmt: skip


def main() -> None:
    asked = arguments()
    os.chdir(BASE.parent.parent)
    started = time.monotonic()
    results = {
        "on": f"{datetime.now():%Y-%m-%d %H:%M}",
        "machine": {
            "cores": psutil.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 2**30),
            "load": round(os.getloadavg()[0], 1), "python": sys.version.split()[0],
        },
        "quick": asked.quick,
        "sizes": {},
    }  # fmt: skip
    with Cluster() as cluster:
        asked.peers = not asked.no_peers and peers.is_there()
        if asked.peers:
            peers.Peers(cluster).prepare()
        manage(["collectstatic", "--noinput", "--verbosity", "0"], environment(cluster, "postgres"))
        for size in asked.sizes:
            results["sizes"][size] = of_size(cluster, size, asked)
            RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = table.report(results)
    print(table.aligned(text))
    missed = [verdict for verdict in verdicts(results["sizes"]) if verdict.word == "MISSED"]
    print(f"{len(missed)} budgets missed. {time.monotonic() - started:.0f} s in all. Written to {RESULTS}.")
    if not asked.quick:
        table.write_into_readme(text)


def of_size(cluster: Cluster, size: str, asked: argparse.Namespace) -> dict:
    database = f"bench_{size}"
    settings = environment(cluster, database)
    loads = BASE / f"load-{size}.json"
    if asked.fresh or not (asked.as_is or cluster.is_loaded(database)):
        print(f"Loading {CASES[size]:,} cases into {database} ...", flush=True)
        took = cluster.load(database, cases=CASES[size], environment=settings)
        loads.write_text(json.dumps({f"{step}_s": seconds for step, seconds in took.items()}))
    with_bulk = size == SMALL and not asked.no_bulk
    print(f"Measuring {database} ({cluster.size_mb(database):,} MB) ...", flush=True)
    if with_bulk:
        cluster.copy(database, SPOILT)
        cluster.copy(database, UNTOUCHED)
    monthly = result_of("bench.monthly", settings)  # first: the pages of indicators and reports show what it leaves
    share = 4 if asked.quick else 1
    limits = [
        "--requests",
        str(REQUESTS // share),
        "--seconds",
        str(SECONDS / share),
        *(["--exports"] if with_bulk else []),
        *(["--peers"] if asked.peers and size == SMALL else []),
    ]
    measured = result_of("bench.measuring", settings, "--logs", str(BASE / "log"), *limits)
    bulk = measured.setdefault("bulk", {})
    bulk |= monthly
    if with_bulk:
        untouched = ["--untouched", cluster.owner_url(UNTOUCHED)]
        bulk |= result_of("bench.importing", environment(cluster, SPOILT), *untouched)
        cluster.drop(SPOILT)
        cluster.drop(UNTOUCHED)
    if loads.exists():
        bulk["load"] = json.loads(loads.read_text())
    return measured


def result_of(program: str, settings: dict[str, str], *arguments: str) -> dict:
    """What a program of ours, run under the settings of one database, has measured."""
    out = BASE / "measured.json"
    out.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-m", program, "--out", str(out), *arguments], env=os.environ | settings)
    if done.returncode != 0:
        raise SystemExit(f"{program} stopped. See {BASE / 'log'}.")
    return json.loads(out.read_text(encoding="utf-8"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", choices=list(CASES), help="which sizes (both when not given)")
    parser.add_argument("--quick", action="store_true", help="100 thousand only, a quarter of the requests")
    parser.add_argument("--fresh", action="store_true", help="load the databases anew")
    parser.add_argument("--as-is", action="store_true", help="take the databases as they stand, however old")
    parser.add_argument("--no-peers", action="store_true", help="leave out those that run beside the desk")
    parser.add_argument("--no-bulk", action="store_true", help="leave out imports and exports")
    asked = parser.parse_args()
    asked.sizes = asked.sizes or ([SMALL] if asked.quick else list(CASES))
    return asked


if __name__ == "__main__":
    main()
