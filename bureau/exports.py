"""Lists written to a file: any length, the same filter and rights as on screen, every export noted.

A list is registered once with its columns; CSV streams from a cursor in the database, a short workbook comes at once, a
long one is a job whose file waits for the person.
"""

import tempfile
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files import File
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.http import FileResponse, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import deed_texts, gates, jobs
from bureau.audit import record, record_reading
from bureau.models import FileRows, Job, ReadingRecord, User
from bureau.roles import Permission
from bureau.spreadsheets import csv_chunks, write_xlsx

KIND = "export"
ROWS_OF_A_WORKBOOK_AT_ONCE = 5000
ROWS_FETCHED = 2000
KEYS_IN_ROW = 10_000
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

deed_texts.register("list.exported", gettext_lazy("Exported a list: %(list)s, %(rows)s rows, %(format)s"))
deed_texts.register_group("list", gettext_lazy("Exports"))


@dataclass(frozen=True)
class Column:
    """A column of an export. `source` is the path of a field; `shown` makes, once an export, what turns it into words.

    `of` makes the cell of the object itself, where no field holds it; lists of many rows do without.
    """

    heading: Any
    source: str = ""
    shown: Callable[[], Callable[[Any], Any]] | None = None
    width: int = 16
    of: Callable[[Any], Any] | None = None

    def cell(self, entry: Any) -> Any:
        return self.of(entry) if self.of is not None else getattr(entry, self.source)


def named(entries: Mapping[int, Any], pk: int | None) -> str:
    """The name of an entry of a small list; nothing for none."""
    entry = entries.get(pk) if pk else None
    return str(getattr(entry, "name", entry) or "")


@dataclass(frozen=True)
class Listing:
    """A list that can be exported. `rows` goes through the same gate and filter as the page that shows it."""

    code: str
    title: Any
    model: type[Model]
    permission: Permission | tuple[Permission, ...]
    columns: Callable[[User], Sequence[Column]]
    rows: Callable[[User, QueryDict, date], QuerySet]
    file_words: Any = ""
    # Where the list stands: name of its page, for the way back.
    page: str = ""
    page_of: Mapping[str, str] = field(default_factory=dict)
    # Name in the address of that page → name in the filter that bears it: a list of one survey.
    page_by: Mapping[str, str] = field(default_factory=dict)
    # Makes, once an export, what turns an object into the cells of its row, where columns have no field of their own.
    cells: Callable[[User, date], Callable[[Any], Sequence[Any]]] | None = None
    # What a row shows beside itself: object type → where the rows of the export hold its key.
    leads_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def object_type(self) -> str:
        return self.model._meta.label_lower

    @property
    def permissions(self) -> tuple[Permission, ...]:
        return self.permission if isinstance(self.permission, tuple) else (self.permission,)

    def may_be_taken_by(self, user: User) -> bool:
        return any(user.may(permission) for permission in self.permissions)

    def page_url(self, query: QueryDict) -> str:
        return reverse(self.page, kwargs=dict(self.page_of) | {name: query.get(by, "") for name, by in self.page_by.items()})  # fmt: skip


_listings: dict[str, Listing] = {}


def register(listing: Listing) -> None:
    _listings[listing.code] = listing


def listing_of(code: str) -> Listing:
    return _listings[code]


def listings() -> Mapping[str, Listing]:
    return _listings


@dataclass
class Export:
    """One list for one person, as the address narrows it."""

    listing: Listing
    user: User
    query: QueryDict
    today: date

    def __post_init__(self) -> None:
        self.columns = list(self.listing.columns(self.user))
        self.queryset = self.listing.rows(self.user, self.query, self.today)

    @property
    def header(self) -> list[str]:
        return [str(column.heading) for column in self.columns]

    def count(self, cap: int) -> int:
        """How many rows, at most `cap` + 1: a list is not counted to its end only to be told that it is long."""
        return self.queryset.order_by().values("pk")[: cap + 1].count()

    @property
    def led_to(self) -> dict[str, str]:
        """Object types that the rows of this file lead to, the list's own first, with where their keys stand."""
        return {self.listing.object_type: "pk", **self.listing.leads_to}

    def rows(self, kept: "KeptKeys | None" = None) -> Iterator[list[Any]]:
        """Rows as words, read through a cursor that stays in the database. Only inside a transaction."""
        if self.listing.cells is not None:
            yield from self.rows_of_objects(self.listing.cells(self.user, self.today), kept)
            return
        if any(column.of for column in self.columns):
            yield from self.rows_of_objects(lambda entry: [column.cell(entry) for column in self.columns], kept)
            return
        words = [(place, column.shown()) for place, column in enumerate(self.columns) if column.shown is not None]
        sources = [column.source for column in self.columns]
        leads = list(self.led_to.values()) if kept is not None else []
        for values in self.queryset.values_list(*sources, *leads).iterator(chunk_size=ROWS_FETCHED):
            row = list(values[: len(sources)])
            if kept is not None:
                kept.add(values[len(sources) :])
            for place, shown in words:
                row[place] = shown(row[place])
            yield row

    def rows_of_objects(
        self, cells_of: Callable[[Any], Sequence[Any]], kept: "KeptKeys | None"
    ) -> Iterator[list[Any]]:
        leads = list(self.led_to.values())
        for entry in self.queryset.iterator(chunk_size=ROWS_FETCHED):
            if kept is not None:
                kept.add([getattr(entry, path) for path in leads])
            yield list(cells_of(entry))

    def file_name(self, ending: str) -> str:
        return f"{self.listing.file_words or self.listing.title}-{self.today:%Y-%m-%d}.{ending}".replace(" ", "-")

    def note_reading(self, form: str) -> None:
        record_reading(
            user=self.user, way=ReadingRecord.Way.EXPORT, object_type=self.listing.object_type,
            label=str(self.listing.title), list=self.listing.code, filter=self.query.urlencode(), format=form,
        )  # fmt: skip

    def note_deed(self, form: str, rows: int, *, is_whole: bool = True) -> None:
        with transaction.atomic():
            record(
                "list.exported", by=self.user, on=self.user, list=self.listing.code, filter=self.query.urlencode(),
                format=form, rows=rows, whole=is_whole,
            )  # fmt: skip


