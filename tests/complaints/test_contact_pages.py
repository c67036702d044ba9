"""The pages of contacts and parties: the sheet, its parts, the list, the batch, one contact, one party."""

import uuid
from datetime import timedelta

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bureau import drafts, reference
from bureau.models import ReadingRecord, Topic
from complaints.models import Case, Contact
from tests.factories import CaseFactory, ContactFactory, PartyFactory

pytestmark = pytest.mark.django_db

LOG = "/contacts/log/"
IN_SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}


def phone_channel():
    return reference.by_code(reference.channels())["phone"].id


def filled(**fields):
    """The sheet as a browser sends it."""
    return {"key": str(uuid.uuid4()), "channel": phone_channel(), "outcome": "answered", "who": "", **fields}


def test_the_sheet_opens_over_a_page_and_as_a_page(as_person, mari):
    client = as_person(mari)

    page, part = client.get(LOG), client.get(LOG, headers=IN_SHEET)

    assert page.status_code == part.status_code == 200
    assert b"<html" in page.content
    assert b"<html" not in part.content
    assert b'hx-target="#sheet-content"' in part.content


def test_an_anonymous_call_needs_nothing_but_saving(as_person, mari):
    answer = as_person(mari).post(LOG, filled())

    contact = Contact.objects.get()
    assert answer.status_code == 302
    assert (contact.party, contact.topic, contact.outcome, contact.handled_by) == (None, None, "answered", mari)


def test_saving_in_the_sheet_gives_an_empty_one_and_a_toast_with_undo(as_person, mari):
    answer = as_person(mari).post(LOG, filled(note="Küsis luba"), headers=IN_SHEET)

    contact = Contact.objects.get()
    assert answer.status_code == 200
    assert reverse("complaints:contact_undo", args=[contact.key]) in answer.headers["HX-Trigger"]
    assert "Küsis luba" not in answer.content.decode()
    assert str(contact.key) not in answer.content.decode()


def test_saving_takes_at_most_fifteen_statements(as_person, mari):
    client = as_person(mari)
    party = PartyFactory()
    topic = Topic.objects.filter(parent__isnull=False).first()
    data = filled(party=party.pk, who=party.name, topic=topic.pk, note="Küsis metsateatise seisu", duration="01.20")
    drafts.save_draft(user=mari, form="contact_log", data=data)
    client.get(LOG, headers=IN_SHEET)

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(LOG, data, headers=IN_SHEET)

    assert answer.status_code == 200
    assert Contact.objects.count() == 1
    assert drafts.restored(user=mari, form="contact_log") == {}
    assert len(asked) <= 15, [query["sql"][:150] for query in asked]


def test_the_statements_of_saving_do_not_grow_with_what_is_there(as_person, mari):
    client = as_person(mari)
    party = PartyFactory()

    def statements():
        data = filled(party=party.pk, who=party.name)
        client.get(LOG, headers=IN_SHEET)
        with CaptureQueriesContext(connection) as asked:
            client.post(LOG, data, headers=IN_SHEET)
        return len(asked)

    first = statements()
    for _number in range(5):
        ContactFactory(party=party, handled_by=mari)
    CaseFactory(party=party)

    assert statements() == first


def test_two_of_the_same_number_are_asked_about_and_nothing_typed_is_lost(as_person, mari):
    client = as_person(mari)
    first, second = PartyFactory(phone="+37255550199"), PartyFactory(phone="+37255550199")
    data = filled(who="5555 0199", note="Küsis luba")

    asked = client.post(LOG, data)
    answered = client.post(LOG, data | {"choice": second.pk})

    words = asked.content.decode()
    assert asked.status_code == 422
    assert f'value="{first.pk}"' in words
    assert "Küsis luba" in words
    assert answered.status_code == 302
    assert Contact.objects.get().party == second


def test_a_wrong_body_names_the_right_one_by_its_topic(as_person, mari):
    topic = Topic.objects.filter(outside_body__isnull=False).first()
    client = as_person(mari)

    refused = client.post(LOG, filled(outcome="wrong_body"))
    client.post(LOG, filled(outcome="wrong_body", topic=topic.pk))

    assert refused.status_code == 422
    assert Contact.objects.get().outside_body_id == topic.outside_body_id


