"""The gates in SQL open exactly what the same gates written as Django's conditions open, to every role and every substitute."""

from datetime import timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.models import RestrictionBasis, User
from bureau.roles import ROLES, Permission
from complaints.models import Case, CaseAccess, Complaint, ComplaintPerson, Contact, Party
from complaints.models.visibility import TAKEN_BACK, concerning, keys_seen_by, leads_to_seen
from tests.complaints import gate_oracle
from tests.conftest import person
from tests.factories import CaseFactory, ContactFactory, PartyFactory, SubstitutionFactory, UnitFactory

PAIRS = (
    (Case, gate_oracle.cases_seen),
    (Contact, gate_oracle.contacts_seen),
    (Party, gate_oracle.parties_seen),
)


@pytest.fixture
def world(db):
    """People of every role, some over a unit or for each other, and rows in which everything that a gate looks at is mixed."""
    rng, today = Random(20261201), timezone.localdate()
    top = UnitFactory(code="gate-top")
    units = [top, UnitFactory(code="gate-below", parent=top), UnitFactory(code="gate-beside")]
    people = [person(f"{role}@gate.example.ee", role, "Proov", role) for role in ROLES]
    people += [person(f"{unit.code}@gate.example.ee", unit.code, "Juht", "unit_head", unit) for unit in units]
    people += [person(f"nobody{n}@gate.example.ee", "Kellegi", f"Asendaja{n}") for n in range(2)]
    # Everybody has one substitute, some stand in for several, and two of them hold no role of their own.
    for absent in people[:-2]:
        substitute = rng.choice([one for one in [*people, *people[-2:]] if one != absent])
        SubstitutionFactory(absent=absent, substitute=substitute, starts_on=today, ends_on=today + timedelta(days=1))
    parties = [PartyFactory() for _n in range(30)]
    cases = [CaseFactory(by=people[0], kind=rng.choice(["explanation", "service_complaint"])) for _n in range(48)]
    basis = RestrictionBasis.objects.first()
    for case in cases:
        restricted = rng.random() < 0.4
        Case.objects.filter(pk=case.pk).update(
            unit=rng.choice([None, *units]), assignee=rng.choice([None, *people]), party=rng.choice([None, *parties[:20]]),
            is_restricted=restricted, restriction_basis=basis if restricted else None, restricted_from=today if restricted else None,
            restricted_until=today if restricted else None, outcome=TAKEN_BACK if rng.random() < 0.1 else "",
        )  # fmt: skip
        if rng.random() < 0.4:
            CaseAccess.objects.create(case=case, user=rng.choice(people), granted_by=people[0], reason="proov")
        if Complaint.objects.filter(pk=case.pk).exists():
            for concerned in rng.sample(people, rng.choice([0, 1, 3])):
                ComplaintPerson.objects.create(complaint_id=case.pk, user=concerned, added_by=people[0])
    for _n in range(90):
        case = rng.choice([None, *Case.objects.all()])
        ContactFactory(
            case=case, party=rng.choice([None, *parties[:26]]), handled_by=rng.choice(people), unit=rng.choice([None, *units]),
            is_restricted=case.is_restricted if case else False, undone_at=timezone.now() if rng.random() < 0.1 else None,
        )  # fmt: skip
    return list(User.objects.filter(email__contains="gate.example.ee"))


def keys(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def test_every_reader_sees_what_the_same_gates_as_conditions_show(world):
    seen_by_some, substitutes = {Case: set(), Contact: set(), Party: set()}, 0
    for reader in world:
        substitutes += bool(reader.rights.acting_for)
        for model, oracle in PAIRS:
            seen = keys(model.objects.visible_to(reader))
            assert seen == keys(oracle(reader)), (reader.first_name, model.__name__)
            seen_by_some[model].add(frozenset(seen))

    assert substitutes > 3
    # The world tells readers apart, or equality would prove nothing.
    assert all(len(answers) > 5 for answers in seen_by_some.values())


def test_rows_that_lead_to_a_case_follow_it(world):
    for reader in world:
        seen = keys(gate_oracle.cases_seen(reader))
        contacts = Contact.objects.values_list("pk", "case_id")
        wanted = {pk for pk, case_id in contacts if case_id is None or case_id in seen}
        assert keys(Contact.objects.filter(leads_to_seen(reader))) == wanted
        assert keys(Contact.objects.exclude(leads_to_seen(reader))) == {pk for pk, _case in contacts} - wanted
        assert keys(Case.objects.filter(pk__in=keys_seen_by(reader))) == seen


def test_by_a_path_over_a_relation_that_may_be_missing(world):
    """An access to a case, reached over its contacts."""
    for reader in world[:6]:
        seen = keys(gate_oracle.cases_seen(reader))
        found = Party.objects.filter(leads_to_seen(reader, "contacts__case_id"))
        links = Party.objects.values_list("pk", "contacts__case_id")
        assert keys(found) == {pk for pk, case_id in links if case_id is None or case_id in seen}


def test_whom_a_complaint_concerns_alone_and_with_others(world):
    for count, case in product((0, 1, 3), ("pk", "complaint_id")):
        people = [one.pk for one in world[:count]]
        rows = Case.objects if case == "pk" else ComplaintPerson.objects
        wanted = ComplaintPerson.objects.filter(user_id__in=people).values_list("complaint_id", flat=True)
        found = rows.filter(concerning(*people, case=case)).values_list(case, flat=True)
        assert set(found) == set(wanted)
        assert (
            rows.exclude(concerning(*people, case=case)).count()
            == rows.exclude(**{f"{case}__in": list(wanted)}).count()
        )


def test_who_sees_no_case_asks_the_database_nothing(world):
    outsider = next(one for one in world if one.rights.held == () and not one.rights.grants(Permission.CASE_VIEW))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [list(model.objects.visible_to(outsider)) for model, _oracle in PAIRS] == [[], [], []]

    assert len(asked) == 0


def test_no_value_of_a_row_enters_the_text(world):
    """Names, numbers and units are parameters; only columns and constants stand in the text."""
    for reader in world:
        text, params = (
            Party.objects.visible_to(reader).query.sql_with_params() if reader.may(Permission.PARTY_VIEW) else ("", ())
        )
        assert not any(character.isdigit() for character in text.replace("LIMIT 1", "").replace("SELECT 1", ""))
        assert all(isinstance(one, (int, str, bool)) for one in params)
