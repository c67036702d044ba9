"""Contacts of a restricted case are seen by those who see the case, and by nobody else."""

from itertools import pairwise

import pytest

from complaints.models import CaseAccess, Contact
from complaints.restriction import lift_restriction
from tests.factories import CaseFactory, ContactFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted_contact(mari, jaan):
    case = CaseFactory(restricted=True, assignee=mari)
    return ContactFactory(case=case, is_restricted=True, handled_by=jaan)


def test_the_handler_of_a_restricted_case_sees_its_contacts(restricted_contact, mari):
    assert Contact.objects.visible_to(mari).get() == restricted_contact


def test_a_colleague_does_not_see_them(restricted_contact, liis):
    assert not Contact.objects.visible_to(liis).exists()


def test_a_person_let_in_by_name_sees_them(restricted_contact, liis, jaan):
    CaseAccess.objects.create(case=restricted_contact.case, user=liis, granted_by=jaan)

    assert Contact.objects.visible_to(liis).get() == restricted_contact


def test_lifting_a_restriction_ends_the_access_by_name(mari, liis, jaan):
    case = CaseFactory(restricted=True, assignee=mari)
    CaseAccess.objects.create(case=case, user=liis, granted_by=jaan)

    lift_restriction(case=case, reason="Alus on ära langenud.", by=jaan)

    assert not CaseAccess.objects.filter(case=case).exists()


def test_restricted_cases_are_asked_one_by_one(mari, liis, today):
    """As a list they would be read whole into memory for the fifty contacts of a page."""
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)

    plan = Contact.objects.visible_to(mari).order_by("-at")[:50].explain().splitlines()

    reads = [after.strip() for line, after in pairwise(plan) if " on complaints_case " in line]
    assert reads
    # By index or, where the table is tiny, by a filter: each read is for one contact.
    assert [read for read in reads if "(id = complaints_contact.case_id)" not in read] == []
