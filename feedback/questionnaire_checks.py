"""What keeps a questionnaire from being published: faults, circles, dead ends, and texts missing in a language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from feedback.questionnaire_form import (
    OTHER,
    SCALES,
    Answers,
    Condition,
    Fault,
    Form,
    Question,
    Test,
    Texts,
    day_from,
    in_limits,
    is_met,
)
from feedback.questionnaire_reading import FormReader, is_number


def faults(content: Any) -> list[Fault]:
    """Everything that keeps the questionnaire from being published: its shape, its conditions, its dead ends."""
    reader = FormReader()
    form = reader.form(content)
    if reader.faults:
        return reader.faults
    found = []
    if not any(question.type != "information" for question in form.questions()):
        found.append(Fault("sections", _("Nothing is asked yet. Add a question.")))
    conditions = condition_faults(form)
    named = {fault.path.removesuffix(".show_if") for fault in conditions}
    return found + conditions + [fault for fault in dead_ends(form) if fault.path not in named]


def condition_faults(form: Form) -> list[Fault]:
    """Conditions that look at what is not there, at what comes later, or at values that cannot be given."""
    found, before = [], {}  # type: ignore[var-annotated]
    for section in form.sections:
        found += [*faults_of(section.show_if, f"{section.code}.show_if", before, form)]
        for question in section.questions:
            found += [*faults_of(question.show_if, f"{question.code}.show_if", before, form)]
            before[question.code] = question
    return found


def faults_of(condition: Condition | None, path: str, before: dict[str, Question], form: Form) -> Iterator[Fault]:
    for test in condition.tests if condition else ():
        code, _dot, row = test.question.partition(".")
        asked = before.get(code)
        if asked is None:
            later = form.question(code) is not None
            yield Fault(path, _("The condition looks at “%(code)s”, which comes later: that would go round in a circle.") % {"code": code} if later else _("The condition looks at “%(code)s”, which does not exist.") % {"code": code})  # fmt: skip
            continue
        if asked.type == "information" or (asked.type == "matrix") != bool(row):
            yield Fault(path, _("The condition cannot look at “%(code)s”: name a row of a table, or a question that is answered.") % {"code": test.question})  # fmt: skip
        elif row and row not in {one.code for one in asked.rows}:
            yield Fault(path, _("The table “%(code)s” has no row “%(row)s”.") % {"code": code, "row": row})
        elif test.sign not in signs_for(asked):
            yield Fault(path, _("“%(code)s” cannot be compared by “%(sign)s”.") % {"code": code, "sign": test.sign})
        elif test.sign not in ("answered", "not answered") and not is_possible(asked, test):
            yield Fault(path, _("“%(value)s” is never an answer of “%(code)s”.") % {"value": test.value, "code": code})


def signs_for(question: Question) -> tuple[str, ...]:
    """Comparisons that make sense for a question of this type."""
    answered = ("answered", "not answered")
    match question.type:
        case "single" | "matrix" | "consent":
            return ("=", "!=", *answered)
        case "multiple":
            return ("has", "has not", *answered)
        case "scale" | "recommendation" | "effort" | "number" | "date":
            return ("=", "!=", "<", "<=", ">", ">=", *answered)
        case "information":
            return ()
        case _:
            return answered


def is_possible(question: Question, test: Test) -> bool:
    """Whether the value of a comparison can be an answer at all."""
    value, kind = test.value, question.type
    if kind in SCALES:
        lowest, highest = SCALES[kind]
        return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
    if kind in ("single", "multiple"):
        return value in {option.code for option in question.options} or (question.other and value == OTHER)
    if kind == "matrix":
        return value in {column.code for column in question.columns}
    if kind == "consent":
        return isinstance(value, bool)
    if kind == "date":
        return day_from(value) is not None
    return is_number(value)


def dead_ends(form: Form) -> list[Fault]:
    """Questions and sections that no answers can ever bring up.

    A condition is tried against every answer that matters for it: the values that the questions it looks at can take,
    near its own limits. A question that looks at one which is never shown is a dead end itself.
    """
    found: list[Fault] = []
    reachable: set[str] = set()
    for section in form.sections:
        section_opens = can_open(section.show_if, form, reachable)
        if not section_opens:
            found.append(Fault(section.code, _("This section can never be shown.")))
        for question in section.questions:
            both = joined(section.show_if, question.show_if)
            if section_opens and all(can_open(one, form, reachable) for one in both) and together(both, form):
                reachable.add(question.code)
            elif section_opens:
                found.append(Fault(question.code, _("This question can never be shown.")))
    return found


def joined(*conditions: Condition | None) -> list[Condition]:
    return [condition for condition in conditions if condition is not None]


def can_open(condition: Condition | None, form: Form, reachable: set[str]) -> bool:
    if condition is None:
        return True
    tests = condition.tests
    possible = [test.code in reachable or test.sign in ("!=", "has not", "not answered") for test in tests]
    if not (any(possible) if condition.is_any else all(possible)):
        return False
    return together([condition], form)


def together(conditions: list[Condition], form: Form) -> bool:
    """Whether some answers meet all these conditions at once. Each question asked is tried value by value."""
    if not conditions:
        return True
    asked = sorted({test.question for condition in conditions for test in condition.tests})
    if len(asked) > 4:
        return True  # more than any form in use; too many answers to try
    tried: list[list[Any]] = []
    for name in asked:
        question = form.question(name.partition(".")[0])
        tests = [test for condition in conditions for test in condition.tests if test.question == name]
        tried.append([None, *values_near(question, tests)] if question else [None])

    def meets(at: int, answers: Answers) -> bool:
        if at == len(asked):
            return all(is_met(condition, answers) for condition in conditions)
        code, _dot, row = asked[at].partition(".")
        for value in tried[at]:
            known = dict(answers)
            if value is not None:
                known[code] = {**known.get(code, {}), row: value} if row else value
            if meets(at + 1, known):
                return True
        return False

    return meets(0, {})


def values_near(question: Question, tests: list[Test]) -> list[Any]:
    """Answers worth trying: all of a short list, and those beside the limits of the comparisons."""
    kind = question.type
    if kind in SCALES:
        return list(range(SCALES[kind][0], SCALES[kind][1] + 1))
    if kind == "single":
        return [option.code for option in question.options] + ([OTHER] if question.other else [])
    if kind == "multiple":
        named = [test.value for test in tests if test.sign in ("has", "has not")]
        wanted = [test.value for test in tests if test.sign == "has"]
        rest = [option.code for option in question.options if option.code not in named][:1]
        return [[one] for one in named] + ([wanted] if wanted else []) + [rest]
    if kind == "matrix":
        return [column.code for column in question.columns]
    if kind == "consent":
        return [True, False]
    if kind == "number":
        near = [test.value + step for test in tests if isinstance(test.value, int | float) for step in (-1, 0, 1)]
        return [one for one in near or [0] if in_limits(one, question)]
    if kind == "date":
        days = [day for test in tests if (day := day_from(test.value))]
        near_days = [date.fromordinal(day.toordinal() + step).isoformat() for day in days for step in (-1, 0, 1)]
        return [one for one in near_days or ["2026-01-01"] if in_limits(one, question)]
    return ["x"]


def texts_of(form: Form) -> Iterator[tuple[str, Texts, bool]]:
    """Every text: its place, its words by language, and whether it must be there at all."""
    yield "title", form.title, True
    yield "intro", form.intro, False
    yield "thanks", form.thanks, False
    for section in form.sections:
        yield f"{section.code}.title", section.title, False
        yield f"{section.code}.text", section.text, False
        for question in section.questions:
            yield f"{question.code}.text", question.text, True
            for name in ("help", "low", "high", "unit"):
                yield f"{question.code}.{name}", getattr(question, name), False
            for name in ("options", "rows", "columns"):
                for option in getattr(question, name):
                    yield f"{question.code}.{name}.{option.code}", option.text, True


def missing_texts(form: Form) -> dict[str, list[str]]:
    """Language → places that have words in another language, or must have them, but not in this one."""
    missing: dict[str, list[str]] = {language: [] for language in form.languages}
    for place, texts, is_needed in texts_of(form):
        for language in form.languages:
            if not texts.get(language) and (is_needed or any(texts.get(one) for one in form.languages)):
                missing[language].append(place)
    return {language: places for language, places in missing.items() if places}


@dataclass(frozen=True)
class Whole:
    """How whole one language is: texts there, texts wanted, and the places that lack words."""

    there: int
    wanted: int
    missing: list[str]


def completeness(form: Form) -> dict[str, Whole]:
    """For each language of the form, how many of the texts that some language has or must have are there."""
    wanted = [
        texts
        for _place, texts, is_needed in texts_of(form)
        if is_needed or any(texts.get(one) for one in form.languages)
    ]
    missing = missing_texts(form)
    return {
        language: Whole(sum(bool(texts.get(language)) for texts in wanted), len(wanted), missing.get(language, []))
        for language in form.languages
    }
