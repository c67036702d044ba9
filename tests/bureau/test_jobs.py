"""Long work has one owner at a time, is begun at most three times, and its last word is the true one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from bureau import jobs
from bureau.models import Deed, Job, Notification, User

KIND = "test.work"
pytestmark = pytest.mark.django_db(transaction=True)
State = Job.State


@pytest.fixture
def work(monkeypatch):
    """Register what the work does; the orders that would go to the broker are kept instead."""
    ordered = []
    monkeypatch.setattr(jobs, "order_task", lambda name, job_id: ordered.append(job_id))

    def register(run):
        monkeypatch.setitem(jobs._kinds, KIND, run)
        return ordered

    return register


def order(mari):
    return jobs.order(kind=KIND, title="Töö", by=mari)


def silent(job, seconds=60):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=seconds))


def rename(mari, name):
    User.objects.filter(pk=mari.pk).update(job_title=name)


def title_of(mari):
    return User.objects.get(pk=mari.pk).job_title


def test_a_worker_that_stood_still_while_another_did_the_work_commits_nothing_and_says_nothing(work, mari):
    in_between = []

    def first_stands_still(job, progress):
        if job.attempt == 1:
            silent(job)
            jobs.sweep()
            jobs.run(job_id=job.pk)
            in_between.append(Job.objects.get(pk=job.pk).state)
            with progress.owned():
                rename(mari, "first")
        with progress.owned():
            rename(mari, "second")
        return {"by": "second"}

    work(first_stands_still)
    job = order(mari)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert in_between == [State.DONE]
    assert (job.state, job.result, job.attempt, job.error) == (State.DONE, {"by": "second"}, 2, "")
    assert title_of(mari) == "second"
    assert Notification.objects.filter(user=mari, kind__startswith="job.").count() == 1
    assert Deed.objects.filter(action__in=["job.done", "job.failed"]).count() == 1


def test_a_failure_of_the_old_owner_does_not_stand_over_the_committed_work(work, mari):
    def run(job, progress):
        if job.attempt == 1:
            silent(job)
            jobs.sweep()
            jobs.run(job_id=job.pk)
            raise RuntimeError("woke up too late")
        with progress.owned():
            rename(mari, "kept")

    work(run)
    job = order(mari)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.error, title_of(mari)) == (State.DONE, "", "kept")


def test_a_job_given_back_but_not_yet_begun_again_belongs_to_nobody(work, mari):
    def run(job, progress):
        silent(job)
        jobs.sweep()
        with progress.owned():
            rename(mari, "nobody's")

    work(run)
    job = order(mari)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, title_of(mari)) == (State.QUEUED, mari.job_title)


def test_a_job_whose_row_is_held_is_not_taken_for_lost(work, mari):
    ordered = work(lambda job, progress: {})
    job = order(mari)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempt=1)
    silent(job, 3600)

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        Job.objects.select_for_update().get(pk=job.pk)
        found_meanwhile = other.submit(swept_elsewhere).result()

    assert found_meanwhile == 0
    assert jobs.sweep() == 1
    assert ordered == [job.pk, job.pk]


def swept_elsewhere():
    try:
        return jobs.sweep()
    finally:
        connection.close()


def test_tries_are_counted_and_end(work, mari):
    begun = []
    work(lambda job, progress: begun.append(job.attempt))
    job = order(mari)

    for _ in range(5):
        Job.objects.filter(pk=job.pk, state=State.QUEUED).update(state=State.QUEUED)
        with transaction.atomic():
            taken = jobs._begun(job.pk)  # begun, and then the process is killed
        silent(job)
        jobs.sweep()
        if taken is None:
            break

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.FAILED, jobs.MOST_ATTEMPTS)
    assert "alustati kolm korda" in job.error
    assert jobs.sweep() == 0


def test_a_database_that_was_lost_on_the_way_is_waited_for(work, mari):
    def run(job, progress):
        if job.attempt < 3:
            raise OperationalError("server closed the connection unexpectedly")
        return {"attempt": job.attempt}

    ordered = work(run)
    job = order(mari)

    for _ in range(3):
        jobs.run(job_id=job.pk)
        jobs.sweep()

    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"attempt": 3})
    assert ordered == [job.pk] * 3


@pytest.mark.parametrize(
    ("keeps", "said"), [(True, "Enne seda salvestatu jääb alles."), (False, "Sellest ei salvestatud midagi.")]
)
def test_what_is_said_of_a_failure_is_what_was_kept(work, mari, keeps, said):
    def run(job, progress):
        if keeps:
            with progress.owned():
                rename(mari, "kept")
        raise RuntimeError("after that")

    work(run)
    job = order(mari)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error == f"Töö katkes ootamatu vea tõttu; viga on logis. {said}"
    assert (title_of(mari) == "kept") is keeps


def test_a_full_disk_is_said_and_not_tried_again(work, mari):
    import errno

    def run(job, progress):
        raise OSError(errno.ENOSPC, "No space left on device")

    work(run)
    job = order(mari)

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.FAILED, 1)
    assert job.error.startswith("Saadetu hoidmiseks ei ole enam ruumi.")


def test_a_file_made_by_a_worker_that_lost_the_job_goes_away(work, mari):
    made = []

    def run(job, progress):
        job.output_file.save("out", ContentFile(b"rows"), save=False)
        made.append(job.output_file.name)
        silent(job)
        jobs.sweep()
        with progress.owned():
            rename(mari, "never")

    work(run)
    job = order(mari)

    jobs.run(job_id=job.pk)

    assert not job.output_file.storage.exists(made[0])


def test_an_order_that_never_reached_a_worker_is_given_again_once_a_minute(work, mari):
    ordered = work(lambda job, progress: {})
    job = order(mari)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=5))

    assert [jobs.sweep(), jobs.sweep()] == [1, 0]
    assert ordered == [job.pk, job.pk]


def test_who_asked_to_stop_a_job_whose_worker_died_is_heard(work, mari):
    work(lambda job, progress: pytest.fail("begun"))
    job = order(mari)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempt=1)
    jobs.cancel(job=job, by=mari)
    silent(job)
    jobs.sweep()

    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
