"""Changing the draft of a questionnaire part by part. Pure: a draft goes in, a new draft comes out."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from bureau.refusals import DeedRefused

Draft = dict[str, Any]


def sections_of(draft: Draft) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = draft.get("sections") or []
    return sections


def questions_of(draft: Draft) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for section in sections_of(draft):
        for question in section.get("questions") or []:
            yield section, question


def codes_of(draft: Draft) -> set[str]:
    return {section["code"] for section in sections_of(draft)} | {one["code"] for _s, one in questions_of(draft)}


def section_by(draft: Draft, code: str) -> dict[str, Any] | None:
    return next((section for section in sections_of(draft) if section["code"] == code), None)


def question_by(draft: Draft, code: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    return next(((section, question) for section, question in questions_of(draft) if question["code"] == code), None)


def free_code(draft: Draft, stem: str) -> str:
    taken = codes_of(draft)
    return stem if stem not in taken else next(f"{stem}_{n}" for n in range(2, 10_000) if f"{stem}_{n}" not in taken)


def check_code(draft: Draft, code: str, *, former: str = "") -> None:
    if code != former and code in codes_of(draft):
        raise DeedRefused(_("The code “%(code)s” stands twice.") % {"code": code}, field="code")


def put_section(draft: Draft, section: dict[str, Any], *, former: str = "") -> Draft:
    """Add a section at the end, or put it in the place of the former one with its questions."""
    check_code(draft, section["code"], former=former)
    made = deepcopy(draft)
    made.setdefault("sections", [])
    if former:
        held = section_by(made, former)
        if held is None:
            raise DeedRefused(_("This section is no longer there."))
        held.update({name: value for name, value in section.items() if name != "questions"})
    else:
        made["sections"].append({**section, "questions": []})
    return made


def put_question(draft: Draft, question: dict[str, Any], *, section: str, former: str = "") -> Draft:
    """Add a question at the end of a section, or put it in the former one's place; it may change its section.

    A code that changed is followed by the conditions that look at it.
    """
    check_code(draft, question["code"], former=former)
    made = deepcopy(draft)
    target = section_by(made, section)
    if target is None:
        raise DeedRefused(_("This section is no longer there."), field="section")
    target.setdefault("questions", [])
    if former:
        found = question_by(made, former)
        if found is None:
            raise DeedRefused(_("This question is no longer there."))
        home, held = found
        at = home["questions"].index(held)
        if home is target:
            home["questions"][at] = question
        else:
            home["questions"].pop(at)
            target["questions"].append(question)
        if question["code"] != former:
            rename(made, former, question["code"])
    else:
        target["questions"].append(question)
    return made


def rename(draft: Draft, old: str, new: str) -> None:
    for condition in conditions_of(draft):
        for test in next(iter(condition.values())):
            code, dot, row = test["question"].partition(".")
            if code == old:
                test["question"] = f"{new}{dot}{row}"


def conditions_of(draft: Draft) -> Iterator[dict[str, Any]]:
    for section in sections_of(draft):
        for part in (section, *(section.get("questions") or [])):
            if part.get("show_if"):
                yield part["show_if"]


def move(draft: Draft, code: str, *, up: bool) -> Draft:
    """One place up or down; a question at the edge of its section goes into the next one."""
    made, step = deepcopy(draft), -1 if up else 1
    listed = sections_of(made)
    section = section_by(made, code)
    if section is not None:
        at = listed.index(section)
        if 0 <= at + step < len(listed):
            listed[at], listed[at + step] = listed[at + step], listed[at]
        return made
    found = question_by(made, code)
    if found is None:
        raise DeedRefused(_("This question is no longer there."))
    home, question = found
    at, where = home["questions"].index(question), listed.index(home)
    if 0 <= at + step < len(home["questions"]):
        home["questions"].insert(at + step, home["questions"].pop(at))
    elif 0 <= where + step < len(listed):
        home["questions"].pop(at)
        beside = listed[where + step].setdefault("questions", [])
        beside.insert(len(beside) if up else 0, question)
    return made


def remove(draft: Draft, code: str) -> Draft:
    """Take a section with its questions, or a question, away; conditions that looked at it are told by the check."""
    made = deepcopy(draft)
    for section in sections_of(made):
        section["questions"] = [one for one in section.get("questions") or [] if one["code"] != code]
    made["sections"] = [section for section in sections_of(made) if section["code"] != code]
    return made


def copy_question(draft: Draft, code: str) -> tuple[Draft, str]:
    found = question_by(draft, code)
    if found is None:
        raise DeedRefused(_("This question is no longer there."))
    section, question = found
    fresh = {**deepcopy(question), "code": free_code(draft, f"{code[:34]}_2"), "measures": None}
    return put_question(draft, fresh, section=section["code"]), fresh["code"]
