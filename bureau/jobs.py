"""Long work that a person can watch, cancel and order again. The row is the truth; Celery only carries it.

A kind of work is a function `run(job, progress)` registered under a name. It reports through `progress`, which also
raises `JobCancelled` once the person asked to stop. Started by `transaction.on_commit`; a job whose order was lost with
the broker, or whose worker died, is found by the sweep and ordered again.

One owner at a time: each beginning raises the job's `attempt`, and whoever writes shows that number in the same
transaction (`Progress.owned`). A worker that stood still while the job was given to another can commit nothing more and has no
word about how it ended. After three beginnings without an end the job has failed.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.broker import order_task
from bureau.faults import DISK_FULL, fault_of
from bureau.models import Job, JobRow
from bureau.notifications import notify
from bureau.roles import Permission
from bureau.templatetags.formats import number

log = logging.getLogger(__name__)

SECONDS_BETWEEN_WORDS = 1.0
# A worker that lives says so this often, whatever the work is doing; one silent for longer is lost.
SECONDS_BETWEEN_HEARTBEATS = 5.0
SILENCE_MEANS_LOST = timedelta(seconds=25)
QUEUED_MEANS_FORGOTTEN = timedelta(minutes=1)
MOST_ATTEMPTS = 3
SEES_JOBS = (
    Permission.CASE_EXPORT,
    Permission.CASE_IMPORT,
    Permission.CASE_ASSIGN,
    Permission.JOBS_VIEW_ALL,
)

_kinds: dict[str, Callable] = {}
_tasks: dict[str, str] = {}
_pages: dict[str, "ResultPage"] = {}


@dataclass(frozen=True)
class ResultPage:
    """How a kind of work is shown: its name, the part of a page that shows its result, and what that part needs."""

    words: Any
    template: str = ""
    context: Callable[[Job, Any], dict] | None = None
    stages: dict[str, Any] = field(default_factory=dict)


class JobCancelled(Exception):
    """The person asked the job to stop."""


class JobLost(Exception):
    """The job was given to another worker meanwhile; nothing more of this one counts."""


class JobRefused(Exception):
    """The work cannot be done; the message is a sentence for the person who ordered it."""


def register(kind: str, *, task: str = "bureau.tasks.run_job", page: ResultPage | None = None) -> Callable:
    """Name a kind of work. `task` is the Celery task that carries it, where its queue is another than the usual; `page`
    says how its result is shown."""

    def decorate(run: Callable) -> Callable:
        _kinds[kind], _tasks[kind] = run, task
        if page is not None:
            _pages[kind] = page
        return run

    return decorate


def register_page(kind: str, page: ResultPage) -> None:
    """How work is shown that was done at once, in the page that ordered it, and of which the job is the trace."""
    _pages[kind] = page


TONES = {
    Job.State.PREPARED: "neutral", Job.State.QUEUED: "info", Job.State.RUNNING: "info", Job.State.DONE: "good",
    Job.State.FAILED: "bad", Job.State.CANCELLED: "warning",
}  # fmt: skip


def page_of(job: Job) -> ResultPage:
    return _pages.get(job.kind) or ResultPage(words=_("Work"))


def percent_of(job: Job) -> int | None:
    """How much of the whole is done; work in stages counts each stage alike."""
    stages = job.result.get("stages") if job.state == Job.State.RUNNING else None
    if not stages:
        return job.percent
    within = min(1.0, job.done / job.total) if job.total else 0.0
    return min(99, int(100 * (job.result["stage_number"] - 1 + within) / stages))


def words_of(job: Job) -> str:
    """What the work is doing, where it works in stages."""
    stages = job.result.get("stages") if job.state == Job.State.RUNNING else None
    if not stages:
        return ""
    said = _("Step %(number)s of %(stages)s: %(stage)s") % {
        "number": job.result["stage_number"], "stages": stages,
        "stage": page_of(job).stages.get(job.result["stage"], job.result["stage"]),
    }  # fmt: skip
    if not job.total:
        return said
    return f"{said} · " + _("%(done)s of %(total)s rows") % {
        "done": number(min(job.done, job.total)),
        "total": number(job.total),
    }


class Progress:
    """How far the work is; writes at most once a second.

    Work that holds a transaction still shows its progress and hears a request to stop: both go over a connection
    beside it.
    """

    def __init__(self, job: Job):
        self.job = job
        self.written_at = time.monotonic()
        self.rows: list[JobRow] = []
        self.may_stop = True
        self.has_kept = False
        self._beside = None

    @contextmanager
    def owned(self) -> Iterator[None]:
        """A transaction that is committed only while the job is still this worker's.

        Asked at its end: the row is held from then until the commit, so nobody can be given the job in between.
        """
        with transaction.atomic():
            yield
            if transaction.get_rollback():
                return  # a rehearsal keeps nothing
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM bureau_job WHERE id = %s AND attempt = %s AND state = %s FOR NO KEY UPDATE",
                    [self.job.pk, self.job.attempt, Job.State.RUNNING],
                )
                if cursor.fetchone() is None:
                    raise JobLost
        self.has_kept = True

    def set_total(self, total: int) -> None:
        self.job.total = total
        self._write()

    def add(self, count: int = 1) -> None:
        self.job.done += count
        self._write_now_and_then()

    def begin(self, stage: str, *, number: int, of: int, total: int | None = None) -> None:
        """A further stage of the work begins; rows are counted anew."""
        self.job.result = {"stage": stage, "stage_number": number, "stages": of}
        self.job.done, self.job.total = 0, total
        self._write_now_and_then()

    def remark(self, row_number: int, level: str, reason_code: str, reason: str, data: dict | None = None, *, on=None) -> None:  # fmt: skip
        """Keep a row that was refused, or taken with a remark, with what it held. `on`: what it became or is about."""
        self.rows.append(
            JobRow(
                job=self.job,
                row_number=row_number,
                level=level,
                reason_code=reason_code,
                reason=reason[:500],
                data=data or {},
                object_type=on._meta.label_lower if on is not None else "",
                object_id=on.pk if on is not None else None,
            )
        )
        if level == JobRow.Level.REFUSED:
            self.job.refused += 1
        if len(self.rows) >= 1000:
            self.write_rows()

    def write_rows(self) -> None:
        if connection.in_atomic_block:
            self._write_rows()
        elif self.rows:
            with self.owned():
                self._write_rows()

    def _write_rows(self) -> None:
        JobRow.objects.bulk_create(self.rows)
        self.rows = []

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()
            self._beside = None

    def _write_now_and_then(self) -> None:
        if time.monotonic() - self.written_at >= SECONDS_BETWEEN_WORDS:
            self._write()

    def _write(self) -> None:
        self.written_at = time.monotonic()
        job = self.job
        job.heartbeat_at = timezone.now()
        try:
            with self._connection().cursor() as cursor:
                cursor.execute(
                    "UPDATE bureau_job SET total = %s, done = %s, refused = %s, heartbeat_at = %s, result = %s"
                    " WHERE id = %s AND attempt = %s RETURNING state, cancel_requested_at IS NOT NULL",
                    [job.total, job.done, job.refused, job.heartbeat_at, json.dumps(job.result), job.pk, job.attempt],
                )
                state, asked_to_stop = cursor.fetchone() or ("", False)
                if not state:
                    cursor.execute("SELECT 1 FROM bureau_job WHERE id = %s", [job.pk])
                    if cursor.fetchone():
                        raise JobLost
        except OperationalError:
            # Somebody holds the row for a moment; the next word comes in a second.
            if self._beside is None:
                raise
            return
        if asked_to_stop and self.may_stop:
            raise JobCancelled

    def _connection(self):
        if not connection.in_atomic_block:
            return connection
        if self._beside is None:
            self._beside = connections.create_connection(DEFAULT_DB_ALIAS)
            with self._beside.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
        return self._beside


@transaction.atomic
def order(
    *,
    kind: str,
    title: str,
    by,
    parameters: dict | None = None,
    input_file=None,
    input_name: str = "",
    to_worker: bool = True,
) -> Job:
    """Write down the work and hand it to a worker once this transaction is committed; a command does its own work."""
    if kind not in _kinds:
        raise LookupError(f"no such kind of job: {kind}")
    job = Job(
        kind=kind, title=title[:200], owner=by, on_behalf_of_id=getattr(by, "acting_for_id", None), parameters=parameters or {},
        input_name=input_name[:255],
    )  # fmt: skip
    if input_file is not None:
        if input_file.closed:  # who looked at it first shut it
            input_file.open("rb")
        job.input_file.save(input_name or "input", input_file, save=False)
    job.save()
    record("job.ordered", by=by, on=job, kind=kind)
    if to_worker:
        transaction.on_commit(lambda: hand_over(job))
    return job


def hand_over(job: Job) -> None:
    """Order it from a worker; with the broker away the row waits for the sweep."""
    order_task(_tasks.get(job.kind, "bureau.tasks.run_job"), job_id=job.pk)


def cancel(*, job: Job, by) -> Job:
    """Ask a job to stop; one that waits stops at once."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.is_finished:
            return job
        job.cancel_requested_at = timezone.now()
        if job.state == Job.State.QUEUED:
            job.state, job.finished_at = Job.State.CANCELLED, timezone.now()
        job.save(update_fields=["cancel_requested_at", "state", "finished_at"])
        record("job.cancelled", by=by, on=job)
    return job


