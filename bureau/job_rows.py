"""Rows that a job refused or took with a remark: shown by key, written to a file that can be corrected and brought again."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from bureau.audit import record, record_reading
from bureau.foreign_tables import DELIMITERS, REPORT_COLUMNS
from bureau.key_paging import ROWS_ON_PAGE, Page
from bureau.models import Job, JobRow, ReadingRecord, User
from bureau.roles import Permission
from bureau.spreadsheets import csv_chunks


def may_see_rows(user: User, job: Job) -> bool:
    """Rows hold what foreign people wrote: for whoever ordered the work, and for those trusted with all cases."""
    return job.owner_id == user.pk or (
        user.may(Permission.JOBS_VIEW_ALL) and user.may(Permission.CASE_VIEW_RESTRICTED)
    )


def rows_in_order(job: Job, user: User, level: str = "") -> QuerySet:
    """Rows of the report that the person may see: none of a case that does not exist for them."""
    rows = job.rows.visible_to(user)
    return (rows.filter(level=level) if level in JobRow.Level.values else rows).order_by("pk")


def page_of_rows(rows: QuerySet, *, after: int | None, before: int | None, size: int = ROWS_ON_PAGE) -> Page:
    """Rows in the order of the file, a page by key."""
    if before is not None:
        shown = list(rows.filter(pk__lt=before).order_by("-pk")[: size + 1])
        has_previous, has_next = len(shown) > size, True
        shown = shown[:size][::-1]
    else:
        shown = list((rows.filter(pk__gt=after) if after is not None else rows)[: size + 1])
        has_previous, has_next = after is not None, len(shown) > size
        shown = shown[:size]
    if not shown:
        return Page()
    return Page(shown, shown[-1].pk if has_next else None, shown[0].pk if has_previous else None)


def as_file(job: Job, user: User) -> StreamingHttpResponse:
    """Refused rows under the header of the file they came in, so that the same mapping reads them once corrected."""
    layout = job.result.get("layout") or {}
    columns = layout.get("columns") or sorted({name for row in rows_in_order(job, user)[:1000] for name in row.data})
    record_reading(user=user, way=ReadingRecord.Way.EXPORT, on=job, list="job_rows", format="csv")
    with transaction.atomic():
        record("list.exported", by=user, on=job, list="job_rows", format="csv", rows=job.refused)
    chunks = csv_chunks(
        [*REPORT_COLUMNS, *(layout.get("header") or columns)],
        refused_rows(job, user, columns),
        delimiter=DELIMITERS.get(layout.get("delimiter", ""), ";"),
    )
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{stem(job.input_name)}-refused.csv")
    return response


def refused_rows(job: Job, user: User, columns: list[str]) -> Iterator[list[str | int]]:
    for row in rows_in_order(job, user, JobRow.Level.REFUSED).iterator(chunk_size=1000):
        beyond = [row.data[f"+{number}"] for number in range(1, 200) if f"+{number}" in row.data]
        yield [row.row_number, row.reason, *(row.data.get(name, "") for name in columns), *beyond]


def stem(name: str) -> str:
    return name.rsplit(".", 1)[0] or "rows"
