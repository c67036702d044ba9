"""Roles are held from day to day, nobody gives one to themselves, and the last administrator stays."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.models import Deed, RoleHolding
from bureau.people import close_person
from bureau.refusals import DeedRefused
from bureau.role_holdings import end_role, grant_role
from bureau.roles import Permission
from bureau.substitution import rights_of
from tests.factories import RoleHoldingFactory, UserFactory

YESTERDAY, TODAY, TOMORROW = -1, 0, 1


def day(today, offset):
    return today + timedelta(days=offset)


def give(person, by, today, role="chief_specialist", **more):
    return grant_role(person=person, role=role, starts_on=today, ends_on=None, by=by, **more)


def test_a_role_opens_on_its_first_day_and_closes_after_its_last(liis, admin_user, today):
    grant_role(
        person=liis,
        role="head_of_bureau",
        starts_on=day(today, 2),
        ends_on=day(today, 4),
        by=admin_user,
        reason="Konkurss",
    )

    held = {offset: rights_of(liis, day(today, offset)).grants(Permission.CALENDAR_EDIT) for offset in range(1, 6)}

    assert held == {1: False, 2: True, 3: True, 4: True, 5: False}
    deed = Deed.objects.get(action="role.granted")
    assert (deed.actor, deed.object_id, deed.reason, deed.data["role"]) == (
        admin_user,
        liis.pk,
        "Konkurss",
        "head_of_bureau",
    )


def test_nobody_gives_a_role_to_themselves(admin_user, today):
    with pytest.raises(DeedRefused, match="iseendale|enda"):
        give(admin_user, admin_user, today)

    assert not RoleHolding.objects.filter(user=admin_user, role="chief_specialist").exists()


def test_a_unit_head_needs_a_unit(liis, admin_user, today, forest_unit):
    with pytest.raises(DeedRefused) as refusal:
        give(liis, admin_user, today, role="unit_head")
    holding = give(liis, admin_user, today, role="unit_head", unit=forest_unit)

    assert refusal.value.field == "unit"
    assert rights_of(liis, today).units_for(Permission.UNIT_DASHBOARD_VIEW) == {forest_unit.pk}
    assert holding.unit == forest_unit


def test_a_unit_is_dropped_from_a_role_that_has_none(liis, admin_user, today, forest_unit):
    holding = give(liis, admin_user, today, unit=forest_unit)

    assert holding.unit is None


def test_the_same_role_is_not_held_twice_on_one_day(liis, admin_user, today):
    with pytest.raises(DeedRefused) as refusal:
        give(liis, admin_user, today, role="specialist")

    assert refusal.value.field == "starts_on"
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleHoldingFactory(user=liis, role="specialist", starts_on=today)


def test_a_role_ends_on_a_day_and_is_never_deleted(liis, admin_user, today):
    holding = RoleHolding.objects.get(user=liis)

    end_role(holding=holding, last_day=today, by=admin_user, reason="Läks teisele tööle")

    assert RoleHolding.objects.get(user=liis).ends_on == today
    assert rights_of(liis, today).role_codes == {"specialist"}
    assert rights_of(liis, day(today, 1)).role_codes == frozenset()


def test_an_ended_role_is_not_made_longer_by_ending_it(liis, admin_user, today):
    holding = end_role(holding=RoleHolding.objects.get(user=liis), last_day=today, by=admin_user)

    with pytest.raises(DeedRefused):
        end_role(holding=holding, last_day=day(today, 9), by=admin_user)


def test_the_last_administrator_stays(admin_user, today):
    holding = RoleHolding.objects.get(user=admin_user)
    keeper = UserFactory()

    with pytest.raises(DeedRefused):
        end_role(holding=holding, last_day=today, by=keeper)
    with pytest.raises(DeedRefused):
        close_person(person=admin_user, by=keeper)

    holding.refresh_from_db()
    assert holding.ends_on is None
    assert not Deed.objects.filter(action__in=["role.ended", "person.closed"]).exists()


def test_an_administrator_may_go_when_another_stays(admin_user, today):
    RoleHoldingFactory(user=UserFactory(), role="administrator")

    end_role(holding=RoleHolding.objects.get(user=admin_user), last_day=today, by=UserFactory())

    assert rights_of(admin_user, day(today, 1)).role_codes == frozenset()


def test_another_administrator_whose_role_ends_does_not_count_as_staying(admin_user, today):
    RoleHoldingFactory(user=UserFactory(), role="administrator", ends_on=day(today, 30))

    with pytest.raises(DeedRefused):
        end_role(holding=RoleHolding.objects.get(user=admin_user), last_day=today, by=UserFactory())


def test_a_role_on_behalf_of_another_is_lent_by_its_holder(liis, jaan, peeter, admin_user, today):
    holding = give(liis, admin_user, today, role="head_of_bureau", on_behalf_of=jaan)
    with pytest.raises(DeedRefused) as refusal:
        give(liis, admin_user, today, role="head_of_department", on_behalf_of=peeter)

    assert rights_of(liis, today).acting_for == {jaan.pk: "Jaan Kask"}
    assert rights_of(liis, today).behalf_for(Permission.CALENDAR_EDIT) == jaan.pk
    assert rights_of(liis, today).behalf_for(Permission.CASE_HANDLE) is None
    assert refusal.value.field == "on_behalf_of"
    assert holding.on_behalf_of == jaan


def test_a_closed_person_gets_no_role(admin_user, today):
    with pytest.raises(DeedRefused):
        give(UserFactory(is_active=False), admin_user, today)


def test_closing_a_person_ends_roles_and_substitutions_today(mari, liis, admin_user, today, substitution):
    close_person(person=mari, by=admin_user, reason="Lahkus")

    mari.refresh_from_db()
    substitution.refresh_from_db()
    assert not mari.is_active
    assert list(mari.role_holdings.values_list("ends_on", flat=True)) == [today]
    assert substitution.ended_early_at is not None


@pytest.fixture
def substitution(mari, liis, today):
    from tests.factories import SubstitutionFactory

    return SubstitutionFactory(absent=mari, substitute=liis, starts_on=today, ends_on=today + timedelta(days=7))


def test_the_form_tells_the_refusal_beside_its_field(as_person, admin_user, liis):
    response = as_person(admin_user).post(
        reverse("bureau:role_grant", args=[liis.pk]), {"role": "unit_head", "starts_on": date(2031, 1, 1)}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["unit"]
