"""The one box: numbers, people and codes first, then the words; nothing leaks, looking people up is recorded."""

import pytest

from bureau.models import ReadingRecord
from complaints.case_search import search
from complaints.models import Case
from complaints.notes import add_note
from complaints.search_index import refresh
from tests.factories import CaseFactory, PartyFactory


def found(text, user, today) -> list[str]:
    return [hit.number for hit in search(text, user=user, today=today).hits]


def test_a_number_in_any_spelling_opens_its_case(as_person, mari):
    case = CaseFactory()
    bare = case.number.replace("-", "")

    for spelling in (case.number, case.number.lower(), bare, case.number.replace("-", " "), f" {case.number} "):
        response = as_person(mari).get("/search/", {"q": spelling})
        assert (response.status_code, response.url) == (302, case.get_absolute_url()), spelling


def test_a_mistyped_number_says_what_is_wrong(as_person, mari):
    case = CaseFactory()
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)

    response = as_person(mari).get("/search/", {"q": wrong})

    assert response.status_code == 200
    assert "kontroll" in response.content.decode().lower()


def test_the_number_of_an_unseen_case_finds_nothing(as_person, liis, mari):
    case = CaseFactory(assignee=mari, restricted=True)

    assert as_person(liis).get("/search/", {"q": case.number}).status_code == 200


@pytest.mark.parametrize("text", ["+372 5555 0199", "55550199", "andres.kuusk@naide.ee", "70000310"])
def test_a_phone_an_address_or_a_code_finds_its_party_and_cases(mari, today, text):
    party = PartyFactory(
        name="Andres Kuusk", phone="+37255550199", email="andres.kuusk@naide.ee", registry_code="70000310"
    )
    case = CaseFactory(party=party)
    CaseFactory()

    result = search(text, user=mari, today=today)

    assert ([one.pk for one in result.parties], [hit.number for hit in result.hits]) == ([party.pk], [case.number])


def test_words_are_found_in_any_case_and_as_beginnings(mari, today):
    case = CaseFactory(title="Kopratamm uputab põldu", description="Tamm ujutas üle kaks hektarit rapsi.")
    CaseFactory(title="Muu asi", description="Midagi muud.")

    for text in (
        "kopratammi",
        "kopratammide",
        "kopratamm",
        "koprata",
        "poldu",
        "hektarit",
        "KOPRATAMMI põldu",
        '"kaks hektarit"',
    ):
        assert found(text, mari, today) == [case.number], text


def test_all_words_must_be_there(mari, today):
    one = CaseFactory(title="Kopratamm metsas")
    CaseFactory(title="Kopratamm jõel")

    assert found("kopratamm metsas", mari, today) == [one.number]
    assert found("kopratamm -metsas", mari, today) != [one.number]


def test_notes_and_further_texts_are_found(mari, today):
    case = CaseFactory()
    add_note(case=case, by=mari, text="Rääkisin hundieksperdiga.")

    assert found("hundieksperdiga", mari, today) == [case.number]


def test_newest_first(mari, today):
    old, new = CaseFactory(title="Karuputk", days_ago=9), CaseFactory(title="Karuputk", days_ago=1)

    assert found("karuputk", mari, today) == [new.number, old.number]


def test_a_frequent_word_is_walked_and_gives_the_same(mari, today, monkeypatch):
    cases = [CaseFactory(title="Karuputk", days_ago=number) for number in range(4)]
    by_index = found("karuputk", mari, today)
    monkeypatch.setattr("complaints.text_search.FREQUENT", 2)

    assert found("karuputk", mari, today) == by_index == [case.number for case in cases]


def test_search_and_list_agree_for_every_role(
    mari, liis, peeter, kai, dora, admin_user, outi, forest_unit, water_unit, today
):
    for unit in (forest_unit, water_unit):
        for restricted in (False, True):
            CaseFactory(title="Karuputk", unit=unit, restricted=restricted, assignee=liis)

    for person in (mari, liis, peeter, kai, dora, admin_user, outi):
        assert set(found("karuputk", person, today)) == set(
            Case.objects.visible_to(person).values_list("number", flat=True)
        ), person


def test_the_words_stand_in_an_excerpt_and_a_restricted_case_shows_none(mari, today):
    CaseFactory(title="Avalik", description="Naaber viskas karuputke tee äärde <b>ja</b> läks.", assignee=mari)
    CaseFactory(title="Piiratud", description="Salajane karuputke lugu.", assignee=mari, restricted=True)

    hits = {hit.title: hit.excerpt for hit in search("karuputke", user=mari, today=today).hits}

    assert "<mark>karuputke</mark>" in hits["Avalik"]
    assert "<b>" not in hits["Avalik"]
    assert hits["Piiratud"] == ""


def test_a_mistyped_word_is_put_right(mari, today):
    CaseFactory(title="Puurkaevu andmed on valed")
    CaseFactory(title="Puurkaevu kooskõlastus")

    assert search("puurkavu", user=mari, today=today).meant == "puurkaevu"


def test_words_of_restricted_cases_are_not_suggested(liis, mari, today):
    for _ in range(3):
        CaseFactory(title="Salasepitsus", assignee=mari, restricted=True)

    assert search("salasepitzus", user=liis, today=today).meant == ""


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "a & b | !c", ":*", "((", "\\", "%", "<script>", "x" * 400, "ä" * 30, '"', "-"]
)
def test_nothing_typed_breaks_the_search(as_person, mari, text):
    CaseFactory()

    assert as_person(mari).get("/search/", {"q": text}).status_code == 200


def test_looking_people_up_leaves_a_record(as_person, mari):
    party = PartyFactory(name="Andres Kuusk", phone="+37255550199")

    as_person(mari).get("/search/", {"q": "5555 0199"})
    as_person(mari).get("/search/", {"q": "metsateatis"})

    record = ReadingRecord.objects.get()
    assert (record.way, record.user, record.detail["found"]) == ("search", mari, [party.pk])


def test_a_personal_code_is_kept_nowhere(as_person, mari):
    as_person(mari).get("/search/", {"q": "38001085718"})

    assert ReadingRecord.objects.get().object_label == ""


def test_a_changed_title_is_found_anew(mari, today):
    case = CaseFactory(title="Vana", description="Kiri.")
    Case.objects.filter(pk=case.pk).update(title="Hundijaht")
    refresh(case)

    assert (found("hundijaht", mari, today), found("vana", mari, today)) == ([case.number], [])


def test_a_mistyped_or_shortened_number_offers_its_case(as_person, mari, today):
    case = CaseFactory()
    wrong_check = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    spellings = (
        wrong_check,
        f"{case.sequence:06d}",
        f"k{case.year} {case.sequence}",
        f"K{case.number[1:]}",
        case.number[:-2],
    )

    for spelling in spellings:
        result = search(spelling, user=mari, today=today)
        assert case in result.cases_meant, spelling
        assert case.number in as_person(mari).get("/search/", {"q": spelling}).content.decode(), spelling


def test_a_number_offers_no_case_that_is_not_seen(liis, mari, today):
    case = CaseFactory(assignee=mari, restricted=True)

    assert search(f"{case.sequence:06d}", user=mari, today=today).cases_meant == [case]
    assert search(f"{case.sequence:06d}", user=liis, today=today).cases_meant == []