def test_a_call_told_afterwards_is_marked_and_the_future_is_refused(as_person, mari):
    client = as_person(mari)
    then, later = timezone.localtime() - timedelta(hours=3), timezone.localtime() + timedelta(hours=3)

    client.post(LOG, filled(at=then.strftime("%Y-%m-%dT%H:%M")))
    refused = client.post(LOG, filled(at=later.strftime("%Y-%m-%dT%H:%M")))

    assert refused.status_code == 422
    contact = Contact.objects.get()
    assert contact.is_backdated
    assert timezone.localtime(contact.at).strftime("%H:%M") == then.strftime("%H:%M")


@pytest.mark.parametrize(
    ("typed", "seconds"), [("3", 180), ("3.20", 200), ("3:20", 200), ("1.02.05", 3725), ("00.38", 38), ("2 min", 120)]
)
def test_a_duration_is_read_as_people_write_it(typed, seconds, as_person, mari):
    as_person(mari).post(LOG, filled(duration=typed))

    assert Contact.objects.get().handling_seconds == seconds


@pytest.mark.parametrize(
    "address", ["?from=%2B37255550199", "?from=+37255550199", "?from=37255550199", "?from=5555%200199"]
)
def test_a_telephone_system_opens_the_sheet_for_the_caller(address, as_person, mari):
    party = PartyFactory(name="Andres Kuusk", phone="+37255550199")

    words = as_person(mari).get(LOG + address).content.decode()

    assert 'value="Andres Kuusk"' in words
    assert f'name="party" value="{party.pk}"' in words


def test_an_unknown_caller_is_written_as_a_number(as_person, mari):
    assert 'value="+372 5555 0199"' in as_person(mari).get(f"{LOG}?from=+37255550199").content.decode()


def test_what_waited_in_a_browser_is_answered_in_json_with_its_own_moment(as_person, mari):
    client, then = as_person(mari), timezone.now() - timedelta(hours=5)
    data = filled(typed_at=then.isoformat(), entry_milliseconds="8200")

    first = client.post(LOG, data, headers={"Accept": "application/json"})
    again = client.post(LOG, data, headers={"Accept": "application/json"})
    refused = client.post(LOG, filled(outcome="wrong_body"), headers={"Accept": "application/json"})

    assert (first.json()["is_new"], again.json()["is_new"]) == (True, False)
    assert refused.status_code == 422
    contact = Contact.objects.get()
    assert abs(contact.at - then).total_seconds() < 1
    assert (contact.entry_milliseconds, contact.is_backdated) == (8200, False)


def test_the_finder_tells_who_it_is_and_what_is_open(as_person, mari):
    party = PartyFactory(name="Andres Kuusk", phone="+37255550199")
    case = CaseFactory(party=party)
    secret = CaseFactory(party=party, restricted=True)

    words = as_person(mari).get("/contacts/log/who/", {"who": "5555 0199"}).content.decode()

    assert "Andres Kuusk" in words
    assert case.number in words
    assert secret.number not in words


def test_a_case_is_offered_by_the_digits_of_its_number_alone(as_person, mari):
    case = CaseFactory()
    sequence = case.number.split("-")[2]

    for typed in (sequence, sequence[3:]):
        assert case.number in as_person(mari).get("/contacts/log/who/", {"who": typed}).content.decode()


def test_what_is_added_to_a_person_says_what_of_the_same_kind_it_takes_the_place_of(as_person, peeter):
    PartyFactory(name="Andres Kuusk", phone="+37255550199", email="vana@naide.ee")
    client = as_person(peeter)

    by_address = client.get("/contacts/log/who/", {"who": "Andres Kuusk uus@naide.ee"}).content.decode()
    by_number = client.get("/contacts/log/who/", {"who": "Andres Kuusk 5666 7799"}).content.decode()

    assert "asendab senise: vana@naide.ee" in by_address
    assert "asendab senise: +372 5555 0199" in by_number


