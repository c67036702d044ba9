"""Making surveys: the list, the builder, publishing and closing."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.models import Survey
from feedback.surveys import hash_of
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory, simple_form
from tests.matrix import Row

MAKERS = "peeter jaan"
READERS = "mari peeter jaan tiina kai"
PUBLISHERS = "jaan"
# A draft is seen by those who make surveys; whoever may not open the page at all is told so.
HIDDEN = {"mari": 404, "tiina": 404, "kai": 404}


def made_once(code, **more):
    """Several rows of one page speak of the same survey."""
    return Survey.objects.filter(code=code).first() or SurveyFactory(code=code, **more)


def draft(people):
    return {"code": made_once(code="mustand", owner=people.peeter).code}


def running(people):
    survey = made_once(code="kysib", published=True)
    if not survey.questionnaires.exists():
        QuestionnaireFactory(survey=survey, content_hash=hash_of(survey.draft))
    return {"code": survey.code}


def closed(people):
    survey = made_once(code="suletud", published=True, state="closed")
    return {"code": survey.code}


def part_of_draft(people):
    return draft(people) | {"part": "solved"}


def section_of_draft(people):
    return draft(people) | {"part": "main"}


def step_of_draft(people):
    return part_of_draft(people) | {"way": "up"}


OBJECTS = {
    "draft_survey": draft,
    "running_survey": running,
    "closed_survey": closed,
    "question_of_draft": part_of_draft,
    "section_of_draft": section_of_draft,
    "step_of_draft": step_of_draft,
}

NO_CONDITION = {"how": "all"}
QUESTION = {"version": 1, "code": "uus", "section": "main", "text_et": "Miks?", "text_en": "Why?", **NO_CONDITION}
SETTINGS = {
    "title_et": "Rahulolu", "purpose": "satisfaction", "languages": ["et", "en"], "anonymity": "confidential",
    "smallest_cell": 5,
}  # fmt: skip


def file(people):
    content = json.dumps(simple_form()).encode()
    return {"file": SimpleUploadedFile("vorm.json", content, content_type="application/json")}


ROWS = [
    Row("feedback:survey_list", may=READERS),
    Row("feedback:survey_list", may=READERS, query="?state=published&purpose=satisfaction"),
    Row("feedback:survey_list", may=READERS, headers={"HX-Request": "true"}),
    Row("feedback:survey_detail", may=MAKERS, of="draft_survey", answers=HIDDEN),
    Row("feedback:survey_detail", may=READERS, of="running_survey"),
    Row("feedback:survey_detail", may=READERS, of="closed_survey"),
    Row("feedback:survey_versions", may=READERS, of="running_survey"),
    Row("feedback:survey_versions", may=MAKERS, of="draft_survey", answers=HIDDEN),
    Row("feedback:survey_new", may=MAKERS),
    Row("feedback:survey_new", may=MAKERS, method="post", answer=422),
    Row("feedback:survey_new", may=MAKERS, method="post", answer=302, data={"title_et": "Uus", "template": "effort"}),
    Row("feedback:form_import", may=MAKERS),
    Row("feedback:form_import", may=MAKERS, method="post", answer=302, data=file),
    Row("feedback:form_export", may=MAKERS, of="draft_survey"),
    Row("feedback:survey_settings", may=MAKERS, of="draft_survey"),
    Row("feedback:survey_settings", may=MAKERS, of="draft_survey", method="post", answer=302, data=SETTINGS),
    Row("feedback:survey_texts", may=MAKERS, of="draft_survey"),
    Row("feedback:survey_texts", may=MAKERS, of="draft_survey", method="post", answer=302, data={"version": 1, "title_et": "Kuidas?"}),
    Row("feedback:section_add", may=MAKERS, of="draft_survey"),
    Row("feedback:section_add", may=MAKERS, of="draft_survey", method="post", answer=302, data={"version": 1, "code": "teine", **NO_CONDITION}),
    Row("feedback:section_edit", may=MAKERS, of="section_of_draft"),
    Row("feedback:section_edit", may=MAKERS, of="section_of_draft", method="post", answer=302, data={"version": 1, "code": "main", **NO_CONDITION}),
    Row("feedback:question_add", may=MAKERS, of="draft_survey"),
    Row("feedback:question_add", may=MAKERS, of="draft_survey", query="?type=matrix&section=main"),
    Row("feedback:question_add", may=MAKERS, of="draft_survey", query="?type=text", method="post", answer=422),
    Row("feedback:question_add", may=MAKERS, of="draft_survey", query="?type=text", method="post", answer=302, data=QUESTION),
    Row("feedback:question_edit", may=MAKERS, of="question_of_draft"),
    Row("feedback:question_edit", may=MAKERS, of="question_of_draft", method="post", answer=302, data=QUESTION | {"code": "solved"}),
    Row("feedback:part_move", may=MAKERS, of="step_of_draft", method="post", answer=302),
    Row("feedback:part_copy", may=MAKERS, of="question_of_draft", method="post", answer=302),
    Row("feedback:part_remove", may=MAKERS, of="question_of_draft"),
    Row("feedback:part_remove", may=MAKERS, of="question_of_draft", method="post", answer=302),
    Row("feedback:survey_copy", may=MAKERS, of="running_survey", method="post", answer=302),
    Row("feedback:survey_publish", may=PUBLISHERS, of="draft_survey"),
    Row("feedback:survey_publish", may=PUBLISHERS, of="draft_survey", method="post", answer=302, data={"version": 1}),
    Row("feedback:survey_close", may=PUBLISHERS, of="running_survey"),
    Row("feedback:survey_close", may=PUBLISHERS, of="running_survey", method="post", answer=302),
    Row("feedback:survey_reopen", may=PUBLISHERS, of="closed_survey", method="post", answer=302),
]  # fmt: skip
