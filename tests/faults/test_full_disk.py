"""A disk of two megabytes under the desk's files, filled by whoever comes first."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.faults.servers import Web

TABLE = b"Number;Saabus\n" + b"1;01.10.2026 tekst tekst tekst tekst tekst\n" * 60_000


@pytest.fixture
def disk():
    """A small file system of its own; only root may make one."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    place = Path(tempfile.mkdtemp(prefix="bureau-full-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        place.rmdir()
        pytest.skip("this machine mounts nothing")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


@pytest.mark.parametrize("full", ["FILES_DIR", "TMPDIR"])
def test_a_table_that_finds_no_room_is_answered_with_a_sentence_and_readyz_says_so(servers, disk, full):
    web = Web(servers, KEY_PREFIX=f"faults-{full}", **{full: str(disk)})
    try:
        web.sign_in("jaan@example.ee")
        assert '"disk": true' in web.get("/readyz").text

        answer = web.upload("/imports/new/", "file", TABLE)

        assert answer.status == 503
        assert "<h1>Töölaua kettaruum on otsas</h1>" in answer.text
        assert '"disk": false' in web.get("/readyz").text
        assert web.get("/cases/").status == 200
    finally:
        web.stop()
