"""Making a survey: built in two languages without script, tried out, published; its pages on a phone and for axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Questionnaire, Response, Survey
from feedback.surveys import publish, save_draft
from tests.browser.conftest import scrolls_sideways
from tests.factories.feedback import SurveyFactory, both, simple_form

pytestmark = pytest.mark.django_db(transaction=True)


def add_question(page, kind, **words):
    page.get_by_role("link", name="Lisa küsimus").click()
    page.get_by_role("link", name=kind, exact=True).click()
    for name, value in words.items():
        page.locator(f"[name={name}]").fill(value)


def save(page):
    page.get_by_role("button", name="Salvesta", exact=True).click()
    page.wait_for_url("**/surveys/metsateatis/*")


def test_a_survey_in_two_languages_is_built_tried_out_and_published(open_desk, jaan):
    page = open_desk(jaan, javascript=False)
    page.goto(reverse("feedback:survey_list"))
    page.get_by_role("link", name="Uus küsitlus").first.click()
    page.get_by_label("Pealkiri eesti keeles").fill("Metsateatis")
    page.get_by_label("Pealkiri inglise keeles").fill("Forest notification")
    page.get_by_label("tühi küsimustik").check()
    page.get_by_role("button", name="Tee mustand").click()

    page.get_by_role("link", name="Lisa osa").click()
    page.locator("[name=title_et]").fill("Teie kogemus")
    page.locator("[name=title_en]").fill("Your experience")
    save(page)
    add_question(page, "Skaala 1–5", code="csat", text_et="Kui rahule jäite?", text_en="How satisfied were you?")
    page.get_by_label("Vastus on vajalik").check()
    page.get_by_label("Läheb rahulolu arvesse").check()
    save(page)
    add_question(page, "Üks valik", code="reason", text_et="Mis segas?", text_en="What was in the way?")
    page.locator("[name=options_0_et]").fill("Pikk ootamine")
    page.locator("[name=options_0_en]").fill("A long wait")
    page.locator("[name=options_1_et]").fill("Keeruline vorm")
    page.locator("[name=test_0]").select_option("csat")
    page.locator("[name=sign_0]").select_option("<=")
    page.locator("[name=value_0]").fill("2")
    save(page)

    # The English words of a choice are missing: it is told, and the way to it is one link.
    page.get_by_role("link", name="Avalda").click()
    expect(page.get_by_role("main")).to_contain_text("reason.options.keeruline_vorm")
    page.get_by_role("link", name="Tagasi küsitluse juurde").click()
    page.get_by_text("Mis on puudu").click()
    page.get_by_role("link", name="reason.options.keeruline_vorm").click()
    page.locator("[name=options_1_en]").fill("A difficult form")
    save(page)

    page.get_by_role("link", name="Eelvaade").click()
    expect(page.get_by_text("Kui rahule jäite?")).to_be_visible()
    page.goto(reverse("feedback:survey_detail", args=["metsateatis"]))
    page.get_by_role("link", name="Avalda").click()
    page.get_by_role("button", name="Avalda").click()
    page.get_by_text("Versioon 1 on avaldatud.").wait_for()

    made = Questionnaire.objects.get()
    _csat, reason = made.content["sections"][0]["questions"]
    assert Survey.objects.get().state == "published"
    assert reason["show_if"] == {"all": [{"question": "csat", "is": "<=", "value": 2}]}
    assert [one["text"]["en"] for one in reason["options"]] == ["A long wait", "A difficult form"]
    assert not Response.objects.exists()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", ["et", "en"])
def test_pages_of_the_builder_hold_on_a_phone_and_for_axe(open_desk, jaan, violations, photograph, width, language):
    survey = SurveyFactory(
        title_et="Rahulolu pärast kontakti", title_en="Satisfaction after a contact", code="rahulolu"
    )
    publish(survey=survey, by=jaan)
    changed = simple_form()
    changed["sections"][0]["questions"][0]["text"] = {"et": "Kui rahule jäite?"}
    changed["sections"][0]["questions"].append(
        {"code": "thanks", "type": "information", "text": both("Täname!", "Thanks!")}
    )
    save_draft(survey=survey, draft=changed, by=jaan)
    page = open_desk(jaan, width=width, language=language)

    for name, url in {
        "list": reverse("feedback:survey_list"),
        "new": reverse("feedback:survey_new"),
        "detail": survey.get_absolute_url(),
        "types": reverse("feedback:question_add", args=["rahulolu"]) + "?section=main",
        "question": reverse("feedback:question_edit", args=["rahulolu", "solved"]),
        "settings": reverse("feedback:survey_settings", args=["rahulolu"]),
        "versions": reverse("feedback:survey_versions", args=["rahulolu"]),
        "obstacles": reverse("feedback:survey_publish", args=["rahulolu"]),
    }.items():
        page.goto(url)
        photograph(page, f"survey-{name}-{width}-{language}")
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name
