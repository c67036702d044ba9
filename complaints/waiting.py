"""What still waits to be done about cases and complaints, by whomever: notices end by it, and first pages show it."""

from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet

from bureau.models import Deed, OutgoingMail
from complaints.extension import ASKED, DECLINED, EXTENDED
from complaints.mailed_letters import ABOUT
from complaints.models import (
    Case,
    Complaint,
    ComplaintEscalation,
    ComplaintTarget,
    InvestigationTask,
    Message,
    Remedy,
    Stage,
)


def decided_and_open() -> QuerySet[Complaint]:
    """Decided, and nobody has closed them."""
    return Complaint.objects.filter(stage=Stage.DECIDED)


def late_and_not_taken_up() -> QuerySet[ComplaintEscalation]:
    """Steps of the ladder whose target still runs and that nobody took up."""
    return ComplaintEscalation.objects.filter(
        target__state=ComplaintTarget.State.RUNNING, acknowledged_at__isnull=True
    )


def steps_of_people() -> QuerySet[InvestigationTask]:
    return InvestigationTask.objects.filter(owner__isnull=False, done_on__isnull=True)


def questions_to_units() -> QuerySet[InvestigationTask]:
    return InvestigationTask.objects.filter(unit__isnull=False, done_on__isnull=True)


def remedies_of_people() -> QuerySet[Remedy]:
    return Remedy.objects.filter(owner__isnull=False, delivered_on__isnull=True)


def letters_not_left() -> QuerySet[Message]:
    """Messages of which the last letter did not leave, or perhaps did not."""
    letters = OutgoingMail.objects.filter(object_type=ABOUT, object_id=OuterRef("pk")).order_by("-pk")
    not_left = [OutgoingMail.State.FAILED, OutgoingMail.State.UNCERTAIN]
    return Message.objects.alias(last=letters.values("state")[:1]).filter(last__in=not_left)


def restricted_until(last: date | F) -> QuerySet[Case]:
    """Restricted cases whose mark ends by that day."""
    return Case.objects.filter(is_restricted=True, restricted_until__lte=last)


def extensions_asked() -> QuerySet[Deed]:
    """Asked for, and neither granted nor declined since, each of a clock of its open case."""
    answered = Deed.objects.filter(
        action__in=[DECLINED, EXTENDED],
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        pk__gt=OuterRef("pk"),
        data__clock=OuterRef("data__clock"),
    )
    is_open = Case.objects.open().filter(pk=OuterRef("object_id"))
    return Deed.objects.filter(~Exists(answered), Exists(is_open), action=ASKED, object_type=Case._meta.label_lower)
