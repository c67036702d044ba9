"""Any list leaves as XLSX or CSV: each template with a table leads to a file of it, or stands below with its reason."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from bureau import exports
from bureau.exports import Export, holds_only_seen
from bureau.models import Job
from bureau.models.job import FileRows
from tests.factories.feedback import InvitationFactory, SurveyFactory
from tests.factories.staff import LoadEventFactory, QueueIntervalFactory, ShiftFactory

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
HOLDS_ROWS = re.compile(r"\{% (data_table|paging) ")
LEADS_OUT = re.compile(r"\{% list_files |export_url|_export['\"]")

OF_ONE = "parts of one object's own page; the list of such objects leaves whole"
BEFORE = "a foreign file before it is taken in; the person has the file"
FIGURES = "figures reckoned for the page: values of indicators leave from their list and with own reports"
NOT_LISTS = {
    "bureau/calendar_preview.html": "what a change of the calendar would do, before it is done",
    "bureau/calendar_year.html": "the calendar of a year, in law and not in rows of ours",
    "bureau/home_administrator.html": "the first lines of lists that have pages of their own",
    "bureau/home_protection.html": "the first lines of lists that have pages of their own",
    "bureau/job_detail.html": OF_ONE,
    "bureau/list_file.html": BEFORE,
    "bureau/list_file_new.html": "what columns a file has",
    "bureau/list_file_refused.html": BEFORE,
    "bureau/notification_list.html": "one's own notices, each a way to its object, which its own list holds",
    "bureau/outgoing_mail_detail.html": OF_ONE,
    "bureau/person_detail.html": OF_ONE,
    "bureau/search.html": "found in several lists, each of which leaves by itself",
    "complaints/case_bulk.html": "what a change of many cases did; its refused rows leave from the page of the job",
    "complaints/case_change.html": "what the change of a case would do, before it is done",
    "complaints/case_detail.html": OF_ONE,
    "complaints/complaint_register_lines.html": "sums of the register, which leaves as rows",
    "complaints/contact_batch.html": "a form of several rows",
    "complaints/desk.html": "one's own work; the same rows leave from the lists of cases and contacts",
    "complaints/import_columns.html": BEFORE,
    "complaints/import_file.html": BEFORE,
    "complaints/import_preview.html": BEFORE,
    "complaints/import_result.html": "refused rows leave from the page of the job",
    "complaints/import_words.html": BEFORE,
    "complaints/kind_detail.html": OF_ONE,
    "complaints/party_detail.html": OF_ONE,
    "feedback/answer_import_new.html": "imports of one survey; the long work of all leaves whole",
    "feedback/answer_import_preview.html": BEFORE,
    "feedback/answer_import_result.html": "refused rows leave from the page of the job",
    "feedback/answer_import_values.html": BEFORE,
    "feedback/invitation_rules.html": OF_ONE,
    "feedback/questionnaire_report.html": "what an import of a questionnaire could not keep, told once",
    "feedback/recipient_list.html": BEFORE,
    "feedback/recipient_list_new.html": "lists of one survey that were asked; the long work of all leaves whole",
    "feedback/response_list.html": "answers leave from the page of results, with questions and weights",
    "feedback/survey_versions.html": OF_ONE,
    "feedback/text_list.html": "answers leave from the page of results; words of clients only once released",
    "mfa/webauthn/authenticator_list.html": "one's own keys of sign-in",
    "quality/board.html": "what is published, in words",
    "quality/dashboard_away.html": FIGURES,
    "quality/dashboard_compared.html": FIGURES,
    "quality/improvement_detail.html": OF_ONE,
    "quality/indicator_detail.html": OF_ONE,
    "quality/indicator_matrix.html": FIGURES,
    "quality/measurement_rows.html": "the rows behind one value, each in its own list",
    "quality/report_blocks.html": "parts of a report, which leaves in its forms",
    "quality/report_figure.html": "parts of a report, which leaves in its forms",
    "quality/report_issue.html": "parts of a report, which leaves in its forms",
    "quality/you_said.html": "what is published, in words",
    "staff/staffing.html": FIGURES,
    "staff/team_workload.html": FIGURES,
    "staff/weight_list.html": FIGURES,
    "staff/what_if.html": FIGURES,
    "staff/work_share.html": "a proposal, before it is done",
}
LISTED = [code for code, one in sorted(exports.listings().items()) if one.page]


def test_every_template_with_a_table_leads_to_a_file_or_says_why_not():
    with_rows = {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in TEMPLATES.rglob("*.html")
        if "components" not in path.parts and HOLDS_ROWS.search(path.read_text())
    }
    without_file = {name for name, text in with_rows.items() if not LEADS_OUT.search(text)}

    assert without_file - set(NOT_LISTS) == set()
    assert set(NOT_LISTS) - without_file == set(), "a reason for what is no table, or has a file"


@pytest.fixture
def filled(mari, jaan):
    QueueIntervalFactory()
    LoadEventFactory()
    ShiftFactory(user=mari)
    InvitationFactory(survey=SurveyFactory(code="kysitlus", published=True))


def query_of(listing) -> str:
    return "?survey=kysitlus" if listing.page_by else ""


def who_may(listing, people):
    return next(one for one in people if listing.may_be_taken_by(one))


@pytest.mark.parametrize("code", LISTED)
def test_each_list_leaves_in_both_forms_and_its_page_leads_there(as_person, jaan, kai, dora, admin_user, filled, code):
    listing = exports.listing_of(code)
    person = who_may(listing, (jaan, kai, dora, admin_user))
    client = as_person(person)
    url = reverse("bureau:list_export", args=[code]) + query_of(listing)

    asked = client.get(url)
    as_csv = b"".join(client.post(url, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    as_xlsx = b"".join(client.post(url, {"format": "xlsx"}).streaming_content)

    rows = list(csv.reader(io.StringIO(as_csv, newline=""), delimiter=";"))
    assert rows[0] == asked.context["columns"]
    # Looking and taking out are themselves readings and deeds.
    assert len(rows) - 1 >= asked.context["count"]
    assert all(len(row) == len(rows[0]) for row in rows)
    assert as_xlsx[:2] == b"PK"
    page = client.get(asked.context["back_url"])
    assert page.status_code == 200
    assert re.search(rf'href="(/lists/{code}/export/|/exports/|[a-z/-]*/export/)', page.content.decode())


@pytest.mark.parametrize("code", LISTED)
def test_a_long_workbook_of_each_list_keeps_what_it_was_made_from(jaan, kai, dora, admin_user, filled, code, tmp_path):
    listing = exports.listing_of(code)
    person = who_may(listing, (jaan, kai, dora, admin_user))
    export = Export(listing, person, QueryDict(query_of(listing)[1:]), timezone.localdate())
    job = Job.objects.create(kind="export", title="x", owner=person, result={"keeps_keys": True})

    with (tmp_path / "list.xlsx").open("wb") as file:
        count = exports.write_workbook(export, file, kept=exports.KeptKeys(job, list(export.led_to)))

    kept = sum(len(one.keys) for one in FileRows.objects.filter(job=job, object_type=listing.object_type))
    assert kept == count == export.queryset.count()
    assert holds_only_seen(person, job)


def test_who_lacks_the_right_of_a_list_gets_no_file_and_no_way_to_it(as_person, outi, mari):
    assert {as_person(outi).get(reverse("bureau:list_export", args=[code])).status_code for code in LISTED} <= {
        403,
        404,
    }
    page = as_person(mari).get(reverse("bureau:absence_list")).content.decode()
    assert "/lists/absences/export/" not in page
