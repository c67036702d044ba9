"""The form of a questionnaire: read, checked, shown and answered, free of the database.

A questionnaire is JSON (`docs/surveys.md` tells its keys): sections of questions of twelve types, texts in one or more
languages, conditions on questions and sections. Which questions a person sees is decided here, on the server, from the
answers so far; an answer to a question that is not shown is dropped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau.foreign_numbers import NotANumber, number_of

FORMAT = "bureau-survey/1"
LANGUAGES = ("et", "en", "ru")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
OTHER = "other"
LONGEST_TEXT, LONGEST_OTHER = 4000, 300
MOST_QUESTIONS, MOST_CHOICES = 300, 100

TYPES: dict[str, Any] = {
    "single": gettext_lazy("One choice"), "multiple": gettext_lazy("Several choices"), "scale": gettext_lazy("Scale 1–5"),
    "recommendation": gettext_lazy("Recommendation 0–10"), "effort": gettext_lazy("Effort 1–7"),
    "matrix": gettext_lazy("Table of choices"), "ranking": gettext_lazy("Ranking"), "number": pgettext_lazy("type of question", "Number"),
    "date": gettext_lazy("Day"), "text": gettext_lazy("Text"), "consent": gettext_lazy("Consent"),
    "information": gettext_lazy("Information"),
}  # fmt: skip
TYPE_HELP: dict[str, Any] = {
    "single": gettext_lazy("One of a few answers; an own answer may stand beside them."),
    "multiple": gettext_lazy("As many of the answers as fit."),
    "scale": gettext_lazy("Five marks, 5 is best. Satisfaction is counted from it."),
    "recommendation": gettext_lazy("How likely one recommends us, 0 to 10."),
    "effort": gettext_lazy("How easy it was, 1 to 7; 7 is easiest."),
    "matrix": gettext_lazy("The same answers for several rows."),
    "ranking": gettext_lazy("Choices put in order of importance."),
    "number": gettext_lazy("A number with limits and a unit."),
    "date": gettext_lazy("A day of the calendar."),
    "text": gettext_lazy("Own words, short or long. Read before anybody else sees them."),
    "consent": gettext_lazy("A box to tick: I agree."),
    "information": gettext_lazy("Words to read; nothing is asked."),
}
SCALES = {"scale": (1, 5), "recommendation": (0, 10), "effort": (1, 7)}
MEASURES = {"satisfaction": "scale", "effort": "effort", "recommendation": "recommendation"}
SIGNS = ("=", "!=", "<", "<=", ">", ">=", "has", "has not", "answered", "not answered")
ORDERED = {"<", "<=", ">", ">="}

Texts = dict[str, str]
Answers = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """Something that must be put right before the questionnaire can be used. `path` names the place."""

    path: str
    sentence: str


class FormError(ValueError):
    """The questionnaire cannot be read; `faults` say where and why."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("; ".join(f"{fault.path}: {fault.sentence}" for fault in faults))


@dataclass(frozen=True)
class Test:
    """One comparison of an earlier answer. `question` may name a row of a matrix: `question.row`."""

    __test__ = False  # pytest collects classes of this name

    question: str
    sign: str
    value: Any = None

    @property
    def code(self) -> str:
        return self.question.partition(".")[0]


@dataclass(frozen=True)
class Condition:
    tests: tuple[Test, ...]
    is_any: bool = False


@dataclass(frozen=True)
class Option:
    code: str
    text: Texts


@dataclass(frozen=True)
class Question:
    code: str
    type: str
    text: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    show_if: Condition | None = None
    options: tuple[Option, ...] = ()
    other: bool = False
    rows: tuple[Option, ...] = ()
    columns: tuple[Option, ...] = ()
    low: Texts = field(default_factory=dict)
    high: Texts = field(default_factory=dict)
    min: Any = None
    max: Any = None
    decimals: int = 0
    unit: Texts = field(default_factory=dict)
    long: bool = False
    max_length: int = LONGEST_TEXT
    measures: str | None = None

    @property
    def is_answered_in_words(self) -> bool:
        return self.type == "text"


@dataclass(frozen=True)
class Section:
    code: str
    title: Texts
    text: Texts
    questions: tuple[Question, ...]
    show_if: Condition | None = None


@dataclass(frozen=True)
class Form:
    languages: tuple[str, ...]
    title: Texts
    intro: Texts
    thanks: Texts
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions() if question.code == code), None)


