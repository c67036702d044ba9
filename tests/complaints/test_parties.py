"""Parties are kept normalised, nothing is invented, and two who change one at once are told of each other."""

import pytest

from bureau.models import Deed, ReadingRecord
from complaints import parties
from complaints.correspondence import recipient_of
from complaints.models import Party
from complaints.parties import PartyChanged, PartyFacts, PartyRefused, add_party, change_party
from tests.factories import CaseFactory, ContactFactory, PartyFactory

pytestmark = pytest.mark.django_db


def facts_of(party, **changed):
    return PartyFacts(**{name: getattr(party, name) for name in parties.FIELDS} | changed)


def test_a_phone_number_alone_is_enough(mari):
    party = add_party(facts=PartyFacts(phone="5555 0199"), by=mari)

    assert (party.phone, party.email, party.name, str(party)) == ("+37255550199", "", "", "+372 5555 0199")


def test_the_deed_names_no_person(mari):
    party = add_party(facts=PartyFacts(name="Andres Kuusk", phone="5555 0199"), by=mari)

    deed = Deed.objects.get(action="party.added")
    assert deed.object_label == f"#{party.pk}"
    assert "Kuusk" not in str(deed.data)


@pytest.mark.parametrize(
    "facts",
    [
        PartyFacts(),
        PartyFacts(name="  "),
        PartyFacts(phone="123"),
        PartyFacts(registry_code="12345679"),
        PartyFacts(registry_code="38001085718"),
        PartyFacts(email="kala"),
    ],
)
def test_what_is_not_whole_is_refused_in_words(facts, mari):
    with pytest.raises(PartyRefused, match=r"\w"):
        add_party(facts=facts, by=mari)
    assert Party.objects.count() == 0


def test_a_change_keeps_the_version_before(mari):
    party = PartyFactory(name="Andres Kuusk")

    change_party(party=party, facts=facts_of(party, name="Andres Kuusik"), by=mari, seen_version=1)

    party.refresh_from_db()
    assert (party.name, party.version) == ("Andres Kuusik", 2)
    assert party.versions.get().name == "Andres Kuusk"
    assert Deed.objects.get(action="party.changed").data == {"fields": ["name"]}


def test_changes_of_two_people_to_different_fields_are_both_kept(mari, liis):
    party = PartyFactory(name="Andres Kuusk", email="")
    change_party(party=party, facts=facts_of(party, email="andres@example.ee"), by=liis, seen_version=1)

    _party, merged = change_party(party=party, facts=facts_of(party, name="Andres Kuusik"), by=mari, seen_version=1)

    party.refresh_from_db()
    assert (party.name, party.email) == ("Andres Kuusik", "andres@example.ee")
    assert len(merged) == 1


def test_changes_to_the_same_field_are_shown_with_all_three_values(mari, liis):
    party = PartyFactory(name="Andres Kuusk", email="")
    theirs = facts_of(party, name="Andres Kuusik", email="andres@example.ee")
    change_party(party=party, facts=theirs, by=liis, seen_version=1)

    with pytest.raises(PartyChanged) as changed:
        change_party(party=party, facts=facts_of(party, name="Andrus Kuusk"), by=mari, seen_version=1)

    (clash,) = changed.value.clashes
    assert (clash.base, clash.theirs, clash.mine, clash.by) == (
        "Andres Kuusk",
        "Andres Kuusik",
        "Andrus Kuusk",
        "Liis Mets",
    )
    assert changed.value.merged["email"] == "andres@example.ee"
    party.refresh_from_db()
    assert party.name == "Andres Kuusik"


def test_the_page_shows_the_clash_and_then_saves_knowingly(as_person, mari, liis):
    party = PartyFactory(name="Andres Kuusk", email="")
    change_party(party=party, facts=facts_of(party, name="Andres Kuusik"), by=liis, seen_version=1)
    client, address = as_person(mari), f"/parties/{party.pk}/edit/"
    typed = {"kind": "person", "name": "Andrus Kuusk", "phone": party.phone, "language": "et", "seen_version": "1"}

    refused = client.post(address, typed)
    saved = client.post(address, typed | {"seen_version": "2"})

    assert refused.status_code == 422
    assert "Liis Mets" in refused.content.decode()
    assert 'name="seen_version" value="2"' in refused.content.decode()
    assert saved.status_code == 302
    party.refresh_from_db()
    assert party.name == "Andrus Kuusk"


def test_look_alikes_have_the_same_number_or_the_very_same_name(mari):
    party = PartyFactory(name="Andres Kuusk", phone="+37255550199")
    same_number = PartyFactory(name="A. Kuusk", phone="+37255550199")
    same_name = PartyFactory(name="ANDRES KUUSK")
    PartyFactory(name="Andres Kuusik")

    assert set(parties.look_alikes(party, user=mari)) == {same_number, same_name}


def test_looking_at_a_party_and_searching_leave_reading_records(as_person, mari):
    party = PartyFactory(name="Andres Kuusk")
    client = as_person(mari)

    client.get(f"/parties/{party.pk}/")
    client.get("/parties/?q=kuusk")

    viewed, searched = ReadingRecord.objects.order_by("pk")
    assert (viewed.way, viewed.object_id, viewed.user) == ("view", party.pk, mari)
    assert (searched.way, searched.object_label, searched.detail["found"]) == ("search", "kuusk", 1)


def test_a_party_page_tells_only_of_cases_one_may_see(as_person, mari, peeter):
    party = PartyFactory()
    secret = CaseFactory(party=party, restricted=True, title="Salajane asi")
    ContactFactory(party=party, case=secret, is_restricted=True, note="Salajane märkus")
    CaseFactory(party=party, title="Avalik asi")

    seen = as_person(mari).get(f"/parties/{party.pk}/").content.decode()
    trusted = as_person(peeter).get(f"/parties/{party.pk}/").content.decode()

    assert "Avalik asi" in seen
    assert "Salajane" not in seen
    assert "Salajane asi" in trusted


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_rows(as_person, mari, rows, django_assert_num_queries):
    for _row in range(rows):
        PartyFactory()
    client = as_person(mari)
    client.get("/parties/")

    # The person, their rights, the rows.
    with django_assert_num_queries(3):
        client.get("/parties/")


def test_a_number_that_stands_for_a_name_is_written_as_any_other():
    assert str(Party(phone="+37256667788")) == "+372 5666 7788"
    assert recipient_of(Party(name="Anne Kask", phone="+37252901391"), "phone") == "Anne Kask +372 5290 1391"