def run(*, job_id: int) -> None:
    """Do the work of one job. Safe to be called again: a job already begun elsewhere or finished is left alone."""
    job = _begun(job_id)
    if job is None:
        return
    progress = Progress(job)
    language = job.owner.language if job.owner else translation.get_language() or "et"
    with translation.override(language), Heartbeat(job):
        try:
            job.result = _kinds[job.kind](job, progress) or {}
            state, error = Job.State.DONE, ""
        except JobLost:
            _lost(job)
            return
        except JobCancelled:
            state, error = Job.State.CANCELLED, _("Stopped on request. What had not been committed was taken back.")
        except JobRefused as refusal:
            state, error = Job.State.FAILED, str(refusal)
        except Exception as exception:
            # The worker goes on to the next job; the person gets a sentence, the log the traceback.
            log.exception("job %s failed", job.pk)
            fault = fault_of(exception)
            if fault not in (None, DISK_FULL) and job.attempt < MOST_ATTEMPTS:
                _give_back(job)
                return
            state, error = Job.State.FAILED, _words_of_failure(exception, fault, has_kept=progress.has_kept)
        finally:
            progress.close()
        with transaction.atomic():
            # Ours still? Then nobody else is given it until this is committed.
            if not _ours(job).select_for_update(no_key=True).exists():
                _lost(job)
                return
            progress.write_rows()
            _end(job, state, error)