def test_typing_a_name_leaves_one_reading_record_and_choosing_another(as_person, mari):
    party = PartyFactory(name="Andres Kuusk")
    client = as_person(mari)

    for typed in ("ku", "kuu", "kuus", "kuusk"):
        client.get("/contacts/log/who/", {"who": typed})
    client.get(f"/contacts/log/person/{party.pk}/")

    assert [record.way for record in ReadingRecord.objects.order_by("pk")] == ["search", "view"]


def test_the_hints_tell_the_answer_the_right_door_and_the_open_case(as_person, mari):
    topic = Topic.objects.filter(outside_body__isnull=False).first()
    party = PartyFactory()
    case = CaseFactory(party=party, topic=topic)
    ContactFactory(party=party, topic=topic, handled_by=mari)

    words = as_person(mari).get("/contacts/log/hints/", {"topic": topic.pk, "party": party.pk}).content.decode()

    assert topic.outside_body.name in words
    assert case.number in words
    assert "Mari Tamm" in words


def test_my_favourites_come_before_the_bureaus_and_stay_for_the_week(as_person, mari, today, empty_cache):
    from complaints.favourite_topics import favourite_topics

    mine, other = Topic.objects.filter(parent__isnull=False).order_by("-pk")[:2]
    monday = today - timedelta(days=today.weekday())
    ContactFactory(handled_by=mari, topic=mine, at=timezone.now() - timedelta(days=today.weekday() + 2))

    began = [topic.id for topic in favourite_topics(user=mari, today=monday)]
    for _call in range(3):
        ContactFactory(handled_by=mari, topic=other)
    empty_cache()
    ended = [topic.id for topic in favourite_topics(user=mari, today=monday + timedelta(days=6))]

    assert (began[0], len(began)) == (mine.pk, 9)
    assert ended == began
    # What was taken up this week comes forward on the next Monday.
    assert favourite_topics(user=mari, today=monday + timedelta(days=7))[0].id == other.pk


def test_pinned_topics_keep_their_keys_and_use_fills_the_rest(as_person, mari, liis, today):
    from complaints.favourite_topics import favourite_topics

    first, second, used = Topic.objects.filter(parent__isnull=False).order_by("-pk")[:3]
    ContactFactory(handled_by=mari, topic=used, at=timezone.now() - timedelta(days=today.weekday() + 2))
    before = [topic.id for topic in favourite_topics(user=liis, today=today)]
    client = as_person(mari)
    page = client.get("/contacts/favourites/")
    assert page.context["now"][0].id == used.pk

    client.post("/contacts/favourites/", {"key_1": second.pk, "key_2": "", "key_3": first.pk, "key_4": second.pk})

    for day in (today, today + timedelta(days=70)):
        assert [topic.id for topic in favourite_topics(user=mari, today=day)][:2] == [second.pk, first.pk]
    sheet = client.get("/contacts/log/")
    assert [topic.id for topic in sheet.context["favourites"]][:3] == [second.pk, first.pk, used.pk]
    assert f'{second.name}</span><span class="visually-hidden">, klahv 1</span>' in sheet.text
    assert [topic.id for topic in favourite_topics(user=liis, today=today)] == before


def test_a_topic_out_of_use_is_not_pinned(as_person, mari):
    group = Topic.objects.exclude(parent=None).first().parent
    response = as_person(mari).post("/contacts/favourites/", {"key_1": group.pk})

    assert response.status_code == 422


# --- The list ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_rows(as_person, mari, rows, django_assert_num_queries):
    for _row in range(rows):
        ContactFactory(party=PartyFactory(), case=CaseFactory(), handled_by=mari)
    client = as_person(mari)
    client.get("/contacts/")

    # The person, their rights, the rows.
    with django_assert_num_queries(3):
        client.get("/contacts/")


