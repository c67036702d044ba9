"""Every key of a mapping stands in docs/, in the words of the code that reads it."""

from pathlib import Path

import pytest

from bureau.mapping_keys import as_markdown, keys_in
from complaints.intake.importing import mapping, mapping_keys
from feedback import answer_import
from staff import call_files

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {
    "examples/maps/README.md": mapping_keys.KEYS,
    "examples/answers/README.md": answer_import.KEYS,
    "staffing.md": call_files.KEYS,
}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_holds_every_key(page):
    assert keys_in(DOCS / page) == as_markdown(PAGES[page])


def test_every_key_that_a_mapping_of_requests_may_have_is_told():
    accepted = set(mapping.TOP)
    accepted |= {f"{table}.{key}" for table, keys in mapping.TABLES.items() for key in keys}
    accepted |= {f"{name}.{key}" for name in mapping.FIELDS for key in mapping.keys_of(name)}

    told = set()
    for key in mapping_keys.KEYS:
        table, _dot, name = key.place.rpartition(".")
        told |= {f"{one}.{name}" for one in table.split("|")} if table else {name}

    assert told == accepted


def test_every_key_that_a_mapping_of_answers_or_calls_may_have_is_told():
    assert {key.place for key in answer_import.KEYS} == set(answer_import.AnswerMapping.__dataclass_fields__)

    of_calls = {key.place.split(".")[0] for key in call_files.KEYS}
    figures = {key.place.split(".")[1] for key in call_files.KEYS if "." in key.place}
    assert of_calls == set(call_files.CallMapping.__dataclass_fields__)
    assert figures == set(call_files.FIGURES)