def _ours(job: Job):
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


@transaction.atomic
def _begun(job_id: int) -> Job | None:
    """The job, now this worker's; None when there is nothing to do."""
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=Job.State.QUEUED).first()
    if job is None:
        return None
    with translation.override(job.owner.language if job.owner else "et"):
        if job.cancel_requested_at:
            _end(job, Job.State.CANCELLED, _("Stopped on request. What had not been committed was taken back."))
            return None
        if job.attempt >= MOST_ATTEMPTS:
            _end(job, Job.State.FAILED, _("The work was begun three times, and each time the program that did it ended without a word. It is not begun again by itself. What had been committed stays."))  # fmt: skip
            return None
    job.attempt += 1
    job.state, job.started_at, job.heartbeat_at = Job.State.RUNNING, timezone.now(), timezone.now()
    job.done = job.refused = 0
    job.save(update_fields=["attempt", "state", "started_at", "heartbeat_at", "done", "refused"])
    job.rows.all().delete()
    return job


def _end(job: Job, state: str, error: str) -> None:
    """The last word about a job, with its deed and its notice; in the caller's transaction."""
    job.state, job.error, job.finished_at = state, error, timezone.now()
    job.save(
        update_fields=[
            "state", "error", "finished_at", "result", "total", "done", "refused", "output_file", "output_name",
        ]
    )  # fmt: skip
    record(f"job.{state}", by=None, on=job, kind=job.kind, done=job.done, refused=job.refused)
    if job.owner_id:
        notify(
            users=[job.owner_id],
            kind=f"job.{state}",
            url=f"/jobs/{job.public_id}/",
            once_key=f"job-{job.pk}-{state}",
            title=job.title,
        )


