"""The life of a survey: begun, written by several hands, published once and anew, closed."""

import pytest
from django.db import DatabaseError, transaction

from bureau.deed_texts import sentence_of
from bureau.models import Deed
from bureau.refusals import DeedRefused
from feedback.models import Anonymity, Questionnaire, Survey
from feedback.questionnaires import parse
from feedback.surveys import (
    SurveyChanged,
    change_settings,
    close_survey,
    copy_survey,
    create_survey,
    obstacles,
    publish,
    reopen_survey,
    save_draft,
)
from feedback.version_comparison import changes
from tests.factories.feedback import SurveyFactory, both, simple_form

pytestmark = pytest.mark.django_db


def changed(form: dict, at: int, **more) -> dict:
    section = form["sections"][0]
    questions = [{**one, **more} if place == at else one for place, one in enumerate(section["questions"])]
    return {**form, "sections": [{**section, "questions": questions}]}


def test_a_new_survey_is_an_empty_draft_with_its_title(jaan):
    survey = create_survey(title_et="Metsa küsitlus", title_en="Forest survey", by=jaan)

    assert (survey.code, survey.state, survey.owner) == ("metsa-kusitlus", "draft", jaan)
    assert parse(survey.draft).title == {"et": "Metsa küsitlus", "en": "Forest survey"}
    assert Deed.objects.filter(action="survey.created", object_label="Metsa küsitlus").count() == 1


def test_a_title_never_takes_the_address_of_another_page(jaan):
    assert create_survey(title_et="New", by=jaan).code == "new-1"
    assert create_survey(title_et="Import", by=jaan).code == "import-1"


def test_a_survey_without_a_title_is_refused(jaan):
    with pytest.raises(DeedRefused):
        create_survey(title_et="  ", by=jaan)


def test_a_draft_is_kept_with_its_faults(jaan):
    survey = SurveyFactory()
    broken = changed(simple_form(), 1, show_if={"all": [{"question": "nothing", "is": "=", "value": 1}]})

    save_draft(survey=survey, draft=broken, by=jaan, seen_version=1)

    survey.refresh_from_db()
    assert (survey.draft, survey.draft_version) == (broken, 2)


def test_a_draft_changed_meanwhile_is_not_overwritten(jaan, peeter):
    survey = SurveyFactory()
    theirs = changed(simple_form(), 0, text=both("Nende sõnad", "Their words"))
    save_draft(survey=survey, draft=theirs, by=peeter, seen_version=1)

    with pytest.raises(SurveyChanged) as refused:
        save_draft(survey=survey, draft=changed(simple_form(), 0, text=both("Minu")), by=jaan, seen_version=1)

    assert (refused.value.survey.draft, refused.value.survey.draft_version) == (theirs, 2)


def test_saving_the_same_again_makes_no_new_draft(jaan):
    survey = SurveyFactory()

    assert save_draft(survey=survey, draft=simple_form(), by=jaan).draft_version == 1
    assert not Deed.objects.filter(action="survey.drafted").exists()


def test_publishing_fixes_words_anonymity_and_the_smallest_group(jaan):
    survey = SurveyFactory(anonymity=Anonymity.ANONYMOUS)

    made = publish(survey=survey, by=jaan, seen_version=1)

    survey.refresh_from_db()
    assert (survey.state, made.number, made.content) == ("published", 1, simple_form())
    with pytest.raises(DeedRefused):
        change_settings(survey=survey, by=jaan, anonymity=Anonymity.IDENTIFIED)
    with pytest.raises(DeedRefused):
        change_settings(survey=survey, by=jaan, smallest_cell=3)
    change_settings(survey=survey, by=jaan, title_et="Uus pealkiri", anonymity=Anonymity.ANONYMOUS)
    survey.refresh_from_db()
    assert (survey.title_et, survey.anonymity) == ("Uus pealkiri", "anonymous")


def test_a_published_version_cannot_be_rewritten_even_past_the_desk(jaan):
    made = publish(survey=SurveyFactory(), by=jaan)

    with pytest.raises(DatabaseError), transaction.atomic():
        Questionnaire.objects.filter(pk=made.pk).update(content={})


def test_publishing_the_same_draft_twice_gives_one_version(jaan):
    survey = SurveyFactory()

    assert publish(survey=survey, by=jaan) == publish(survey=survey, by=jaan)
    assert Questionnaire.objects.filter(survey=survey).count() == 1
    assert Deed.objects.filter(action="survey.published").count() == 1


def test_a_draft_that_was_not_looked_at_is_not_published(jaan, peeter):
    survey = SurveyFactory()
    save_draft(survey=survey, draft=changed(simple_form(), 0, required=False), by=peeter)

    with pytest.raises(SurveyChanged):
        publish(survey=survey, by=jaan, seen_version=1)

    assert not Questionnaire.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text": {"et": "Ainult eesti keeles"}}, "satisfaction.text"),
        ({"text": {}}, "satisfaction.text"),
        ({"show_if": {"all": [{"question": "solved", "is": "=", "value": "yes"}]}}, "satisfaction.show_if"),
        ({"measures": "effort"}, "satisfaction.measures"),
    ],
)
def test_a_draft_with_a_fault_or_without_words_is_refused_and_says_where(jaan, more, said):
    survey = SurveyFactory(draft=changed(simple_form(), 0, **more))

    with pytest.raises(DeedRefused, match=said):
        publish(survey=survey, by=jaan)

    assert Survey.objects.get().state == "draft"


