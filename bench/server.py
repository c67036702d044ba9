"""The desk, the floor and a Celery worker, started as production starts them (see Dockerfile)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from bureau.celery import LONG_QUEUES, QUICK_QUEUES
from bureau.embedded import PROJECT
from bureau.keeper import die_with_parent, free_port

WEB_PROCESSES = 2
START_SECONDS = 60
DESK, FLOOR = "bureau.wsgi", "bench.floor.wsgi"


class Process:
    """One program of the desk with the processes that it starts; ends with the bench, however that ends."""

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        log: Path,
        *,
        python: Path | str = sys.executable,
        folder: Path = PROJECT,
    ):
        self.log = log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                [str(python), "-m", *command],
                cwd=folder,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def children(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.popen.pid).children()
        return []

    def largest_pss_mb(self) -> float:
        """Proportional memory of the largest working process: its own pages, and its share of common ones."""
        found = [0.0]
        for process in self.children() or [psutil.Process(self.popen.pid)]:
            with contextlib.suppress(psutil.Error):
                found.append(process.memory_full_info().pss / 2**20)
        return round(max(found), 1)

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
                return

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.stop()


class WebServer(Process):
    """The same server with the same settings, whoever's pages it serves."""

    def __init__(
        self,
        application: str,
        environment: dict[str, str],
        log: Path,
        *,
        python: Path | str = sys.executable,
        folder: Path = PROJECT,
        ready: str = "/healthz",
    ):
        self.port = free_port()
        command = [
            "gunicorn",
            application,
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            str(WEB_PROCESSES),
            "--threads",
            "4",
        ]
        # A kept connection outlives the pauses between two pages of one person.
        command += ["--no-control-socket", "--keep-alive", "30", "--log-level", "warning", "--timeout", "300"]
        if Path("/dev/shm").is_dir():
            command += ["--worker-tmp-dir", "/dev/shm"]
        super().__init__(command, environment, log, python=python, folder=folder)
        self._wait(ready)

    def _wait(self, path: str) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.popen.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"A web server did not start. See {self.log}.")


class Worker(Process):
    def __init__(self, environment: dict[str, str], log: Path):
        command = [
            "celery",
            "--app=bureau",
            "worker",
            f"--queues={','.join((*QUICK_QUEUES, *LONG_QUEUES))}",
            f"--concurrency={WEB_PROCESSES}",
        ]
        super().__init__([*command, "--loglevel=WARNING", "--without-mingle", "--without-gossip"], environment, log)
