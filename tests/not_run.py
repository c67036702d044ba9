"""What a run of the tests left out, with the reason: `make test` says it on its last lines.

Skipped tests are told by their reports; those that were not chosen by their marks by the workers, who alone collect.
"""

import json
import os
from collections import defaultdict
from pathlib import Path

FILE = "NOT_RUN_FILE"  # variable of the environment: where the list is kept for whoever started the run
AT_MOST = 12  # of each reason by name
MARKS = ("browser", "faults", "long")

found: dict[str, set[str]] = defaultdict(set)


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        found[reason.removeprefix("Skipped: ")].add(report.nodeid)


def pytest_collectreport(report):
    if report.skipped:
        pytest_runtest_logreport(report)


def pytest_deselected(items):
    for item in items:
        marks = [name for name in MARKS if item.get_closest_marker(name)]
        found[f"not chosen for this run ({', '.join(marks) or 'by its name'})"].add(item.nodeid)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = {reason: sorted(ids) for reason, ids in found.items()}


def pytest_testnodedown(node, error):
    for reason, ids in getattr(node, "workeroutput", {}).get("not_run", {}).items():
        found[reason].update(ids)


def pytest_unconfigure(config):
    if os.environ.get(FILE) and not hasattr(config, "workeroutput"):
        told = {reason: sorted(ids) for reason, ids in found.items()}
        Path(os.environ[FILE]).write_text(json.dumps(told), encoding="utf-8")


def lines(told: dict[str, list[str]]) -> list[str]:
    """What is said at the end, each reason with the tests that it kept from running."""
    if not told:
        return ["Every test was run."]
    said = [f"Not run: {sum(map(len, told.values()))} tests."]
    for reason, ids in sorted(told.items()):
        said.append(f"  {reason}: {len(ids)}")
        said += [f"    {one}" for one in ids[:AT_MOST]]
        if len(ids) > AT_MOST:
            said.append(f"    and {len(ids) - AT_MOST} more")
    return said