def test_a_running_survey_gets_a_new_version_with_the_same_codes(jaan):
    survey = SurveyFactory()
    first = publish(survey=survey, by=jaan)
    save_draft(survey=survey, draft=changed(simple_form(), 0, text=both("Kuidas läks?", "How was it?")), by=jaan)

    second = publish(survey=survey, by=jaan)

    assert (first.number, second.number) == (1, 2)
    assert [one.what for one in changes(parse(first.content), parse(second.content))] == ["Tekst"]
    first.refresh_from_db()
    assert first.content == simple_form()


def test_a_published_code_keeps_its_type_even_over_a_version_without_it(jaan):
    survey = SurveyFactory()
    publish(survey=survey, by=jaan)
    without = simple_form()
    without["sections"][0]["questions"].pop()
    save_draft(survey=survey, draft=without, by=jaan)
    publish(survey=survey, by=jaan)

    save_draft(survey=survey, draft=changed(simple_form(), 2, type="text"), by=jaan)

    survey.refresh_from_db()
    assert len(obstacles(survey)) == 1
    with pytest.raises(DeedRefused, match="solved"):
        publish(survey=survey, by=jaan)


def test_a_closed_survey_is_published_again_only_when_open(jaan):
    survey = SurveyFactory()
    publish(survey=survey, by=jaan)
    close_survey(survey=survey, by=jaan)

    with pytest.raises(DeedRefused):
        publish(survey=survey, by=jaan)
    with pytest.raises(DeedRefused):
        close_survey(survey=survey, by=jaan)
    reopen_survey(survey=survey, by=jaan)
    with pytest.raises(DeedRefused):
        reopen_survey(survey=survey, by=jaan)

    survey.refresh_from_db()
    assert (survey.state, survey.closed_at) == ("published", None)


def test_a_copy_is_a_draft_of_its_own_and_may_choose_its_anonymity(jaan, peeter):
    survey = SurveyFactory(title_et="Rahulolu", anonymity=Anonymity.ANONYMOUS)
    publish(survey=survey, by=jaan)

    copied = copy_survey(survey=survey, by=peeter)

    assert (copied.title_et, copied.state, copied.owner) == ("Rahulolu (koopia)", "draft", peeter)
    assert copied.draft == simple_form()
    change_settings(survey=copied, by=peeter, anonymity=Anonymity.IDENTIFIED)
    assert Survey.objects.get(pk=survey.pk).anonymity == "anonymous"


def test_a_survey_does_not_close_before_it_opens(jaan, today):
    with pytest.raises(DeedRefused):
        change_settings(survey=SurveyFactory(), by=jaan, opens_on=today, closes_on=today.replace(year=today.year - 1))


def test_what_was_added_removed_and_moved_is_told_in_the_order_of_the_new_version():
    before, after = simple_form(), simple_form()
    questions = after["sections"][0]["questions"]
    questions.insert(
        0, {**questions.pop(), "required": True, "show_if": {"all": [{"question": "x", "is": "=", "value": 1}]}}
    )
    questions.pop()
    questions.append({"code": "fresh", "type": "text", "text": both("Uus", "Fresh")})

    found = [(one.code, one.aspect, bool(one.old), bool(one.new)) for one in changes(parse(before), parse(after))]

    assert found == [
        ("solved", "required", True, True), ("solved", "show_if", True, True), ("fresh", "question", False, True),
        ("why", "question", True, False), ("", "order", True, True),
    ]  # fmt: skip
    assert changes(parse(before), parse(before)) == []


def test_every_deed_on_a_survey_has_a_sentence_for_the_audit(jaan):
    survey = create_survey(title_et="Rahulolu", by=jaan, draft=simple_form())
    save_draft(survey=survey, draft=changed(simple_form(), 0, required=False), by=jaan)
    change_settings(survey=survey, by=jaan, title_en="Satisfaction")
    publish(survey=survey, by=jaan)
    close_survey(survey=survey, by=jaan)
    reopen_survey(survey=survey, by=jaan)
    copy_survey(survey=survey, by=jaan)

    assert [sentence_of(deed) for deed in Deed.objects.filter(action__startswith="survey.").order_by("pk")] == [
        "Küsitlust Rahulolu alustati", "Küsitluse Rahulolu küsimustikku muudeti, mustand 2", "Küsitluse Rahulolu seadeid muudeti",
        "Avaldati küsitluse Rahulolu versioon 1", "Küsitlus Rahulolu suleti", "Küsitlus Rahulolu avati uuesti",
        "Küsitlust Rahulolu (koopia) alustati", "Küsitlus Rahulolu (koopia) kopeeriti küsitlusest rahulolu",
    ]  # fmt: skip
