"""Answers from elsewhere: each row taken, known or refused with a reason; no value guessed, none lost, none twice."""

import csv
import glob
import io
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from bureau import jobs, table_uploads
from bureau.foreign_tables import ForeignTable
from bureau.models import Deed, Job, JobRow
from bureau.refusals import DeedRefused
from feedback import answer_import, answer_setup
from feedback.answer_import import AnswerMapping, MappingRefused, read_mapping
from feedback.models import Anonymity, OpenAnswer, Response
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "surveys" / "nhs_fft_feedback_v6.csv"
MAP = Path(__file__).resolve().parents[2] / "docs" / "examples" / "answers" / "nhs_fft.toml"


def both(words: str) -> dict[str, str]:
    return {"et": words, "en": words}


FORM = {
    "format": "bureau-survey/1", "languages": ["et", "en"], "title": both("Patients"), "intro": {}, "thanks": {},
    "sections": [{"code": "s1", "title": both("Care"), "text": {}, "show_if": None, "questions": [
        {"code": "satisfaction", "type": "scale", "text": both("How was it?"), "measures": "satisfaction"},
        {"code": "why", "type": "text", "text": both("Why?"), "long": True},
        {"code": "ways", "type": "multiple", "text": both("How did you reach us?"), "options": [
            {"code": "phone", "text": both("Phone")}, {"code": "mail", "text": both("Mail")}]},
        {"code": "parts", "type": "matrix", "text": both("Parts"),
         "rows": [{"code": "speed", "text": both("Speed")}], "columns": [{"code": "good", "text": both("Good")}, {"code": "bad", "text": both("Bad")}]},
    ]}],
}  # fmt: skip


@pytest.fixture
def survey(jaan):
    survey = SurveyFactory(code="patients", owner=jaan, published=True, anonymity=Anonymity.CONFIDENTIAL)
    QuestionnaireFactory(survey=survey, number=99, content=FORM)
    return survey


MAPPING = AnswerMapping(
    survey="patients", source="test", day="day", key=("id",),
    questions={
        "satisfaction": "score", "why": "why", "ways.phone": "phone", "ways.mail": "mail", "parts.speed": "speed",
    },
    facts={"channel": "channel"},
)  # fmt: skip


def csv_of(*rows: dict) -> bytes:
    out = io.StringIO()
    columns = ["id", "day", "score", "why", "phone", "mail", "speed", "channel"]
    writer = csv.DictWriter(out, columns, delimiter=";")
    writer.writeheader()
    writer.writerows({"day": "22.11.2025", **row} for row in rows)
    return out.getvalue().encode()


def take(survey, data: bytes, by=None, mapping=MAPPING, **options) -> Job:
    job = answer_import.order_import(
        survey=survey, mapping=mapping, file=ContentFile(data, "answers.csv"), file_name="answers.csv", by=by,
        to_worker=False, **options,
    )  # fmt: skip
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    return job


def counts(job: Job) -> dict:
    return {name: job.result.get(name, 0) for name in ("read", "taken", "known", "refused", "with_remark")}


def test_a_row_becomes_an_answer_with_all_its_parts(survey):
    job = take(
        survey,
        csv_of(
            {"id": 1, "score": 5, "why": "Kiire", "phone": "Y", "mail": "N", "speed": "Good", "channel": "Telefon"}
        ),
    )

    [response] = Response.objects.filter(survey=survey)
    assert counts(job) == {"read": 1, "taken": 1, "known": 0, "refused": 0, "with_remark": 0}
    assert response.answers == {"satisfaction": 5, "ways": ["phone"], "parts": {"speed": "good"}}
    assert (response.way, response.answered_on, response.channel.code) == ("import", date(2025, 11, 22), "phone")
    assert list(OpenAnswer.objects.values_list("question", "text")) == [("why", "Kiire")]


def test_the_same_file_again_takes_nothing(survey):
    data = csv_of({"id": 1, "score": 5}, {"id": 2, "score": 4})
    take(survey, data)

    again = take(survey, data)

    assert counts(again) == {"read": 2, "taken": 0, "known": 2, "refused": 0, "with_remark": 0}
    assert Response.objects.filter(survey=survey).count() == 2


def test_an_unknown_value_is_reported_and_kept_but_never_guessed(survey):
    job = take(survey, csv_of({"id": 1, "score": 9, "why": "Hea"}, {"id": 2, "score": 8}))

    assert counts(job) == {"read": 2, "taken": 2, "known": 0, "refused": 0, "with_remark": 2}
    assert job.result["unknown"] == [["score: 9", 1], ["score: 8", 1]]
    assert set(JobRow.objects.filter(job=job).values_list("row_number", "level")) == {(2, "remark"), (3, "remark")}
    assert [one.foreign_data for one in Response.objects.order_by("foreign_data")] == [{"score": "8"}, {"score": "9"}]
    assert [one.answers for one in Response.objects.all()] == [{}, {}]


