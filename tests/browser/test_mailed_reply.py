"""A reply that leaves from the page of its case: the button says what it does, the timeline how the letter fares."""

import pytest
from playwright.sync_api import expect

from bureau.outbox import send_due
from tests.factories import CaseFactory, PartyFactory
from tests.mail.server import Keeper, LoopbackServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(settings):
    keeper = Keeper()
    server = LoopbackServer(keeper)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield keeper
    server.stop()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reply_is_sent_refused_and_sent_again(open_desk, mari, keeper, javascript):
    party = PartyFactory(name="Andres Kuusk", email="andres@naide.ee", address="Metsa 1, Tartu")
    case = CaseFactory(party=party, assignee=mari, days_ago=2, channel="email")
    keeper.answers["andres@naide.ee"] = "550 5.1.1 Unknown"
    page = open_desk(mari, javascript=javascript, reduced_motion="reduce")

    page.goto(case.get_absolute_url())
    if javascript:
        page.locator("#reply select[name=channel]").select_option(label="Tavakiri")
        expect(page.get_by_role("button", name="Märgi vastus saadetuks: Andres Kuusk, Metsa 1, Tartu")).to_be_visible()
        page.locator("#reply select[name=channel]").select_option(label="E-kiri")
        page.locator("#reply input[name=at]").fill("2026-11-20T10:00")
        expect(page.get_by_role("button", name="Märgi vastus saadetuks: andres@naide.ee")).to_be_visible()
        page.locator("#reply input[name=at]").fill("")
    page.locator("#reply textarea[name=text]").fill("Teatis on menetluses.")
    page.get_by_role("button", name="Saada: andres@naide.ee").click()
    expect(page.get_by_text("Kiri on teel: andres@naide.ee")).to_be_visible()
    expect(page.get_by_text("E-kiri ootab saatmist")).to_be_visible()

    send_due()
    party.email = "andres.kuusk@naide.ee"
    party.save()
    page.reload()
    expect(page.get_by_text("E-kirja ei saadetud; kontrolli aadressi (vastus 550 5.1.1)")).to_be_visible()
    page.get_by_role("button", name="Saada uuesti: andres.kuusk@naide.ee").click()
    expect(page.get_by_text("Kiri on uuesti teel")).to_be_visible()

    send_due()
    page.reload()
    expect(page.get_by_text("E-kiri saadetud")).to_be_visible()
    assert [letter["To"] for letter in keeper.letters] == ["andres.kuusk@naide.ee"]
