"""`make run` as a person meets it: a real desk in a folder of its own, its processes killed one by one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from bureau import launcher
from bureau.embedded import PROJECT, Files
from tests.processes import lives, words_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes by Linux's means")

SECONDS = 120  # a loaded machine of two cores; an idle one needs a tenth


class Desk:
    def __init__(self, var, port):
        self.var, self.port = var, port
        without = (
            "DATABASE_URL",
            "DATABASE_OWNER_URL",
            "REDIS_URL",
            "BUREAU_EMBEDDED",
            "KEY_PREFIX",
            "SITE_URL",
            "MAKELEVEL",
        )
        kept = {name: value for name, value in os.environ.items() if name not in without}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bureau.launcher", "--port", str(port), "--no-demo"],
            cwd=PROJECT,
            env=kept | {"VAR_DIR": str(var)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=10) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False
        except OSError:
            return False

    def open(self):
        wait_until(lambda: self.answers() or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.stdout.read()
        wait_until(lambda: len(self.parts()) == 4)
        return self

    def parts(self):
        """web, workers and beat: the direct children."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            words = words_of(child)
            for name, word in (
                ("web", "gunicorn"),
                ("worker", "quick@%h"),
                ("long-worker", "long@%h"),
                ("beat", "beat"),
            ):
                if word in words:
                    found[name] = child
        return found

    def everything(self):
        """All processes of this desk, servers and their keeper included, found by its folder in their environment."""
        wanted = f"VAR_DIR={self.var}"
        found = []
        for process in psutil.process_iter():
            try:
                if f"{wanted}\0" in Path(f"/proc/{process.pid}/environ").read_text(errors="replace"):
                    found.append(process)
            except (OSError, psutil.Error):
                continue
        return [process for process in found if lives(process)]

    def close(self):
        os.killpg(self.process.pid, signal.SIGINT)  # as Ctrl-C does: to the whole group of the terminal
        said, _ = self.process.communicate(timeout=SECONDS)
        return said


@pytest.fixture(scope="module")
def var():
    folder = Path(tempfile.mkdtemp(prefix="bureau-desk-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def desk(var):
    desk = Desk(var, free_port())
    yield desk
    if desk.process.poll() is None:
        desk.process.kill()
        desk.process.communicate()
    wait_until(lambda: not desk.everything())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def test_the_desk_opens_heals_what_is_killed_and_leaves_nothing_behind(desk, var):
    desk.open()
    servers = Files(var).read_state()
    assert len(desk.everything()) > 6

    for name, process in desk.parts().items():
        process.kill()
        wait_until(lambda name=name, old=process: desk.parts().get(name) not in (None, old))
        wait_until(desk.answers)
    os.kill(servers["pids"]["postgres"], signal.SIGKILL)
    wait_until(lambda: Files(var).read_state()["pids"].get("postgres") not in (None, servers["pids"]["postgres"]))
    wait_until(desk.answers)

    second = Desk(var, free_port())
    refused, _ = second.process.communicate(timeout=SECONDS)
    assert second.process.returncode == 1
    assert refused == f"The desk is already open at http://localhost:{desk.port}/. Close that one first.\n"

    said = desk.close()
    assert "Traceback" not in said
    assert f"The desk is open at http://localhost:{desk.port}/" in said
    assert desk.process.returncode == 0
    assert desk.everything() == []


def test_nothing_outlives_a_launcher_that_is_killed_hard_and_the_next_start_heals(desk, var):
    desk.open()

    desk.process.kill()

    desk.process.communicate()
    wait_until(lambda: not desk.everything())
    again = Desk(var, desk.port).open()
    assert "Traceback" not in again.close()
    assert again.everything() == []


def test_a_taken_port_is_said_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(SystemExit, match=f"^Port {port} is taken by another program.* make run PORT={port + 1}$"):
            launcher.check_port("127.0.0.1", port)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "", "٣"])
def test_what_is_no_port_is_said(text):
    with pytest.raises(SystemExit, match="is not a port"):
        launcher.port_number(text)


def test_a_part_that_ends_again_and_again_is_given_up(monkeypatch, tmp_path):
    (tmp_path / "log").mkdir()
    monkeypatch.setattr(launcher, "VAR", tmp_path)
    monkeypatch.setattr(launcher, "say", lambda text: None)
    desk = launcher.Desk("127.0.0.1", 8000)
    part = launcher.Part("web", [sys.executable, "-c", "print('why it ends')"])

    with pytest.raises(SystemExit, match="(?s)why it ends.*again and again"):
        for _ in range(launcher.RESTARTS_ALLOWED + 1):
            desk._look_after([part])
            part.process.wait()


def test_that_nobody_can_sign_in_before_the_demo_is_loaded_is_told_once(monkeypatch, tmp_path):
    (tmp_path / "log").mkdir()
    said = []
    monkeypatch.setattr(launcher, "VAR", tmp_path)
    monkeypatch.setattr(launcher, "say", said.append)
    desk = launcher.Desk("127.0.0.1", 8000)
    desk.demo = launcher.Part("demo", [sys.executable, "-c", "import time; time.sleep(60)"])
    desk.demo.start()

    desk._look_after_demo()
    assert said == []
    monkeypatch.setattr(launcher, "DEMO_IS_LOADED_SECONDS", 0)
    desk._look_after_demo()
    desk._look_after_demo()
    desk.demo.signal(signal.SIGKILL)
    desk.demo.process.wait()

    (sentence,) = said
    assert sentence.startswith("Loading a demonstration bureau")
