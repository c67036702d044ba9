"""Cases are registered by the same rule as on screen; traits then move them to where a test needs them."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from bureau.models import Channel
from complaints.models import Case, CaseKind, Clock
from complaints.registration import NewCase, register_case


class PartyFactory(DjangoModelFactory):
    name = factory.Sequence(lambda n: f"Andres Kuusk {n}")
    phone = factory.Sequence(lambda n: f"+3725555{n:04d}")

    class Meta:
        model = "complaints.Party"


class ContactFactory(DjangoModelFactory):
    at = factory.LazyFunction(timezone.now)
    on = factory.LazyAttribute(lambda contact: timezone.localdate(contact.at))
    channel = factory.LazyFunction(lambda: Channel.objects.get(code="phone"))
    outcome = "answered"

    class Meta:
        model = "complaints.Contact"


class CaseFactory(DjangoModelFactory):
    """Arguments of `NewCase`, with codes for kind and channel, and traits: overdue, restricted, unassigned."""

    class Meta:
        model = "complaints.Case"

    @classmethod
    def _create(
        cls,
        model,
        *,
        kind="explanation",
        channel="email",
        days_ago=0,
        overdue=False,
        restricted=False,
        by=None,
        key=None,
        **given,
    ):  # noqa: E501
        registered_at = given.pop("registered_at", None) or timezone.now() - timedelta(days=days_ago)
        received_at = given.pop("received_at", None) or registered_at
        assignee = given.pop("assignee", None)
        unit = given.pop("unit", None)
        topic = given.pop("topic", None)
        if restricted:
            from bureau.models import RestrictionBasis

            given["fields"] = {
                **given.get("fields", {}),
                "is_restricted": True,
                "restriction_basis": RestrictionBasis.objects.order_by("pk").first(),
                "restricted_from": timezone.localdate(registered_at),
                "restricted_until": timezone.localdate(registered_at) + timedelta(days=365),
            }
        case = register_case(
            NewCase(
                kind=CaseKind.objects.get(code=kind),
                channel_id=Channel.objects.get(code=channel).pk,
                title=given.pop("title", "Metsateatise menetlus on veninud"),
                received_at=received_at,
                registered_at=registered_at,
                assignee_id=assignee.pk if assignee else None,
                unit_id=unit.pk if unit else None,
                topic_id=topic.pk if topic else None,
                **given,
            ),
            by=by,
            key=key,
        )
        if overdue:
            late = timezone.localdate() - timedelta(days=3)
            Clock.objects.filter(case=case).update(
                due_on=late, raw_due_on=late, first_due_on=late, triggered_on=late - timedelta(days=30)
            )
            Case.objects.filter(pk=case.pk).update(due_on=late)
            case.refresh_from_db()
        return case
