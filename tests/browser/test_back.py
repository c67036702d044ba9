"""Back in the browser: no page is kept, and what was typed comes back from the draft."""

import pytest
from playwright.sync_api import expect

from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Kontrollisime mõõtmised üle ja vastame teile homme."


def went_away_and_came_back(page, to: str) -> None:
    """By the address line, at once: nothing waits for the draft that is kept every five seconds."""
    page.goto(to)
    page.go_back()
    page.wait_for_load_state()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "back_forward"
    assert page.evaluate("performance.getEntriesByType('navigation')[0].transferSize") > 0, "not asked anew"


def test_back_to_a_case_shows_the_reply_that_was_being_written(open_desk, mari):
    case = CaseFactory(assignee=mari)
    page = open_desk(mari)
    answer = page.goto(f"/cases/{case.number}/")
    assert answer.headers["cache-control"] == "no-store, private"
    box = page.locator("form[data-reply] textarea[name$=text]").first
    box.fill(SAID)
    went_away_and_came_back(page, "/contacts/")

    expect(page.locator("form[data-reply] textarea[name$=text]").first).to_have_value(SAID)


def test_back_to_the_contact_sheet_shows_what_was_being_written(open_desk, mari):
    page = open_desk(mari)
    page.goto("/contacts/log/")
    page.locator("textarea[name=note]").fill(SAID)
    went_away_and_came_back(page, "/cases/")

    expect(page.locator("textarea[name=note]")).to_have_value(SAID)


def test_back_after_signing_out_shows_nothing_of_the_case(open_desk, mari):
    case = CaseFactory(assignee=mari, title="Salajane asi")
    page = open_desk(mari)
    page.goto(f"/cases/{case.number}/")
    page.goto("/accounts/logout/")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/login/**")
    page.go_back()
    page.go_back()

    expect(page.get_by_text("Salajane asi")).to_have_count(0)
    expect(page.locator("input[name=password]")).to_be_visible()
