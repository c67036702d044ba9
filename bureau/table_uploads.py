"""A foreign table that was brought and belongs to a job: read once into a flat form, which every page and the import use.

A small file is read where it is asked for. A large one never is: a job of the long worker reads it in a process of its own
(`reading_process`), and until then whoever wants the table is sent to the page of that job. The flat form lies beside the
upload under its name and goes with it; it stands there whole or not at all, so a worker that died is simply followed by another.
"""

import glob
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.foreign_flat import FlatRecords
from bureau.foreign_records import Layout
from bureau.foreign_tables import DETECT, LIMITS, ForeignTable, UnreadableTable
from bureau.foreign_workbooks import looked_through
from bureau.models import Job
from bureau.reading_process import MEMORY_BYTES, NO_MEMORY

KIND = "table_reading"
# Up to here a file is read in the time of a page: bytes of text, bytes of a workbook once unpacked (some 50 000 cells), cells.
SMALL_BYTES, SMALL_UNPACKED_BYTES, SMALL_CELLS = 1_000_000, 2_000_000, 200_000
LONGEST_SECONDS = 800
SAYS_AT_MOST_EVERY = 0.5

Fill = Callable[[Job, ForeignTable, dict[str, Any]], None]


@dataclass(frozen=True)
class Kind:
    """`fill`: what a job of this kind does with its table once it is read, in one transaction with the end of the reading;
    it may refuse by an error of `refusals` or an `UnreadableTable`. `next_page` goes on from there, `discard_page` throws all
    of it away."""

    fill: Fill
    next_page: Callable[[Job], str]
    discard_page: Callable[[Job], str]
    refusals: tuple[type[Exception], ...] = ()


_kinds: dict[str, Kind] = {}


class NotReadYet(Exception):
    """The table is being read, or its reading failed; `reading` is the job that tells."""

    def __init__(self, reading: Job):
        self.reading = reading
        super().__init__(str(reading.public_id))


def register(kind: str, **how: Any) -> None:
    _kinds[kind] = Kind(**how)


