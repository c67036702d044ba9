"""Real workers whose broker goes away, and that are killed in the middle of a job."""

import os
import signal
import time
import uuid

import psycopg
import pytest

from tests.faults.servers import DATABASE, Program, wait_until


def order_forecasts(servers):
    """A piece of long work that anybody may order, written as `jobs.order` writes it; the sweep finds it."""
    (key,) = servers.query(
        "INSERT INTO bureau_job (public_id, kind, title, state, parameters, done, refused, result, error, input_file,"
        " input_name, output_file, output_name, created_at, attempt)"
        " VALUES (%s, 'make_forecast', 'Prognoos', 'queued', '{\"until\": \"2026-11-30\"}', 0, 0, '{}', '', '', '', '', '',"
        " now() - interval '1 hour', 0) RETURNING id",
        [uuid.uuid4()],
        DATABASE,
    )[0]
    return key


def state_of(servers, key):
    return servers.query("SELECT state, attempt FROM bureau_job WHERE id = %s", [key], DATABASE)[0]


@pytest.fixture
def start(servers):
    programs = []

    def start(name, *command):
        programs.append(Program.start(servers, name, ["-m", "celery", "--app", "bureau", *command]))
        return programs[-1]

    yield start
    for program in programs:
        program.stop()


@pytest.fixture
def worker(start):
    def worker(*options, name="worker"):
        command = ["worker", f"--hostname={name}@here", "--queues=intake,mail,reports,long,default", "--concurrency=2"]
        program = start(name, *command, "--loglevel=INFO", *options)
        wait_until(lambda: "ready." in program.said() or not program.lives())
        return program

    return worker


@pytest.fixture
def beat(servers, start):
    schedule = servers.files.base / "beat-schedule"
    for old in servers.files.base.glob("beat-schedule*"):
        old.unlink()
    return start("beat", "beat", "--pidfile=", f"--schedule={schedule}", "--loglevel=INFO")


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_a_worker_whose_broker_dies_under_its_work_ends_that_waits_and_goes_on(servers, worker, beat, pool):
    program = worker(f"--pool={pool}", "--without-mingle", "--without-gossip")
    with psycopg.connect(servers.url()) as holder:
        holder.execute("LOCK TABLE staff_phonequeue IN ACCESS EXCLUSIVE MODE")
        under_way = order_forecasts(servers)
        wait_until(lambda: state_of(servers, under_way) == ("running", 1))
        servers.kill("valkey")
        wait_until(lambda: "onnection to broker lost" in program.said() or not program.lives())
    wait_until(lambda: state_of(servers, under_way)[0] == "done" or not program.lives())
    servers.restart("valkey")
    key = order_forecasts(servers)

    wait_until(lambda: state_of(servers, key)[0] == "done" or not program.lives())
    assert program.lives(), program.said()[-3000:]
    assert state_of(servers, key) == ("done", 1)


def test_work_of_a_killed_worker_goes_on_by_itself_within_a_minute(servers, worker, beat):
    first = worker("--pool=threads", name="first")
    with psycopg.connect(servers.url()) as holder:
        holder.execute("LOCK TABLE staff_phonequeue IN ACCESS EXCLUSIVE MODE")
        key = order_forecasts(servers)
        wait_until(lambda: state_of(servers, key) == ("running", 1))
        second = worker("--pool=threads", name="second")
        os.killpg(first.popen.pid, signal.SIGKILL)
        killed_at = time.monotonic()
        first.popen.wait()
        wait_until(lambda: state_of(servers, key)[1] == 2)
        seconds = time.monotonic() - killed_at

    wait_until(lambda: state_of(servers, key)[0] == "done" or not second.lives())
    assert state_of(servers, key) == ("done", 2)
    assert seconds < 60


def test_a_worker_that_stood_still_says_nothing_about_work_that_another_did(servers, worker, beat):
    first = worker("--pool=threads", name="first")
    with psycopg.connect(servers.url()) as holder:
        holder.execute("LOCK TABLE staff_phonequeue IN ACCESS EXCLUSIVE MODE")
        key = order_forecasts(servers)
        wait_until(lambda: state_of(servers, key) == ("running", 1))
        worker("--pool=threads", name="second")
        os.killpg(first.popen.pid, signal.SIGSTOP)
        wait_until(lambda: state_of(servers, key)[1] == 2)
    wait_until(lambda: state_of(servers, key)[0] == "done")

    os.killpg(first.popen.pid, signal.SIGCONT)

    wait_until(lambda: "was given to another worker" in first.said())
    assert state_of(servers, key) == ("done", 2)
    ended = servers.query(
        "SELECT action FROM bureau_deed WHERE action LIKE 'job.%%' AND object_id = %s", [key], DATABASE
    )
    assert ended == [("job.done",)]
