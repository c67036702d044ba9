"""Answers as they are kept: only to questions that are shown, each within what its question allows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from feedback.questionnaire_form import (
    LONGEST_OTHER,
    OTHER,
    SCALES,
    Answers,
    Form,
    Question,
    day_from,
    in_limits,
    is_met,
    number_from,
)


def clean_answers(form: Form, raw: Mapping[str, Any], texts: Mapping[str, str], *, required: bool = True) -> tuple[Answers, dict[str, str], dict[str, str]]:  # fmt: skip
    """Answers as they are kept, texts as they are kept, and for each question that is not in order a sentence.

    Walks in the order of the form: a question is asked only where the answers before it bring it up, and what was sent
    for any other is dropped. With `required=False` (a form half filled) nothing need be answered.
    """
    answers: Answers = {}
    kept: dict[str, str] = {}
    errors: dict[str, str] = {}
    counted: Answers = {}
    for section in form.sections:
        if not is_met(section.show_if, counted):
            continue
        for question in section.questions:
            if question.type == "information" or not is_met(question.show_if, counted):
                continue
            value, words, error = clean_answer(question, raw.get(question.code), texts)
            if error:
                errors[question.code] = error
                continue
            kept |= words
            if value is not None:
                answers[question.code] = counted[question.code] = value
            elif question.code in words:
                counted[question.code] = words[question.code]
            if required and question.required and not is_answered(question, value, words):
                errors[question.code] = _("Please answer this question.") if question.type != "consent" else _("Without your consent this cannot be sent.")  # fmt: skip
    return answers, kept, errors


def is_answered(question: Question, value: Any, words: Mapping[str, str]) -> bool:
    if question.type == "text":
        return question.code in words
    if question.type == "consent":
        return value is True
    if question.type == "matrix":
        return isinstance(value, dict) and len(value) == len(question.rows)
    return value is not None


def clean_answer(question: Question, value: Any, texts: Mapping[str, str]) -> tuple[Any, dict[str, str], str]:
    """One answer: the kept value (None: not answered), texts, and a sentence where it cannot be kept."""
    kind = question.type
    if kind == "text":
        words = str(texts.get(question.code) or "").replace("\r\n", "\n").strip()
        if len(words) > question.max_length:
            return None, {}, _("This is %(over)s signs too long.") % {"over": len(words) - question.max_length}
        return None, {question.code: words} if words else {}, ""
    if kind in ("single", "multiple"):
        return clean_choice(question, value, texts)
    if value in (None, "", [], {}):
        return None, {}, ""
    if kind in SCALES:
        number = number_from(value)
        lowest, highest = SCALES[kind]
        good = number is not None and number == int(number) and lowest <= number <= highest
        return (int(number), {}, "") if good and number is not None else (None, {}, _("Choose one of the marks."))
    if kind == "matrix":
        return clean_matrix(question, value)
    if kind == "ranking":
        return clean_ranking(question, value)
    if kind == "consent":
        return value in (True, "true", "yes", "on", "1", 1), {}, ""
    if kind == "date":
        day = day_from(str(value).strip())
        if day is None:
            return None, {}, _("Write the day as day, month, year.")
        if not in_limits(day.isoformat(), question):
            return None, {}, _("This day is outside what is asked for.")
        return day.isoformat(), {}, ""
    return clean_number(question, value)


def clean_choice(question: Question, value: Any, texts: Mapping[str, str]) -> tuple[Any, dict[str, str], str]:
    codes = {option.code for option in question.options} | ({OTHER} if question.other else set())
    own = str(texts.get(f"{question.code}#other") or "").strip()
    if len(own) > LONGEST_OTHER:
        return None, {}, _("This is %(over)s signs too long.") % {"over": len(own) - LONGEST_OTHER}
    if question.type == "single":
        if value in (None, ""):
            return None, {}, ""
        if not isinstance(value, str) or value not in codes:
            return None, {}, _("Choose one of the answers.")
        words = {f"{question.code}#other": own} if value == OTHER and own else {}
        return value, words, ""
    given = list(value) if isinstance(value, list | tuple) else [value] if value else []
    if not all(isinstance(one, str) and one in codes for one in given):
        return None, {}, _("Choose among the answers.")
    chosen = list(dict.fromkeys(given))
    words = {f"{question.code}#other": own} if OTHER in chosen and own else {}
    return chosen or None, words, ""


def clean_matrix(question: Question, value: Any) -> tuple[Any, dict[str, str], str]:
    rows, columns = {row.code for row in question.rows}, {column.code for column in question.columns}
    if not isinstance(value, Mapping):
        return None, {}, _("Choose one answer in each row.")
    chosen = {row: column for row, column in value.items() if column not in (None, "")}
    if any(row not in rows or not isinstance(column, str) or column not in columns for row, column in chosen.items()):
        return None, {}, _("Choose one answer in each row.")
    return {row.code: chosen[row.code] for row in question.rows if row.code in chosen} or None, {}, ""


def clean_ranking(question: Question, value: Any) -> tuple[Any, dict[str, str], str]:
    """A list in order, or the place of each choice: {"choice": "1"}."""
    codes = [option.code for option in question.options]
    if isinstance(value, Mapping):
        places = {code: number_from(place) for code, place in value.items() if place not in (None, "")}
        if any(code not in codes or place is None for code, place in places.items()):
            return None, {}, _("Give each choice a place by its number.")
        if len(set(places.values())) != len(places):
            return None, {}, _("Two choices have the same place.")
        ordered = sorted(places, key=lambda code: places[code] or 0)
        return ordered or None, {}, ""
    ordered = list(value) if isinstance(value, list | tuple) else []
    if any(code not in codes or ordered.count(code) > 1 for code in ordered):
        return None, {}, _("Give each choice a place by its number.")
    return ordered or None, {}, ""


def clean_number(question: Question, value: Any) -> tuple[Any, dict[str, str], str]:
    number = number_from(value)
    if number is None:
        return None, {}, _("Write a number.")
    if round(number, question.decimals) != number:
        return None, {}, _("Write the number with at most %(decimals)s decimals.") % {"decimals": question.decimals}
    if not in_limits(number, question):
        return None, {}, _("This number is outside what is asked for.")
    return (int(number) if number == int(number) else number), {}, ""
