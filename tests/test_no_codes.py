"""No page shows a code of ours: every page of the matrix in Estonian, as each role, over objects filled in every field.

Looked for are the values of every list of choices and the codes of the seeded lists, as a word of their own in what is read or
heard: texts of elements, and names given to screen readers. What stands on purpose is named below with its reason.
"""

import re
import tomllib
from pathlib import Path

import lxml.html
import pytest
from django.apps import apps
from django.urls import reverse

from tests.filled import OURS
from tests.matrix import ROLES
from tests.test_permission_matrix import ROWS, arguments, client_of, people  # noqa: F401 - a fixture

BASE = Path(__file__).resolve().parent.parent
SHORTEST = 4  # "et", "no" and "in" are words of addresses and of Estonian
SPOKEN = ("aria-label", "aria-description", "title", "alt", "placeholder")
UNREAD = {"script", "style", "template", "svg", "head"}
# A code of somebody else's reading: what stands in <code> or in an area for typing is meant to be copied as it is.
AS_TYPED = {"code", "pre", "textarea", "kbd"}

# Codes that are words of Estonian, names, or stand in texts that the test itself gave.
WORDS = {
    "import": "an Estonian word",
    "info": "an Estonian word",
    "read": "an Estonian word: rows",
}
# Page → code that is meant to be read there.
MEANT = {
    "feedback:question_add": {
        "satisfaction": "the author's own short name of a question, by which a condition names it"
    },
}


def codes() -> set[str]:
    found = {entry["code"] for path in BASE.glob("*/seeds/*.toml") for entry in seeded(path)}
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.concrete_fields:
                found |= {value for value, _label in field.flatchoices if isinstance(value, str)}
    return {code for code in found if len(code) >= SHORTEST and re.fullmatch(r"[a-z][a-z0-9_]+", code)}


def seeded(path: Path) -> list[dict]:
    lists = tomllib.loads(path.read_text(encoding="utf-8")).values()
    return [entry for rows in lists if isinstance(rows, list) for entry in rows if "code" in entry]


def read_or_heard(html: str) -> list[str]:
    texts: list[str] = []

    def walk(element):
        if not isinstance(element.tag, str) or element.tag in UNREAD:
            return
        texts.extend(element.get(name) for name in SPOKEN if element.get(name))
        if element.tag not in AS_TYPED:
            texts.append(element.text or "")
            for child in element:
                walk(child)
                texts.append(child.tail or "")

    walk(lxml.html.fromstring(html))
    return texts


CODES = codes()


def codes_in(html: str) -> set[str]:
    """Codes that stand as words of their own, and not in an address, a file name or a number."""
    found = set()
    for text in read_or_heard(html):
        found |= CODES.intersection(re.findall(r"(?<![\w@./:-])[a-z][a-z0-9_]+(?![\w@/:-]|\.\w)", text))
    return found - set(WORDS)


def test_a_code_in_a_text_or_a_spoken_name_is_found():
    assert codes_in("<p>Tulemus <b>answered</b></p>") == {"answered"}
    assert codes_in('<button aria-label="Muuda answered_on_time"></button>') == {"answered_on_time"}
    assert codes_in('<a href="/answered/">Vastatud</a><option value="answered">Vastatud</option>') == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_code(role, people):  # noqa: F811
    made = {(reverse(row.page, kwargs=arguments(row, people)) + row.query, tuple(row.headers)): row for row in ROWS}
    client = client_of(people, role)

    shown = {}
    for url, headers in sorted(made):
        row = made[url, headers]
        if row.method != "get" or row.expected[role] != 200:
            continue
        answer = client.get(url, headers=dict.fromkeys(headers, "true"))
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content.strip():
            found = codes_in(answer.content.decode()) - set(MEANT.get(row.page, ()))
            if found:
                shown.setdefault(row.page, set()).update(found)

    assert "\n".join(sorted(f"{page}: {', '.join(sorted(found))}" for page, found in shown.items())) == ""
