"""The desk behind a real gunicorn, for tests of what the test client does not go through."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

PATIENCE_SECONDS = 90


@contextlib.contextmanager
def served(log: Path, *more: str, **environment: str) -> Iterator[int]:
    """The port at which it listens; ends with the block. What it writes is in the file `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "bureau.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    with open(log, "wb") as written:
        server = subprocess.Popen(
            [*command, "--no-control-socket", *more], cwd=settings.BASE_DIR, stdout=written, stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )  # fmt: skip
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the web server did not start")
