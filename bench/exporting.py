"""A hundred thousand cases as CSV and as XLSX, beside what the database and XlsxWriter can do at most."""

import tempfile
import threading
import time
from contextlib import contextmanager

import psycopg
import xlsxwriter
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from bench.client import Client
from bench.people import CSRF, EMAILS
from bench.server import Process
from bureau.exports import Export, listing_of
from bureau.models import Job, User

WHOLE = "status=all"
ROWS = 100_000
LONGEST_SECONDS = 300
SAMPLED_EVERY_SECONDS = 0.05
MB = 2**20

# The same columns with the names that the export shows.
COPY_TO = f"""
    COPY (SELECT c.number, k.name_et, c.status, c.title, p.name, p.phone, p.email, h.name_et, t.name_et, u.name_et,
                 a.first_name || ' ' || a.last_name, c.received_at, c.registered_at, c.due_on, c.is_extended, c.answered_at, c.was_on_time,
                 c.closed_at, c.outcome, c.is_restricted, c.sender_reference, c.register_reference
            FROM complaints_case c JOIN complaints_casekind k ON k.id = c.kind_id JOIN bureau_channel h ON h.id = c.channel_id
            LEFT JOIN complaints_party p ON p.id = c.party_id LEFT JOIN bureau_topic t ON t.id = c.topic_id
            LEFT JOIN bureau_unit u ON u.id = c.unit_id LEFT JOIN bureau_user a ON a.id = c.assignee_id
           ORDER BY c.registered_on DESC, c.id DESC LIMIT {ROWS}) TO STDOUT (FORMAT csv)
"""


@contextmanager
def memory_of(process: Process):
    """How much more memory the process took at its highest than before."""
    before, found, ended = process.largest_pss_mb(), {"memory_mb": 0.0}, threading.Event()

    def watch() -> None:
        while not ended.wait(SAMPLED_EVERY_SECONDS):
            found["memory_mb"] = max(found["memory_mb"], round(process.largest_pss_mb() - before, 1))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        ended.set()
        watcher.join()


class Exporting:
    def __init__(self, *, web: Process, worker: Process, head: Client, connection: psycopg.Connection):
        self.web, self.worker, self.head, self.connection = web, worker, head, connection
        self.path = f"{reverse('complaints:case_export')}?{WHOLE}"

    def run(self) -> dict[str, dict]:
        return {"export csv": self.csv(), "export xlsx": self.xlsx()}

    def csv(self) -> dict[str, float]:
        self.taken_as_csv()  # warms up
        limit = self.copied_out()
        with memory_of(self.web) as memory:
            seconds, first_byte, rows, size = self.taken_as_csv()
        return {
            "rows": rows, "seconds": round(seconds, 2), "rows_a_second": round(rows / seconds), "first_byte_s": round(first_byte, 3),
            "mb": round(size / MB, 1), "copy_to_s": round(limit, 2), "of_limit": round(limit / seconds * rows / ROWS, 3), **memory,
        }  # fmt: skip

    def taken_as_csv(self) -> tuple[float, float, int, int]:
        client, rows, size = self.head.again(), -1, 0
        started = time.perf_counter()
        response = client.open_form(self.path, {"format": "csv", "csrfmiddlewaretoken": CSRF})
        if response.status != 200:
            raise LookupError(f"the export answers {response.status}")
        first_byte = None
        while piece := response.read1(1 << 16):
            first_byte = first_byte or time.perf_counter() - started
            rows, size = rows + piece.count(b"\n"), size + len(piece)
        client.close()
        return time.perf_counter() - started, first_byte or 0.0, rows, size

    def copied_out(self) -> float:
        started = time.perf_counter()
        with self.connection.cursor().copy(COPY_TO) as copy:
            for _piece in copy:
                pass
        return time.perf_counter() - started

    def xlsx(self) -> dict[str, float]:
        with memory_of(self.worker) as memory:
            job = self.made_by_worker()
        limit = self.written_plainly()
        seconds = (job.finished_at - job.started_at).total_seconds()
        return {
            "rows": job.done, "seconds": round(seconds, 2), "rows_a_second": round(job.done / seconds), "mb": round(job.output_file.size / MB, 1),
            "xlsxwriter_s": round(limit, 2), "of_limit": round(limit / seconds * job.done / ROWS, 3), **memory,
        }  # fmt: skip

    def made_by_worker(self) -> Job:
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        client = self.head.again()
        response = client.open_form(self.path, {"format": "xlsx", "csrfmiddlewaretoken": CSRF})
        response.read()
        client.close()
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            job = Job.objects.filter(pk__gt=last, kind="export").first()
            if job and job.is_finished:
                if job.state != Job.State.DONE:
                    raise LookupError(f"the export ended as {job.state}: {job.error}")
                return job
            time.sleep(0.1)
        raise LookupError("the export did not end")

    def written_plainly(self) -> float:
        """The same rows and columns, already in memory, by XlsxWriter with nothing around it."""
        user = User.objects.get(email=EMAILS["head"])
        export = Export(listing_of("cases"), user, QueryDict(WHOLE), timezone.localdate())
        export.queryset = export.queryset[:ROWS]
        rows = [
            [value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row]
            for row in export.rows()
        ]
        with tempfile.TemporaryFile() as file:
            started = time.perf_counter()
            book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "dd.mm.yyyy hh.mm"})
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            book.close()
            return time.perf_counter() - started
