"""A file is looked at as it would be taken, and taken in when it is still so. Nothing is kept of a look.

Between the two the file waits as a job being prepared, of whoever brought it. The look has a mark made of all that it
showed; who confirms sends the mark, and what would now be done otherwise is shown again instead of done.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from import_export.results import RowResult

from bureau import deed_texts, jobs
from bureau.audit import record
from bureau.list_files.reading import LINE, RefusedLine, read
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import ListResource
from bureau.models import Job, JobRow, User

KIND = "list_file"
LARGEST_BYTES = 5_000_000

deed_texts.register("list.file_brought", gettext_lazy("Brought a file for a list: %(list)s"))
deed_texts.register("list.file_taken_in", gettext_lazy("Took a file into a list: %(list)s, %(new)s new, %(changed)s changed, %(refused)s refused"))  # fmt: skip
deed_texts.register("list.file_discarded", gettext_lazy("Threw away a file brought for a list: %(list)s"))

jobs.register_page(
    KIND,
    jobs.ResultPage(
        words=gettext_lazy("List from a file"), template="bureau/list_file_result.html", context=lambda job, user: {}
    ),  # fmt: skip
)


@dataclass(frozen=True)
class Change:
    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class SeenRow:
    """A row that would be added or changed. `changes` of a new one have no old value."""

    line: int
    name: str
    changes: tuple[Change, ...]


@dataclass
class Look:
    new: list[SeenRow] = field(default_factory=list)
    changed: list[SeenRow] = field(default_factory=list)
    unchanged: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """The same for two looks that show the same."""
        shown = [[(row.line, row.name, [(one.heading, one.old, one.new) for one in row.changes]) for row in rows] for rows in (self.new, self.changed)]  # fmt: skip
        told = [*shown, self.unchanged, [(one.line, one.reasons) for one in self.refused]]
        return sha256(json.dumps(told, default=str).encode()).hexdigest()

    @property
    def has_work(self) -> bool:
        return bool(self.new or self.changed)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "refused": len(self.refused),
        }


class LookIsOld(Exception):
    """Meanwhile something of it changed; nothing was taken."""

    def __init__(self, look: Look):
        self.look = look
        super().__init__()


# --- Bringing and throwing away ---------------------------------------------------------------------------------------
@transaction.atomic
def bring(*, list_file: ListFile, file: Any, file_name: str, by: User, today: date) -> Job:
    """Keep the file until it is taken in or thrown away; `UnreadableTable` says why it cannot be read."""
    read(file, list_file.resource(user=by, today=today))
    file.seek(0)
    job = Job(
        kind=KIND, title=str(list_file.title)[:200], owner=by, on_behalf_of_id=getattr(by, "acting_for_id", None),
        state=Job.State.PREPARED, input_name=file_name[:255], parameters={"list": list_file.code},
    )  # fmt: skip
    job.input_file.save("list", file, save=False)
    job.save()
    record("list.file_brought", by=by, on=job, label=job.input_name, list=str(list_file.title))
    return job


def files_of(user: User, list_file: ListFile):
    """Files of this list that the person brought."""
    return Job.objects.filter(kind=KIND, owner=user, parameters__list=list_file.code)


def let_file_go(job: Job) -> Callable[[], None]:
    name, storage = job.input_file.name, job.input_file.storage
    job.input_file = ""
    return lambda: storage.delete(name)


@transaction.atomic
def discard(*, job: Job, list_file: ListFile, by: User) -> None:
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state == Job.State.PREPARED:
        gone = let_file_go(held)
        held.state, held.finished_at = Job.State.CANCELLED, timezone.now()
        held.save(update_fields=["state", "finished_at", "input_file"])
        record("list.file_discarded", by=by, on=held, label=held.input_name, list=str(list_file.title))
        transaction.on_commit(gone)


# --- Looking and taking in --------------------------------------------------------------------------------------------
def look_at(*, job: Job, list_file: ListFile, user: User, today: date) -> Look:
    """The whole file as it would be taken in now; all of it is taken back."""
    return gone_through(job=job, resource=list_file.resource(user=user, today=today), is_rehearsal=True)


@transaction.atomic
def take_in(*, job: Job, list_file: ListFile, by: User, today: date, mark: str) -> Job:
    """Take in what was looked at. Raises `LookIsOld` when it would now come out otherwise; pressed twice it is done once."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state != Job.State.PREPARED:
        return held
    look = gone_through(job=held, resource=list_file.resource(user=by, today=today), is_rehearsal=False)
    if look.mark != mark:
        raise LookIsOld(look)
    gone = let_file_go(held)
    held.state, held.finished_at = Job.State.DONE, timezone.now()
    held.result, held.refused = look.counts | {"told": look.told}, len(look.refused)
    held.total = held.done = sum(look.counts.values())
    held.save()
    JobRow.objects.bulk_create(
        JobRow(job=held, row_number=one.line, level=JobRow.Level.REFUSED, reason_code="refused", reason=" ".join(one.reasons)[:500])
        for one in look.refused
    )  # fmt: skip
    record("list.file_taken_in", by=by, on=held, label=held.input_name, list=str(list_file.title), **look.counts)
    transaction.on_commit(gone)
    return held


def gone_through(*, job: Job, resource: ListResource, is_rehearsal: bool) -> Look:
    with job.input_file.open("rb") as file:
        found = read(file, resource)
    result = resource.import_data(found.rows, dry_run=is_rehearsal, raise_errors=False)
    if result.base_errors:
        raise result.base_errors[0].error
    look = Look(refused=found.refused, told=found.told)
    for line, one in zip(found.rows[LINE], result.rows, strict=True):
        if one.errors:
            raise one.errors[0].error  # a fault of ours, not of the row
        if one.import_type == RowResult.IMPORT_TYPE_INVALID:
            look.refused.append(RefusedLine(line, tuple(reasons_of(one, resource))))
        elif one.import_type == RowResult.IMPORT_TYPE_SKIP:
            look.unchanged += 1
        elif one.import_type == RowResult.IMPORT_TYPE_NEW:
            look.new.append(
                SeenRow(line, resource.name_of(one.instance), tuple(changes_of({}, one.instance.listed, resource)))
            )
        else:
            old = one.original
            look.changed.append(
                SeenRow(line, resource.name_of(old), tuple(changes_of(old.listed, one.instance.listed, resource)))
            )
    look.refused.sort(key=lambda refused: refused.line)
    return look


def changes_of(old: dict[str, Any], new: dict[str, Any], resource: ListResource) -> list[Change]:
    found = []
    for name, column in resource.columns.items():
        was, becomes = column.cell.shown(old.get(name)), column.cell.shown(new.get(name))
        if was != becomes and not column.is_for_reading and (old or becomes):
            found.append(Change(str(column.heading), was if old else "", becomes))
    return found


def reasons_of(one: RowResult, resource: ListResource) -> list[str]:
    """Each fault with the heading of its column."""
    error = one.validation_error
    if not hasattr(error, "error_dict"):
        return [str(message) for message in error.messages]
    said = []
    for name, messages in error.message_dict.items():
        column = resource.columns.get(name)
        said += [f"{column.heading}: {message}" if column else str(message) for message in messages]
    return said
