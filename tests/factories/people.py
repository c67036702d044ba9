from datetime import date

import factory
from factory.django import DjangoModelFactory


class UnitFactory(DjangoModelFactory):
    code = factory.Sequence(lambda n: f"test-unit-{n}")
    name_et = factory.Sequence(lambda n: f"Prooviüksus {n}")
    name_en = factory.Sequence(lambda n: f"Test unit {n}")

    class Meta:
        model = "bureau.Unit"
        django_get_or_create = ["code"]


class UserFactory(DjangoModelFactory):
    email = factory.Sequence(lambda n: f"inimene{n}@example.ee")
    first_name = "Ülle"
    last_name = factory.Sequence(lambda n: f"Õunapuu{n}")

    class Meta:
        model = "bureau.User"
        skip_postgeneration_save = True

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or "väga-salajane-sõna-1")
        if create:
            self.save()


class RoleHoldingFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    role = "specialist"
    starts_on = date(2020, 1, 1)

    class Meta:
        model = "bureau.RoleHolding"


class SubstitutionFactory(DjangoModelFactory):
    absent = factory.SubFactory(UserFactory)
    substitute = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(date.today)
    ends_on = factory.LazyFunction(date.today)
    created_by = factory.SelfAttribute("absent")

    class Meta:
        model = "bureau.Substitution"


class AbsenceFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(date.today)
    ends_on = factory.LazyFunction(date.today)
    created_by = factory.SelfAttribute("user")

    class Meta:
        model = "bureau.Absence"