def test_the_list_pages_by_key_there_and_back(as_person, mari, monkeypatch):
    from complaints import contact_filters

    for number in range(5):
        ContactFactory(note=f"märkus {number}", at=timezone.now() - timedelta(minutes=number // 2))
    everything = list(Contact.objects.order_by("-at", "-pk"))

    first = contact_filters.latest_first(Contact.objects.all(), size=2)
    second = contact_filters.latest_first(Contact.objects.all(), after=first.next_key, size=2)
    third = contact_filters.latest_first(Contact.objects.all(), after=second.next_key, size=2)
    back = contact_filters.latest_first(Contact.objects.all(), before=third.previous_key, size=2)

    assert [*first, *second, *third] == everything
    assert list(back) == list(second)
    assert (first.previous_key, third.next_key) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("channel=phone", {"a", "b"}),
        ("channel=visit", {"c"}),
        ("outcome=wrong_body", {"b"}),
        ("dissatisfied=yes", {"c"}),
        ("handler=me", {"a"}),
        ("topic=procedure_status", {"a"}),
        ("topic=permits", {"a"}),
        ("service=forest_notification", {"c"}),
        ("service=nonsense", set()),
        ("from=2020-01-01&to=2020-01-02", set()),
        ("channel=nonsense", set()),
        ("from=nonsense", set()),
    ],
)
def test_the_list_is_narrowed_by_its_address(query, found, as_person, mari, liis):
    body = Topic.objects.filter(outside_body__isnull=False).first().outside_body
    visit = reference.by_code(reference.channels())["visit"].id
    forest = Topic.objects.filter(service__code="forest_notification").first()
    ContactFactory(note="rida a", handled_by=mari, topic=Topic.objects.get(code="procedure_status"))
    ContactFactory(note="rida b", handled_by=liis, outcome="wrong_body", outside_body=body)
    ContactFactory(note="rida c", handled_by=liis, channel_id=visit, was_dissatisfied=True, topic=forest)

    words = as_person(mari).get(f"/contacts/?{query}").content.decode()

    assert {letter for letter in "abc" if f"rida {letter}" in words} == found


def test_the_form_keeps_what_it_has_no_field_for(as_person, mari):
    page = lxml.html.fromstring(as_person(mari).get("/contacts/?service=forest_notification&hour=9").content)

    sent = dict(page.xpath("//form[@class='filters-form']")[0].form_values())
    assert (sent["service"], sent["hour"]) == ("forest_notification", "9")


def test_several_topics_at_once_stand_in_a_chip_and_spoil_no_form(as_person, mari):
    first, second = Topic.objects.filter(parent__isnull=False).order_by("pk")[:2]
    ContactFactory(note="rida a", topic=first)

    words = as_person(mari).get(f"/contacts/?topic={first.code},{second.code}").content.decode()

    assert "rida a" in words
    assert f"{first.name_et}, {second.name_et}" in words
    assert "field-error" not in words


def test_a_restricted_contact_shows_neither_in_the_list_nor_by_its_address(as_person, mari, peeter):
    case = CaseFactory(restricted=True)
    contact = ContactFactory(case=case, is_restricted=True, note="Salajane märkus", handled_by=peeter)

    client = as_person(mari)
    assert "Salajane" not in client.get("/contacts/").content.decode()
    assert client.get(f"/contacts/{contact.key}/").status_code == 404
    assert "Salajane" in as_person(peeter).get("/contacts/").content.decode()


def test_the_head_sees_how_long_logging_takes(as_person, jaan, mari):
    for milliseconds in (5000, 9000, 30_000):
        ContactFactory(entry_milliseconds=milliseconds)

    assert "9,0 sekundit" in as_person(jaan).get("/contacts/").content.decode()
    assert "sekundit" not in as_person(mari).get("/contacts/").content.decode()


