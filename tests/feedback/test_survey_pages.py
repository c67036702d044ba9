"""The builder on its pages: without script, several hands at once, files in and out, and how many queries a list costs."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feedback.models import Questionnaire, Survey
from feedback.questionnaires import faults, parse
from feedback.ready_questionnaires import templates
from feedback.surveys import publish, save_draft
from tests.factories import SubstitutionFactory
from tests.factories.feedback import SurveyFactory, both, simple_form

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONDITION = {"how": "all"}
LIST_QUERIES = 3


@pytest.fixture
def desk(client, jaan):
    client.force_login(jaan, backend=BACKEND)
    return client


def address(name, survey, *more):
    return reverse(f"feedback:{name}", args=[survey.code, *more])


def lines(name, *given):
    """Choices as the form sends them: (place, code, Estonian, English)."""
    sent = {f"{name}_length": len(given)}
    for at, (place, code, et, en) in enumerate(given):
        sent |= {f"{name}_{at}_place": place, f"{name}_{at}_code": code, f"{name}_{at}_et": et, f"{name}_{at}_en": en}
    return sent


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_survey_and_for_many(desk, django_assert_num_queries, rows):
    for _number in range(rows):
        publish(survey=SurveyFactory(), by=None)
    desk.get(reverse("feedback:survey_list"))

    with django_assert_num_queries(LIST_QUERIES):
        page = desk.get(reverse("feedback:survey_list"), headers={"HX-Request": "true"})

    assert page.content.decode().count("data-open") == rows


def test_the_list_is_narrowed_by_state_and_purpose(desk):
    SurveyFactory(title_et="Alles pooleli", purpose="effort")
    SurveyFactory(title_et="Käib", purpose="effort", published=True)
    SurveyFactory(title_et="Teine", purpose="yearly", published=True)

    page = desk.get(reverse("feedback:survey_list"), {"state": "published", "purpose": "effort"}).content.decode()

    assert "Käib" in page
    assert "Alles pooleli" not in page
    assert "Teine" not in page


@pytest.mark.parametrize("code", [*templates(), ""])
def test_a_survey_begins_from_a_ready_questionnaire_or_empty(desk, code):
    answer = desk.post(reverse("feedback:survey_new"), {"title_et": "Metsa küsitlus", "template": code}, follow=True)

    survey = Survey.objects.get()
    assert answer.status_code == 200
    assert survey.draft["sections"] == (templates()[code].form["sections"] if code else [])
    assert survey.purpose == (templates()[code].purpose if code else "other")


def test_a_whole_survey_is_made_by_plain_forms(desk, jaan):
    desk.post(reverse("feedback:survey_new"), {"title_et": "Rahulolu", "title_en": "Satisfaction", "template": ""})
    survey = Survey.objects.get()
    desk.post(
        address("section_add", survey),
        {"version": 1, "code": "main", "title_et": "Teenus", "title_en": "Service", **CONDITION},
    )
    desk.post(
        address("question_add", survey) + "?type=scale",
        {"version": 2, "code": "csat", "section": "main", "text_et": "Kui rahul?", "text_en": "How satisfied?", "measures": "on", **CONDITION},
    )  # fmt: skip
    desk.post(
        address("question_add", survey) + "?type=single",
        {
            "version": 3, "code": "reason", "section": "main", "text_et": "Miks?", "text_en": "Why?", "other": "on", "how": "all",
            "test_0": "csat", "sign_0": "<=", "value_0": "2",
            **lines("options", ("2", "", "Väga pikk ootamine", "Long wait"), ("1", "rude", "Ebaviisakus", "Rudeness"), ("", "", "", "")),
        },
    )  # fmt: skip
    survey.refresh_from_db()

    desk.post(address("survey_publish", survey), {"version": survey.draft_version})

    made = Questionnaire.objects.get().content
    assert made["sections"][0]["questions"] == [
        {"code": "csat", "type": "scale", "text": both("Kui rahul?", "How satisfied?"), "help": {}, "required": False, "show_if": None,
         "measures": "satisfaction", "low": {}, "high": {}},
        {"code": "reason", "type": "single", "text": both("Miks?", "Why?"), "help": {}, "required": False,
         "show_if": {"all": [{"question": "csat", "is": "<=", "value": 2}]}, "measures": None, "other": True,
         "options": [{"code": "rude", "text": both("Ebaviisakus", "Rudeness")},
                     {"code": "vaga_pikk_ootamine", "text": both("Väga pikk ootamine", "Long wait")}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("matrix", lines("rows", ("", "", "Kiirus", "Speed")) | lines("columns", ("", "", "Hea", "Good"), ("", "", "Halb", "Bad"))),
        ("ranking", lines("options", ("", "", "Mets", "Forest"), ("", "", "Meri", "Sea"))),
        ("number", {"min": "0", "max": "1 000,5", "decimals": "1", "unit_et": "km", "unit_en": "km"}),
        ("date", {"min": "2026-01-01", "max": "2026-12-31"}),
        ("text", {"long": "on", "max_length": "500"}),
        ("recommendation", {"measures": "on", "low_et": "ei", "low_en": "no"}),
        ("effort", {"measures": "on"}),
        ("multiple", lines("options", ("", "", "Mets", "Forest"))),
        ("consent", {"required": "on"}),
        ("information", {}),
    ],
)  # fmt: skip
def test_each_type_is_made_on_its_page_and_may_be_opened_and_saved_again(desk, kind, more):
    survey = SurveyFactory()
    url = address("question_add", survey) + f"?type={kind}&section=main"
    sent = {
        "version": 1,
        "code": "fresh",
        "section": "main",
        "text_et": "Küsimus",
        "text_en": "Question",
        **CONDITION,
        **more,
    }

    answer = desk.post(url, sent)
    survey.refresh_from_db()
    made = survey.draft
    page = desk.get(address("question_edit", survey, "fresh"))
    shown = {
        bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False, "")
    }
    desk.post(address("question_edit", survey, "fresh"), shown)

    survey.refresh_from_db()
    assert answer.status_code == 302
    assert faults(made) == []
    assert parse(survey.draft) == parse(made)


def test_a_page_opened_before_somebody_elses_change_comes_back_with_what_was_typed(desk, peeter):
    survey = SurveyFactory()
    changed = simple_form()
    changed["sections"][0]["questions"][2]["required"] = True
    save_draft(survey=survey, draft=changed, by=peeter, seen_version=1)
    sent = {
        "version": 1,
        "code": "why",
        "section": "main",
        "text_et": "Mis juhtus?",
        "text_en": "What happened?",
        **CONDITION,
    }

    refused = desk.post(address("question_edit", survey, "why"), sent)
    form = refused.context["form"]
    accepted = desk.post(address("question_edit", survey, "why"), sent | {"version": form["version"].value()})

    survey.refresh_from_db()
    _satisfaction, why, solved = survey.draft["sections"][0]["questions"]
    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert form["text_et"].value() == "Mis juhtus?"
    assert (why["text"]["et"], solved["required"]) == ("Mis juhtus?", True)


def test_a_condition_offers_only_what_was_asked_before(desk):
    survey = SurveyFactory()

    form = desk.get(address("question_edit", survey, "why")).context["form"]
    section = desk.get(address("section_edit", survey, "main")).context["form"]

    assert [code for code, _label in form.fields["test_0"].choices] == ["", "satisfaction"]
    assert [code for code, _label in section.fields["test_0"].choices] == [""]
    assert form["value_0"].value() == "2"


def test_faults_and_missing_words_lead_to_where_they_are_mended(desk):
    draft = simple_form()
    draft["title"] = {"et": "Kuidas läks?"}
    del draft["sections"][0]["questions"][2]["text"]["en"]
    survey = SurveyFactory(draft=draft)

    page = desk.get(survey.get_absolute_url()).content.decode()

    assert address("question_edit", survey, "solved") in page
    assert address("survey_texts", survey) in page
    assert "solved.text" in page


def test_a_draft_with_faults_is_not_offered_for_publishing(desk):
    survey = SurveyFactory(draft=simple_form() | {"sections": []})

    page = desk.get(address("survey_publish", survey))

    assert list(page.context["obstacles"]) != []
    desk.post(address("survey_publish", survey), {"version": 1})
    assert not Questionnaire.objects.exists()


def test_a_form_goes_out_as_a_file_and_comes_in_the_same(desk):
    survey = SurveyFactory()
    data = desk.get(address("form_export", survey)).content

    desk.post(reverse("feedback:form_import"), {"file": SimpleUploadedFile("vorm.json", data)})

    copied = Survey.objects.exclude(pk=survey.pk).get()
    assert parse(copied.draft) == parse(survey.draft)
    assert copied.title_et == "Kuidas läks?"


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"[1]",
        b"{",
        b"[" * 100_000,
        b'{"format": "bureau-survey/1", "sections": [{"code": "s", "questions": [{"code": "q", "type": "number", "min": NaN}]}]}',
        json.dumps(simple_form() | {"title": {"et": 5}}).encode(),
        json.dumps(simple_form() | {"sections": [5]}).encode(),
    ],
)
def test_a_file_that_is_no_form_is_refused_with_words_and_makes_nothing(desk, data):
    answer = desk.post(reverse("feedback:form_import"), {"file": SimpleUploadedFile("vorm.json", data)})

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Survey.objects.exists()


def test_versions_are_compared_with_each_other_and_with_the_draft(desk, jaan, client, mari):
    survey = SurveyFactory()
    publish(survey=survey, by=jaan)
    changed = simple_form()
    changed["sections"][0]["questions"][0]["text"] = both("Kui rahul olete?", "How satisfied?")
    save_draft(survey=survey, draft=changed, by=jaan)

    page = desk.get(address("survey_versions", survey)).content.decode()
    client.force_login(mari, backend=BACKEND)
    seen_by_others = client.get(address("survey_versions", survey)).content.decode()

    assert "Kui rahul olete?" in page
    assert "Kuidas jäite rahule?" in page
    assert "Kui rahul olete?" not in seen_by_others


@pytest.mark.parametrize(("who", "is_told"), [("peeter", True), ("jaan", False)])
def test_who_may_not_publish_is_told_who_may(who, is_told, as_person, request, jaan, tiina, today):
    survey = SurveyFactory()
    SubstitutionFactory(absent=jaan, substitute=tiina, starts_on=today, ends_on=today)

    page = as_person(request.getfixturevalue(who)).get(survey.get_absolute_url()).content.decode()

    assert ("Küsitluse avaldab büroojuhataja või tema asendaja" in page) is is_told
    told = page.partition("Küsitluse avaldab")[2][:400]
    assert (jaan.full_name in told, tiina.full_name in told) == (is_told, is_told)
    assert (reverse("feedback:survey_publish", args=[survey.code]) in page) is not is_told


def test_nobody_is_told_who_publishes_what_is_published(as_person, peeter):
    survey = SurveyFactory(published=True)

    page = as_person(peeter).get(survey.get_absolute_url()).content.decode()

    assert "Küsitluse avaldab büroojuhataja" not in page
