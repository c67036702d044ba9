"""The import as a work one can watch: rehearse it, take it in, take it up again where a worker died, take it back.

The command and the page order the same job and so go through the same functions.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import deed_texts, jobs, notice_texts, table_uploads
from bureau.audit import record
from bureau.foreign_tables import ForeignTable, UnreadableTable
from bureau.models import Job, JobRow
from bureau.working_calendar import CalendarGap
from complaints.deadlines import DeadlineError
from complaints.intake.importing.loading import Loading
from complaints.intake.importing.mapping import (
    ImportMapping,
    MappingError,
    check_codes,
    check_columns,
    read_mapping,
)
from complaints.intake.importing.remembered import header_fingerprint, remember
from complaints.intake.importing.taking_back import take_back
from complaints.models import Case, ImportBatch
from complaints.search_index import refresh_range

IMPORT, UNDO = "import", "import_undo"
TASK = "complaints.tasks.run_import"
CASES_IN_CHUNK = 5000

STAGES = {
    "reading": gettext_lazy("Reading and mapping the rows"),
    "matching": gettext_lazy("Looking for rows taken before"),
    "deadlines": gettext_lazy("Computing the deadlines"),
    "clocks": gettext_lazy("Starting the clocks"),
    "cases": gettext_lazy("Numbering and registering the cases"),
    "checking": gettext_lazy("Checking every reference"),
    "search": gettext_lazy("Making the cases searchable"),
    "taking_back": gettext_lazy("Taking the cases back"),
}
ORDER = ("reading", "matching", "deadlines", "clocks", "cases", "checking", "search")

notice_texts.register("job.done", gettext_lazy("Done: %(title)s"))
notice_texts.register("job.failed", gettext_lazy("Not done: %(title)s"))
notice_texts.register("job.cancelled", gettext_lazy("Stopped: %(title)s"))


for _action, _text in {
    "import.begun": gettext_lazy("An import was begun: %(label)s"),
    "import.discarded": gettext_lazy("An import being prepared was thrown away: %(label)s"),
    "import.taken": gettext_lazy("Imported %(label)s: %(taken)s taken, %(known)s known, %(refused)s refused"),
    "import.taken_back": gettext_lazy("The import %(label)s was taken back: %(taken_back)s cases, %(kept)s kept"),
    "case.taken_back": gettext_lazy("%(label)s was taken back with its import"),
}.items():
    deed_texts.register(_action, _text)
deed_texts.register_group("import", gettext_lazy("Imports"))


def order_import(
    *,
    file: IO[bytes],
    file_name: str,
    map_text: str,
    by,
    is_rehearsal: bool,
    setup: Job | None = None,
    to_worker: bool = True,
) -> Job:
    """Write down an import, or its rehearsal, for a worker."""
    words = _("Rehearsal of an import: %(file)s") if is_rehearsal else _("Import: %(file)s")
    return jobs.order(
        kind=IMPORT,
        title=words % {"file": file_name},
        by=by,
        parameters={
            "map": map_text,
            "dry_run": is_rehearsal,
            "setup": str(setup.public_id) if setup else "",
        },
        input_file=file,
        input_name=file_name,
        to_worker=to_worker,
    )


def order_undo(*, batch: ImportBatch, by, to_worker: bool = True) -> Job:
    return jobs.order(
        kind=UNDO,
        title=_("Taking back the import: %(file)s") % {"file": batch.file_name},
        by=by,
        parameters={"batch": batch.pk},
        to_worker=to_worker,
    )


# --- The work -----------------------------------------------------------------------------------------------------------
def result_of(job: Job, user) -> dict[str, Any]:
    """What the part of the page that shows a finished import needs."""
    from complaints.intake.importing.results import import_result

    return import_result(job, user)


PAGE = jobs.ResultPage(gettext_lazy("Import"), "complaints/import_result.html", result_of, STAGES)


@jobs.register(IMPORT, task=TASK, page=PAGE)
def run_import(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    known = ImportBatch.objects.filter(job=job).first()
    if known is not None:
        # The worker died after everything was committed: only the words for the search may be missing.
        return finish(known, progress)
    report = Report(job)
    is_rehearsal = bool(job.parameters.get("dry_run"))
    try:
        mapping = read_mapping(job.parameters["map"])
        check_codes(mapping)
        with table_uploads.opened_by_worker(job, mapping.layout) as table:
            check_columns(mapping, table.columns)
            loading = Loading(table=table, mapping=mapping, remark=report.add, moved=stages(progress, table))
            with progress.owned():
                loading.stage()
                if is_rehearsal:
                    transaction.set_rollback(True)
                else:
                    batch = new_batch(job, mapping)
                    loading.take(batch=batch, by=job.owner)
                    keep_counts(batch, loading, layout_of(table))
                    report.write()
                    loading.name_cases(reports_of(job))
                    remember(mapping, job.parameters["map"], header_fingerprint(table.header), by=job.owner)
    except MappingError as error:
        raise jobs.JobRefused(" ".join(error.sentences)) from error
    except (UnreadableTable, CalendarGap, DeadlineError) as error:
        raise jobs.JobRefused(str(error)) from error
    finally:
        if is_rehearsal and sys.exc_info()[0] is not jobs.JobLost:
            report.write()
        report.close()
    loading.outcome.check()
    job.done = job.total = loading.outcome.read
    job.refused = loading.outcome.refused
    if is_rehearsal:
        return loading.outcome.as_json() | {"rehearsal": True, "layout": layout_of(table)}
    return finish(batch, progress)


def reports_of(job: Job) -> list[int]:
    """Keys of the jobs that reported on rows of this file: the import itself and the rehearsals before it."""
    setup = job.parameters.get("setup")
    rehearsals = Job.objects.filter(kind=IMPORT, parameters__setup=setup) if setup else Job.objects.none()
    return [job.pk, *rehearsals.exclude(pk=job.pk).values_list("pk", flat=True)]


def stages(progress: jobs.Progress, table: ForeignTable):
    """Tells the job which stage the loading is at and how many rows of it are done."""
    total = table.rows_expected()
    at = {"stage": ""}

    def moved(stage: str, rows: int) -> None:
        if at["stage"] != stage:
            at["stage"] = stage
            progress.begin(
                stage, number=ORDER.index(stage) + 1, of=len(ORDER), total=total if stage == "reading" else None
            )
        progress.add(rows)

    return moved


def new_batch(job: Job, mapping: ImportMapping) -> ImportBatch:
    with job.input_file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportBatch.objects.create(
        job=job, source=mapping.source, file_name=job.input_name, file_sha256=digest,
        map_text=job.parameters["map"], created_by=job.owner,
    )  # fmt: skip


def layout_of(table: ForeignTable) -> dict[str, Any]:
    """How the file was laid out, so that its refused rows can be written the same way."""
    return {
        "header": table.header,
        "columns": table.columns,
        "delimiter": table.facts.delimiter,
        "told": table.read_in_all(),
    }


def keep_counts(batch: ImportBatch, loading: Loading, layout: dict[str, Any]) -> None:
    outcome = loading.outcome
    batch.rows_read, batch.rows_taken = outcome.read, outcome.taken
    batch.rows_known, batch.rows_refused = outcome.known, outcome.refused
    batch.save()
    job = batch.job
    # Kept with the transaction: a worker that takes the job up again finds what its forerunner did.
    job.parameters = {**job.parameters, "outcome": outcome.as_json() | {"layout": layout}}
    job.save(update_fields=["parameters"])
    record(
        "import.taken", by=job.owner, on=batch, label=f"{batch.source}: {batch.file_name}", read=outcome.read,
        taken=outcome.taken, known=outcome.known, refused=outcome.refused,
    )  # fmt: skip


def finish(batch: ImportBatch, progress: jobs.Progress) -> dict[str, Any]:
    """Make the cases of a committed import searchable, some thousand at a time."""
    progress.may_stop = False
    first, last = batch.first_and_last_case()
    progress.begin("search", number=len(ORDER), of=len(ORDER), total=batch.rows_taken)
    if first is not None:
        for start in range(first, last + 1, CASES_IN_CHUNK):
            refresh_range(start, min(start + CASES_IN_CHUNK - 1, last))
            progress.add(CASES_IN_CHUNK)
    job = progress.job
    setup = job.parameters.get("setup")
    if setup:
        of = Job.objects.filter(public_id=setup, state=Job.State.PREPARED)
        for prepared in of:
            table_uploads.forget_flat(prepared.input_file)
        of.update(state=Job.State.DONE, finished_at=timezone.now())
    job.done = job.total = batch.rows_read
    job.refused = batch.rows_refused
    return job.parameters["outcome"] | {"batch": batch.pk}


@jobs.register(
    UNDO,
    task=TASK,
    page=jobs.ResultPage(gettext_lazy("Taking an import back"), "complaints/import_undo_result.html", stages=STAGES),
)
def run_undo(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    batch = ImportBatch.objects.get(pk=job.parameters["batch"])
    progress.begin("taking_back", number=1, of=1, total=batch.rows_taken)
    with progress.owned():
        back = take_back(batch=batch, by=job.owner)
    job.total = job.done = back.taken_back + back.kept
    JobRow.objects.bulk_create(
        (
            JobRow(
                job=job, row_number=number, level=JobRow.Level.REMARK, reason_code="touched_since",
                reason=_("%(number)s was worked on since and stays.") % {"number": case_number}, data={"number": case_number},
                object_type=Case._meta.label_lower, object_id=key,
            )
            for number, (key, case_number) in enumerate(back.kept_cases, 1)
        ),
        batch_size=1000,
    )  # fmt: skip
    return {
        "batch": batch.pk,
        "taken_back": back.taken_back,
        "kept": back.kept,
        "parties_removed": back.parties_removed,
    }


# --- The report ---------------------------------------------------------------------------------------------------------
class Report:
    """Rows refused or taken with a remark, kept beside the transaction until it is decided; in a file, not in memory."""

    def __init__(self, job: Job):
        self.job = job
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by close)

    def add(self, number: int, level: str, code: str, sentence: str, data: dict[str, str]) -> None:
        self.file.write(json.dumps([number, level, code, sentence[:500], data], ensure_ascii=False) + "\n")

    def write(self) -> None:
        self.file.seek(0)
        JobRow.objects.bulk_create(self._rows(), batch_size=1000)

    def _rows(self) -> Iterator[JobRow]:
        for line in self.file:
            number, level, code, sentence, data = json.loads(line)
            yield JobRow(job=self.job, row_number=number, level=level, reason_code=code, reason=sentence, data=data)

    def close(self) -> None:
        self.file.close()
