"""Words of contacts' notes: found with a case or without, through the gate, from the index."""

import pytest
from django.db import connection

from complaints import contact_words
from complaints.case_search import search
from complaints.contact_words import with_words
from complaints.models import Contact
from tests.factories import CaseFactory, ContactFactory, PartyFactory


def notes(found) -> set[str]:
    return {contact.note for contact in found}


def test_words_of_a_note_are_found_without_a_case_in_any_form(mari, today):
    ContactFactory(note="Küsis kopratammide kohta Õuna tänaval", case=None)
    ContactFactory(note="Muu jutt", case=None)

    for text in ("kopratamm", "KOPRATAMMI", "koprata", "ouna", "Õuna tänav", '"kopratammide kohta"'):
        assert notes(search(text, user=mari, today=today).contacts) == {"Küsis kopratammide kohta Õuna tänaval"}, text
    assert search("%", user=mari, today=today).contacts == []


def test_the_list_has_a_filter_of_words(as_person, mari):
    ContactFactory(note="Kopratamm uputab", case=None)
    ContactFactory(note="Muu jutt", case=None)

    page = as_person(mari).get("/contacts/", {"q": "kopratammid"}).content.decode()

    assert ("Kopratamm uputab" in page, "Muu jutt" in page) == (True, False)
    assert ('name="q"' in page, 'value="kopratammid"' in page) == (True, True)


def test_what_is_not_seen_or_was_taken_back_is_not_found(mari, liis, today):
    case = CaseFactory(assignee=mari, restricted=True)
    ContactFactory(note="Salajane kopratamm", case=case, is_restricted=True, handled_by=mari)
    ContactFactory(note="Tagasi võetud kopratamm", undone_at=case.received_at)

    assert notes(search("kopratamm", user=mari, today=today).contacts) == {"Salajane kopratamm"}
    assert search("kopratamm", user=liis, today=today).contacts == []


def test_frequent_words_find_the_same_and_are_not_counted(mari, monkeypatch):
    for number in range(3):
        ContactFactory(note=f"kopratamm {number}")
    ContactFactory(note="")
    few = with_words(Contact.objects.all(), "kopratamm")
    monkeypatch.setattr(contact_words, "FREQUENT", 2)

    many = with_words(Contact.objects.all(), "kopratamm")

    assert (few.is_frequent, many.is_frequent) == (False, True)
    assert notes(many.contacts) == notes(few.contacts) == {f"kopratamm {number}" for number in range(3)}


def test_the_index_of_words_answers(db):
    found = Contact.objects.exclude(note="").alias(holds_words=contact_words.holds("kopratamm"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "complaints_contact_words" in found.filter(holds_words=True).order_by().explain()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_filtered_list_asks_the_same_for_any_rows(as_person, mari, rows, django_assert_num_queries):
    for _row in range(rows):
        ContactFactory(party=PartyFactory(), case=CaseFactory(), handled_by=mari, note="kopratamm")
    client = as_person(mari)
    client.get("/contacts/", {"q": "kopratamm"})

    # The person, their rights, the keys (with two settings and the two ends of a savepoint or transaction), the rows.
    with django_assert_num_queries(8):
        client.get("/contacts/", {"q": "kopratamm"})
