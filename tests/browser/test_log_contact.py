"""Logging a contact in a real browser: by keys alone, without script, without a connection, across a sign-out."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from bureau import drafts
from bureau.models import Topic
from complaints.models import Case, Contact, Party
from tests.browser.conftest import scrolls_sideways
from tests.factories import CaseFactory, ContactFactory, PartyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until(holds, seconds=8):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.05)
    assert holds()


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", phone="+37255550199")


@pytest.fixture
def on_contacts(open_desk, mari):
    def on(**how):
        page = open_desk(mari, **how)
        assert page.goto("/contacts/").status == 200
        return page

    return on


def open_sheet(page):
    page.keyboard.press("c")
    page.locator("[name='who']:focus").wait_for()  # keys typed before would go to the page behind


def test_an_answered_call_takes_five_groups_of_keys_and_no_mouse(on_contacts, andres):
    page = on_contacts()
    began = time.monotonic()

    open_sheet(page)  # 1
    page.keyboard.type("5555 0199")  # 2
    page.get_by_role("option", name=re.compile("Andres Kuusk")).wait_for()
    page.keyboard.press("Enter")  # 3
    page.keyboard.press("2")  # 4
    page.keyboard.press("Control+Enter")  # 5
    page.get_by_text("Kontakt salvestatud: Andres Kuusk.").wait_for()

    contact = Contact.objects.get()
    assert (contact.party, contact.outcome) == (andres, "answered")
    assert contact.topic_id is not None
    assert contact.entry_milliseconds < 15_000
    assert time.monotonic() - began < 15
    # Ready for the next call, over the same page.
    assert page.get_by_role("combobox", name="Kes?").input_value() == ""
    assert page.evaluate("document.activeElement.name") == "who"
    assert page.url.endswith("/contacts/")


def test_an_anonymous_call_is_enter_and_save(on_contacts):
    page = on_contacts()

    open_sheet(page)
    page.keyboard.press("Enter")
    page.keyboard.type("metsateatis")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Kontakt salvestatud.").wait_for()

    contact = Contact.objects.get()
    assert contact.party is None
    assert "metsateatis" in " ".join([contact.topic.name_et, *contact.topic.keywords]).lower()


def test_keys_of_a_quick_hand_go_to_the_field_they_were_meant_for(on_contacts, andres):
    page = on_contacts()
    fourth = page.evaluate(
        """async () => {
          const html = await (await fetch('/contacts/log/')).text();
          const sheet = new DOMParser().parseFromString(html, 'text/html');
          return sheet.querySelectorAll('input[name=favourite]')[3].value;
        }"""
    )

    # Not a moment between the keys: neither the sheet nor the list of people has come when the next is pressed.
    for key in ["c", *"55550199", "Enter", "4", "Control+Enter"]:
        page.keyboard.press(key)

    wait_until(Contact.objects.exists)
    contact = Contact.objects.get()
    assert (contact.party, str(contact.topic_id)) == (andres, fourth)


def test_keys_that_move_and_delete_wait_for_the_sheet_too(on_contacts, andres):
    page = on_contacts()

    for key in ["c", *"555501998", "Backspace", "Tab", *"metsateatis", "Enter", "Control+Enter"]:
        page.keyboard.press(key)

    wait_until(Contact.objects.exists)
    contact = Contact.objects.get()
    assert contact.party == andres
    assert "metsateatis" in " ".join([contact.topic.name_et, *contact.topic.keywords]).lower()


def test_letters_that_come_without_a_key_keep_their_place_among_keys(on_contacts):
    page = on_contacts()
    page.evaluate("htmx.config.defaultSettleDelay = 700")
    open_sheet(page)

    page.keyboard.press("J")
    page.keyboard.insert_text("ü")
    page.keyboard.press("r")
    page.keyboard.insert_text("i Õ")

    expect(page.locator("input[name=who]")).to_have_value("Jüri Õ")


def test_enter_before_the_list_moves_on_at_once(on_contacts, andres):
    page = on_contacts()
    open_sheet(page)
    page.route("**/contacts/log/who/**", lambda route: (time.sleep(0.7), route.continue_()))

    page.keyboard.type("55550199")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "log-topic-label"
    page.keyboard.press("4")

    wait_until(lambda: page.locator("input[name=party]").input_value() == str(andres.pk))
    assert page.locator("input[name=favourite]:checked").count() == 1
    assert page.locator("input[name=who]").input_value() == "Andres Kuusk"


def test_a_new_number_beside_a_known_name_is_kept(on_contacts):
    known = PartyFactory(name="Jüri Õunapuu", phone="")
    for pick in ("first", "add"):
        page = on_contacts()  # anew: a sheet that was just saved may still be on its way
        open_sheet(page)
        page.keyboard.type(f"Jüri Õunapuu 5666 77{88 if pick == 'first' else 99}")
        adds = page.locator(f"[data-adds][data-party='{known.pk}']")
        adds.wait_for()
        if pick == "first":
            page.keyboard.press("Enter")
        else:
            adds.click()
        page.keyboard.press("Control+Enter")
        wait_until(lambda pick=pick: Contact.objects.count() == (1 if pick == "first" else 2))

    new = Party.objects.get(phone="+37256667788")
    known.refresh_from_db()
    assert (new.name, new == known) == ("Jüri Õunapuu", False)
    assert known.phone == "+37256667799"
    assert Contact.objects.order_by("pk").last().party == known


def test_the_body_that_the_advice_names_is_proposed(on_contacts):
    topic = Topic.objects.filter(guide_et__contains="annab loa kohalik omavalitsus", outside_body=None).get()
    page = on_contacts()
    open_sheet(page)
    page.keyboard.press("Enter")
    page.keyboard.type(topic.name_et)
    page.keyboard.press("Enter")
    page.locator("[data-wrong-body]").wait_for()
    page.locator("input[name=outcome][value=wrong_body]").check(force=True)

    assert page.locator("[name=outside_body]").input_value() == page.locator("[data-wrong-body]").get_attribute("data-wrong-body")  # fmt: skip

    # What was proposed goes with its topic; what a person chose stays.
    other = (
        Topic.objects.filter(outside_body__isnull=False).exclude(outside_body__name_et__startswith="Kohalik").first()
    )
    topic_box = page.locator("[data-topic-select] input")
    topic_box.fill(other.name_et)
    topic_box.press("Enter")
    expect(page.locator("[name=outside_body]")).to_have_value(str(other.outside_body_id))
    page.locator("[name=outside_body]").select_option(index=1)
    chosen = page.locator("[name=outside_body]").input_value()
    topic_box.fill(topic.name_et)
    topic_box.press("Enter")
    page.get_by_text(topic.guide_et[:30]).wait_for()
    expect(page.locator("[name=outside_body]")).to_have_value(chosen)


def test_a_note_that_is_too_long_is_refused_with_its_count_and_nothing_is_cut(on_contacts):
    page = on_contacts()
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label("Kes?").wait_for()
    note = page.get_by_label("Märkus")
    note.evaluate("(field) => field.focus()")
    page.keyboard.insert_text("õ" * 20_000)

    page.keyboard.press("Control+Enter")

    told = page.locator("[data-room]").inner_text()
    assert "16" in told
    assert "000" in told
    assert len(note.input_value()) == 20_000
    assert not Contact.objects.exists()
    note.fill("õ" * 4000)
    page.keyboard.press("Control+Enter")
    wait_until(Contact.objects.exists)
    assert Contact.objects.get().note == "õ" * 4000


def test_somebody_new_needs_no_address(on_contacts):
    page = on_contacts()

    open_sheet(page)
    page.keyboard.type("Mai Maasikas 5123 4567")
    page.get_by_role("option", name=re.compile("lisa uuena")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Kontakt salvestatud: Mai Maasikas.").wait_for()

    party = Party.objects.get()
    assert (party.name, party.phone, party.email) == ("Mai Maasikas", "+37251234567", "")


def test_undo_takes_it_back_and_gives_it_to_be_mended(on_contacts, andres):
    page = on_contacts()
    open_sheet(page)
    page.keyboard.type("5555 0199")
    page.get_by_role("option", name=re.compile("Andres Kuusk")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")

    page.get_by_role("button", name="Võta tagasi").click()
    page.get_by_text("Kontakt on tagasi võetud").wait_for()

    assert Contact.objects.get().undone_at is not None
    assert page.get_by_role("combobox", name="Kes?").input_value() == "Andres Kuusk"


def test_a_complaint_shows_its_last_day_before_it_is_saved(on_contacts, violations, photograph):
    page = on_contacts()
    open_sheet(page)
    page.keyboard.press("Enter")
    page.keyboard.type("loa taotle")
    page.keyboard.press("Enter")
    guide = page.locator(".log-topic-guide")
    guide.wait_for()
    page.get_by_role("radio", name="Kaebus").check(force=True)
    guide.wait_for(state="hidden")
    page.locator("#log-due .deadline time").wait_for()

    shown = page.locator("#log-due .deadline time").get_attribute("datetime")
    assert violations(page) == []
    page.get_by_label("Mida klient ütleb").fill("Ootasin kaks tundi ja keegi ei vastanud.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("avatud pöördumine").wait_for()

    case = Case.objects.get()
    assert case.kind.is_complaint
    assert case.due_on.isoformat() == shown
    assert Contact.objects.get().case == case


def test_the_right_door_is_one_press_away(on_contacts):
    topic = (
        Topic.objects.filter(outside_body__isnull=False, parent__isnull=False).order_by("position", "name_et").first()
    )
    page = on_contacts()
    open_sheet(page)
    page.keyboard.press("Enter")
    page.keyboard.type(topic.name_et[:12])
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Vale asutus").click()
    page.keyboard.press("Control+Enter")
    page.get_by_text("Kontakt salvestatud.").wait_for()

    contact = Contact.objects.get()
    assert (contact.outcome, contact.outside_body_id) == ("wrong_body", topic.outside_body_id)


def test_an_open_case_on_the_same_topic_is_offered_by_a_key(on_contacts, andres):
    topic = Topic.objects.get(code="procedure_status")
    case = CaseFactory(party=andres, topic=topic)
    page = on_contacts()
    open_sheet(page)
    page.keyboard.type("5555 0199")
    page.get_by_role("option", name=re.compile(case.number)).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(topic.name_et)
    page.keyboard.press("Enter")
    page.get_by_text(f"Lisada pöördumisele {case.number}").wait_for()

    page.keyboard.press("+")
    page.keyboard.press("Control+Enter")
    page.get_by_text(f"lisatud pöördumisele {case.number}").wait_for()

    assert Contact.objects.get().case == case
    assert Case.objects.count() == 1


def test_without_script_the_same_address_logs_a_contact(open_desk, mari, andres):
    PartyFactory(name="Andres Kuusik", phone="+37255550198")
    page = open_desk(mari, javascript=False)
    page.goto("/contacts/")
    page.get_by_role("link", name="Logi kontakt").first.click()

    page.get_by_label("Kes?").fill("kuus")
    page.get_by_role("button", name="Otsi üles").click()
    page.get_by_role("radio", name="Andres Kuusk ·").check()
    page.get_by_role("radio", name="Suunatud").check(force=True)
    page.get_by_label("Suunatud üksusele").select_option(index=2)
    page.get_by_role("button", name="Salvesta").click()

    page.get_by_text("Kontakt salvestatud: Andres Kuusk.").wait_for()
    contact = Contact.objects.get()
    assert (contact.party, contact.outcome) == (andres, "forwarded")
    assert contact.passed_to_unit_id is not None


def test_without_script_undo_opens_the_contact_again(open_desk, mari):
    page = open_desk(mari, javascript=False)
    page.goto("/contacts/log/")
    page.get_by_label("Märkus").fill("Vale rida")
    page.get_by_role("button", name="Salvesta").click()

    page.get_by_role("button", name="Võta tagasi").click()

    assert page.get_by_label("Märkus").input_value() == "Vale rida"
    assert Contact.objects.get().undone_at is not None


def test_a_call_logged_without_a_connection_is_kept_once_and_sent_later(on_contacts):
    page = on_contacts()
    open_sheet(page)
    page.keyboard.press("Enter")
    page.get_by_label("Märkus").fill("Kõne katkenud võrgus")

    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Ühendust pole. Kontakt on selles brauseris hoitud").wait_for()
    assert Contact.objects.count() == 0
    assert page.get_by_label("Märkus").input_value() == ""

    page.context.set_offline(False)
    page.get_by_text("Ühendust oodanud kontakt on salvestatud.").wait_for()
    contact = Contact.objects.get()
    assert contact.note == "Kõne katkenud võrgus"
    assert page.evaluate("localStorage.getItem('desk-contact-queue')") is None


def test_an_answer_that_got_lost_doubles_nothing(on_contacts):
    page = on_contacts()
    open_sheet(page)
    page.get_by_label("Märkus").fill("Vastus läks kaduma")
    lost = []

    def lose_the_answer(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/contacts/log/", lose_the_answer)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Ühendust pole. Kontakt on selles brauseris hoitud").wait_for()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_text("Ühendust oodanud kontakt on salvestatud.").wait_for()

    assert Contact.objects.get().note == "Vastus läks kaduma"


def test_saving_twice_in_a_hurry_keeps_one(on_contacts):
    page = on_contacts()
    open_sheet(page)
    page.get_by_label("Märkus").fill("Kaks vajutust")

    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Kontakt salvestatud.").first.wait_for()
    page.wait_for_timeout(500)

    assert Contact.objects.filter(note="Kaks vajutust").count() == 1


def test_a_draft_open_in_two_windows_says_so_in_both_and_loses_no_word(on_contacts, mari):
    page = on_contacts()
    open_sheet(page)
    page.get_by_label("Märkus").fill("Esimene aken")
    wait_until(lambda: drafts.restored(user=mari, form="contact_log").get("note") == "Esimene aken")
    other = page.context.new_page()
    other.goto("/contacts/")
    open_sheet(other)
    for window in (page, other):
        window.get_by_text("See mustand on lahti ka teises aknas. Jätka ühes neist.").wait_for()

    other.get_by_label("Märkus").fill("Teine aken")
    other.keyboard.press("Control+Enter")
    other.get_by_text("Kontakt salvestatud.").first.wait_for()
    page.bring_to_front()
    page.get_by_label("Märkus").fill("Esimene aken, edasi")
    page.keyboard.press("Control+Enter")
    page.get_by_text("See vorm saadeti juba").first.wait_for()

    assert sorted(Contact.objects.values_list("note", flat=True)) == ["Esimene aken, edasi", "Teine aken"]


@pytest.fixture
def sign_out_everywhere(empty_cache):
    def sign_out():
        Session.objects.all().delete()
        empty_cache()

    return sign_out


def test_a_draft_survives_the_end_of_the_session(open_desk, mari, sign_out_everywhere):
    page = open_desk(mari)
    page.goto("/contacts/")
    open_sheet(page)
    page.get_by_label("Märkus").fill("Pool juttu on kirjas")
    wait_until(lambda: drafts.restored(user=mari, form="contact_log").get("note") == "Pool juttu on kirjas")
    page.get_by_text("Mustand hoitud").wait_for()

    sign_out_everywhere()
    again = open_desk(mari)
    again.goto("/contacts/")
    open_sheet(again)

    assert again.get_by_label("Märkus").input_value() == "Pool juttu on kirjas"
    again.get_by_role("button", name="Alusta puhtalt lehelt").click()
    wait_until(lambda: again.get_by_label("Märkus").input_value() == "")
    assert drafts.restored(user=mari, form="contact_log") == {}


def test_signing_in_again_happens_beside_the_page_and_saves_what_was_typed(open_desk, mari, sign_out_everywhere):
    mari.set_password("väga-salajane-sõna-1")
    mari.save()
    page = open_desk(mari)
    page.goto("/contacts/")
    open_sheet(page)
    page.get_by_label("Märkus").fill("Seanss sai otsa")
    sign_out_everywhere()

    page.keyboard.press("Control+Enter")
    page.get_by_text("Sinu seanss on lõppenud").wait_for()
    assert Contact.objects.count() == 0
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Logi uuesti sisse").click()
    window = opened.value
    window.get_by_label("E-post").fill(mari.email)
    window.locator("input[type=password]").fill("väga-salajane-sõna-1")
    window.keyboard.press("Enter")

    page.get_by_text("Kontakt salvestatud.").wait_for()
    assert Contact.objects.get().note == "Seanss sai otsa"


@pytest.mark.parametrize(("width", "language"), [(1280, "et"), (768, "en"), (320, "et")])
def test_the_sheet_is_accessible_at_every_width(open_desk, violations, mari, andres, width, language):
    topic = Topic.objects.get(code="procedure_status")
    CaseFactory(party=andres, topic=topic)
    ContactFactory(party=andres, topic=topic, handled_by=mari)
    page = open_desk(mari, width=width, language=language, reduced_motion="reduce")
    page.goto("/contacts/")
    page.keyboard.press("c")
    page.locator("[name=who]").wait_for()
    page.keyboard.type("5555 0199")
    page.locator("#log-options [data-party]").wait_for()
    page.screenshot(path=f"var/pictures/log-contact-{width}-{language}-who.png")
    assert violations(page) == []

    page.keyboard.press("Enter")
    page.locator("#log-card .log-card").wait_for()
    page.keyboard.press("2")
    page.locator("#log-hints .log-guide").wait_for()
    page.screenshot(path=f"var/pictures/log-contact-{width}-{language}.png")

    assert violations(page) == []
    assert not scrolls_sideways(page)
    assert page.evaluate(
        "(() => { const s = document.querySelector('#sheet'); return s.scrollWidth <= s.clientWidth; })()"
    )


@pytest.mark.parametrize(("width", "language"), [(1280, "et"), (768, "en"), (320, "et")])
def test_pages_of_contacts_and_parties_are_accessible(
    open_desk, violations, photograph, jaan, andres, width, language
):
    topic = Topic.objects.get(code="procedure_status")
    case = CaseFactory(party=andres, topic=topic)
    contact = ContactFactory(
        party=andres,
        topic=topic,
        handled_by=jaan,
        case=case,
        handling_seconds=95,
        entry_milliseconds=9100,
        note="Küsis metsateatise seisu",
    )
    ContactFactory(handled_by=jaan, outcome="answered", was_dissatisfied=True)
    page = open_desk(jaan, width=width, language=language)
    pages = {
        "contacts": "/contacts/?dissatisfied=no", "contact": f"/contacts/{contact.key}/", "contact-edit": f"/contacts/{contact.key}/edit/",
        "log-page": "/contacts/log/", "batch": "/contacts/batch/", "parties": "/parties/", "party": f"/parties/{andres.pk}/",
        "party-edit": f"/parties/{andres.pk}/edit/", "party-new": "/parties/new/",
    }  # fmt: skip

    for name, address in pages.items():
        assert page.goto(address).status == 200
        photograph(page, f"{name}-{width}-{language}")
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name
