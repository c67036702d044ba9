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

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FORMAT = "bureau-survey/1"
LANGUAGES = ("et", "en", "ru")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
OTHER = "other"
LONGEST_TEXT, LONGEST_OTHER = 4000, 300
MOST_QUESTIONS, MOST_CHOICES = 300, 100

TYPES: dict[str, Any] = {
    "single": gettext_lazy("One choice"), "multiple": gettext_lazy("Several choices"), "scale": gettext_lazy("Scale 1–5"),
    "recommendation": gettext_lazy("Recommendation 0–10"), "effort": gettext_lazy("Effort 1–7"),
    "matrix": gettext_lazy("Table of choices"), "ranking": gettext_lazy("Ranking"), "number": gettext_lazy("Number"),
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


# --- Reading ----------------------------------------------------------------------------------------------------------
class _Reader:
    """Reads JSON into the form and notes every fault on the way, so that all are told at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.codes: set[str] = set()

    def fault(self, path: str, sentence: str) -> None:
        self.faults.append(Fault(path, sentence))

    def form(self, content: Any) -> Form:
        if not isinstance(content, Mapping) or content.get("format") != FORMAT:
            self.fault("format", _("This is not a questionnaire of this desk."))
            return Form(("et",), {}, {}, {}, ())
        languages = tuple(one for one in self.sequence(content, "languages", "languages") if one in LANGUAGES)
        if not languages:
            self.fault("languages", _("Choose at least one language."))
        sections = self.sequence(content, "sections", "sections")
        made = tuple(
            self.section(one, f"sections.{at}") for at, one in enumerate(sections) if isinstance(one, Mapping)
        )
        if len(made) != len(sections):
            self.fault("sections", _("A section has the wrong form."))
        if sum(len(section.questions) for section in made) > MOST_QUESTIONS:
            self.fault("sections", _("A questionnaire has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        return Form(
            tuple(dict.fromkeys(languages)) or ("et",), self.texts(content, "title", "title"),
            self.texts(content, "intro", "intro"), self.texts(content, "thanks", "thanks"), made,
        )  # fmt: skip

    def sequence(self, data: Mapping, name: str, path: str) -> list[Any]:
        value = data.get(name) or []
        if isinstance(value, list):
            return value
        self.fault(path, _("This must be a list."))
        return []

    def texts(self, data: Mapping, name: str, path: str) -> Texts:
        value = data.get(name) or {}
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            self.fault(path, _("Texts stand by language."))
            return {}
        words = {language: text.replace("\0", "").strip() for language, text in value.items() if language in LANGUAGES}
        return {language: text for language, text in words.items() if text}

    def code(self, data: Mapping, path: str, taken: set[str]) -> str:
        code = data.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            self.fault(f"{path}.code", _("A code is small letters, figures and low lines, begins with a letter and has up to 40 signs."))  # fmt: skip
            return f"unnamed_{len(taken)}"
        if code in taken:
            self.fault(f"{path}.code", _("The code “%(code)s” stands twice.") % {"code": code})
        taken.add(code)
        return code

    def section(self, data: Mapping, path: str) -> Section:
        code = self.code(data, path, self.codes)
        listed = self.sequence(data, "questions", f"{path}.questions")
        questions = tuple(self.question(one, f"{code}") for one in listed if isinstance(one, Mapping))
        if len(questions) != len(listed):
            self.fault(path, _("A question has the wrong form."))
        return Section(
            code, self.texts(data, "title", f"{code}.title"), self.texts(data, "text", f"{code}.text"), questions,
            self.condition(data.get("show_if"), f"{code}.show_if"),
        )  # fmt: skip

    def question(self, data: Mapping, section: str) -> Question:
        code = self.code(data, section, self.codes)
        kind = data.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self.fault(f"{code}.type", _("There is no question of the type “%(type)s”.") % {"type": kind})
            kind = "information"
        text = self.texts(data, "text", f"{code}.text")
        if not text:
            self.fault(f"{code}.text", _("Write the question."))
        made = {
            name: self.options(data, name, f"{code}.{name}")
            for name in ("options", "rows", "columns")
        }  # fmt: skip
        needs = {"single": ("options", 2), "multiple": ("options", 1), "ranking": ("options", 2)}
        if kind in needs and len(made[needs[kind][0]]) < needs[kind][1]:
            self.fault(f"{code}.options", _("Give the choices."))
        if kind == "matrix" and not (made["rows"] and len(made["columns"]) >= 2):
            self.fault(f"{code}.rows", _("A table needs at least one row and two columns."))
        measures = data.get("measures") or None
        if measures is not None and (not isinstance(measures, str) or MEASURES.get(measures) != kind):
            self.fault(f"{code}.measures", _("This score is not counted from a question of this type."))
            measures = None
        lowest, highest = self.limits(data, kind, code)
        max_length = data.get("max_length") or LONGEST_TEXT
        if not isinstance(max_length, int) or not 1 <= max_length <= 20_000:
            self.fault(f"{code}.max_length", _("A text has between 1 and 20 000 signs."))
            max_length = LONGEST_TEXT
        decimals = data.get("decimals") or 0
        if not isinstance(decimals, int) or not 0 <= decimals <= 6:
            self.fault(f"{code}.decimals", _("A number has between 0 and 6 decimals."))
            decimals = 0
        return Question(
            code=code, type=kind, text=text, help=self.texts(data, "help", f"{code}.help"),
            required=bool(data.get("required")) and kind != "information",
            show_if=self.condition(data.get("show_if"), f"{code}.show_if"), other=bool(data.get("other")) and kind in ("single", "multiple"),
            low=self.texts(data, "low", f"{code}.low"), high=self.texts(data, "high", f"{code}.high"), min=lowest, max=highest,
            decimals=decimals, unit=self.texts(data, "unit", f"{code}.unit"), long=bool(data.get("long")), max_length=max_length,
            measures=measures, **made,
        )  # fmt: skip

    def options(self, data: Mapping, name: str, path: str) -> tuple[Option, ...]:
        listed, made = self.sequence(data, name, path), []
        taken: set[str] = set()
        if len(listed) > MOST_CHOICES:
            self.fault(path, _("A question has at most %(most)s choices.") % {"most": MOST_CHOICES})
        for at, one in enumerate(listed):
            if not isinstance(one, Mapping):
                self.fault(path, _("A choice has the wrong form."))
                continue
            code = self.code(one, f"{path}.{at}", taken)
            if code == OTHER and name == "options":
                self.fault(f"{path}.{at}.code", _("The code “other” is kept for an own answer beside the choices."))
            text = self.texts(one, "text", f"{path}.{code}")
            if not text:
                self.fault(f"{path}.{code}", _("A choice has no words."))
            made.append(Option(code, text))
        return tuple(made)

    def limits(self, data: Mapping, kind: str, code: str) -> tuple[Any, Any]:
        lowest, highest = data.get("min"), data.get("max")
        if kind == "date":
            days = []
            for name, value in (("min", lowest), ("max", highest)):
                day = day_from(value) if value not in (None, "") else None
                if value not in (None, "") and day is None:
                    self.fault(f"{code}.{name}", _("Write the day as 2026-11-22."))
                days.append(day.isoformat() if day else None)
            lowest, highest = days
        elif kind == "number":
            for name, value in (("min", lowest), ("max", highest)):
                if value is not None and not is_number(value):
                    self.fault(f"{code}.{name}", _("The limit is not a number."))
                    return None, None
        else:
            return None, None
        if lowest is not None and highest is not None and lowest > highest:
            self.fault(f"{code}.min", _("The lowest is above the highest."))
        return lowest, highest

    def condition(self, data: Any, path: str) -> Condition | None:
        if data in (None, {}, ""):
            return None
        if not isinstance(data, Mapping) or len(data) != 1 or next(iter(data)) not in ("all", "any"):
            self.fault(path, _("A condition is “all” or “any” of some comparisons."))
            return None
        how = next(iter(data))
        tests = []
        for one in self.sequence(data, how, path):
            if not is_comparison(one):
                self.fault(path, _("A comparison of the condition has the wrong form."))
                continue
            tests.append(Test(one["question"], one["is"], one.get("value")))
        if not tests:
            self.fault(path, _("The condition compares nothing."))
            return None
        return Condition(tuple(tests), how == "any")


def is_number(value: Any) -> bool:
    """A number that can be kept: no yes or no, nothing endless."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def is_comparison(data: Any) -> bool:
    if not isinstance(data, Mapping) or data.get("is") not in SIGNS or not isinstance(data.get("question"), str):
        return False
    value = data.get("value")
    written = (data["question"], value) if isinstance(value, str) else (data["question"],)
    return (value is None or isinstance(value, str | bool) or is_number(value)) and not any(
        "\0" in one for one in written
    )


def day_from(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def parse(content: Any) -> Form:
    """The form of a questionnaire. Raises `FormError` with every fault of its shape."""
    reader = _Reader()
    form = reader.form(content)
    if reader.faults:
        raise FormError(reader.faults)
    return form


def faults(content: Any) -> list[Fault]:
    """Everything that keeps the questionnaire from being published: its shape, its conditions, its dead ends."""
    reader = _Reader()
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


def in_limits(value: Any, question: Question) -> bool:
    return (question.min is None or value >= question.min) and (question.max is None or value <= question.max)


# --- Languages --------------------------------------------------------------------------------------------------------
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


# --- Answering --------------------------------------------------------------------------------------------------------
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


def number_from(value: Any) -> float | int | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value).strip().replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return number if number == number and abs(number) < 1e15 else None


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
