"""Telephone half hours, shifts, working time and weights."""

import uuid
from datetime import datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from complaints.models import CaseKind
from staff.models import PhoneQueue, WorkKind
from tests.factories.people import UserFactory


def at(day, hour: int, minute: int = 0) -> datetime:
    """A moment of a local day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


class QueueIntervalFactory(DjangoModelFactory):
    """A half hour of twelve calls at nine on a day."""

    queue = factory.LazyFunction(lambda: PhoneQueue.objects.get(code="info"))
    day = factory.LazyFunction(timezone.localdate)
    slot = 18
    starts_at = factory.LazyAttribute(lambda made: at(made.day, made.slot // 2, 30 * (made.slot % 2)))
    offered = 12

    class Meta:
        model = "staff.QueueInterval"


class LoadEventFactory(DjangoModelFactory):
    kind = "campaign"
    name_et = "Metsateatiste kampaania"
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda made: made.starts_on + timedelta(days=6))

    class Meta:
        model = "staff.LoadEvent"


class ShiftFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    duty = "phone"
    starts_at = factory.LazyFunction(lambda: at(timezone.localdate(), 9))
    ends_at = factory.LazyAttribute(lambda made: made.starts_at + timedelta(hours=4))

    class Meta:
        model = "staff.Shift"


class WorkEntryFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid.uuid4)
    day = factory.LazyFunction(timezone.localdate)
    minutes = 30
    kind = factory.LazyAttribute(lambda made: None if made.case else WorkKind.objects.get(code="meeting"))
    case = None

    class Meta:
        model = "staff.WorkEntry"


class KindWeightFactory(DjangoModelFactory):
    kind = factory.LazyFunction(lambda: CaseKind.objects.get(code="explanation"))
    minutes = 45
    valid_from = factory.LazyFunction(timezone.localdate)

    class Meta:
        model = "staff.KindWeight"