# --- One contact ------------------------------------------------------------------------------------------------------
def test_a_contact_is_corrected_on_its_page(as_person, mari):
    contact = ContactFactory(handled_by=mari, note="Vale")
    client, address = as_person(mari), f"/contacts/{contact.key}/edit/"
    typed = {
        "seen_version": "0", "channel": contact.channel_id, "outcome": "answered", "note": "Õige", "party": "",
        "at": timezone.localtime(contact.at).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip

    saved = client.post(address, typed)
    stale = client.post(address, typed | {"note": "Kolmas"})

    assert (saved.status_code, stale.status_code) == (302, 422)
    contact.refresh_from_db()
    assert contact.note == "Õige"
    assert "Vale" in client.get(f"/contacts/{contact.key}/").content.decode()


def test_anothers_contact_is_corrected_only_by_those_who_lead(as_person, mari, liis, jaan):
    contact = ContactFactory(handled_by=liis)

    assert as_person(mari).get(f"/contacts/{contact.key}/edit/").status_code == 302
    assert as_person(jaan).get(f"/contacts/{contact.key}/edit/").status_code == 200


def test_the_draft_of_a_complaint_is_registered_from_the_contacts_page(as_person, mari):
    client = as_person(mari)
    client.post(LOG, filled(was_dissatisfied="on", description="Ootasin kaks tundi"))
    contact = Contact.objects.get()
    address = f"/contacts/{contact.key}/case/"

    shown = client.get(address).content.decode()
    complaint = reference.by_code(reference.listed("kinds"))["service_complaint"].id
    client.post(address, {"kind": complaint, "description": "Ootasin kaks tundi"})

    assert "Ootasin kaks tundi" in shown
    assert Case.objects.get().kind.code == "service_complaint"


# --- A day at once ----------------------------------------------------------------------------------------------------
def batch(*rows, day=None):
    data = {
        "day": (day or timezone.localdate() - timedelta(days=1)).isoformat(),
        "row-TOTAL_FORMS": str(len(rows) + 1),
        "row-INITIAL_FORMS": "0",
    }
    for number, row in enumerate((*rows, {})):
        given = {"key": str(uuid.uuid4()), "channel": phone_channel(), "outcome": "answered"} | row
        data |= {f"row-{number}-{name}": value for name, value in given.items()}
    return data


def test_a_day_is_saved_whole_and_marked_as_entered_afterwards(as_person, mari):
    data = batch({"time": "915", "who": "5123 4567", "duration": "3"}, {"time": "9.40", "note": "Küsis luba"})
    client = as_person(mari)

    answer = client.post("/contacts/batch/", data)
    client.post("/contacts/batch/", data)

    assert answer.status_code == 302
    first, second = Contact.objects.order_by("at")
    assert timezone.localtime(first.at).strftime("%H.%M") == "09.15"
    assert (first.party.phone, first.handling_seconds, first.is_backdated) == ("+37251234567", 180, True)
    assert (second.party, second.note) == (None, "Küsis luba")


def test_the_tick_for_dissatisfied_is_named_for_what_it_stores(as_person, mari):
    client = as_person(mari)
    page = lxml.html.fromstring(client.get("/contacts/batch/").content)
    heading = page.xpath("//th[@class='batch-dissatisfied']")[0].text_content()
    label = page.xpath("//label[@for='id_row-0-was_dissatisfied']")[0].text_content()

    client.post("/contacts/batch/", batch({"time": "915", "was_dissatisfied": "on"}, {"time": "940"}))

    assert heading == label == "Rahulolematu"
    ticked, unticked = Contact.objects.order_by("at")
    assert (ticked.was_dissatisfied, unticked.was_dissatisfied) == (True, False)
    assert "rahulolematu" in client.get("/contacts/?dissatisfied=yes").content.decode()


def test_a_wrong_row_says_so_and_every_row_stays(as_person, mari):
    answer = as_person(mari).post(
        "/contacts/batch/", batch({"time": "9.15", "note": "õige rida"}, {"time": "25.00", "note": "vale rida"})
    )

    words = answer.content.decode()
    assert answer.status_code == 422
    assert "õige rida" in words
    assert "vale rida" in words
    assert Contact.objects.count() == 0


def test_more_rows_keep_what_is_typed(as_person, mari):
    answer = as_person(mari).post("/contacts/batch/", batch({"time": "9.15", "note": "esimene rida"}) | {"more": "on"})

    words = answer.content.decode()
    assert "esimene rida" in words
    assert "row-11-time" in words
    assert Contact.objects.count() == 0


def test_a_day_that_has_not_come_is_refused(as_person, mari):
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert (
        as_person(mari).post("/contacts/batch/", batch({"time": "9.15", "note": "x"}, day=tomorrow)).status_code == 422
    )
