"""Foreign questionnaires: what comes along, what is lost and said to be lost, and what is no questionnaire at all."""

from pathlib import Path

import pytest

from feedback import limesurvey
from feedback.limesurvey import LEFT_OUT, UnreadableQuestionnaire, parts_of, read_questionnaire, without_old_codes
from feedback.questionnaires import faults

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "surveys" / "limesurvey"


def rows(table: str, *found: dict) -> str:
    made = "".join(
        "<row>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in row.items()) + "</row>"
        for row in found
    )
    return f"<{table}><rows>{made}</rows></{table}>"


def document(*tables: str, languages=("et", "en"), kind="Survey") -> bytes:
    listed = "".join(f"<language>{language}</language>" for language in languages)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>{kind}</LimeSurveyDocType>'
        f"<DBVersion>155</DBVersion><languages>{listed}</languages>{''.join(tables)}</document>"
    ).encode()


def in_both(row: dict, et: str, en: str, name: str = "question") -> list[dict]:
    return [{**row, name: et, "language": "et"}, {**row, name: en, "language": "en"}]


def question(qid: int, kind: str, title: str, et: str, en: str, **more) -> list[dict]:
    row = {
        "qid": qid, "parent_qid": 0, "gid": 1, "type": kind, "title": title, "other": "N", "mandatory": "N",
        "question_order": qid, "relevance": "1", "help": "", **more,
    }  # fmt: skip
    return in_both(row, et, en)


GROUP = in_both({"gid": 1, "group_order": 0, "description": ""}, "Teenus", "Service", "group_name")


def read(*questions: list[dict], more: str = "", **options) -> limesurvey.Imported:
    flat = [row for one in questions for row in one]
    return read_questionnaire(document(rows("groups", *GROUP), rows("questions", *flat), more, **options))


def whats(found: limesurvey.Imported) -> set[str]:
    return {loss.what for loss in found.losses}


def test_texts_of_both_languages_come_along_without_their_marks():
    found = read(question(1, "T", "Q1", "<p>Mis läks <b>hästi</b>?</p>", "What went well?<script>alert(1)</script>"))

    [section] = found.form["sections"]
    [one] = section["questions"]
    assert found.form["languages"] == ["et", "en"]
    assert section["title"] == {"et": "Teenus", "en": "Service"}
    assert one["text"] == {"et": "Mis läks hästi?", "en": "What went well?"}
    assert (one["code"], one["type"], one["long"]) == ("q1", "text", True)
    assert whats(found) == {"media"}


def test_texts_in_tables_of_their_own_come_along():
    row = {"qid": 5, "parent_qid": 0, "gid": 1, "type": "5", "title": "SAT", "mandatory": "Y", "question_order": 1}
    found = read_questionnaire(
        document(
            rows("groups", {"gid": 1, "group_order": 1}),
            rows("group_l10ns", {"gid": 1, "group_name": "Rahulolu", "language": "et"}),
            rows("questions", row),
            rows("question_l10ns", {"qid": 5, "question": "Kuidas jäite rahule?", "language": "et"}),
            languages=("et",),
        )
    )

    [section] = found.form["sections"]
    assert section["title"] == {"et": "Rahulolu"}
    assert section["questions"][0] | {"low": 0, "high": 0} == {
        "code": "sat", "type": "scale", "text": {"et": "Kuidas jäite rahule?"}, "help": {}, "required": True, "show_if": None,
        "low": 0, "high": 0,
    }  # fmt: skip
    assert found.losses == []


def test_a_condition_between_two_questions_comes_along():
    relevance = '((reached.NAOK == "N"))'
    found = read(
        question(1, "Y", "reached", "Kas saite vastuse?", "Were you answered?"),
        question(2, "T", "why", "Miks mitte?", "Why not?", relevance=relevance),
    )

    [_first, second] = found.form["sections"][0]["questions"]
    assert second["show_if"] == {"all": [{"question": "reached", "is": "=", "value": "no"}]}
    assert faults(without_old_codes(found.form)) == []


