"""Lists as files: the rows of the screen and no others, harmless cells, and a trace of every export."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau import exports, jobs
from bureau.exports import Export, listing_of
from bureau.models import Deed, Job, ReadingRecord, RestrictionBasis
from bureau.spreadsheets import looks_like_formula
from complaints.conflict_of_interest import name_person
from complaints.exports import case_columns
from complaints.models import Case, Clock, Party
from complaints.restriction import Restriction, restrict_case
from tests.factories import CaseFactory, ContactFactory, PartyFactory
from tests.factories.complaints import complaint_case

ROUTES = {"cases": "complaints:case_export", "contacts": "complaints:contact_export", "parties": "complaints:party_export", "deeds": "bureau:deed_export"}  # fmt: skip
FORMULA = '=HYPERLINK("http://halb.example";"vajuta")'

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


def csv_rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def exported(client, route, form="csv", query=""):
    return client.post(reverse(ROUTES[route]) + query, {"format": form})


@pytest.fixture
def harmful(db, mari):
    party = PartyFactory(name=FORMULA, phone="+3725550199", email="a@example.ee", address="@kodus", registry_code="")
    case = CaseFactory(title=FORMULA, party=party, by=mari)
    ContactFactory(party=party, note="-1+1", case=case)
    return case


# --- Harmless ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", ROUTES)
def test_no_cell_of_any_list_is_a_formula(as_person, jaan, harmful, route):
    client = as_person(jaan)

    cells = [cell for row in csv_rows(exported(client, route)) for cell in row]
    book = sheet(b"".join(exported(client, route, "xlsx").streaming_content))

    assert len(cells) > 8
    assert not any(looks_like_formula(cell) for cell in cells)
    assert not any(cell.data_type == "f" for row in book.iter_rows() for cell in row)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=texts, start=st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "＝", " ="]))
def test_whatever_is_written_in_a_case_leaves_harmless(as_person, jaan, harmful, title, start):
    Case.objects.filter(pk=harmful.pk).update(title=(start + title)[:200])
    Party.objects.update(name=(start + title)[:200])
    client = as_person(jaan)

    for route in ("cases", "contacts", "parties"):
        assert not any(looks_like_formula(cell) for row in csv_rows(exported(client, route)) for cell in row)


def test_rows_of_a_job_leave_harmless_too(as_person, peeter):
    from tests.complaints.imported import csv_of, take

    job = take(csv_of({"Saabus": "eile", "Pealkiri": FORMULA, "Sisu": "@x"}), by=peeter)

    response = as_person(peeter).post(reverse("bureau:job_rows_export", args=[job.public_id]))

    assert not any(looks_like_formula(cell) for row in csv_rows(response) for cell in row)


# --- The same rows as on screen ---------------------------------------------------------------------------------------
def test_an_export_holds_the_rows_of_the_filter(as_person, mari):
    mine = CaseFactory(title="Minu", assignee=mari)
    CaseFactory(title="Muu")

    rows = csv_rows(exported(as_person(mari), "cases", query="?handler=me"))

    assert [row[0] for row in rows[1:]] == [mine.number]


def test_restricted_cases_stay_out_of_a_strangers_export(as_person, liis, mari):
    CaseFactory(title="Salajane", restricted=True, assignee=mari)
    CaseFactory(title="Avalik")

    assert [row[3] for row in csv_rows(exported(as_person(liis), "cases"))[1:]] == ["Avalik"]
    assert len(csv_rows(exported(as_person(mari), "cases"))) == 3


@pytest.mark.parametrize("route", ["cases", "contacts"])
def test_who_does_the_work_leaves_only_with_those_who_share_it_out(as_person, mari, jaan, liis, route):
    ContactFactory(case=CaseFactory(assignee=liis), handled_by=liis)

    taken_by_mari, taken_by_jaan = (csv_rows(exported(as_person(person), route)) for person in (mari, jaan))

    assert len(taken_by_jaan[0]) == len(taken_by_mari[0]) + 1
    assert str(liis) in taken_by_jaan[1]
    assert str(liis) not in [cell for row in taken_by_mari for cell in row]


def test_a_filter_that_does_not_exist_gives_nothing(as_person, mari):
    CaseFactory()

    assert len(csv_rows(exported(as_person(mari), "cases", query="?kind=puudub"))) == 1


def test_the_page_says_how_many_rows_there_are(as_person, mari):
    CaseFactory()
    CaseFactory()

    assert as_person(mari).get(reverse("complaints:case_export")).context["count"] == 2


# --- Traces -----------------------------------------------------------------------------------------------------------
def test_an_export_leaves_a_deed_and_a_reading_record(as_person, mari):
    CaseFactory(assignee=mari)
    b"".join(exported(as_person(mari), "cases", query="?handler=me").streaming_content)

    deed = Deed.objects.get(action="list.exported")
    assert (deed.actor, deed.data["rows"], deed.data["filter"], deed.data["whole"]) == (mari, 1, "handler=me", True)
    reading = ReadingRecord.objects.get(way="export")
    assert (reading.user, reading.object_type, reading.detail["list"]) == (mari, "complaints.case", "cases")


def test_an_export_broken_off_leaves_its_deed_too(mari):
    for _number in range(3):
        CaseFactory()
    stream = exports.streamed(Export(listing_of("cases"), mari, QueryDict(""), timezone.localdate()))

    next(stream)
    stream.close()

    assert Deed.objects.get(action="list.exported").data["whole"] is False


def test_looking_at_the_page_exports_nothing(as_person, mari):
    as_person(mari).get(reverse("complaints:case_export"))

    assert not Deed.objects.filter(action="list.exported").exists()
    assert not ReadingRecord.objects.filter(way="export").exists()


# --- Long -------------------------------------------------------------------------------------------------------------
def test_a_long_workbook_is_made_by_a_worker_and_taken_by_its_owner_alone(as_person, mari, jaan, monkeypatch):
    monkeypatch.setattr("bureau.views.exports.ROWS_OF_A_WORKBOOK_AT_ONCE", 1)
    CaseFactory(title=FORMULA)
    CaseFactory()
    client = as_person(mari)

    response = exported(client, "cases", "xlsx")
    job = Job.objects.get(kind="export")
    assert response.url == reverse("bureau:job_detail", args=[job.public_id])
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rows"]) == ("done", 2)
    file = client.get(reverse("bureau:job_file", args=[job.public_id]))
    assert sheet(b"".join(file.streaming_content)).max_row == 3
    assert as_person(jaan).get(reverse("bureau:job_file", args=[job.public_id])).status_code == 404


def test_a_right_lost_meanwhile_stops_the_export(as_person, mari, monkeypatch):
    monkeypatch.setattr("bureau.views.exports.ROWS_OF_A_WORKBOOK_AT_ONCE", 0)
    CaseFactory()
    exported(as_person(mari), "cases", "xlsx")
    mari.role_holdings.update(ends_on="2021-01-01")

    job = Job.objects.get(kind="export")
    jobs.run(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not job.output_file


def test_the_file_of_a_list_holds_the_deadline_of_what_has_ended(as_person, mari):
    running, ended = CaseFactory(), CaseFactory()
    due = ended.due_on
    Clock.objects.filter(case=ended).update(state="met", met_on=due + timedelta(days=2))
    Case.objects.filter(pk=ended.pk).update(
        status="answered", due_on=None, answered_on=due, answered_at=timezone.now(), ended_on=due, was_on_time=False
    )

    _head, *rows = csv_rows(exported(as_person(mari), "cases", query="?status=all"))

    at = [column.source for column in case_columns(mari)].index("deadline")
    shown = {row[0]: row[at] for row in rows}
    assert shown == {running.number: f"{running.due_on:%d.%m.%Y}", ended.number: f"{due:%d.%m.%Y}"}


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_asks_the_same_number_of_questions_for_any_number_of_rows(mari, rf, rows, django_assert_num_queries):
    for _number in range(rows):
        CaseFactory(party=PartyFactory())
    list(exports.streamed(Export(listing_of("cases"), mari, QueryDict(""), timezone.localdate())))

    with django_assert_num_queries(6):  # savepoint twice, rows, deed
        list(exports.streamed(Export(listing_of("cases"), mari, QueryDict(""), timezone.localdate())))


# --- What came to be hidden after the file was made -------------------------------------------------------------------
def made_file(client, user, code, monkeypatch):
    """The list as a file made by a worker, as long lists are."""
    monkeypatch.setattr("bureau.views.exports.ROWS_OF_A_WORKBOOK_AT_ONCE", 0)
    exported(client, code, "xlsx")
    job = Job.objects.filter(kind="export").latest("pk")
    jobs.run(job_id=job.pk)
    return reverse("bureau:job_file", args=[job.public_id]), reverse("bureau:job_detail", args=[job.public_id])


@pytest.mark.parametrize("code", ["cases", "contacts", "parties"])
def test_a_file_is_gone_once_a_row_of_it_concerns_whoever_made_it(as_person, jaan, mari, code, monkeypatch):
    case = complaint_case(by=mari, party=PartyFactory())
    ContactFactory(case=case, party=case.party)
    client = as_person(jaan)
    file, page = made_file(client, jaan, code, monkeypatch)
    assert client.get(file).status_code == 200

    name_person(complaint=case.complaint, user=jaan, by=mari)

    assert client.get(file).status_code == 404
    assert file not in client.get(page).content.decode()


@pytest.mark.parametrize("code", ["cases", "contacts", "parties"])
def test_a_file_is_gone_once_a_case_in_it_is_restricted(as_person, jaan, mari, liis, code, monkeypatch):
    case = CaseFactory(party=PartyFactory(), assignee=liis)
    # Mari took the call herself: the contact stays hers to see, its case does not.
    ContactFactory(case=case, party=PartyFactory() if code == "contacts" else case.party, handled_by=mari if code == "contacts" else liis)  # fmt: skip
    client = as_person(mari)
    file, _page = made_file(client, mari, code, monkeypatch)
    assert client.get(file).status_code == 200

    basis = RestrictionBasis.objects.first()
    restrict_case(case=case, restriction=Restriction(basis_id=basis.pk, ends_by="otsus", reason="Alus"), by=jaan)

    assert client.get(file).status_code == 404


def test_a_file_that_does_not_say_what_it_holds_is_not_given(as_person, jaan, mari, monkeypatch):
    CaseFactory()
    client = as_person(jaan)
    file, _page = made_file(client, jaan, "cases", monkeypatch)

    Job.objects.filter(kind="export").update(result={"rows": 1, "made_with": []})

    assert client.get(file).status_code == 404