def in_language(texts: Texts, language: str) -> str:
    """The words in this language, else in the first language that has them."""
    return texts.get(language) or next((texts[one] for one in LANGUAGES if texts.get(one)), "")


def empty_form(languages: tuple[str, ...] = ("et", "en")) -> dict[str, Any]:
    return {"format": FORMAT, "languages": list(languages), "title": {}, "intro": {}, "thanks": {}, "sections": []}


def in_limits(value: Any, question: Question) -> bool:
    return (question.min is None or value >= question.min) and (question.max is None or value <= question.max)


def day_from(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def number_from(value: Any) -> float | int | None:
    if isinstance(value, bool):
        return None
    try:
        number = number_of(value)
    except NotANumber:
        return None
    return float(number) if abs(number) < 1e15 else None


# --- Showing ----------------------------------------------------------------------------------------------------------
def is_met(condition: Condition | None, answers: Answers) -> bool:
    if condition is None:
        return True
    how = any if condition.is_any else all
    return how(holds(test, answers) for test in condition.tests)


def holds(test: Test, answers: Answers) -> bool:
    """Whether one comparison holds. An answer not given is only “not answered”, “!=” or “has not”."""
    code, _dot, row = test.question.partition(".")
    value = answers.get(code)
    if row:
        value = value.get(row) if isinstance(value, Mapping) else None
    is_given = value not in (None, "", [], {})
    match test.sign:
        case "answered":
            return is_given
        case "not answered":
            return not is_given
        case "has":
            return isinstance(value, list) and test.value in value
        case "has not":
            return not (isinstance(value, list) and test.value in value)
        case "=":
            return is_given and value == test.value
        case "!=":
            return value != test.value
    if not is_given or isinstance(value, str) != isinstance(test.value, str):
        return False
    match test.sign:
        case "<":
            return bool(value < test.value)
        case "<=":
            return bool(value <= test.value)
        case ">":
            return bool(value > test.value)
        case _:
            return bool(value >= test.value)


def shown_questions(form: Form, answers: Answers, texts: Mapping[str, str] | None = None) -> list[tuple[Section, list[Question]]]:  # fmt: skip
    """Sections and their questions that these answers bring up, in order.

    An answer counts for what comes after it only while its own question is shown, so that changing an early answer takes
    the later ones with it. `texts`: words given, so that “answered” holds for questions answered in words.
    """
    counted: Answers = {}
    shown = []
    for section in form.sections:
        if not is_met(section.show_if, counted):
            continue
        questions = []
        for question in section.questions:
            if not is_met(question.show_if, counted):
                continue
            questions.append(question)
            if question.code in answers:
                counted[question.code] = answers[question.code]
            elif texts and texts.get(question.code):
                counted[question.code] = texts[question.code]
        if questions:
            shown.append((section, questions))
    return shown


# --- Writing ----------------------------------------------------------------------------------------------------------
def to_json(form: Form) -> dict[str, Any]:
    """The form as it is kept. Reading it again gives the same form."""
    return {
        "format": FORMAT, "languages": list(form.languages), "title": form.title, "intro": form.intro, "thanks": form.thanks,
        "sections": [section_to_json(section) for section in form.sections],
    }  # fmt: skip


def section_to_json(section: Section) -> dict[str, Any]:
    return {
        "code": section.code, "title": section.title, "text": section.text, "show_if": condition_to_json(section.show_if),
        "questions": [question_to_json(question) for question in section.questions],
    }  # fmt: skip


def question_to_json(question: Question) -> dict[str, Any]:
    made: dict[str, Any] = {
        "code": question.code, "type": question.type, "text": question.text, "help": question.help,
        "required": question.required, "show_if": condition_to_json(question.show_if),
    }  # fmt: skip
    for name in ("options", "rows", "columns"):
        if getattr(question, name):
            made[name] = [{"code": option.code, "text": option.text} for option in getattr(question, name)]
    match question.type:
        case "single" | "multiple":
            made["other"] = question.other
        case "scale" | "recommendation" | "effort":
            made |= {"low": question.low, "high": question.high}
        case "number":
            made |= {"min": question.min, "max": question.max, "decimals": question.decimals, "unit": question.unit}
        case "date":
            made |= {"min": question.min, "max": question.max}
        case "text":
            made |= {"long": question.long, "max_length": question.max_length}
    return made | ({"measures": question.measures} if question.measures else {})


def condition_to_json(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    tests = [{"question": test.question, "is": test.sign, "value": test.value} for test in condition.tests]
    return {"any" if condition.is_any else "all": tests}