def as_csv(export: Export) -> StreamingHttpResponse:
    """The whole list as CSV, row by row. The deed is written when the last row has left, or the first missing one."""
    export.note_reading(CSV)
    response = StreamingHttpResponse(streamed(export), content_type=CONTENT_TYPES[CSV])
    response["Content-Disposition"] = content_disposition_header(True, export.file_name(CSV))
    return response


def streamed(export: Export) -> Iterator[bytes]:
    rows, is_whole = Counted(export), False
    try:
        with transaction.atomic():
            yield from csv_chunks(export.header, rows)
        is_whole = True
    finally:
        export.note_deed(CSV, rows.count, is_whole=is_whole)


class Counted:
    """The rows of an export, and how many of them have been taken."""

    def __init__(self, export: Export):
        self.export, self.count = export, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.export.rows():
            self.count += 1
            yield row


def as_workbook(export: Export) -> HttpResponse:
    """A workbook of some thousand rows at once."""
    export.note_reading(XLSX)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the response)
    rows = write_workbook(export, file)
    export.note_deed(XLSX, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=export.file_name(XLSX), content_type=CONTENT_TYPES[XLSX])


def write_workbook(
    export: Export, file: Any, on_rows: Callable[[int], None] | None = None, kept: "KeptKeys | None" = None
) -> int:
    with transaction.atomic():
        rows = write_xlsx(
            file,
            export.header,
            export.rows(kept),
            title=str(export.listing.title),
            widths=[column.width for column in export.columns],
            on_rows=on_rows,
        )
        if kept is not None:
            kept.write()
        return rows


class KeptKeys:
    """Keys of what a job's file was made from, kept with the job: whether the person may still have it is asked by them."""

    def __init__(self, job: Job, object_types: Sequence[str]):
        self.job, self.keys = job, {object_type: array("q") for object_type in object_types}
        FileRows.objects.filter(job=job).delete()

    def add(self, keys: Sequence[int | None]) -> None:
        for known, key in zip(self.keys.values(), keys, strict=True):
            if key is not None:
                known.append(key)
                if len(known) >= KEYS_IN_ROW:
                    self.write()

    def write(self) -> None:
        FileRows.objects.bulk_create(
            FileRows(job=self.job, object_type=object_type, keys=known.tolist())
            for object_type, known in self.keys.items()
            if known
        )
        for known in self.keys.values():
            del known[:]


def order_workbook(export: Export) -> Job:
    """A long workbook is made by a worker; its page shows how far it is and then the file."""
    return jobs.order(
        kind=KIND,
        title=_("Export: %(list)s") % {"list": export.listing.title},
        by=export.user,
        parameters={"list": export.listing.code, "filter": export.query.urlencode()},
    )


@jobs.register(KIND, page=jobs.ResultPage(words=gettext_lazy("Export")))
def run_export(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """With the rights that the person has now, not with those of when it was ordered."""
    listing, user = listing_of(job.parameters["list"]), job.owner
    user.acting_for_id = job.on_behalf_of_id
    if not listing.may_be_taken_by(user):
        raise jobs.JobRefused(_("You may no longer export this list."))
    export = Export(listing, user, QueryDict(job.parameters["filter"]), timezone.localdate())
    progress.set_total(export.queryset.order_by().count())
    export.note_reading(XLSX)
    with tempfile.TemporaryFile() as file:
        with progress.owned():
            rows = write_workbook(export, file, progress.add, KeptKeys(job, list(export.led_to)))
        file.seek(0)
        job.output_name = export.file_name(XLSX)
        job.output_file.save(job.output_name, File(file), save=False)
    export.note_deed(XLSX, rows)
    job.done = rows
    return {"rows": rows, "made_with": rights_behind(user), "keeps_keys": True}


def rights_behind(user: User) -> list[str]:
    """What a list of this person is made with: each role with its unit and the person it is borrowed from."""
    return sorted(f"{held.code}:{held.unit_id or ''}:{held.on_behalf_of_id or ''}" for held in user.rights.held)


def may_take_file(user: User, job: Job) -> bool:
    """Only whoever ordered it, for as long as they hold every role that it was made with and see every row in it."""
    return (
        bool(job.output_file)
        and job.owner_id == user.pk
        and set(job.result.get("made_with", ())) <= set(rights_behind(user))
        and holds_only_seen(user, job)
    )


COUNT_KEYS = """
    SELECT object_type, count(DISTINCT key) FROM bureau_filerows, unnest(keys) key WHERE job_id = %s GROUP BY object_type
"""
KEYS_OF_TYPE = "SELECT unnest(keys) FROM bureau_filerows WHERE job_id = %s AND object_type = %s"


def holds_only_seen(user: User, job: Job) -> bool:
    """Whether all that the file was made from still exists for the person; a file that does not say from what, does not."""
    if not job.result.get("keeps_keys"):
        return False
    with connection.cursor() as cursor:
        cursor.execute(COUNT_KEYS, [job.pk])
        counts = cursor.fetchall()
    return all(
        gates.shows_all(object_type, user, RawSQL(KEYS_OF_TYPE, [job.pk, object_type]), count)  # noqa: S611
        for object_type, count in counts
    )