def _words_of_failure(exception: Exception, fault: Any, *, has_kept: bool) -> str:
    if isinstance(exception, SoftTimeLimitExceeded):
        cause = _("The work took longer than work may take and was stopped.")
    elif fault is not None:
        cause = str(fault.cause)
    else:
        cause = _("The work stopped on an unexpected fault; the fault is in the log.")
    kept = _("What had been committed before stays.") if has_kept else _("Nothing of it was kept.")
    return f"{cause} {kept}"


def _lost(job: Job) -> None:
    """Another worker has the job: what this one made and nobody will look for goes away."""
    log.warning("job %s was given to another worker; attempt %s ends without a word", job.pk, job.attempt)
    if job.output_file and not Job.objects.filter(pk=job.pk, output_file=job.output_file.name).exists():
        job.output_file.storage.delete(job.output_file.name)


def _give_back(job: Job) -> None:
    """What stopped it passes by itself: the next sweep orders it again. If this cannot be written, the sweep finds it lost."""
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _ours(job).update(state=Job.State.QUEUED, started_at=None, handed_at=timezone.now() - QUEUED_MEANS_FORGOTTEN)
    except DatabaseError as error:
        log.warning("job %s waits to be found: %s", job.pk, error)


class Heartbeat:
    """Says over a connection of its own that this worker lives, also while the work waits for one long statement."""

    def __init__(self, job: Job):
        self.pk, self.attempt = job.pk, job.attempt
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of job {job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(timeout=2)

    def _beat(self) -> None:
        beside = None
        while not self._over.wait(SECONDS_BETWEEN_HEARTBEATS):
            try:
                if beside is None:
                    beside = connections.create_connection(DEFAULT_DB_ALIAS)
                    with beside.cursor() as cursor:
                        # The work itself may hold the row; then nobody takes the job for lost either.
                        cursor.execute("SET lock_timeout = '1s'; SET statement_timeout = '5s'")
                with beside.cursor() as cursor:
                    cursor.execute(
                        "UPDATE bureau_job SET heartbeat_at = now() WHERE id = %s AND attempt = %s AND state = %s",
                        [self.pk, self.attempt, Job.State.RUNNING],
                    )
            except DatabaseError:
                if beside is not None:
                    beside.close()
                beside = None
        if beside is not None:
            beside.close()


def sweep() -> int:
    """Order again what was lost: jobs whose order never reached a worker, and jobs whose worker died.

    A row that somebody holds is at work, however long its last sign of life is ago.
    """
    now = timezone.now()
    with transaction.atomic():
        lost = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE_MEANS_LOST)
        keys = list(lost.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        Job.objects.filter(pk__in=keys).update(
            state=Job.State.QUEUED, started_at=None, handed_at=now - QUEUED_MEANS_FORGOTTEN
        )
    waiting = list(
        Job.objects.filter(state=Job.State.QUEUED)
        .annotate(waits_since=Coalesce("handed_at", "created_at"))
        .filter(waits_since__lte=now - QUEUED_MEANS_FORGOTTEN)
    )
    for job in waiting:
        hand_over(job)
    Job.objects.filter(pk__in=[job.pk for job in waiting]).update(handed_at=now)
    return len(waiting)
