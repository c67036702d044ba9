"""One box finds a party by what was typed: a number in any spelling, an address, a code, a name, a case."""

import pytest

from complaints import party_search
from complaints.party_search import WhoNotUnderstood, find_cases, find_parties, read, summaries, who_is_meant
from tests.factories import CaseFactory, ContactFactory, PartyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", phone="+37255550199", email="andres@example.ee")


@pytest.fixture
def mets(db):
    return PartyFactory(name="OÜ Mets ja Meri", kind="company", phone="", registry_code="10137025")


@pytest.mark.parametrize(
    ("text", "part", "value"),
    [
        ("5555 0199", "phone", "+37255550199"),
        ("+372 5555 0199", "phone", "+37255550199"),
        ("00372 55550199", "phone", "+37255550199"),
        ("(5555) 0199", "digits", "55550199"),
        ("Andres Kuusk 5555 0199", "name", "Andres Kuusk"),
        ("Andres Kuusk, 5555 0199", "phone", "+37255550199"),
        ("Andres@Example.ee", "email", "andres@example.ee"),
        ("10137025", "registry_code", "10137025"),
        ("P-2026-000001-8", "case_number", "P-2026-000001-8"),
        ("p 2026 42", "case_number", "P 2026 42"),
        ("Kuusk", "name", "Kuusk"),
    ],
)
def test_what_was_typed_is_taken_apart(text, part, value):
    assert getattr(read(text), part) == value


@pytest.mark.parametrize(
    "text",
    [
        "5555 0199",
        "55550199",
        "+372 5555 0199",
        "00372 5555-0199",
        "555501",
        "+3725555",
        "andres@",
        "Andres",
        "kuusk and",
        "andress kuusk",
    ],
)
def test_a_person_is_found_however_they_are_typed(text, mari, andres, mets):
    assert [party.name for party in find_parties(text, user=mari)] == ["Andres Kuusk"]


@pytest.mark.parametrize("text", ["10137025", "mets ja", "Meri Mets"])
def test_a_company_is_found_by_code_and_by_words_in_any_order(text, mari, andres, mets):
    assert find_parties(text, user=mari) == [mets]


def test_the_nearest_name_comes_first(mari):
    for name in ("Kuuskmaa Tiit", "Ants Kuusk", "Kuusk", "Kuuskoja"):
        PartyFactory(name=name)

    assert [party.name for party in find_parties("kuusk", user=mari)] == [
        "Kuusk",
        "Kuuskoja",
        "Kuuskmaa Tiit",
        "Ants Kuusk",
    ]


def test_letters_of_a_pattern_are_letters(mari, andres):
    assert find_parties("%", user=mari) == []
    assert find_parties("__", user=mari) == []


def test_estonian_letters_are_found_in_either_case(mari):
    party = PartyFactory(name="Õie Žukov")

    assert find_parties("õie ž", user=mari) == [party]
    assert find_parties("ŽUKOV", user=mari) == [party]


def test_a_unit_head_finds_only_parties_of_the_units_cases(kai, mari, andres, forest_unit):
    seen = PartyFactory(name="Andres Kuusik")
    CaseFactory(party=seen, unit=forest_unit)

    assert find_parties("andres", user=kai) == [seen]
    assert len(find_parties("andres", user=mari)) == 2


def test_a_restricted_case_is_not_found_by_its_number(mari, peeter):
    case = CaseFactory(restricted=True)

    assert find_cases(case.number, user=mari) == []
    assert find_cases(case.number, user=peeter) == [case]


def test_a_case_is_found_by_the_beginning_of_its_number(mari):
    case = CaseFactory()

    assert find_cases(case.number[:11], user=mari) == [case]
    assert find_cases("P-2026", user=mari) == []


def test_open_restricted_cases_and_their_contacts_are_not_told_beside_a_party(mari, peeter, andres, today):
    secret = CaseFactory(party=andres, restricted=True)
    ContactFactory(party=andres, case=secret, is_restricted=True)
    open_case = CaseFactory(party=andres)

    seen = summaries([andres], user=mari, today=today)[andres.pk]
    trusted = summaries([andres], user=peeter, today=today)[andres.pk]

    assert ([case.number for case in seen.open_cases], seen.contacts) == ([open_case.number], 0)
    assert (len(trusted.open_cases), trusted.contacts) == (2, 1)


# --- Who was meant ----------------------------------------------------------------------------------------------------
def test_nothing_typed_is_anonymous(mari):
    assert who_is_meant("  ", user=mari).is_anonymous


@pytest.mark.parametrize("text", ["5555 0199", "andres@example.ee", "ANDRES@EXAMPLE.EE", "Andres Kuusk 55550199"])
def test_whole_data_mean_the_one_who_has_them(text, mari, andres):
    assert who_is_meant(text, user=mari).party == andres


def test_a_number_shared_by_two_is_asked_about(mari, andres):
    other = PartyFactory(name="Anne Kuusk", phone=andres.phone)

    assert set(who_is_meant("55550199", user=mari).candidates) == {andres, other}
    assert who_is_meant("Anne Kuusk 55550199", user=mari).party == other


def test_a_bare_name_is_never_taken_for_its_namesake(mari, andres):
    meant = who_is_meant("andres kuusk", user=mari)

    assert meant.party is None
    assert meant.candidates == (andres,)


def test_an_unknown_number_or_name_is_somebody_new(mari):
    meant = who_is_meant("Mai Maasikas 5123 4567", user=mari)

    assert (meant.new.name, meant.new.phone) == ("Mai Maasikas", "+37251234567")


def test_a_case_number_means_its_party(mari, andres):
    case = CaseFactory(party=andres)

    assert who_is_meant(case.number.lower(), user=mari) == party_search.Meant(party=andres, case=case)


@pytest.mark.parametrize("text", ["12345", "38001085718", "kala@", "P-2026-000001-1"])
def test_what_cannot_be_kept_is_refused_in_words(text, mari):
    with pytest.raises(WhoNotUnderstood):
        who_is_meant(text, user=mari)


def test_a_name_without_its_marks_finds_and_is_the_same_person(mari, today):
    juri = PartyFactory(name="Jüri Õunapuu", phone="")

    for typed in ("juri ounapuu", "Ounapuu juri", "JÜRI ÕUNAPUU", "ounap"):
        assert juri in party_search.find_parties(typed, user=mari), typed
    assert party_search.who_is_meant("juri ounapuu", user=mari).candidates == (juri,)


@pytest.mark.parametrize(
    "typed", ["36805280109", "36805280108", "368 0528 0108", "3680528010", "Andres Kuusk 36805280108"]
)
def test_a_personal_code_right_or_mistyped_is_called_so(mari, typed):
    with pytest.raises(WhoNotUnderstood, match="sikukood|ersonal code"):
        who_is_meant(typed, user=mari)


def test_a_mistyped_registry_code_is_called_so(mari):
    with pytest.raises(WhoNotUnderstood, match="registrikood|registry code"):
        who_is_meant("10137026", user=mari)


@pytest.mark.parametrize("typed", ["37255550199", "+46701234567", "0046 70 123 4567", "5555 0199"])
def test_a_number_of_a_phone_is_no_personal_code(typed):
    assert not read(typed).is_personal_code
