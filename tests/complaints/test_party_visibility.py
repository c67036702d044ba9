"""Who is known only from cases that do not exist for a person does not exist for that person either."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import conflict_of_interest, party_search
from complaints.models import Party
from complaints.restriction import Restriction, restrict_case
from tests.factories import CaseFactory, ContactFactory, PartyFactory
from tests.factories.complaints import complaint_case


def sees(user, party) -> bool:
    return Party.objects.visible_to(user).filter(pk=party.pk).exists()


def test_who_is_known_only_from_a_restricted_case_exists_for_those_who_see_the_case(mari, liis, peeter, dora):
    party = PartyFactory()
    CaseFactory(party=party, restricted=True, assignee=liis)

    assert [sees(one, party) for one in (mari, liis, peeter, dora)] == [False, True, True, True]


def test_who_is_known_only_from_a_complaint_about_the_reader_does_not_exist(mari, peeter, jaan):
    party = PartyFactory()
    case = complaint_case(by=mari, party=party)
    conflict_of_interest.name_person(complaint=case.complaint, user=peeter, by=mari)

    assert [sees(one, party) for one in (peeter, jaan, mari)] == [False, True, True]


@pytest.mark.parametrize("known_by", ["another case", "a contact", "one's own contact"])
def test_who_is_known_by_another_way_too_stays(mari, liis, known_by):
    party = PartyFactory()
    hidden = CaseFactory(party=party, restricted=True, assignee=liis)
    if known_by == "another case":
        CaseFactory(party=party)
    elif known_by == "a contact":
        ContactFactory(party=party)
    else:
        ContactFactory(party=party, case=hidden, is_restricted=True, handled_by=mari)

    assert sees(mari, party)


def test_a_contact_that_opened_a_hidden_case_makes_nobody_known(mari, liis):
    party = PartyFactory()
    ContactFactory(party=party, case=CaseFactory(restricted=True, assignee=liis), is_restricted=True, handled_by=liis)

    assert not sees(mari, party)


def test_who_has_neither_case_nor_contact_is_seen_by_all_who_serve(mari, kai):
    party = PartyFactory()

    assert sees(mari, party)
    assert not sees(kai, party)  # a unit head sees the parties of the unit's own cases


def test_list_searches_page_and_export_leave_the_party_out(as_person, mari, liis):
    party = PartyFactory(name="Ainult Salajas", phone="+37255550188", email="salajas@example.ee")
    CaseFactory(party=party, restricted=True, assignee=liis, title="Muu")
    client = as_person(mari)

    pages = ["/parties/", "/parties/?q=Ainult", "/parties/?q=55550188", "/search/?q=Salajas", "/contacts/log/finder/?who=Ainult"]  # fmt: skip
    pages.append(reverse("complaints:contact_finder") + "?who=55550188")
    bodies = [client.get(page).content.decode() for page in pages]
    exported = client.post(reverse("complaints:party_export"), {"format": "csv"})

    assert [page for page, body in zip(pages, bodies, strict=True) if "Ainult Salajas" in body] == []
    assert "Ainult Salajas" not in b"".join(exported.streaming_content).decode()
    assert client.get(reverse("complaints:party_detail", args=[party.pk])).status_code == 404
    assert client.post(reverse("complaints:party_edit", args=[party.pk]), {"name": "x"}).status_code == 404
    assert party_search.who_is_meant("55550188", user=mari).new is not None


def test_restricting_the_case_hides_who_is_known_from_it(mari, jaan):
    from bureau.models import RestrictionBasis

    party = PartyFactory()
    case = CaseFactory(party=party)
    assert sees(mari, party)

    basis = RestrictionBasis.objects.first()
    restrict_case(case=case, restriction=Restriction(basis_id=basis.pk, ends_by="otsus", reason="Alus"), by=jaan)

    assert not sees(mari, party)


def test_the_gate_is_asked_in_the_same_statement_as_the_list(mari):
    PartyFactory.create_batch(3)

    with CaptureQueriesContext(connection) as asked:
        rights = mari.rights
        before = len(asked)
        list(Party.objects.visible_to(mari).order_by("-pk")[:50])

    assert rights
    assert len(asked) - before == 1
