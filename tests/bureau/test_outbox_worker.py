"""The whole way: a deed commits, the broker carries the order, a real worker hands the letter to a real server."""

import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from bureau.embedded import PROJECT
from bureau.models import OutgoingMail
from bureau.outbox import queue_mail, register_purpose
from tests.mail.server import Keeper, LoopbackServer, wait_until

register_purpose("test.worker", "Test")


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def worker(transactional_db, keeper):
    """A Celery worker of the queue of mail, over the test database and the keys of this test run."""
    server = LoopbackServer(keeper)
    server.start()
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(address), "EMAIL_URL": f"smtp://127.0.0.1:{server.port}", "DEBUG": "true",
    }  # fmt: skip
    command = [sys.executable, "-m", "celery", "--app", "bureau", "worker", "--queues", "mail", "--pool", "solo"]
    process = subprocess.Popen(
        [*command, "--without-mingle", "--without-gossip", "--without-heartbeat", "--loglevel", "ERROR"],
        cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    server.stop()


def test_a_letter_leaves_as_soon_as_its_deed_is_committed(worker, keeper):
    with transaction.atomic():
        queue_mail(to="client@example.ee", subject="Tere", text="Tere", purpose="test.worker")
        unseen = OutgoingMail.objects.get().state

    wait_until(lambda: OutgoingMail.objects.get().state == OutgoingMail.State.SENT, seconds=60)

    assert unseen == "queued"
    assert [letter["To"] for letter in keeper.letters] == ["client@example.ee"]