def test_conditions_of_old_files_come_along_or_are_named():
    asked = question(1, "M", "ways", "Kuidas pöördusite?", "How did you turn to us?")
    parts = rows(
        "subquestions",
        *in_both({"qid": 11, "parent_qid": 1, "title": "tel", "question_order": 1, "scale_id": 0}, "Telefon", "Phone"),
    )
    held = {"qid": 2, "scenario": 1, "cqid": 1, "cfieldname": "9X1X1tel", "method": "==", "value": "Y"}
    twisted = {"qid": 3, "scenario": 1, "cqid": 1, "cfieldname": "9X1X1tel", "method": "RX", "value": "/^a/"}
    found = read(
        asked, question(2, "T", "call", "Kuidas kõne läks?", "How was the call?"), question(3, "T", "else", "Muu?", "Else?"),
        more=parts + rows("conditions", held, twisted),
    )  # fmt: skip

    by_code = {one["code"]: one for one in found.form["sections"][0]["questions"]}
    assert by_code["call"]["show_if"] == {"all": [{"question": "ways", "is": "has", "value": "tel"}]}
    assert by_code["else"]["show_if"] is None
    assert [(loss.place, loss.what) for loss in found.losses] == [("else", "condition")]


def test_an_expression_too_rich_for_ours_is_named_and_the_question_shown():
    found = read(
        question(1, "N", "age", "Vanus", "Age"),
        question(2, "T", "why", "Miks?", "Why?", relevance="is_empty(age) || rand(1,2) == 1"),
    )

    assert found.form["sections"][0]["questions"][1]["show_if"] is None
    assert [(loss.place, loss.what) for loss in found.losses] == [("why", "condition")]


@pytest.mark.parametrize(("kind", "reason"), [("*", "*"), ("|", "|"), ("I", "I")])
def test_what_our_form_does_not_have_is_left_out_by_name(kind, reason):
    found = read(question(1, kind, "odd", "Imelik", "Odd"), question(2, "T", "fine", "Korras", "Fine"))

    assert found.questions_left_out == ["odd"]
    assert next(loss for loss in found.losses if loss.what == LEFT_OUT).detail == reason
    assert (found.questions_read, found.questions_made) == (2, 1)


def test_languages_that_we_do_not_have_are_named():
    row = {"qid": 1, "parent_qid": 0, "gid": 1, "type": "T", "title": "q", "question_order": 1}
    found = read_questionnaire(
        document(
            rows("groups", {"gid": 1, "group_name": "Group", "language": "en"}),
            rows("questions", {**row, "question": "Warum?", "language": "de"}, {**row, "question": "Why?", "language": "en"}),
            languages=("de", "en"),
        )
    )  # fmt: skip

    assert found.form["languages"] == ["en"]
    assert found.form["sections"][0]["questions"][0]["text"] == {"en": "Why?"}
    assert [(loss.what, loss.detail) for loss in found.losses] == [("language", "de")]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"not xml", b"<html><body/></html>", b"<document><LimeSurveyDocType>Response</LimeSurveyDocType></document>",
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>&b;</document>',
    ],
    ids=["empty", "text", "page", "answers", "entities"],
)  # fmt: skip
def test_what_is_no_questionnaire_is_refused_with_a_sentence(data):
    with pytest.raises(UnreadableQuestionnaire) as refusal:
        read_questionnaire(data)

    assert str(refusal.value).endswith(".")


@pytest.mark.skipif(not REAL.is_dir(), reason="the public files lie beside the project only where it is developed")
@pytest.mark.parametrize("path", sorted(REAL.glob("*.ls?")) if REAL.is_dir() else [], ids=lambda path: path.name)
def test_public_questionnaires_come_in_with_every_question_accounted_for(path):
    found = read_questionnaire(path.read_bytes())
    form = without_old_codes(found.form)

    assert faults(form) == []
    codes = [part["code"] for part in parts_of(form)]
    assert len(codes) == len(set(codes))
    assert found.questions_made >= found.questions_read - len(found.questions_left_out) > 0
    print(f"{path.name}: {found.questions_read} read, {found.questions_made} made, {len(found.losses)} losses")


def test_what_nobody_chose_is_no_loss():
    defaults = rows(
        "question_attributes",
        {"qid": 1, "attribute": "time_limit_action", "value": "1", "language": ""},
        {"qid": 2, "attribute": "assessment_value", "value": "1", "language": ""},
        {"qid": 2, "attribute": "time_limit", "value": "", "language": ""},
    )

    found = read(question(1, "T", "Q1", "Mis?", "What?"), question(2, "S", "Q2", "Kes?", "Who?"), more=defaults)

    assert found.losses == []


def test_what_was_chosen_otherwise_is_a_loss():
    chosen = rows("question_attributes", {"qid": 1, "attribute": "time_limit_action", "value": "2", "language": ""})

    found = read(question(1, "T", "Q1", "Mis?", "What?"), more=chosen)

    assert [(loss.what, loss.detail) for loss in found.losses] == [("attribute", "time_limit_action = 2")]
