"""A complaint from a logged call to its lesson, in Estonian; who sees what of it; whom it concerns finds nothing."""

import re

import pytest
from playwright.sync_api import expect

from bureau.models import Cause
from complaints.conflict_of_interest import name_person
from complaints.models import Case, Complaint, Stage
from tests.browser.conftest import scrolls_sideways
from tests.factories import PartyFactory
from tests.factories.complaints import MARKED, at_stage_2, decided

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", phone="+37255550199", email="andres.kuusk@example.ee")


def deed(page, name):
    """Open a deed of the complaint: the next one stands as a button, the others in the menu."""
    panel = page.locator("#complaint")
    panel.locator(".complaint-deeds").wait_for()
    if panel.locator(".complaint-next", has_text=name).count():
        panel.locator(".complaint-next", has_text=name).click()
    else:
        panel.locator("summary").click()
        panel.locator(".menu-item", has_text=name).click()
    return page.locator("#sheet")


def test_from_a_logged_call_to_the_lesson(open_desk, mari, peeter, liis, andres, violations, photograph):
    page = open_desk(mari)
    page.goto("/contacts/")
    page.keyboard.press("c")
    page.get_by_role("combobox", name="Kes?").wait_for()
    page.keyboard.type("5555 0199")
    page.get_by_role("option", name=re.compile("Andres Kuusk")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("teenindus")
    page.keyboard.press("Enter")
    # By keys: hints that come in meanwhile move what a pointer aims at.
    complaint = page.get_by_role("radio", name="Kaebus")
    complaint.focus()
    page.keyboard.press("Space")
    expect(complaint).to_be_checked()
    page.get_by_label("Mida klient ütleb").fill("Vastust ei tulnud kuu aega, telefonis oldi ebaviisakas.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("avatud pöördumine").wait_for()
    case = Case.objects.get()
    assert case.complaint.stage == Stage.RECEIVED

    page.goto(case.get_absolute_url())
    sheet = deed(page, "Kinnita kättesaamist")
    expect(sheet.locator("textarea[name=text]")).to_have_value(re.compile("Saime Teie .* kaebuse kätte"))
    sheet.get_by_role("button", name="Kinnita:").click()
    page.get_by_text("Kättesaamine on kinnitatud").wait_for()
    sheet = deed(page, "Nimeta puudutatud isik")
    sheet.locator("select[name=person]").select_option(str(liis.pk))
    sheet.get_by_role("button", name="Nimeta isik").click()
    page.get_by_text("Selle inimese jaoks pöördumist enam ei ole").wait_for()

    page = open_desk(peeter)
    page.goto(case.get_absolute_url())
    sheet = deed(page, "Hinda kaebust")
    sheet.get_by_label("Teabenõue", exact=True).check()
    sheet.get_by_label("Õigeaegsus").check()
    sheet.get_by_label("Viisakus").check()
    sheet.locator("select[name=harm]").select_option("2")
    sheet.locator("select[name=repetition]").select_option("1")
    photograph(page, "complaint-assess")
    sheet.get_by_role("button", name="Salvesta hinnang").click()
    page.get_by_text("Kaebus on hinnatud").wait_for()
    expect(page.locator("#complaint")).to_contain_text("Raskusaste 3 / 15")
    sheet = deed(page, "Anna uurijale")
    expect(sheet).to_contain_text("Ei pakuta, sest kaebus puudutab neid: Liis Mets")
    sheet.locator("select[name=investigator]").select_option(str(mari.pk))
    sheet.get_by_role("button", name="Anna uurijale").click()
    page.get_by_text("Kaebus on uurija käes").wait_for()

    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    sheet = deed(page, "Lisa uurimise samm")
    sheet.get_by_label("Mida on vaja välja selgitada").fill("Kuula kõne salvestist")
    sheet.locator("select[name=owner]").select_option(str(mari.pk))
    sheet.locator("input[name=due_on]").fill(f"{case.due_on}")
    sheet.get_by_role("button", name="Lisa samm").click()
    page.get_by_text("Samm on kavandatud").wait_for()
    page.locator("#complaint .complaint-tasks").get_by_role("link", name="Tehtud").click()
    page.locator("#sheet").get_by_label("Mis selgus").fill("Toon oli ebaviisakas.")
    page.locator("#sheet").get_by_role("button", name="Samm on tehtud").click()
    page.get_by_text("Samm on tehtud.").wait_for()

    page = open_desk(peeter)
    page.goto(case.get_absolute_url())
    sheet = deed(page, "Otsusta ja vasta")
    sheet.get_by_label("Põhjendatud", exact=True).check()
    sheet.locator("select[name=cause]").select_option(str(Cause.objects.get(code="communication_tone").pk))
    sheet.locator("textarea[name=findings]").fill("Teenindaja katkestas kõne.")
    sheet.locator("textarea[name=text]").fill("Tere!\n\nVabandame. Teie kaebus oli põhjendatud.")
    sheet.get_by_role("button", name="Otsusta ja teata").click()
    page.get_by_text("Kaebuse kohta on otsus tehtud").wait_for()
    sheet = deed(page, "Luba heastamist")
    sheet.get_by_label("Vabandus").check()
    sheet.locator("input[name=due_on]").fill(f"{case.due_on}")
    sheet.get_by_role("button", name="Luba", exact=True).click()
    page.get_by_text("Lubadus on kirjas").wait_for()
    page.locator("#complaint").get_by_role("link", name="Täidetud").click()
    page.locator("#sheet").get_by_role("button", name="Salvesta").or_(
        page.locator("#sheet .sheet-foot .button-primary")
    ).first.click()
    page.get_by_text("Heastamine on täidetud.").wait_for()
    assert "õiguskantsler" in Complaint.objects.get().decision_letter.body

    # The information request of the same letter still runs: the complaint waits for it.
    sheet = deed(page, "Sulge kaebus")
    sheet.locator(".sheet-foot .button-primary").click()
    expect(sheet).to_contain_text("ei kulge ükski muu tähtaeg")
    page.goto(case.get_absolute_url())
    page.locator("textarea[name=text]").first.fill("Saadame küsitud teabe.")
    page.locator("#reply .form-actions .button-primary").click()
    page.locator(".toast, .toasts").first.wait_for()
    sheet = deed(page, "Sulge kaebus")
    sheet.locator(".sheet-foot .button-primary").click()
    page.get_by_text("Suletud.").first.wait_for()
    sheet = deed(page, "Pane kirja õppetund")
    sheet.get_by_label("Mida sellest õpime").fill("Keerulise kõne järel helistab tagasi vanem kolleeg.")
    sheet.get_by_role("button", name="Salvesta õppetund").click()
    page.get_by_text("Õppetund on kirjas").wait_for()

    complaint = Complaint.objects.get()
    assert (complaint.stage, complaint.outcome) == (Stage.CLOSED, "upheld")
    assert complaint.lesson.startswith("Keerulise kõne")
    assert violations(page) == []
    photograph(page, "complaint-closed")


def test_each_role_sees_what_it_may(open_desk, mari, liis, peeter, jaan, tiina, dora, admin_user, andres):
    case = at_stage_2(by=peeter, investigator=mari, party=andres, title="Ebaviisakas kõne")
    shown = {mari: "Lisa uurimise samm", peeter: "Vaheta uurijat", jaan: "Vaheta uurijat"}
    for person, words in shown.items():
        page = open_desk(person)
        page.goto(case.get_absolute_url())
        page.locator("#complaint summary").click()
        expect(page.locator("#complaint .menu-body")).to_contain_text(words)
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    expect(page.locator("#complaint .complaint-next")).to_have_count(0)  # an investigation is decided by the chief
    page = open_desk(tiina)
    page.goto(case.get_absolute_url())
    expect(page.locator("#complaint .complaint-next")).to_contain_text("Otsusta ja vasta")
    page = open_desk(dora)
    page.goto(case.get_absolute_url())
    expect(page.locator("#complaint")).to_contain_text("Uurimisel")
    expect(page.locator("#complaint .complaint-deeds a")).to_have_count(0)
    page = open_desk(admin_user)
    assert page.goto(case.get_absolute_url()).status == 403
    assert page.goto("/complaints/").status == 403


def test_whom_it_concerns_finds_nothing_by_any_route(open_desk, mari, liis, peeter, andres):
    case = at_stage_2(by=peeter, investigator=mari, weighed=MARKED, party=andres, title="Ebaviisakas kõne")
    name_person(complaint=case.complaint, user=liis, by=peeter)
    page = open_desk(liis)

    assert page.goto(case.get_absolute_url()).status == 404
    assert page.goto(f"/complaints/{case.number}/lesson/").status == 404
    routes = ["/", "/cases/?status=all", "/complaints/?stage=all", "/contacts/", "/notifications/", "/search/?q=ebaviisakas", f"/search/?q={case.number}", f"/parties/{andres.pk}/"]  # fmt: skip
    for route in routes:
        page.goto(route)
        expect(page.get_by_role("main").get_by_text(case.title)).to_have_count(0)
        expect(page.get_by_role("main").get_by_role("link", name=case.number)).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 768, 320])
@pytest.mark.parametrize("language", ["et", "en"])
def test_a_complaint_fits_every_screen(open_desk, peeter, andres, photograph, violations, width, language):
    case = decided(by=peeter, party=andres, title="Vastus viibis kuu aega")
    page = open_desk(peeter, width=width, language=language)
    for name, url in (("case", case.get_absolute_url()), ("list", "/complaints/?stage=all")):
        page.goto(url)
        assert not scrolls_sideways(page)
        assert violations(page) == []
        photograph(page, f"complaint-{name}-{language}-{width}")
