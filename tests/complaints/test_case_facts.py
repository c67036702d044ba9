"""What stands beside a case is asked with a text made once, and answers as the gate itself does, at once and for everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.models import RoleHolding, Topic
from bureau.substitution import rights_of
from complaints import conflict_of_interest
from complaints.case_facts import PartyCounts, party_counts, similar_to
from complaints.models import OPEN, Case, CaseAccess, Contact
from tests.factories import CaseFactory, ContactFactory, PartyFactory, SubstitutionFactory
from tests.factories.complaints import complaint_case

PEOPLE = ("mari", "liis", "peeter", "jaan", "kai", "tiina", "dora", "admin_user", "outi")


@pytest.fixture
def topic(db):
    return Topic.objects.get(code="forest_notification")


@pytest.fixture
def party(db):
    return PartyFactory(name="Andres Kuusk")


@pytest.fixture
def case(mari, party, topic):
    return CaseFactory(party=party, topic=topic, title="Metsateatis õuealal", assignee=mari)


@pytest.fixture
def all_kinds(case, mari, peeter, party, topic, forest_unit):
    """Beside an open case: an old one, an ended one, restricted ones of two people, one of a unit, one that concerns Mari."""
    similar = {"party": party, "topic": topic, "title": "Metsateatis õuealal ja aias"}
    CaseFactory(**similar, days_ago=500)
    CaseFactory(**similar, restricted=True, assignee=mari)
    CaseFactory(**similar, restricted=True, assignee=peeter)
    CaseFactory(**similar, restricted=True, unit=forest_unit)
    ended = CaseFactory(**similar)
    Case.objects.filter(pk=ended.pk).update(
        status="answered", answered_at=timezone.now(), answered_on=timezone.localdate(), ended_on=timezone.localdate()
    )
    against = complaint_case(by=peeter, assignee=peeter, **similar)
    ContactFactory(case=against, party=party)
    ContactFactory(party=party, handled_by=mari)
    ContactFactory(case=Case.objects.filter(is_restricted=True).first(), party=party, is_restricted=True)
    conflict_of_interest.name_person(complaint=against.complaint, user=mari, by=peeter)
    return against


def plainly(party, user, today):
    """The same by the gate and nothing else."""
    since = today - timedelta(days=365)
    cases = Case.objects.visible_to(user).filter(party=party)
    return PartyCounts(
        Contact.objects.visible_to(user).kept().filter(party=party, on__gte=since).count(),
        cases.filter(registered_on__gte=since).count(),
        cases.filter(status__in=OPEN).count(),
    )


def with_rights(user, today):
    """As a request brings the person: the rights of the day read anew."""
    user.rights = rights_of(user, today)
    return user


@pytest.mark.parametrize("name", PEOPLE)
def test_counts_are_those_of_the_gate_for_every_role(name, request, all_kinds, party, today):
    user = with_rights(request.getfixturevalue(name), today)

    assert party_counts(party=party, user=user, today=today) == plainly(party, user, today)
    # From the kept text, too, and without anybody else's answer.
    assert party_counts(party=party, user=user, today=today) == plainly(party, user, today)


def test_the_roles_do_not_all_see_the_same(all_kinds, mari, jaan, outi, party, today):
    """Else the comparison above would prove nothing."""
    found = {party_counts(party=party, user=with_rights(one, today), today=today) for one in (mari, jaan, outi)}

    assert len(found) == 3
    assert PartyCounts(0, 0, 0) in found


def test_a_substitute_counts_by_both_rights(all_kinds, jaan, tiina, mari, liis, party, today):
    before = party_counts(party=party, user=with_rights(liis, today), today=today)
    SubstitutionFactory(absent=mari, substitute=liis, starts_on=today, ends_on=today)

    after = party_counts(party=party, user=with_rights(liis, today), today=today)

    assert after == plainly(party, liis, today)
    assert after != before


@pytest.mark.parametrize("change", ["named", "let in", "role ended"])
def test_a_change_counts_at_once(change, all_kinds, liis, peeter, party, today):
    user = with_rights(liis, today)
    before = party_counts(party=party, user=user, today=today)

    if change == "named":
        conflict_of_interest.name_person(complaint=all_kinds.complaint, user=liis, by=peeter)
    elif change == "let in":
        restricted = Case.objects.filter(is_restricted=True, assignee=peeter).get()
        CaseAccess.objects.create(case=restricted, user=liis, granted_by=peeter)
    else:
        RoleHolding.objects.filter(user=liis).update(ends_on=today - timedelta(days=1))
        user = with_rights(liis, today)

    assert party_counts(party=party, user=user, today=today) == plainly(party, user, today)
    assert party_counts(party=party, user=user, today=today) != before


def test_a_unit_that_moves_in_the_tree_counts_at_once(all_kinds, kai, forest_unit, water_unit, party, today):
    user = with_rights(kai, today)
    CaseFactory(party=party, restricted=True, unit=water_unit)
    before = party_counts(party=party, user=user, today=today)

    water_unit.parent = forest_unit
    water_unit.save()

    assert party_counts(party=party, user=user, today=today).cases == before.cases + 1


@pytest.mark.parametrize("name", PEOPLE)
def test_similar_cases_are_among_those_seen(name, request, all_kinds, case, today):
    user = with_rights(request.getfixturevalue(name), today)

    found = similar_to(case=case, user=user)

    seen = set(Case.objects.visible_to(user).values_list("pk", flat=True))
    assert {one.pk for one in found} <= seen - {case.pk}
    assert len(found) == min(3, len(seen - {case.pk}))
    assert [one.title for one in found] == ["Metsateatis õuealal ja aias"] * len(found)
