"""Pictures of the documentation, taken of the demo bureau on a working Thursday at 14.05.

    UPDATE_PICTURES=1 .venv/bin/pytest -n0 tests/browser/test_pictures.py

writes them anew into docs/images/. Otherwise a smaller bureau is loaded, and they only have to come out whole.
"""

import os
from datetime import datetime

import pytest
import time_machine
from django.conf import settings
from django.db.models import Count
from playwright.sync_api import expect

from bureau.demo.loading import DemoBureau
from bureau.models import User
from bureau.working_calendar import TALLINN
from complaints.models import Case
from tests.databases import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

THURSDAY = datetime(2026, 11, 19, 14, 5, tzinfo=TALLINN)
IS_UPDATE = bool(os.environ.get("UPDATE_PICTURES"))
FOLDER = settings.BASE_DIR / "docs" / "images"
MOST_BYTES = 300_000
LEAST_BYTES = 20_000  # an empty page is smaller


@pytest.fixture
def demo_bureau(db):
    with time_machine.travel(THURSDAY):
        cases, years = (3000, 2.0) if IS_UPDATE else (250, 0.5)
        with as_owner():
            DemoBureau(cases=cases, years=years, seed=1, now=THURSDAY).load()
        yield


def test_the_pictures_of_the_documentation_come_out_whole(demo_bureau, open_desk):
    jaan, mari = (User.objects.get(email=f"{name}@naide.ee") for name in ("jaan.kask", "mari.tamm"))

    page = open_desk(jaan, height=1000, reduced_motion="reduce")
    page.goto("/dashboard/", timeout=90_000)
    expect(page.locator(".dashboard svg").nth(3)).to_be_visible()
    keep(page, "dashboard-et", height=1480)
    page.goto("/cases/")
    expect(page.get_by_role("row").nth(5)).to_be_visible()
    keep(page, "cases-et")

    page = open_desk(mari, height=1000, reduced_motion="reduce")
    page.goto(eventful_case_of(mari).get_absolute_url())
    expect(page.locator("#timeline").get_by_role("listitem").first).to_be_visible()
    keep(page, "case-et")
    page.goto("/desk/")
    expect(page.get_by_role("table", name="Minu avatud pöördumised")).to_be_visible()
    keep(page, "desk-et", height=860)
    page.keyboard.press("c")
    page.get_by_role("combobox", name="Kes?").wait_for()
    page.keyboard.type(caller_of(mari).phone)
    page.get_by_role("option", name=caller_of(mari).name).first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".log-card").wait_for()
    page.keyboard.press("4")
    keep(page, "log-contact-et", height=900)


def keep(page, name: str, *, height: int = 1000) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    picture = page.screenshot(path=FOLDER / f"{name}.png" if IS_UPDATE else None)
    assert LEAST_BYTES < len(picture) < MOST_BYTES, name


def eventful_case_of(person) -> Case:
    """The open case on which most has happened."""
    mine = Case.objects.open().filter(assignee=person, party__isnull=False)
    return (
        mine.annotate(events=Count("messages", distinct=True) + Count("notes", distinct=True))
        .order_by("-events", "number")
        .first()
    )


def caller_of(person):
    """Somebody with a phone who waits for an answer from this person."""
    waiting = Case.objects.open().filter(assignee=person).exclude(party__phone="").exclude(party__name="")
    return waiting.filter(party__isnull=False).select_related("party").order_by("due_on", "number").first().party
