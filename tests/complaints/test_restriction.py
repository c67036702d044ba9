"""The mark "for internal use", who sees a case that bears it, and letting in by name."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from bureau.models import Deed, RestrictionBasis
from complaints.deeds import DeedRefused
from complaints.models import Case
from complaints.restriction import Restriction, default_end, let_in, lift_restriction, restrict_case, shut_out
from tests.factories import CaseFactory, ContactFactory


@pytest.fixture
def basis(db):
    return RestrictionBasis.objects.filter(default_years__isnull=False).first()


def mark(basis, today, **given) -> Restriction:
    given = {"until": today + timedelta(days=365), "reason": "eraelu andmed"} | given
    return Restriction(basis_id=basis.pk, **given)


def sees(user, case) -> bool:
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


def test_a_restricted_case_is_seen_by_its_handler_and_the_trusted_roles(mari, liis, peeter, jaan, tiina, dora, kai, admin_user, outi, basis, today):  # fmt: skip
    case = CaseFactory(assignee=mari)

    restrict_case(case=case, restriction=mark(basis, today), by=mari)

    assert {person.first_name for person in (mari, liis, peeter, jaan, tiina, dora, kai, admin_user, outi) if sees(person, case)} == {
        "Mari", "Peeter", "Jaan", "Tiina", "Dora",
    }  # fmt: skip


def test_whoever_makes_the_mark_keeps_seeing_the_case(liis, basis, today):
    case = CaseFactory()

    restrict_case(case=case, restriction=mark(basis, today), by=liis)

    assert sees(liis, case)


def test_contacts_follow_their_case(mari, basis, today):
    case = CaseFactory(assignee=mari)
    contact = ContactFactory(case=case)

    restrict_case(case=case, restriction=mark(basis, today), by=mari)
    contact.refresh_from_db()
    assert contact.is_restricted is True

    lift_restriction(case=case, reason="põhjus on möödas", by=mari)
    contact.refresh_from_db()
    assert contact.is_restricted is False


def test_the_mark_needs_an_end_and_a_reason(mari, basis, today):
    case = CaseFactory(assignee=mari)

    for given in ({"until": None}, {"until": today - timedelta(days=1)}, {"reason": " "}):
        with pytest.raises(DeedRefused):
            restrict_case(case=case, restriction=mark(basis, today, **given), by=mari)
    restrict_case(case=case, restriction=mark(basis, today, until=None, ends_by="kuni otsuse jõustumiseni"), by=mari)

    case.refresh_from_db()
    assert case.restriction_ends_by == "kuni otsuse jõustumiseni"


def test_changing_the_mark_keeps_the_day_it_was_made(mari, basis, today):
    case = CaseFactory(assignee=mari)
    restrict_case(case=case, restriction=mark(basis, today), by=mari)
    Case.objects.filter(pk=case.pk).update(restricted_from=today - timedelta(days=100))

    restrict_case(case=case, restriction=mark(basis, today, until=today + timedelta(days=900)), by=mari)

    case.refresh_from_db()
    assert (case.restricted_from, case.restricted_until) == (today - timedelta(days=100), today + timedelta(days=900))


def test_the_basis_brings_its_usual_end():
    assert default_end(default_years=75, restricted_from=date(2026, 11, 23)) == date(2101, 11, 23)
    assert default_end(default_years=5, restricted_from=date(2024, 2, 29)) == date(2029, 2, 28)
    assert default_end(default_years=None, restricted_from=date(2026, 11, 23)) is None


def test_a_person_is_let_in_by_name_and_shut_out_again(mari, liis, basis, today):
    case = CaseFactory(assignee=mari)
    restrict_case(case=case, restriction=mark(basis, today), by=mari)
    assert not sees(liis, case)

    with pytest.raises(DeedRefused):
        let_in(case=case, user=liis, reason="", by=mari)
    let_in(case=case, user=liis, reason="asendab puhkuse ajal", by=mari)
    assert sees(liis, case)

    assert shut_out(case=case, user=liis, by=mari) is True
    assert not sees(liis, case)


def test_only_a_restricted_case_can_be_opened(mari):
    with pytest.raises(DeedRefused):
        lift_restriction(case=CaseFactory(), reason="põhjus puudub", by=mari)


def test_officer_renews_and_lifts_what_the_home_page_shows_as_ending(as_person, dora, liis, today):
    case = CaseFactory(restricted=True, assignee=liis)
    basis = RestrictionBasis.objects.filter(default_years__isnull=False).first()
    Case.objects.filter(pk=case.pk).update(restricted_until=today - timedelta(days=1))
    client = as_person(dora)
    url = case.get_absolute_url()
    assert url in client.get("/").content.decode()
    assert reverse("complaints:case_restrict", args=[case.number]) in client.get(url).content.decode()

    renewed = {"basis": basis.pk, "until": today + timedelta(days=365), "reason": "alus kestab"}
    client.post(reverse("complaints:case_restrict", args=[case.number]), renewed)
    case.refresh_from_db()

    assert case.restricted_until == today + timedelta(days=365)
    assert Deed.objects.filter(action="case.restriction_changed", object_id=case.pk, actor=dora).exists()

    client.post(reverse("complaints:case_unrestrict", args=[case.number]), {"reason": "alus on möödas"})
    case.refresh_from_db()

    assert not case.is_restricted
    assert Deed.objects.filter(action="case.unrestricted", object_id=case.pk, actor=dora).exists()


def test_nobody_is_let_in_for_whom_it_would_open_nothing(mari, admin_user):
    case = CaseFactory(restricted=True, assignee=mari)

    with pytest.raises(DeedRefused):
        let_in(case=case, user=admin_user, reason="abi", by=mari)
