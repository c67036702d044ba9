"""`make test`: every check, then every test. Each step says how long it took; what failed is named at the end.

`make test ONLY="ruff types"` runs only these steps; `ONLY=fast` rules and pages, `ONLY=faults` the long series of kills.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PROGRAMS = Path(sys.executable).parent
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

sys.path.insert(0, str(PROJECT))

from tests import not_run  # noqa: E402 - found only after the line above
from tests.browsers import OF_DEBIAN, find_browser  # noqa: E402


def program(name: str, *arguments: str, **environment: str) -> Callable[[], bool]:
    return lambda: run([str(PROGRAMS / name), *arguments], **environment)


def manage(*arguments: str, **environment: str) -> Callable[[], bool]:
    return lambda: run([PYTHON, "manage.py", *arguments], **environment)


def run(command: list[str], **environment: str) -> bool:
    return subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, env=os.environ | environment).returncode == 0


def as_in_production() -> dict[str, str]:
    return {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "desk.example.ee",
        "CSRF_TRUSTED_ORIGINS": "https://desk.example.ee",
        "SITE_URL": "https://desk.example.ee",
        "EMAIL_URL": "smtp://mail.example.ee:25",
    }


def static_files_complete() -> bool:
    """Every file that a style sheet or a template names is there, under the hashed name production gives it."""
    with tempfile.TemporaryDirectory() as folder:
        return run(
            [PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            STATIC_DIR=folder,
            **as_in_production(),
        )


def browser_found() -> bool:
    """A browser of the system; as root one of Debian's packages; else Playwright's own."""
    if not find_browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        run(["apt-get", "update", "-qq"])
        for package in OF_DEBIAN:
            run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
                DEBIAN_FRONTEND="noninteractive",
            )
            if find_browser():
                break
    if not find_browser():
        run([PYTHON, "-m", "playwright", "install", *(["--with-deps"] if os.geteuid() == 0 else []), "chromium"])
    found = find_browser()
    if found:
        os.environ["BROWSER_EXECUTABLE"] = found
        print(found)
        return True
    print("No browser was found and none could be installed: install Chromium, or name one in BROWSER_EXECUTABLE.")
    if not IN_CI:
        os.environ["WITHOUT_BROWSER"] = "1"
        print("The browser tests are left out of this run.")
    return not IN_CI


def tests(marks: str) -> bool:
    """What was not run is named with its reason on the last lines."""
    marks = marks or ("not browser" if os.environ.get("WITHOUT_BROWSER") else "")
    chosen = ["-m", marks] if marks else []
    with tempfile.TemporaryDirectory() as folder:
        left_out = Path(folder) / "not_run.json"
        good = run([PYTHON, "-m", "pytest", *chosen], **{not_run.FILE: str(left_out)})
        if not good:
            print(
                "\nWhat failed once more, one after another: what leaned on a busy machine passes now, a fault fails again."
            )
            sys.stdout.flush()
            good = run([PYTHON, "-m", "pytest", "--last-failed", "--last-failed-no-failures", "none", "-n0", *chosen])
        told = json.loads(left_out.read_text()) if left_out.exists() else {"the run ended before its end": []}
    print("", *not_run.lines(told), "  bench/ measures and proves nothing: `make bench`", sep="\n", flush=True)
    return good


STEPS: dict[str, Callable[[], bool]] = {
    "form": program("ruff", "format", "--check", "."),
    "ruff": program("ruff", "check", "--quiet", "."),
    "templates": program("djlint", "--lint", "--quiet", "templates"),
    "imports": program("lint-imports", "--no-logo"),
    "types": program("mypy"),
    "catalogue": manage("catalogue", "--check"),
    "system": manage("check"),
    "production": manage("check", "--deploy", "--fail-level", "WARNING", **as_in_production()),
    "static": static_files_complete,
    "migrations": manage("makemigrations", "--check", "--dry-run"),
    "browser": browser_found,
    "tests": lambda: tests(""),  # last, so that what was not run stands on the last lines
    "fast": lambda: tests("not browser and not faults and not long"),
    "faults": lambda: tests("faults"),
}
PARTS = {"fast", "faults"}  # of "tests", for whoever asks for them by name


def main(names: list[str]) -> int:
    unknown = set(names) - set(STEPS)
    if unknown:
        print(f"There is no step {', '.join(sorted(unknown))}. Steps: {' '.join(STEPS)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names or [step for step in STEPS if step not in PARTS]:
        if name == "tests" and failed:
            print(f"\nFailed before the tests: {', '.join(failed)}", flush=True)
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        good = STEPS[name]()
        if not good:
            failed.append(name)
        if name != "tests":
            print(f"--- {name}: {'good' if good else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
