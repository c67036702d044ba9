"""Answers as files: a codebook beside them, no formula from anybody's text, nothing unreleased."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from feedback import answer_exports
from tests.factories.feedback import OpenAnswerFactory, QuestionnaireFactory, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    survey = SurveyFactory(published=True)
    questionnaire = QuestionnaireFactory(survey=survey)
    for mark, text, state in ((2, "=HYPERLINK(1)", "released"), (5, "Salajane", "withheld")):
        response = ResponseFactory(questionnaire=questionnaire, answers={"satisfaction": mark, "solved": "no"})
        OpenAnswerFactory(response=response, text=text, state=state, released_text=text if state == "released" else "")
    return survey


def test_the_workbook_holds_answers_and_codebook_and_no_formula(survey, jaan):
    rows = answer_exports.rows_of(survey, jaan)

    book = load_workbook(io.BytesIO(answer_exports.as_workbook(survey, rows)))

    assert book.sheetnames == ["answers", "codebook"]
    answers = list(book["answers"].values)
    assert answers[0] == ("day", "language", "channel", "unit", "satisfaction", "why", "solved")
    assert {(row[4], row[5], row[6]) for row in answers[1:]} == {(2, "'=HYPERLINK(1)", "no"), (5, "", "no")}
    assert all(cell.data_type != "f" for row in book["answers"].iter_rows() for cell in row)
    assert next(row for row in book["codebook"].values if row[0] == "solved")[3] == "yes = Jah | no = Ei"


def test_the_syntax_names_every_column_of_the_csv(survey, jaan):
    csv = answer_exports.as_csv(survey, answer_exports.rows_of(survey, jaan)).decode("utf-8-sig")
    syntax = answer_exports.as_syntax(survey)

    for name in csv.splitlines()[0].split(";"):
        assert f"  {name} " in syntax
    assert 'VALUE LABELS\n  /solved "yes" "Jah" "no" "Ei".' in syntax
    assert "Salajane" not in csv


def test_anonymous_answers_leave_in_another_order_than_they_came(jaan):
    questionnaire = QuestionnaireFactory(survey=SurveyFactory(published=True, anonymous=True))
    came = [ResponseFactory(questionnaire=questionnaire).pk for _n in range(40)]

    left = [row.pk for row in answer_exports.rows_of(questionnaire.survey, jaan)]

    assert sorted(left) == sorted(came)
    assert left != came


def test_a_file_of_spss_holds_what_the_csv_holds(survey, jaan, as_person, tmp_path):
    import pyreadstat

    rows = answer_exports.rows_of(survey, jaan)
    answer = as_person(jaan).post(reverse("feedback:answer_export", args=[survey.code, "sav"]))
    path = tmp_path / "answers.sav"
    path.write_bytes(answer.content)

    frame, about = pyreadstat.read_sav(str(path))

    assert len(frame) == len(rows) == 2
    assert sorted(frame["satisfaction"]) == [2, 5]
    assert about.column_names_to_labels["satisfaction"] == "Kuidas jäite rahule?"
    assert "Salajane" not in set(frame["why"])


def test_without_the_extra_the_file_is_not_offered_and_the_syntax_is(survey, jaan, as_person, monkeypatch):
    monkeypatch.setattr(answer_exports, "may_write_sav", lambda: False)
    client = as_person(jaan)

    page = client.get(reverse("feedback:results", args=[survey.code])).content.decode()

    assert "answers.sav" not in page
    assert "answers.sps" in page
    assert client.post(reverse("feedback:answer_export", args=[survey.code, "sav"])).status_code == 404
