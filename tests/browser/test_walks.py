"""The whole way of a matter, from the call to the figure of the head: without script, and by keys alone."""

import re

import pytest

from complaints.models import Case, Contact
from tests.browser.conftest import sign_in, tab_to
from tests.factories import PartyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", phone="+37255550199", email="andres.kuusk@example.ee")


def test_without_script_a_call_becomes_a_case_is_answered_closed_and_counted(open_desk, mari, jaan, andres):
    page = open_desk(javascript=False)
    sign_in(page, mari)

    page.get_by_role("link", name="Logi kontakt").click()
    page.get_by_label("Kes?").fill("5555 0199")
    page.get_by_role("button", name="Otsi üles").click()
    page.get_by_role("radio", name="Andres Kuusk").check()
    page.locator("select[name=topic]").select_option(label="Menetluse seis")
    page.locator("input[name=outcome][value=case]").check(force=True)
    page.locator("input[name=title]").fill("Metsateatise menetlus on veninud")
    page.locator("textarea[name=description]").fill("Esitasin teatise augustis ja vastust ei ole.")
    page.get_by_role("button", name="Salvesta").click()
    page.get_by_text("avatud pöördumine").wait_for()

    page.get_by_role("searchbox", name="Otsi pöördumisi").fill("metsateatis")
    page.keyboard.press("Enter")
    case = Case.objects.get()
    page.get_by_role("link", name=case.number).first.click()
    page.locator("textarea[name=text]").first.fill("Teatis on menetluses, otsus tuleb järgmisel nädalal.")
    page.get_by_role("button", name="Märgi vastus saadetuks").click()
    page.get_by_text("Vastus on kirjas").wait_for()
    page.get_by_role("link", name="Sulge", exact=True).click()
    page.locator("select[name=outcome]").select_option(index=1)
    page.get_by_role("button", name="Sulge pöördumine").click()
    page.get_by_text("Pöördumine on suletud").wait_for()
    page.locator("summary.me").click()
    page.get_by_role("button", name="Logi välja").click()

    sign_in(page, jaan)
    page.get_by_role("row", name="Vastused").get_by_role("link").first.click()
    assert page.get_by_role("link", name=case.number).is_visible()
    case.refresh_from_db()
    assert (case.status, case.party, Contact.objects.get().case) == ("closed", andres, case)


def test_by_keys_alone_a_call_becomes_a_case_is_answered_closed_and_counted(open_desk, mari, jaan, andres):
    page = open_desk(reduced_motion="reduce")
    keys = page.keyboard
    sign_in(page, mari, by_keys=True)

    keys.press("c")
    page.get_by_role("combobox", name="Kes?").wait_for()
    keys.type("5555 0199")
    page.get_by_role("option", name=re.compile("Andres Kuusk")).wait_for()
    keys.press("Enter")
    keys.press("2")
    for _ in range(2):
        keys.press("ArrowRight")
    tab_to(page, page.locator("#sheet input[name=title]"))
    keys.type("Metsateatise menetlus on veninud")
    keys.press("Control+Enter")
    page.get_by_text("avatud pöördumine").wait_for()
    keys.press("Escape")
    page.locator("#sheet").wait_for(state="hidden")

    case = Case.objects.get()
    keys.press("/")
    keys.type("metsateatise veninud")
    keys.press("Enter")
    page.wait_for_url("**/search/**")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"**/cases/{case.number}/")
    keys.press("r")
    keys.type("Teatis on menetluses, otsus tuleb järgmisel nädalal.")
    keys.press("Control+Enter")
    page.get_by_text("Vastus on kirjas").wait_for()
    tab_to(page, page.get_by_role("link", name="Sulge", exact=True))
    keys.press("Enter")
    page.locator("#sheet select[name=outcome]").wait_for()
    tab_to(page, page.locator("#sheet select[name=outcome]"))
    keys.press("ArrowDown")
    keys.press("Control+Enter")
    page.get_by_text("Pöördumine on suletud").wait_for()
    tab_to(page, page.locator("summary.me"))
    keys.press("Enter")
    tab_to(page, page.get_by_role("button", name="Logi välja"))
    keys.press("Enter")
    page.wait_for_url("**/accounts/login/**")

    sign_in(page, jaan, by_keys=True)
    tab_to(page, page.get_by_role("row", name="Vastused").get_by_role("link").first)
    keys.press("Enter")
    page.wait_for_url("**/cases/?**")
    assert page.get_by_role("link", name=case.number).is_visible()
    case.refresh_from_db()
    assert (case.status, case.party, Contact.objects.get().case) == ("closed", andres, case)
