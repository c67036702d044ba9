"""Changing a draft part by part."""

import pytest

from bureau.refusals import DeedRefused
from feedback import builder
from feedback.questionnaires import faults
from tests.factories.feedback import both, simple_form


def codes(draft):
    return [[one["code"] for one in section["questions"]] for section in builder.sections_of(draft)]


def two_sections():
    return builder.put_section(simple_form(), {"code": "more", "title": both("Veel")})


def test_a_code_is_given_once_over_sections_and_questions():
    with pytest.raises(DeedRefused):
        builder.put_section(simple_form(), {"code": "solved"})
    with pytest.raises(DeedRefused):
        builder.put_question(simple_form(), {"code": "main"}, section="main")


def test_conditions_follow_a_code_that_changed():
    draft = simple_form()
    score = {**draft["sections"][0]["questions"][0], "code": "score"}

    made = builder.put_question(draft, score, section="main", former="satisfaction")

    assert made["sections"][0]["questions"][1]["show_if"]["all"][0]["question"] == "score"
    assert faults(made) == []
    assert draft == simple_form()


def test_a_question_moves_within_its_section_and_over_its_edge():
    draft = two_sections()

    assert codes(builder.move(draft, "why", up=True)) == [["why", "satisfaction", "solved"], []]
    assert codes(builder.move(draft, "solved", up=False)) == [["satisfaction", "why"], ["solved"]]
    assert codes(builder.move(builder.move(draft, "solved", up=False), "solved", up=True)) == codes(draft)
    assert codes(builder.move(draft, "satisfaction", up=True)) == codes(draft)


def test_a_section_moves_with_its_questions():
    assert codes(builder.move(two_sections(), "more", up=True)) == [[], ["satisfaction", "why", "solved"]]
    assert codes(builder.move(two_sections(), "more", up=False)) == codes(two_sections())


def test_a_question_may_change_its_section():
    draft = two_sections()
    _home, solved = builder.question_by(draft, "solved")

    assert codes(builder.put_question(draft, solved, section="more", former="solved")) == [
        ["satisfaction", "why"],
        ["solved"],
    ]


def test_removing_what_a_condition_looks_at_is_told_by_the_check():
    made = builder.remove(simple_form(), "satisfaction")

    assert [fault.path for fault in faults(made)] == ["why.show_if"]
    assert codes(builder.remove(two_sections(), "main")) == [[]]


def test_a_copied_question_has_its_own_code_and_counts_towards_no_score():
    made, fresh = builder.copy_question(simple_form(), "satisfaction")
    again, other = builder.copy_question(made, "satisfaction")

    assert (fresh, other) == ("satisfaction_2", "satisfaction_2_2")
    assert builder.question_by(again, other)[1]["measures"] is None
    assert faults(again) == []


def test_what_is_gone_is_told():
    for deed in (
        lambda draft: builder.put_section(draft, {"code": "x"}, former="gone"),
        lambda draft: builder.put_question(draft, {"code": "x"}, section="gone"),
        lambda draft: builder.put_question(draft, {"code": "x"}, section="main", former="gone"),
        lambda draft: builder.move(draft, "gone", up=True),
        lambda draft: builder.copy_question(draft, "gone"),
    ):
        with pytest.raises(DeedRefused):
            deed(simple_form())
