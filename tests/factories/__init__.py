"""Real objects for tests: `CaseFactory(overdue=True)`."""

from tests.factories.cases import CaseFactory, ContactFactory, PartyFactory
from tests.factories.people import AbsenceFactory, RoleHoldingFactory, SubstitutionFactory, UnitFactory, UserFactory

__all__ = [
    "AbsenceFactory", "CaseFactory", "ContactFactory", "PartyFactory", "RoleHoldingFactory", "SubstitutionFactory", "UnitFactory",
    "UserFactory",
]  # fmt: skip