def waits(view: Callable) -> Callable:
    """A view that needs the table: while it is being read, the page of the reading is shown instead."""

    @wraps(view)
    def waiting(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotReadYet as wait:
            return redirect("bureau:job_detail", public_id=wait.reading.public_id)

    return waiting


# --- The flat form beside the upload ------------------------------------------------------------------------------------
def is_small(file: IO[bytes]) -> bool:
    """Whether the file is read where it is asked for."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    is_packed = file.read(2) == b"PK"
    file.seek(0)
    if size > SMALL_BYTES or not is_packed:
        return size <= SMALL_BYTES
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > SMALL_UNPACKED_BYTES:
                return False
        # Few cells may stand far apart; a reader keeps the whole rectangle.
        sheets = looked_through(file, replace(LIMITS, wide=0))
        return all(sheet.rows * sheet.columns <= SMALL_CELLS for sheet in sheets.values())
    except (zipfile.BadZipFile, UnreadableTable):
        return True  # refused at the first look
    finally:
        file.seek(0)


def flat_path(job: Job, layout: Layout) -> Path:
    """By what the rows depend on; heading and names of columns are chosen above the flat form."""
    words = json.dumps([layout.delimiter, layout.encoding, layout.sheet])
    return Path(f"{job.input_file.path}.{hashlib.sha256(words.encode()).hexdigest()[:12]}.flat")


def is_flat(name: str) -> bool:
    return name.endswith(".flat")


def is_partial(name: str) -> bool:
    """A flat form that is being written, or never was to its end."""
    return ".flat." in name


def flat_pattern(job: Job) -> str:
    return f"{glob.escape(job.input_file.path)}.*.flat"


def flat_of(job: Job, layout: Layout) -> FlatRecords | None:
    """What was read of the file this way, or in the way found out by itself where that is the same."""
    path = flat_path(job, layout)
    if path.exists():
        return FlatRecords(path)
    path = flat_path(job, Layout())
    if not path.exists():
        return None
    flat = FlatRecords(path)
    facts = flat.facts
    if facts.kind == "xlsx":
        is_same = layout.sheet in {"", facts.sheet}
    else:
        is_same = layout.delimiter in {DETECT, facts.delimiter} and layout.encoding in {DETECT, facts.encoding}
    return flat if is_same else None


def share(job: Job, other: Job) -> None:
    """Give `other`, which has a copy of the upload, the flat forms of it too."""
    for name in glob.glob(flat_pattern(job)):
        os.link(name, other.input_file.path + name.removeprefix(job.input_file.path))


def forget_flat(file: Any) -> None:
    """Delete what was read of an upload; the upload stays, and may be read again."""
    if file:
        for name in glob.glob(f"{glob.escape(file.storage.path(file.name))}.*"):
            Path(name).unlink(missing_ok=True)


def forget(file: Any) -> None:
    """Delete an upload with all that was read of it."""
    forget_flat(file)
    file.storage.delete(file.name)


# --- Bringing and asking for the table ----------------------------------------------------------------------------------
def bring(job: Job, file: Any, *, layout: Layout | None = None, wish: dict[str, Any] | None = None) -> None:
    """Keep the file with the new job, in the caller's transaction; read it at once where it is small, else have it read."""
    file.seek(0)
    job.input_file.save(job.input_name or "input", file, save=False)
    try:
        job.save()
        if is_read(job, layout or Layout()):
            with opened(job, layout) as table:
                _kinds[job.kind].fill(job, table, wish or {})
        else:
            order_reading(job, by=job.owner, layout=layout, wish=wish)
    except BaseException:
        forget(job.input_file)
        raise


@contextmanager
def opened(job: Job, layout: Layout | None = None) -> Iterator[ForeignTable]:
    """The table of a job for a page; raises `NotReadYet` where it is large and still to be read."""
    layout = layout or Layout()
    flat = flat_of(job, layout)
    if flat is not None:
        yield ForeignTable(flat, layout)
        return
    with job.input_file.open("rb") as file:
        if not is_small(file):
            raise not_read(job)
        yield ForeignTable(file, layout)


def columns_at_once(file: IO[bytes], setup: Job | None = None) -> list[str] | None:
    """Names of the columns where they can be told before the work is ordered: of a small file, or of one read for `setup`."""
    if setup is not None:
        with opened(setup) as table:
            return list(table.columns)
    columns = list(ForeignTable(file).columns) if is_small(file) else None
    file.seek(0)
    return columns


@contextmanager
def opened_by_worker(job: Job, layout: Layout | None = None) -> Iterator[ForeignTable]:
    """The table of a job for the work on it; what was not read yet is read now. Once the work is through nobody asks again."""
    with opened_or_read(job, layout) as table:
        yield table
    forget_flat(job.input_file)


@contextmanager
def opened_or_read(job: Job, layout: Layout | None = None) -> Iterator[ForeignTable]:
    if not is_read(job, layout or Layout()):
        read(job, layout or Layout(), lambda rows, expected: None)
    with opened(job, layout) as table:
        yield table


def not_read(job: Job) -> Exception:
    """Why the table cannot be had now, to be raised."""
    reading = reading_of(job)
    if reading is None:
        return UnreadableTable(_("The file was not read. Throw this away and bring the file again."))
    return NotReadYet(reading)


def reading_of(job: Job) -> Job | None:
    """The latest job that reads or read the file of `job`."""
    return Job.objects.filter(kind=KIND, parameters__of=str(job.public_id)).order_by("-pk").first()


def is_read(job: Job, layout: Layout) -> bool:
    """Whether the table can be had at once: it was read this way, or is small."""
    if flat_of(job, layout) is not None:
        return True
    with job.input_file.open("rb") as file:
        return is_small(file)


def order_reading(job: Job, *, by, layout: Layout | None = None, wish: dict[str, Any] | None = None) -> Job:
    """Have the file read by a worker; `wish` is handed to what the kind of `job` does with the table."""
    layout = layout or Layout()
    return jobs.order(
        kind=KIND, title=_("Reading the table: %(file)s") % {"file": job.input_name}, by=by,
        parameters={
            "of": str(job.public_id), "wish": wish or {}, "delimiter": layout.delimiter, "encoding": layout.encoding,
            "sheet": layout.sheet, "header_row": layout.header_row, "columns": list(layout.columns),
        },
    )  # fmt: skip


# --- The reading --------------------------------------------------------------------------------------------------------
def after_reading(reading: Job, user) -> dict[str, Any]:
    """Where the page of a reading leads: on with the table, or back to throw the file away."""
    of = Job.objects.visible_to(user).filter(public_id=reading.parameters["of"], state=Job.State.PREPARED).first()
    if of is None or not of.input_file:
        return {"next_page": "", "discard_page": ""}
    kind = _kinds[of.kind]
    has_flat = bool(glob.glob(flat_pattern(of)))
    return {"next_page": kind.next_page(of) if has_flat else "", "discard_page": kind.discard_page(of)}


PAGE = jobs.ResultPage(gettext_lazy("Reading of a table"), "bureau/table_reading_result.html", after_reading)


@jobs.register(KIND, page=PAGE)
def run(reading: Job, progress: jobs.Progress) -> dict[str, Any]:
    words = reading.parameters
    job = Job.objects.filter(public_id=words["of"], state=Job.State.PREPARED).exclude(input_file="").first()
    if job is None:
        raise jobs.JobRefused(_("The file was thrown away meanwhile."))
    layout = Layout(
        words["delimiter"], words["encoding"], words["sheet"], words["header_row"], tuple(words["columns"])
    )

    def moved(rows: int, expected: int | None) -> None:
        if expected is not None and reading.total != expected:
            progress.set_total(expected)
        progress.add(rows - reading.done)

    kind = _kinds[job.kind]
    try:
        if not is_read(job, layout):
            read(job, layout, moved)
        with progress.owned():
            held = Job.objects.select_for_update().filter(pk=job.pk, state=Job.State.PREPARED).first()
            if held is None:
                raise jobs.JobRefused(_("The file was thrown away meanwhile."))
            with opened(held, layout) as table:
                kind.fill(held, table, words["wish"])
                told = table.told()
    except (UnreadableTable, *kind.refusals) as fault:
        raise jobs.JobRefused(str(fault)) from fault
    finally:
        if not Job.objects.filter(pk=job.pk).exclude(input_file="").exists():
            forget(job.input_file)
    return {"told": told}


def read(job: Job, layout: Layout, moved: Callable[[int, int | None], None]) -> None:
    """Write the flat form in a process of its own; `moved` hears of its progress and may raise to end it."""
    target = flat_path(job, layout)
    partial = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}")
    order = {
        "file": job.input_file.path, "target": str(partial), "language": translation.get_language() or "et",
        "locale": [str(path) for path in settings.LOCALE_PATHS], "memory": MEMORY_BYTES,
        "layout": {"delimiter": layout.delimiter, "encoding": layout.encoding, "sheet": layout.sheet},
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bureau.reading_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101 (for types)
    assert process.stdout is not None  # noqa: S101
    too_long = threading.Timer(LONGEST_SECONDS, process.kill)
    too_long.start()
    last: dict[str, Any] = {}
    try:
        # Who was ended before reading the order, or in the middle of a word, is told below by having said no last word.
        with suppress(BrokenPipeError), process.stdin as order_to:
            json.dump(order, order_to)
        expected, rows, said_at = None, 0, 0.0
        for line in process.stdout:
            if not line.endswith("\n"):
                break
            last = json.loads(line)
            rows = last.get("rows", rows)
            expected = last.get("expected", expected)
            if "rows" in last and time.monotonic() - said_at > SAYS_AT_MOST_EVERY:
                said_at = time.monotonic()
                moved(last["rows"], expected)
        process.wait()
        if last.get("done"):
            moved(rows, expected)
            os.replace(partial, target)
            target.chmod(0o600)
            return
        raise UnreadableTable(why_it_ended(last, was_too_long=not too_long.is_alive()))
    finally:
        too_long.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        partial.unlink(missing_ok=True)


def why_it_ended(last: dict[str, Any], *, was_too_long: bool) -> str:
    """The sentence of a reading that did not come to its end; one killed by its own memory could say nothing."""
    if was_too_long:
        return _(
            "Reading the table takes longer than %(minutes)s minutes. Split it and import the parts one by one."
        ) % {"minutes": LONGEST_SECONDS // 60}
    refused = last.get("refused", NO_MEMORY)
    if refused != NO_MEMORY:
        return refused
    return _(
        "Reading the table takes more memory than it may have, at most %(limit)s MB. Split it, or save the sheet as CSV."
    ) % {"limit": MEMORY_BYTES // 1_000_000}
