"""Workers that are started quickly and killed hard."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

from django.db import connection

from bureau.embedded import PROJECT
from tests.mail.server import wait_until


class Workers:
    """Processes that send over this port; `work` is what `tests.mail.worker` knows."""

    def __init__(self, port: int, work: str = "outbox"):
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.mail.worker", connection.settings_dict["NAME"], str(port), work],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.parent.stdout.readline() == "ready\n"

    def start(self) -> int:
        self.parent.stdin.write("\n")
        self.parent.stdin.flush()
        return int(self.parent.stdout.readline())

    def stop(self) -> None:
        self.parent.stdin.close()
        self.parent.wait(10)
        self.parent.stdout.close()


def is_alive(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, 0)
        return True
    return False


def kill(number: int) -> bool:
    """Whether it was killed at work, and did not end by itself before."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return False
    wait_until(lambda: not is_alive(number))
    return True
