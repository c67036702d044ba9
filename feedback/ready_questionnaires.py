"""Ready questionnaires to begin a survey with; the words stand in `seeds/templates.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from feedback.models import Anonymity, Survey
from feedback.questionnaires import FORMAT, LANGUAGES, in_language

FILE = Path(__file__).parent / "seeds" / "templates.toml"


@dataclass(frozen=True)
class Template:
    code: str
    purpose: str
    anonymity: str
    title: dict[str, str]
    form: dict[str, Any]

    @property
    def name(self) -> str:
        """What it is for, and its first words."""
        return f"{Survey.Purpose(self.purpose).label}: {in_language(self.title, 'en' if get_language() == 'en' else 'et')}"


@cache
def templates() -> dict[str, Template]:
    found = tomllib.loads(FILE.read_text("utf-8"))["template"]
    return {one["code"]: template_from(one) for one in found}


def template_from(data: dict[str, Any]) -> Template:
    questions = [{"help": {}, "required": False, "show_if": None, **question} for question in data["question"]]
    section = {"code": "main", "title": {}, "text": {}, "show_if": None, "questions": questions}
    form = {
        "format": FORMAT, "languages": list(LANGUAGES), "title": data["title"], "intro": data["intro"],
        "thanks": data["thanks"], "sections": [section],
    }  # fmt: skip
    return Template(data["code"], data["purpose"], data.get("anonymity", Anonymity.CONFIDENTIAL), data["title"], form)
