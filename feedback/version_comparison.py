"""What is different between two versions of a questionnaire, place by place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.questionnaires import LANGUAGES, TYPES, Form, question_to_json, section_to_json

ASPECTS: dict[str, Any] = {
    "title": gettext_lazy("Heading"), "text": gettext_lazy("Text"), "intro": gettext_lazy("Introduction"),
    "thanks": gettext_lazy("Words of thanks"), "help": gettext_lazy("Help"), "type": gettext_lazy("Type"),
    "required": gettext_lazy("An answer is needed"), "show_if": gettext_lazy("When it is shown"),
    "options": gettext_lazy("Choices"), "rows": gettext_lazy("Rows of the table"), "columns": gettext_lazy("Columns of the table"),
    "other": gettext_lazy("An own answer beside the choices"), "low": gettext_lazy("Lowest mark"), "high": gettext_lazy("Highest mark"),
    "min": gettext_lazy("Lowest allowed"), "max": gettext_lazy("Highest allowed"), "decimals": gettext_lazy("Decimals"),
    "unit": gettext_lazy("Unit of the number"), "long": gettext_lazy("Room for a long text"), "max_length": gettext_lazy("Signs at most"),
    "measures": gettext_lazy("Counts towards"), "languages": gettext_lazy("Languages"), "order": gettext_lazy("Order"),
    "section": gettext_lazy("Section"), "question": gettext_lazy("Question"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference. `old` is empty for what was added, `new` for what was taken away."""

    code: str
    aspect: str
    old: str
    new: str

    @property
    def what(self) -> str:
        return str(ASPECTS.get(self.aspect, self.aspect))


def changes(before: Form, after: Form) -> list[Change]:
    """Differences in the order of the later form; what was taken away comes last."""
    return [*of_the_whole(before, after), *of_sections(before, after), *of_questions(before, after)]


def of_the_whole(before: Form, after: Form) -> Iterator[Change]:
    yield from compared("", {"languages": list(before.languages)}, {"languages": list(after.languages)})
    for name in ("title", "intro", "thanks"):
        yield from compared("", {name: getattr(before, name)}, {name: getattr(after, name)})


def of_sections(before: Form, after: Form) -> Iterator[Change]:
    old, new = ({one.code: one for one in form.sections} for form in (before, after))
    for code, section in new.items():
        if code not in old:
            yield Change(code, "section", "", words(section.title) or code)
        else:
            pair = [{**section_to_json(one), "questions": None} for one in (old[code], section)]
            yield from compared(code, *pair)
    for code in old.keys() - new.keys():
        yield Change(code, "section", words(old[code].title) or code, "")
    kept = [code for code in old if code in new]
    if kept != [code for code in new if code in old]:
        yield Change("", "order", ", ".join(old), ", ".join(new))


def of_questions(before: Form, after: Form) -> Iterator[Change]:
    old, new = (
        {question.code: (section.code, question) for section in form.sections for question in section.questions}
        for form in (before, after)
    )
    for code, (section, question) in new.items():
        if code not in old:
            yield Change(code, "question", "", words(question.text))
            continue
        home, former = old[code]
        yield from compared(code, {"section": home}, {"section": section})
        yield from compared(code, question_to_json(former), question_to_json(question))
    for code in [code for code in old if code not in new]:
        yield Change(code, "question", words(old[code][1].text), "")
    orders = [[code for code in listed if code in old and code in new] for listed in (old, new)]
    if orders[0] != orders[1]:
        yield Change("", "order", ", ".join(orders[0]), ", ".join(orders[1]))


def compared(code: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in {**old, **new}:
        if name != "code" and (old.get(name) or None) != (new.get(name) or None):
            yield Change(code, name, said(name, old.get(name)), said(name, new.get(name)))


def said(name: str, value: Any) -> str:
    if name == "type":
        return str(TYPES.get(value, value))
    return words(value)


def words(value: Any) -> str:
    """A part of the form as one line."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(
            f"{one['code']}: {words(one['text'])}" if isinstance(one, dict) else str(one) for one in value
        )
    if isinstance(value, dict) and ("all" in value or "any" in value):
        how = "all" if "all" in value else "any"
        tests = [" ".join(str(part) for part in (one["question"], one["is"], one["value"]) if part is not None) for one in value[how]]  # fmt: skip
        return (_(" and ") if how == "all" else _(" or ")).join(tests)
    if isinstance(value, dict):
        return " · ".join(value[one] for one in LANGUAGES if value.get(one))
    return str(value)
