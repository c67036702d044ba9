"""Substitution: rights for its days, by the chain, never travelling on, and named in every deed done with them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.models import Deed, Notification, Substitution
from bureau.refusals import DeedRefused
from bureau.roles import Permission as P
from bureau.substitutes import end_substitution, record_substitution, substitutes_for
from bureau.substitution import rights_of
from tests.factories import AbsenceFactory, SubstitutionFactory

MONDAY, FRIDAY = date(2031, 6, 2), date(2031, 6, 6)


def record(absent, substitute, by, **more):
    return record_substitution(absent=absent, substitute=substitute, starts_on=MONDAY, ends_on=FRIDAY, by=by, **more)


def test_rights_begin_and_end_on_their_days(peeter, jaan, tiina):
    record(jaan, peeter, tiina)

    days = [MONDAY - timedelta(days=1), MONDAY, FRIDAY, FRIDAY + timedelta(days=1)]

    assert [rights_of(peeter, on).grants(P.CALENDAR_EDIT) for on in days] == [False, True, True, False]
    assert rights_of(peeter, MONDAY).acting_for == {jaan.pk: "Jaan Kask"}
    assert rights_of(peeter, FRIDAY + timedelta(days=1)).acting_for == {}


def test_borrowed_rights_do_not_travel_further(peeter, jaan, tiina):
    SubstitutionFactory(absent=tiina, substitute=jaan, starts_on=MONDAY, ends_on=FRIDAY)
    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=MONDAY, ends_on=FRIDAY)

    assert rights_of(jaan, MONDAY).role_codes == {"head_of_bureau", "head_of_department"}
    assert rights_of(peeter, MONDAY).role_codes == {"chief_specialist", "head_of_bureau"}


def test_rights_of_the_absent_person_end_with_their_role(peeter, jaan, tiina):
    jaan.role_holdings.update(ends_on=MONDAY)
    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=MONDAY, ends_on=FRIDAY)

    assert rights_of(peeter, FRIDAY).role_codes == {"chief_specialist"}


def test_a_right_of_ones_own_is_never_used_for_another(peeter, jaan, tiina):
    record(jaan, peeter, tiina)

    rights = rights_of(peeter, MONDAY)

    assert rights.behalf_for(P.CASE_ASSIGN) is None
    assert rights.behalf_for(P.CALENDAR_EDIT) == jaan.pk


@pytest.mark.parametrize(
    ("absent", "substitute", "allowed"),
    [
        ("jaan", "peeter", True), ("jaan", "tiina", True), ("peeter", "jaan", True), ("tiina", "jaan", True),
        ("mari", "liis", True), ("jaan", "mari", False), ("tiina", "peeter", False), ("tiina", "mari", False),
        ("dora", "mari", False), ("admin_user", "jaan", False), ("jaan", "outi", False), ("outi", "mari", False),
    ],
)  # fmt: skip
def test_the_chain_says_who_stands_in_for_whom(absent, substitute, allowed, request, tiina):
    absent, substitute = request.getfixturevalue(absent), request.getfixturevalue(substitute)

    if allowed:
        assert record(absent, substitute, tiina).substitute == substitute
    else:
        with pytest.raises(DeedRefused) as refusal:
            record(absent, substitute, tiina)
        assert refusal.value.field == "substitute"


def test_those_who_fit_are_found(mari, liis, jaan, peeter, tiina, admin_user):
    assert set(substitutes_for(jaan, MONDAY)) == {peeter, tiina}
    assert set(substitutes_for(mari, MONDAY)) == {liis, jaan, peeter}
    assert substitutes_for(admin_user, MONDAY) == []


def test_one_person_is_stood_in_for_by_one_other_a_day(mari, liis, peeter, jaan):
    record(mari, liis, jaan)

    with pytest.raises(DeedRefused) as refusal:
        record_substitution(absent=mari, substitute=peeter, starts_on=FRIDAY, ends_on=FRIDAY, by=jaan)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubstitutionFactory(absent=mari, substitute=peeter, starts_on=FRIDAY, ends_on=FRIDAY)

    assert refusal.value.field == "starts_on"


def test_who_is_away_stands_in_for_nobody(mari, liis, jaan):
    AbsenceFactory(user=liis, starts_on=FRIDAY, ends_on=FRIDAY + timedelta(days=3))

    with pytest.raises(DeedRefused) as refusal:
        record(mari, liis, jaan)

    assert refusal.value.field == "substitute"


def test_ended_early_the_rights_are_gone_at_once(peeter, jaan, tiina, today):
    row = SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=today, ends_on=today + timedelta(days=5))
    before = rights_of(peeter, today).grants(P.CALENDAR_EDIT)

    end_substitution(substitution=row, by=tiina)

    assert before
    assert not rights_of(peeter, today).grants(P.CALENDAR_EDIT)
    assert Notification.objects.filter(user=peeter, kind="substitution.ended").exists()


def test_an_ended_substitution_leaves_room_for_another(mari, liis, peeter, jaan):
    end_substitution(substitution=record(mari, liis, jaan), by=jaan)

    assert record(mari, peeter, jaan).substitute == peeter
    assert Substitution.objects.filter(absent=mari).count() == 2


def test_a_deed_names_the_lender_only_when_the_right_is_borrowed(as_person, peeter, jaan, mari, today):
    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=today, ends_on=today)
    client = as_person(peeter)

    client.post(
        reverse("bureau:substitution_add"),
        {"absent": mari.pk, "substitute": peeter.pk, "starts_on": MONDAY, "ends_on": FRIDAY},
    )
    client.post(
        reverse("bureau:absence_add"), {"person": mari.pk, "kind": "leave", "starts_on": MONDAY, "ends_on": FRIDAY}
    )

    behalf = dict(Deed.objects.order_by("pk").values_list("action", "on_behalf_of"))
    assert behalf == {"substitution.recorded": jaan.pk, "absence.recorded": None}


def test_the_screen_says_for_whom_one_acts(as_person, peeter, jaan, today):
    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=today, ends_on=today)

    page = as_person(peeter).get(reverse("bureau:profile")).content.decode()

    assert "asendab: Jaan Kask" in page


def test_the_list_shows_to_a_specialist_only_their_own(as_person, mari, liis, peeter, jaan, tiina):
    record(mari, liis, jaan)
    record(jaan, peeter, tiina)

    seen = as_person(mari).get(reverse("bureau:substitution_list")).context["coming"]

    assert [row.absent for row in seen] == [mari]
