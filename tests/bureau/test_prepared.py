"""Statements made once for a person's rights: their text, their values, and how long they are kept."""

import pytest
from django.db.models import BigIntegerField, CharField

from bureau import prepared, reference
from bureau.models import RoleHolding, Unit, User
from bureau.prepared import Given, Statement
from bureau.substitution import rights_of

pytestmark = pytest.mark.django_db


def by_code(user) -> Statement:
    return prepared.statement_of(Unit.objects.filter(code=Given("code", CharField())).values_list("pk", "code"))


def test_each_run_brings_its_own_values(forest_unit, water_unit, mari):
    found = prepared.for_person("by code", mari, by_code)

    assert found.rows(code="test-forest") == [(forest_unit.pk, "test-forest")]
    assert found.rows(code="test-water") == [(water_unit.pk, "test-water")]
    assert found.rows(code="' OR 1=1 --") == []


def test_a_value_that_was_forgotten_is_named(mari):
    with pytest.raises(KeyError, match="code"):
        prepared.for_person("by code", mari, by_code).rows()


def test_a_query_that_can_have_no_row_answers_with_its_columns(mari):
    nothing = prepared.statement_of(User.objects.none().values("pk", "email"))

    assert nothing.rows() == []
    counted = prepared.joined("SELECT count(email) FROM ({nobody}) AS rows", nobody=nothing)
    assert counted.rows() == [(0,)]


def test_parts_keep_their_parameters_in_the_order_of_their_places(forest_unit, mari):
    pair = prepared.joined(
        "SELECT {first}, ({unit}), {last}",
        first=Statement("%s", (Given("first", CharField()),)),
        unit=prepared.statement_of(Unit.objects.filter(code="test-forest").values("code")),
        last=Statement("%s", ("z",)),
    )

    assert pair.rows(first="a") == [("a", "test-forest", "z")]


def test_rows_come_as_objects_and_as_keys_of_a_larger_query(forest_unit, mari):
    units = prepared.statement_of(Unit.objects.filter(pk=Given("unit", BigIntegerField())).only("code"))
    keys = prepared.statement_of(Unit.objects.filter(pk=Given("unit", BigIntegerField())).values("pk"))

    assert [one.code for one in units.objects(Unit, unit=forest_unit.pk)] == ["test-forest"]
    assert Unit.objects.get(pk__in=keys.keys(unit=forest_unit.pk)) == forest_unit


def made_for(monkeypatch) -> list:
    reference.forget()
    made = []
    monkeypatch.setattr(
        prepared, "statement_of", lambda rows, make=prepared.statement_of: made.append(1) or make(rows)
    )
    return made


def test_a_text_is_made_once_for_a_persons_rights(mari, liis, monkeypatch):
    made = made_for(monkeypatch)

    for user in (mari, liis, mari, liis):
        prepared.for_person("by code", user, by_code)

    assert len(made) == 2


def test_other_rights_and_another_list_make_it_anew(mari, forest_unit, today, monkeypatch):
    made = made_for(monkeypatch)
    prepared.for_person("by code", mari, by_code)

    RoleHolding.objects.filter(user=mari).update(role="chief_specialist")
    mari.rights = rights_of(mari, today)
    prepared.for_person("by code", mari, by_code)
    assert len(made) == 2

    forest_unit.save()
    prepared.for_person("by code", mari, by_code)
    assert len(made) == 3


def test_texts_do_not_pile_up(mari, liis, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_KEPT", 1)
    reference.forget()

    for user in (mari, liis):
        prepared.for_person("by code", user, by_code)

    assert len(reference.listed("prepared statements")) == 1
