"""Reading the JSON of a questionnaire into its form; every fault of its shape is noted on the way, so that all are told."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from feedback.questionnaire_form import (
    CODE,
    FORMAT,
    LANGUAGES,
    LONGEST_TEXT,
    MEASURES,
    MOST_CHOICES,
    MOST_QUESTIONS,
    OTHER,
    SIGNS,
    TYPES,
    Condition,
    Fault,
    Form,
    FormError,
    Option,
    Question,
    Section,
    Test,
    Texts,
    day_from,
)


class FormReader:
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


def parse(content: Any) -> Form:
    """The form of a questionnaire. Raises `FormError` with every fault of its shape."""
    reader = FormReader()
    form = reader.form(content)
    if reader.faults:
        raise FormError(reader.faults)
    return form
