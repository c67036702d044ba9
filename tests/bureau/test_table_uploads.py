"""A large table is read once, by a job in a process of its own; pages and imports use what was read."""

import io
import os
import signal
import subprocess
from types import SimpleNamespace

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau import jobs, table_uploads
from bureau.foreign_tables import Layout, UnreadableTable
from bureau.models import Job
from bureau.reading_process import NO_MEMORY
from complaints.intake.importing import suggestions
from complaints.intake.importing.mapping import read_mapping
from complaints.models import Case, ImportBatch
from tests.complaints.imported import COLUMNS, MAP, ROW

ROWS = 300


def workbook(rows: int = ROWS) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Andmed")
    sheet.append(COLUMNS)
    for number in range(rows):
        row = ROW | {"Number": str(number), "Sisu": "Millal vastus tuleb? " * 400}
        sheet.append([row.get(name) for name in COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


LARGE = workbook()


def brought(client, content=LARGE, map_text=MAP) -> Job:
    data = {"file": SimpleUploadedFile("suur.xlsx", content)}
    if map_text:
        data["map_file"] = SimpleUploadedFile("map.toml", map_text.encode())
    response = client.post(reverse("complaints:import_new"), data)
    assert response.status_code == 302, response.context["form"].errors
    return Job.objects.filter(kind="import_setup").latest("pk")


def run_last() -> Job:
    job = Job.objects.filter(state=Job.State.QUEUED).latest("pk")
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    return job


def files_beside(setup: Job) -> list[str]:
    return sorted(os.listdir(os.path.dirname(setup.input_file.path)))


def address(name: str, setup: Job) -> str:
    return reverse(f"complaints:{name}", args=[setup.public_id])


@pytest.mark.django_db
def test_pages_and_import_of_a_large_workbook_use_what_was_read_once(as_person, peeter):
    client = as_person(peeter)
    setup = brought(client)
    for name in ("import_file", "import_columns", "import_words", "import_preview"):
        waiting = client.get(address(name, setup))
        assert waiting.url == reverse("bureau:job_detail", args=[table_uploads.reading_of(setup).public_id])
    shown = client.get(waiting.url).content.decode()
    assert 'hx-get="' in shown  # asks again by itself,
    assert 'href=""' in shown  # and by a link without scripts

    reading = run_last()
    assert (reading.state, reading.error) == ("done", "")
    assert address("import_file", setup) in client.get(waiting.url).content.decode()
    # The original is emptied: whoever still opened it as a workbook would be refused.
    path, size = setup.input_file.path, setup.input_file.size
    with open(path, "wb") as file:
        file.truncate(size)
    for name in ("import_file", "import_columns", "import_words", "import_preview"):
        assert client.get(address(name, setup)).status_code == 200, name
    client.post(address("import_rehearse", setup))
    rehearsal = run_last()
    assert (rehearsal.state, rehearsal.result["taken"]) == ("done", ROWS), rehearsal.error
    client.post(address("import_take", setup))
    taken = run_last()
    assert (taken.state, Case.objects.count(), ImportBatch.objects.get().rows_taken) == ("done", ROWS, ROWS)
    assert files_beside(setup) == [os.path.basename(path)]


@pytest.mark.django_db
def test_words_of_a_large_table_are_known_without_reading_it_through(as_person, peeter, monkeypatch):
    setup, mapping = brought(as_person(peeter)), read_mapping(MAP)
    run_last()
    whole = suggestions.foreign_words(table_uploads.ForeignTable(io.BytesIO(LARGE)), mapping)
    monkeypatch.setattr(suggestions, "ROWS_LOOKED_THROUGH", 0)

    with table_uploads.opened(setup, mapping.layout) as table:
        assert suggestions.foreign_words(table, mapping) == whole
    assert whole["topic"].counts == [("Mets", ROWS)]


@pytest.mark.django_db
def test_a_reading_that_was_killed_is_done_again_and_leaves_nothing_behind(as_person, peeter):
    setup = brought(as_person(peeter))
    reading = table_uploads.reading_of(setup)
    partial = table_uploads.flat_path(setup, Layout(delimiter="semicolon")).with_suffix(".flat.1-1")
    partial.write_bytes(b"half")  # of a worker that died
    Job.objects.filter(pk=reading.pk).update(attempt=1)

    jobs.run(job_id=reading.pk)

    with table_uploads.opened(setup, Layout(delimiter="semicolon")) as table:
        assert sum(1 for _row in table.rows()) == ROWS
    table_uploads.forget(setup.input_file)
    assert files_beside(setup) == []


@pytest.mark.django_db
def test_a_list_thrown_away_takes_its_flat_form_along(as_person, peeter, django_capture_on_commit_callbacks):
    client = as_person(peeter)
    setup = brought(client, map_text="")
    run_last()
    assert len(files_beside(setup)) == 2

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("import_discard", setup))

    assert files_beside(setup) == []


@pytest.mark.django_db
def test_thrown_away_before_it_was_read_nothing_is_read(as_person, peeter):
    client = as_person(peeter)
    setup = brought(client)
    client.post(address("import_discard", setup))

    assert run_last().state == "failed"
    setup.refresh_from_db()
    assert setup.state == "cancelled"


@pytest.mark.django_db
def test_a_large_file_that_is_no_table_is_refused_in_words_and_can_be_thrown_away(as_person, peeter):
    client = as_person(peeter)
    setup = brought(client, b"\x89PNG" + bytes(1_100_000), map_text="")

    reading = run_last()

    assert reading.state == "failed"
    assert reading.error == str(_refusal_of_no_table())
    shown = client.get(address("import_columns", setup), follow=True).content.decode()
    assert reading.error in shown
    assert address("import_discard", setup) in shown


def _refusal_of_no_table() -> UnreadableTable:
    with pytest.raises(UnreadableTable) as refused:
        table_uploads.ForeignTable(io.BytesIO(b"\x89PNG"))
    return refused.value


def test_cells_far_apart_are_not_read_by_a_page():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write("A1", "Nimi"), sheet.write("T90000", "kaugel")
    book.close()

    assert not table_uploads.is_small(file)
    assert table_uploads.is_small(io.BytesIO(b"a;b\r\n1;2\r\n"))
    assert not table_uploads.is_small(io.BytesIO(LARGE))


@pytest.mark.django_db
def test_a_table_that_takes_more_memory_than_there_is_is_refused_in_words(as_person, peeter, monkeypatch):
    client = as_person(peeter)
    setup = brought(client)
    monkeypatch.setattr(table_uploads, "MEMORY_BYTES", 60_000_000)

    reading = run_last()

    assert reading.state == "failed"
    assert "rohkem mälu" in client.get(reverse("bureau:job_detail", args=[reading.public_id])).content.decode()
    assert files_beside(setup) == [os.path.basename(setup.input_file.path)]


@pytest.mark.django_db
def test_a_reading_that_the_kernel_ends_is_told_as_want_of_memory(as_person, peeter, monkeypatch):
    client, begun = as_person(peeter), []
    setup = brought(client)

    def begin(*args, **kwargs):
        begun.append(subprocess.Popen(*args, **kwargs))
        begun[-1].kill()
        return begun[-1]

    monkeypatch.setattr(table_uploads, "subprocess", SimpleNamespace(Popen=begin, PIPE=subprocess.PIPE))

    reading = run_last()

    assert begun[0].returncode == -signal.SIGKILL
    assert reading.state == "failed"
    assert "rohkem mälu" in client.get(reverse("bureau:job_detail", args=[reading.public_id])).content.decode()
    assert (
        address("import_discard", setup)
        in client.get(reverse("bureau:job_detail", args=[reading.public_id])).content.decode()
    )


def test_a_reading_that_ends_without_a_word_is_told_as_want_of_memory():
    for last in ({}, {"rows": 250}, {"refused": NO_MEMORY}):
        assert "MB" in table_uploads.why_it_ended(last, was_too_long=False)
    assert "13" in table_uploads.why_it_ended({}, was_too_long=True)
    assert table_uploads.why_it_ended({"refused": "Ei."}, was_too_long=False) == "Ei."
