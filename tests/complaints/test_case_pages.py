"""The page of a case and the deeds on it, as a person meets them: by address, form and answer."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau import drafts
from bureau.models import Channel, OutsideBody, ReadingRecord, RestrictionBasis, Topic
from complaints import presence
from complaints.extension import advised, extendable
from complaints.links import link_cases
from complaints.models import Case, CaseKind, Clock, Status
from complaints.notes import add_note, follow
from tests.factories import CaseFactory, ContactFactory, PartyFactory


def url(case, deed="") -> str:
    return f"/cases/{case.number}/{f'{deed}/' if deed else ''}"


@pytest.fixture
def case(mari):
    return CaseFactory(assignee=mari, party=PartyFactory(name="Andres Kuusk", email="andres@naide.ee"))


def reply_data(case, **given) -> dict:
    return {
        "key": uuid.uuid4(), "text": "Teatis on menetluses.", "channel": Channel.objects.get(code="email").pk, "way": "answers",
        "version": case.version, "seen": 0,
    } | given  # fmt: skip


# --- The page ---------------------------------------------------------------------------------------------------------
def full_case(mari, liis, **given):
    topic = Topic.objects.filter(parent__isnull=False).exclude(guide_et="").first()
    case = CaseFactory(assignee=mari, party=PartyFactory(), topic=topic, further_kinds=(CaseKind.objects.get(code="information_request"),), **given)  # fmt: skip
    for number in range(3):
        add_note(case=case, by=liis, text=f"Märkus {number}")
        ContactFactory(case=case, party=case.party)
        link_cases(case=case, other=CaseFactory(topic=topic, title=case.title), kind="related", by=mari)
        CaseFactory(topic=topic, title=case.title, party=case.party)
    follow(case=case, by=liis)
    follow(case=case, by=mari)
    return case


@pytest.mark.parametrize("restricted", [False, True])
def test_a_page_with_everything_on_it_takes_at_most_fourteen_statements(as_person, mari, liis, restricted):
    bare, full = CaseFactory(assignee=mari, restricted=restricted), full_case(mari, liis, restricted=restricted)
    client = as_person(mari)
    client.get(url(full))  # lists are in memory from here on

    with CaptureQueriesContext(connection) as of_bare:
        client.get(url(bare))
    with CaptureQueriesContext(connection) as of_full:
        response = client.get(url(full))

    def statements(queries):
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    assert response.status_code == 200
    assert len(statements(of_full)) <= 14
    # the party's counts, similar and linked cases, and which of the cases that deeds name exist for the person: the
    # bare one has none of them; never one a row
    assert len(statements(of_full)) - len(statements(of_bare)) == 4, statements(of_full)


def test_the_page_shows_facts_clocks_and_reasons(as_person, mari, liis):
    page = as_person(mari).get(url(full_case(mari, liis))).content.decode()

    for words in (
        "MSVS § 6",
        "TsÜS § 135",
        "Miks see päev?",
        "Sisemärkus",
        "Sulgemiseks vaja",
        "Seotud pöördumised",
        "Juhend:",
    ):
        assert words in page, words


def test_both_languages(as_person, mari, liis):
    case = full_case(mari, liis)
    client = as_person(mari)
    client.cookies["django_language"] = "en"

    page = client.get(url(case)).content.decode()

    for words in ("Why this date?", "Registered on", "Internal note", "Needed before closing", "calendar days end on"):
        assert words in page, words


def test_a_case_that_is_not_seen_does_not_exist(as_person, liis, kai, mari, water_unit):
    restricted = CaseFactory(assignee=mari, restricted=True)
    foreign = CaseFactory(unit=water_unit)

    assert as_person(liis).get(url(restricted)).status_code == 404
    assert as_person(kai).get(url(foreign)).status_code == 404
    assert as_person(liis).get("/cases/P-2026-999999-9/").status_code == 404


def test_reading_a_restricted_case_leaves_a_record(as_person, mari, peeter, case):
    restricted = CaseFactory(assignee=mari, restricted=True)

    as_person(peeter).get(url(restricted))
    as_person(peeter).get(url(case))

    record = ReadingRecord.objects.get()
    assert (record.user, record.way, record.object_id) == (peeter, "view", restricted.pk)


def test_the_number_is_understood_in_small_letters(as_person, mari, case):
    response = as_person(mari).get(f"/cases/{case.number.lower()}/")

    assert (response.status_code, response.url) == (302, case.get_absolute_url())


def test_the_timeline_is_filtered_without_leaving_the_page(as_person, mari, liis):
    case = full_case(mari, liis)

    response = as_person(mari).get(
        url(case), {"show": "notes"}, headers={"HX-Request": "true", "HX-Target": "timeline"}
    )

    page = response.content.decode()
    assert "<html" not in page
    assert page.count('data-kind="note"') == 3
    assert 'data-kind="deed"' not in page


def test_those_who_do_not_handle_cases_get_no_reply_box(as_person, tiina, dora, case):
    for person in (tiina, dora):
        page = as_person(person).get(url(case)).content.decode()
        assert 'id="reply"' not in page
        assert as_person(person).post(url(case, "reply"), reply_data(case)).status_code == 403


# --- Letters and notes ------------------------------------------------------------------------------------------------
def test_a_reply_is_recorded(as_person, mari, case):
    response = as_person(mari).post(url(case, "reply"), reply_data(case))

    case.refresh_from_db()
    assert (response.status_code, case.status) == (302, Status.ANSWERED)
    assert case.messages.get(direction="out").recipient == "andres@naide.ee"


def test_a_reply_after_somebody_was_quicker_is_kept_and_warned_of(as_person, mari, liis, case):
    client = as_person(mari)
    seen = client.get(url(case)).context["reply"].initial["seen"]
    as_person(liis).post(url(case, "reply"), reply_data(case, text="Liisi vastus."))

    response = as_person(mari).post(url(case, "reply"), reply_data(case, text="Minu pikk vastus.", seen=seen))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Minu pikk vastus." in page
    assert "Pöördumine muutus sinu kirjutamise ajal" in page
    assert "Liis Mets" in page
    assert case.messages.filter(direction="out").count() == 1

    form = response.context["reply"]
    again = as_person(mari).post(
        url(case, "reply"), reply_data(case, text="Minu pikk vastus.", version=form.data["version"])
    )
    assert again.status_code == 302
    assert case.messages.filter(direction="out").count() == 2


def test_a_refused_reply_keeps_its_text(as_person, mari, case):
    tomorrow = timezone.localtime() + timedelta(days=1)

    response = as_person(mari).post(url(case, "reply"), reply_data(case, at=tomorrow.strftime("%Y-%m-%dT%H:%M")))

    assert response.status_code == 422
    assert "Teatis on menetluses." in response.content.decode()


def test_a_draft_comes_back_into_the_box(as_person, mari, case):
    drafts.save_draft(
        user=mari, form="case_reply", subject=case.number, data={"text": "Poolik vastus", "way": "waits"}
    )

    page = as_person(mari).get(url(case)).content.decode()

    assert "Poolik vastus" in page
    as_person(mari).post(url(case, "reply/discard"))
    assert "Poolik vastus" not in as_person(mari).get(url(case)).content.decode()


def test_a_note_is_added(as_person, mari, case):
    as_person(mari).post(url(case, "note"), {"text": "Küsisin metsaosakonnast."})

    assert case.notes.get().text == "Küsisin metsaosakonnast."
    assert as_person(mari).post(url(case, "note"), {"text": " "}).status_code == 422


def test_the_clients_further_turn_reopens_an_ended_case(as_person, mari, case):
    as_person(mari).post(url(case, "reply"), reply_data(case))
    data = {"key": uuid.uuid4(), "text": "See ei aidanud.", "channel": case.channel_id, "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "reopen": "on"}  # fmt: skip

    as_person(mari).post(url(case, "turn"), data)

    case.refresh_from_db()
    assert (case.status, case.reopened_count) == (Status.REOPENED, 1)


# --- Deeds ------------------------------------------------------------------------------------------------------------
def deeds(case, people) -> dict[str, tuple]:
    """Every deed on a sheet: who, what is sent, and what then holds."""
    body, basis = OutsideBody.objects.first(), RestrictionBasis.objects.filter(default_years__isnull=False).first()
    topic = Topic.objects.filter(parent__isnull=False).first()
    clock = extendable(case)[0]
    notice = {"notice_text": "Teatame.", "notice_channel": case.channel_id}
    facts = {
        "title": "Uus pealkiri",
        "initial-title": case.title,
        "kind_id": case.kind_id,
        "language": "et",
        "co_signers": 0,
    }
    return {
        "wait": ("mari", {"waiting_for": "client", "reason": "number"}, {"status": "waiting"}),
        "close": ("mari", {"outcome": "not_answered", "no_reply": "not_wanted", "topic": topic.pk}, {"status": "closed"}),
        "forward": ("mari", {"body": body.pk, "is_whole": "whole", **notice}, {"status": "forwarded"}),
        "extend": ("peeter", {"clock": clock.pk, "until": advised(clock), "reason": "keeruline", **notice}, {"is_extended": True}),
        "change": ("mari", facts, {"title": "Uus pealkiri"}),
        "party": ("mari", {"who": "Kadri Uus 5555 1234"}, {"party__name": "Kadri Uus"}),
        "request": ("mari", {"what": "not_ours"}, {"clocks__purpose": "forward"}),
        "restrict": ("mari", {"basis": basis.pk, "reason": "eraelu"}, {"is_restricted": True}),
        "link": ("mari", {"kind": "related", "other": CaseFactory().number}, {"links__kind": "related"}),
        "assign": ("peeter", {"to": people["liis"].pk}, {"assignee__first_name": "Liis"}),
        "unassign": ("mari", {}, {"assignee": None}),
        "let_in": ("mari", {"person": people["liis"].pk, "reason": "abi"}, {"accesses__user__first_name": "Liis"}),
    }  # fmt: skip


@pytest.mark.parametrize("deed", ["wait", "close", "forward", "extend", "change", "party", "request", "restrict", "link", "assign", "unassign", "let_in"])  # fmt: skip
def test_each_deed_is_a_page_a_sheet_and_an_act(as_person, mari, liis, peeter, case, deed):
    people = {"mari": mari, "liis": liis, "peeter": peeter}
    if deed == "let_in":
        case = CaseFactory(assignee=mari, restricted=True)
    who, data, holds = deeds(case, people)[deed]
    client, address = as_person(people[who]), url(case, deed.replace("_", "-"))

    assert client.get(address).status_code == 200
    sheet = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in sheet
    if deed not in {"unassign", "change", "party"}:
        refused = client.post(address, {})
        assert refused.status_code == 422
    done = client.post(address, data | {"version": case.version})

    assert done.status_code == 302, done.context["form"].errors
    assert Case.objects.filter(pk=case.pk, **holds).exists()


def test_a_sheet_answers_with_a_redirect_of_the_page(as_person, mari, case):
    response = as_person(mari).post(
        url(case, "wait"), {"waiting_for": "unit", "reason": "seisukoht"}, headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"] == case.get_absolute_url()


def test_a_deed_from_an_older_page_keeps_what_was_typed(as_person, mari, liis, case):
    add_note(case=case, by=liis, text="Ära veel oota.")

    response = as_person(mari).post(
        url(case, "wait"), {"waiting_for": "unit", "reason": "seisukoht", "version": 1, "seen": 0}
    )

    assert response.status_code == 409
    assert "seisukoht" in response.content.decode()
    assert "Lisas sisemärkuse" in response.content.decode()


def test_the_same_fact_changed_by_two_is_shown_with_its_three_values(as_person, mari, liis, case):
    facts = {"kind_id": case.kind_id, "language": "et", "co_signers": 0, "initial-title": case.title}
    as_person(liis).post(url(case, "change"), facts | {"title": "Liisi pealkiri"})

    response = as_person(mari).post(url(case, "change"), facts | {"title": "Mari pealkiri"})
    page = response.content.decode()
    assert response.status_code == 422
    assert ("Liisi pealkiri" in page, "Mari pealkiri" in page, case.title in page) == (True, True, True)

    as_person(mari).post(url(case, "change"), facts | {"title": "Mari pealkiri", "overrule": "on"})
    case.refresh_from_db()
    assert case.title == "Mari pealkiri"


def test_a_specialist_asks_and_the_chief_specialist_finds_the_form_filled(as_person, mari, peeter, case):
    clock = extendable(case)[0]
    data = {"clock": clock.pk, "until": advised(clock), "reason": "ootan seirearuannet", "notice_text": "Teatame.", "notice_channel": case.channel_id}  # fmt: skip
    as_person(mari).post(url(case, "extend"), data)

    page = as_person(peeter).get(url(case, "extend")).content.decode()
    assert "ootan seirearuannet" in page
    assert "Mari Tamm" in page
    assert Clock.objects.get(pk=clock.pk).is_extended is False

    as_person(peeter).post(url(case, "extend/decline"), {"clock": clock.pk, "reason": "jõuab ära"})
    assert "ootan seirearuannet" not in as_person(peeter).get(url(case, "extend")).content.decode()


def test_buttons_of_one_press(as_person, mari, liis):
    queue = CaseFactory()
    client = as_person(mari)

    for deed in ("take", "start", "follow", "unfollow"):
        assert client.post(url(queue, deed)).status_code == 302
    assert as_person(liis).post(url(queue, "take")).status_code == 302

    queue.refresh_from_db()
    assert (queue.assignee, queue.status) == (mari, Status.IN_PROGRESS)


def test_a_case_one_restricts_away_from_oneself_leads_to_the_list(as_person, liis, mari):
    case = CaseFactory(assignee=mari, restricted=True)

    response = as_person(mari).post(url(case, "unassign"), {"version": 1})

    assert response.url == "/cases/"


def test_who_else_is_here(as_person, mari, liis, case):
    as_person(liis).post(url(case, "presence"), {"writing": "on"})

    answer = as_person(mari).post(url(case, "presence")).content.decode()

    assert "Liis Mets kirjutab" in answer
    assert {one.user_id for one in presence.present_at([case.pk])[case.pk]} == {mari.pk, liis.pk}


def test_a_link_to_an_unseen_case_is_neither_shown_nor_taken_away(as_person, mari, liis, peeter):
    case, hidden = CaseFactory(), CaseFactory(restricted=True, title="Saladuslik asi")
    link = link_cases(case=case, other=hidden, kind="related", by=peeter)

    assert "Saladuslik asi" not in as_person(liis).get(url(case)).content.decode()
    assert as_person(liis).post(url(case, "unlink"), {"link": link.pk}).status_code == 404
    assert as_person(liis).post(url(case, "link"), {"kind": "related", "other": hidden.number}).status_code == 422


@pytest.mark.parametrize("deed", ["change", "forward", "extend", "close"])
def test_a_deed_opened_as_a_page_answers_as_a_page_and_as_a_sheet_in_the_sheet(as_person, peeter, deed):
    """A refusal or a clash opened a sheet over the same form: two forms, and twice the same ids."""
    address = f"/cases/{CaseFactory(assignee=peeter).number}/{deed}/"
    client = as_person(peeter)

    assert "hx-post" not in client.get(address).content.decode()
    assert f'hx-post="{address}"' in client.get(address, headers={"HX-Request": "true"}).content.decode()
    refused = client.post(address, {})
    assert refused.status_code in (409, 422)
    assert refused.content.decode().count('class="sheet-form"') == 1
