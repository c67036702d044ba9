"""What is typed survives the end of the session, the loss of the network and faults, in every form, and is sent once."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from complaints.models import Message
from tests.browser.conftest import PASSWORD
from tests.factories import CaseFactory, PartyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_out_everywhere(empty_cache):
    def sign_out():
        Session.objects.all().delete()
        empty_cache()

    return sign_out


@pytest.fixture
def case(mari):
    return CaseFactory(assignee=mari, party=PartyFactory(name="Andres Kuusk", email=""))


def sign_in_beside(page, person, link):
    with page.expect_popup() as opened:
        link.click()
    window = opened.value
    window.locator("input[name=login]").fill(person.email)
    window.locator("input[type=password]").fill(PASSWORD)
    window.keyboard.press("Enter")
    return window


def test_a_reply_outlives_the_session_and_is_sent_after_signing_in_beside_it(
    open_desk, mari, case, sign_out_everywhere
):
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    box = page.get_by_role("textbox", name="Vastus")
    box.fill("Tere! Teie teatis on menetluses.")
    page.get_by_text("Mustand hoitud").wait_for()
    sign_out_everywhere()
    box.press_sequentially(" Otsus tuleb reedel.")

    page.keyboard.press("Control+Enter")
    page.locator("#signed-out[open]").wait_for()
    sign_in_beside(page, mari, page.get_by_role("link", name="Logi uuesti sisse"))

    page.locator("#timeline").get_by_text("Otsus tuleb reedel.").wait_for()
    assert Message.objects.get(direction="out").body == "Tere! Teie teatis on menetluses. Otsus tuleb reedel."
    expect(page.get_by_role("textbox", name="Vastus")).to_have_value("")


def test_a_sheet_waits_for_the_network_and_sends_by_itself(open_desk, mari, case):
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Palu pikendust").click()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Miks on vaja rohkem aega").fill("Ootame mõõtmise tulemust.")
    page.context.set_offline(True)
    sheet.get_by_role("button", name="Palu").click()

    sheet.get_by_text("Ühendust ei ole. Kirjutatu on hoitud").wait_for()
    expect(sheet.get_by_label("Miks on vaja rohkem aega")).to_have_value("Ootame mõõtmise tulemust.")
    page.context.set_offline(False)

    page.get_by_text("Palve on edastatud").wait_for()


def test_a_note_kept_without_network_stands_again_when_the_page_is_opened_anew(open_desk, mari, case):
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    page.locator("#note textarea").fill("Helistas naaber")
    page.context.set_offline(True)
    page.get_by_role("button", name="Lisa märkus kolleegidele").click()
    page.get_by_text("Ühendust ei ole. Kirjutatu on hoitud").wait_for()
    page.close()

    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(case.get_absolute_url())
    expect(page.locator("#note textarea")).to_have_value("Helistas naaber")


def broken_at_post(route):
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_after_a_fault_the_words_stand_in_the_form_and_are_sent_once(open_desk, jaan):
    page = open_desk(jaan)
    address = reverse("quality:improvement_new")
    page.goto(address)
    page.locator("main form textarea").first.fill("Ooteaeg on reedeti pikk")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # the mark is renewed by itself
    page.route(f"**{address}", broken_at_post)
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    with page.expect_event("requestfailed"):
        page.locator("main form .button-primary").click()
    page.unroute(f"**{address}")

    page.goto(address)
    page.get_by_text("Kirjutatu, mida ei õnnestunud saata, on siin tagasi.").wait_for()
    expect(page.locator("main form textarea").first).to_have_value("Ooteaeg on reedeti pikk")
    page.get_by_role("button", name="Jäta välja").click()
    expect(page.locator("main form textarea").first).to_have_value("")
    page.reload()
    expect(page.locator("main form textarea").first).to_have_value("")


def test_without_script_the_words_stand_in_the_page_that_asks_to_sign_in(open_desk, mari, case, sign_out_everywhere):
    page = open_desk(mari, javascript=False)
    page.goto(case.get_absolute_url())
    page.locator("#note textarea").fill("Naaber helistas ja küsis sama asja")
    sign_out_everywhere()
    page.get_by_role("button", name="Lisa märkus kolleegidele").click()

    expect(page.locator("textarea")).to_have_value("Naaber helistas ja küsis sama asja")
    window = sign_in_beside(page, mari, page.get_by_role("link", name="Logi sisse"))
    window.get_by_role("heading", name="Oled uuesti sisse logitud").wait_for()
    page.get_by_role("button", name="Saada uuesti").click()
    # Signing in gave a new mark against forgery; the page is given it, as the form came from ours.
    page.get_by_role("button", name="Saada uuesti").click()

    page.locator("#timeline").get_by_text("Naaber helistas").wait_for()
    expect(page.locator("#timeline").get_by_text("Naaber helistas")).to_have_count(1)
