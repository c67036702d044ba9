"""Figures against a plain computation over the rows; small groups that no subtraction gives back; texts that may leave."""

import random
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.small_numbers import hidden_groups
from feedback import results, scores
from feedback.models import OpenAnswer, Response
from tests.factories.feedback import QuestionnaireFactory, ResponseFactory

pytestmark = pytest.mark.django_db


def answered(questionnaire, mark, solved=None, **more):
    answers = {"satisfaction": mark, **({"solved": solved} if solved else {})}
    return ResponseFactory(questionnaire=questionnaire, answers=answers, **more)


def test_figures_equal_a_plain_computation_over_the_rows():
    form, draw = QuestionnaireFactory(), random.Random(7)
    for _at in range(60):
        answered(form, draw.randint(1, 5), draw.choice(["yes", "no", None]))
    rows = [one.answers for one in Response.objects.filter(survey=form.survey)]
    found = results.results_of(form.survey, results.Filter())
    marks = [one["satisfaction"] for one in rows]
    asked = {one.code: one for one in found.questions}
    assert found.n == 60
    assert [one["count"] for one in asked["satisfaction"].rows] == [marks.count(mark) for mark in range(1, 6)]
    assert asked["satisfaction"].mean == pytest.approx(sum(marks) / len(marks))
    assert asked["satisfaction"].median == sorted(marks)[29] / 2 + sorted(marks)[30] / 2
    assert asked["solved"].n == sum("solved" in one for one in rows)
    assert [one["count"] for one in asked["solved"].rows] == [sum(one.get("solved") == way for one in rows) for way in ("yes", "no")]  # fmt: skip
    [score] = found.scores
    assert score["value"] == pytest.approx(sum(mark >= 4 for mark in marks) / 60)
    assert score["low"] == pytest.approx(scores.wilson(score["count"], 60).low)


def test_fewer_answers_than_may_be_shown_give_no_figures():
    form = QuestionnaireFactory()
    for mark in (1, 2, 3, 4):
        answered(form, mark)
    found = results.results_of(form.survey, results.Filter())
    assert found.is_hidden
    assert not found.questions
    assert not found.scores


def test_a_question_that_only_a_few_answered_is_hidden_alone():
    form = QuestionnaireFactory()
    for at in range(12):
        answered(form, 4, "no" if at < 3 else None)
    asked = {one.code: one for one in results.results_of(form.survey, results.Filter()).questions}
    assert asked["solved"].is_hidden
    assert not asked["solved"].rows
    assert not asked["satisfaction"].is_hidden


@pytest.mark.parametrize(("own", "others", "is_hidden"), [(9, 3, True), (9, 5, False), (9, 0, False), (4, 20, True)])
def test_own_unit_is_hidden_where_the_whole_would_give_the_few_others_away(kai, own, others, is_hidden):
    form, scope = QuestionnaireFactory(), results.scope_of(kai)
    unit = results.top_units(scope)[0]
    for _at in range(own):
        answered(form, 5, unit_id=unit)
    for _at in range(others):
        answered(form, 1)
    found = results.results_for(form.survey, results.Filter(unit=unit), scope)
    assert found.is_hidden is is_hidden


def test_months_of_own_unit_are_hidden_by_the_same_rule(kai):
    form, scope = QuestionnaireFactory(), results.scope_of(kai)
    unit = results.top_units(scope)[0]
    for month, others in ((1, 2), (2, 6)):
        for _at in range(8):
            answered(form, 5, unit_id=unit, answered_on=date(2026, month, 10))
        for _at in range(others):
            answered(form, 1, answered_on=date(2026, month, 10))
    [question] = results.measured_questions(form.survey)
    trend = results.trend_for(form.survey, question, results.Filter(unit=unit), scope)
    assert [one["is_hidden"] for one in trend] == [True, False]


def test_no_total_less_what_is_shown_leaves_a_small_group():
    draw = random.Random(11)
    for _at in range(2000):
        counts = {name: draw.randint(0, 12) for name in range(draw.randint(1, 7))}
        hidden = hidden_groups(counts, smallest=5)
        left = sum(counts.values()) - sum(count for name, count in counts.items() if name not in hidden)
        assert left == 0 or left >= 5 or left == sum(counts.values())
        assert len(hidden) != 1 or sum(count > 0 for count in counts.values()) == 1


def test_a_cross_table_hides_small_columns_as_it_hides_small_rows():
    form = QuestionnaireFactory()
    for mark, solved, times in ((1, "yes", 10), (5, "yes", 10), (5, "no", 2)):
        for _at in range(times):
            answered(form, mark, solved)
    asked = {one.code: one for one in results.all_questions(form.survey)}
    found = results.cross_table(form.survey, asked["satisfaction"], asked["solved"], results.Filter())
    shown = Counter(count for one in found["rows"] for count in one["counts"])
    assert 2 not in shown


def test_texts_leave_only_as_they_were_released(as_person, peeter):
    form = QuestionnaireFactory()
    for state, released in (("new", ""), ("withheld", ""), ("released", "[…] oli viisakas")):
        OpenAnswer.objects.create(response=answered(form, 1), question="why", text=f"Mari Maasikas {state}", state=state, released_text=released)  # fmt: skip
    sent = (
        as_person(peeter)
        .post(reverse("feedback:answer_export", args=[form.survey.code, "csv"]))
        .content.decode("utf-8-sig")
    )
    assert "oli viisakas" in sent
    assert "Maasikas" not in sent


def test_a_unit_head_has_no_filter_but_own_unit_and_reads_no_figures_that_give_others_away(as_person, kai):
    form = QuestionnaireFactory()
    [unit] = results.top_units(results.scope_of(kai))
    for at in range(12):
        answered(form, 5, unit_id=unit if at < 9 else None)
    page = reverse("feedback:results", args=[form.survey.code])
    whole = as_person(kai).get(page, {"first": "2026-11-01", "cross_a": "satisfaction", "cross_b": "solved"})
    assert set(whole.context["form"].fields) == {"unit"}
    assert whole.context["found"].n == 12
    assert whole.context["cross"] is None
    own = as_person(kai).get(page, {"unit": unit})
    assert own.status_code == 200
    assert own.context["found"].is_hidden
    assert not own.context["questions"]


def test_a_page_seen_before_counts_no_answer_again_until_one_comes(as_person, peeter):
    form = QuestionnaireFactory()
    for _at in range(6):
        answered(form, 4, "yes")
    page, client = reverse("feedback:results", args=[form.survey.code]), as_person(peeter)
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert not any("jsonb_each" in one["sql"] for one in asked.captured_queries)
    answered(form, 4, "yes")
    assert client.get(page).context["found"].n == 7
