"""A row of an import's report is seen with the case that it became."""

import io

import pytest
from django.core.files import File
from django.urls import reverse

from bureau import jobs
from bureau.models import Job, JobRow
from complaints.conflict_of_interest import name_person
from complaints.intake.importing import setup as setups
from complaints.intake.importing.runs import order_import, order_undo
from complaints.models import Case, Complaint, ImportBatch
from complaints.notes import add_note
from tests.complaints.imported import MAP, csv_of

pytestmark = pytest.mark.django_db


def imported(by, *, prepared, is_rehearsal) -> Job:
    content = csv_of(
        {"Telefon": "ei ole", "Pealkiri": "Salajane kiri"}, {"Telefon": "pole", "Pealkiri": "Avalik kiri"}
    )
    job = order_import(
        file=File(io.BytesIO(content)), file_name="a.csv", map_text=MAP, by=by, is_rehearsal=is_rehearsal, setup=prepared, to_worker=False,
    )  # fmt: skip
    jobs.run(job_id=job.pk)
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def reports(peeter):
    """The reports of a rehearsal and of the import after it; both rows have a remark."""
    prepared = Job.objects.create(
        kind=setups.KIND, state="prepared", owner=peeter, title="Import", parameters={"map": MAP}
    )
    return [imported(peeter, prepared=prepared, is_rehearsal=rehearsed) for rehearsed in (True, False)]


def concerning(user, by) -> Case:
    case = Case.objects.get(title="Salajane kiri")
    Complaint.objects.create(case=case, received_on=case.registered_on)
    name_person(complaint=case.complaint, user=user, by=by)
    return case


def test_each_row_names_its_case(reports):
    numbers = [set(JobRow.objects.filter(job=job).values_list("object_type", "object_id")) for job in reports]

    assert numbers[0] == numbers[1] == {("complaints.case", pk) for pk in Case.objects.values_list("pk", flat=True)}


def test_rows_of_a_complaint_about_whoever_imported_it_are_left_out(as_person, peeter, mari, reports):
    client = as_person(peeter)
    addresses = [reverse("bureau:job_rows", args=[job.public_id]) for job in reports]
    assert all("Salajane kiri" in client.get(address).content.decode() for address in addresses)

    concerning(peeter, mari)

    bodies = [client.get(address).content.decode() for address in addresses]
    assert ["Salajane kiri" in body for body in bodies] == [False, False]
    assert ["Avalik kiri" in body for body in bodies] == [True, True]


def test_what_stays_of_an_import_taken_back_is_seen_with_its_case(as_person, peeter, mari, reports):
    case = concerning(peeter, mari)
    add_note(case=case, text="Tööle võetud", by=mari)
    undo = order_undo(batch=ImportBatch.objects.get(), by=peeter, to_worker=False)

    jobs.run(job_id=undo.pk)

    address = reverse("bureau:job_rows", args=[undo.public_id])
    assert JobRow.objects.filter(job=undo, object_id=case.pk).exists()
    assert case.number not in as_person(peeter).get(address).content.decode()
