"""Every box where somebody signed in types words stands in a form that survives the end of a session, a lost network and faults."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.matrix import ROLES
from tests.test_permission_matrix import ROWS, arguments, client_of

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class Boxes(HTMLParser):
    """Boxes for words of a page, each with the attributes of the form it stands in, and whether the page can wait."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.form: dict[str, str] | None = None
        self.is_frame = self.holds_sign_in = self.holds_script = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = given
        elif tag == "textarea" and "readonly" not in given:
            self.found.append((given.get("name", ""), self.form or {}))
        self.is_frame |= tag == "html"
        self.holds_sign_in |= given.get("id") == "signed-out"
        self.holds_script |= tag == "script" and "js/desk" in given.get("src", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


@pytest.fixture
def people(mari, liis, peeter, jaan, tiina, kai, dora, admin_user, outi, forest_unit, water_unit):
    return SimpleNamespace(
        mari=mari, liis=liis, peeter=peeter, jaan=jaan, tiina=tiina, kai=kai, dora=dora, admin_user=admin_user, outi=outi,
        forest_unit=forest_unit, water_unit=water_unit,
    )  # fmt: skip


def test_every_box_for_words_stands_in_a_form_that_waits(people):
    """static/js/sending.js holds every form that is posted from the signed-in frame, or from a part put into it."""
    lost, seen = set(), set()
    for row in ROWS:
        roles = [role for role in ROLES if row.expected[role] == 200]
        if row.method != "get" or not roles:
            continue
        response = client_of(people, roles[0]).get(
            reverse(row.page, kwargs=arguments(row, people)) + row.query, headers=row.headers
        )
        if response.streaming or "html" not in response.headers.get("Content-Type", ""):
            continue
        page = Boxes(response.content.decode())
        for name, form in page.found:
            seen.add((row.page, name))
            waits = form.get("method", "").lower() == "post" and (
                not page.is_frame or (page.holds_sign_in and page.holds_script)
            )
            if not waits:
                lost.add((row.page, name))

    # What a client fills in is public: it has no session to lose, and answers given before are kept with the form.
    assert {one for one in lost if not one[0].startswith("feedback:answer_")} == set()
    assert len(seen) > 30