def test_in_an_anonymous_survey_nothing_of_the_row_is_kept_beside_the_answer(jaan):
    survey = SurveyFactory(code="patients", owner=jaan, published=True, anonymity=Anonymity.ANONYMOUS)
    QuestionnaireFactory(survey=survey, number=99, content=FORM)

    take(survey, csv_of({"id": "37605030299", "score": 9}))

    [response] = Response.objects.all()
    assert response.foreign_data is None
    assert "37605030299" not in response.foreign_key


def test_a_row_without_a_day_is_refused_with_what_stood_there(survey):
    job = take(survey, csv_of({"id": 1, "day": "eile", "score": 5}, {"id": 2, "score": 5}))

    assert counts(job) == {"read": 2, "taken": 1, "known": 0, "refused": 1, "with_remark": 0}
    [row] = JobRow.objects.filter(job=job, level="refused")
    assert "eile" in row.reason


def test_a_rehearsal_counts_and_takes_nothing(survey):
    job = take(survey, csv_of({"id": 1, "score": 5}), is_rehearsal=True)

    assert (job.result["taken"], job.result["rehearsal"]) == (1, True)
    assert Response.objects.count() == 0
    assert not Deed.objects.filter(action="survey.answers_imported").exists()


def test_an_import_is_taken_back_whole_and_may_come_again(survey, jaan):
    data = csv_of({"id": 1, "score": 5, "why": "Kiire"}, {"id": 2, "score": 4})
    job = take(survey, data, by=jaan)

    assert answer_import.take_back(job=job, by=jaan) == 2

    assert (Response.objects.count(), OpenAnswer.objects.count()) == (0, 0)
    assert counts(take(survey, data, by=jaan))["taken"] == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [({"day": "päev"}, "päev"), ({"questions": {"missing": "score"}}, "missing"), ({"key": ("nr",)}, "nr")],
)
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_read(survey, change, words):
    mapping = AnswerMapping(**{**answer_import.asdict(MAPPING), **change})

    with pytest.raises(MappingRefused, match=words):
        take(survey, csv_of({"id": 1, "score": 5}), mapping=mapping)


def test_answers_join_only_what_was_published(jaan):
    survey = SurveyFactory(code="draft", owner=jaan)

    with pytest.raises(DeedRefused):
        take(survey, csv_of({"id": 1, "score": 5}))


@pytest.mark.skipif(not REAL.is_file(), reason="the public file lies beside the project only where it is developed")
def test_seven_thousand_real_answers_come_in_and_are_counted_as_a_second_count_says(survey):
    with REAL.open("rb") as file:
        rows = [dict(zip(table.columns, cells, strict=False)) for table in [ForeignTable(file)] for _n, cells in table.rows()]  # fmt: skip

    job = take(survey, REAL.read_bytes(), mapping=read_mapping(MAP.read_text("utf-8")))

    scores = Counter(row["FFT categorical answer"] for row in rows)
    comments = sum(row["FFT answer"].strip() not in ("", "Did not answer") for row in rows)
    found = Counter(Response.objects.filter(survey=survey).values_list("answers__satisfaction", flat=True))
    assert counts(job) == {"read": 7908, "taken": 7908, "known": 0, "refused": 0, "with_remark": 440}
    assert dict(job.result["unknown"]) == {"FFT categorical answer: 7": 416, "FFT categorical answer: 6": 24}
    assert found == {5: scores["1"], 4: scores["2"], 3: scores["3"], 2: scores["4"], 1: scores["5"], None: 440}
    assert OpenAnswer.objects.count() == comments
    days = Counter(Response.objects.values_list("answered_on", flat=True))
    first = [datetime.strptime(row["Date"], "%m/%d/%Y").date() for row in rows if int(row["Date"].split("/")[1]) > 12]
    assert all(days[day] for day in first)


def test_a_large_table_of_answers_is_read_once_by_a_job(survey, jaan, as_person, monkeypatch):
    monkeypatch.setattr(table_uploads, "SMALL_BYTES", 50)
    data, client = csv_of(*({"id": number, "score": 5} for number in range(1, 301))), as_person(jaan)
    setup = answer_setup.begin(survey=survey, file=ContentFile(data, "a.csv"), file_name="a.csv", by=jaan)
    page = reverse("feedback:answer_import_columns", args=[setup.public_id])
    reading = table_uploads.reading_of(setup)
    assert client.get(page).url == reverse("bureau:job_detail", args=[reading.public_id])

    jobs.run(job_id=reading.pk)
    assert client.get(page).status_code == 200
    setup.refresh_from_db()
    with open(setup.input_file.path, "wb"):
        pass  # emptied: whoever read it again would find nothing
    job = take(survey, data, by=jaan, setup=setup)

    assert counts(job) == {"read": 300, "taken": 300, "known": 0, "refused": 0, "with_remark": 0}
    assert Response.objects.filter(survey=survey).count() == 300
    assert not glob.glob(table_uploads.flat_pattern(job))
