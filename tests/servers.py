"""Where the tests' own servers keep their data: in memory where there is room, else under `var/` like the desk's.

A browser test gets a database of its own, some thousand small files; on a slow disk making them takes longer than the test.
The folder stays for the next run, which finds the migrated template in it; `make clean` removes it.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from bureau.embedded import PROJECT

MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30  # write-ahead log up to two gigabytes, a template, a few copies for each worker, and some to spare


def in_memory() -> Path:
    """The folder of this checkout and this person."""
    checkout = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]
    return MEMORY / f"bureau-tests-{os.getuid()}-{checkout}"


def place() -> Path | None:
    """A folder in memory; None (the usual `var/`) where there is none or too little of it."""
    folder = in_memory()
    if not sys.platform.startswith("linux") or os.environ.get("TESTS_ON_DISK"):
        return None
    try:
        if not folder.exists() and shutil.disk_usage(MEMORY).free < ROOM:
            return None
        folder.mkdir(mode=0o755, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            return None
    except OSError:
        return None
    return folder


def remove() -> None:
    shutil.rmtree(in_memory(), ignore_errors=True)


if __name__ == "__main__":
    remove()
