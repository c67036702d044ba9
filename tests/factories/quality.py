"""Indicators with their passports, measurements, improvement actions and what belongs to culture."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tests.factories.people import UnitFactory, UserFactory


class IndicatorFactory(DjangoModelFactory):
    code = factory.Sequence(lambda n: f"naitaja-{n}")

    class Meta:
        model = "quality.Indicator"


class PassportFactory(DjangoModelFactory):
    """An agreed one, of a share of which more is better."""

    indicator = factory.SubFactory(IndicatorFactory)
    version = 1
    state = "agreed"
    name_et = factory.Sequence(lambda n: f"Näitaja {n}")
    name_en = factory.Sequence(lambda n: f"Indicator {n}")
    purpose_et, purpose_en = "Kas jõuame tähtajaks?", "Do we keep the term?"
    numerator_et, numerator_en = "tähtajaks vastatud", "answered in time"
    unit = "percent"
    direction = "increase"
    effective_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=800))
    agreed_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = "quality.Passport"


class TargetFactory(DjangoModelFactory):
    indicator = factory.SubFactory(IndicatorFactory)
    value = 90
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=800))
    reason = "Kokku lepitud."

    class Meta:
        model = "quality.Target"


class RebaseFactory(DjangoModelFactory):
    indicator = factory.SubFactory(IndicatorFactory)
    kind = "guide"
    starts_on = factory.LazyFunction(timezone.localdate)
    reason = "Uus juhis"

    class Meta:
        model = "quality.Rebase"


class ImprovementFactory(DjangoModelFactory):
    number = factory.Sequence(lambda n: f"T-2026-{n:04d}")
    title = factory.Sequence(lambda n: f"Parendus {n}")
    problem = "Kirjad jäävad järjekorda seisma."
    source = "proposal"
    owner = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))

    class Meta:
        model = "quality.Improvement"


class ImprovementTaskFactory(DjangoModelFactory):
    improvement = factory.SubFactory(ImprovementFactory)
    title = "Koosta juhis"
    owner = factory.SelfAttribute("improvement.owner")
    due_on = factory.SelfAttribute("improvement.due_on")

    class Meta:
        model = "quality.ImprovementTask"


class CampaignFactory(DjangoModelFactory):
    title_et = "Selge keel"
    text_et = "Kirjutame nii, et klient saab aru."
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda made: made.starts_on + timedelta(days=30))
    made_by = factory.SubFactory(UserFactory)

    class Meta:
        model = "quality.Campaign"


class PraiseFactory(DjangoModelFactory):
    text = "Kiire ja viisakas vastus."
    put_by = factory.SubFactory(UserFactory)

    class Meta:
        model = "quality.Praise"


class PledgeFactory(DjangoModelFactory):
    unit = factory.SubFactory(UnitFactory)
    text_et = "Vastame kolme tööpäevaga."
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda made: made.starts_on + timedelta(days=90))
    made_by = factory.SubFactory(UserFactory)

    class Meta:
        model = "quality.Pledge"
