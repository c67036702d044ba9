"""When notices about cases, complaints and what is asked in them have ended."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bureau import notice_ends
from bureau.models import OutgoingMail
from complaints.gates import QUESTION
from complaints.mailed_letters import ABOUT
from complaints.models import OPEN, STAGES_ENDED, Case, ComplaintEscalation, InvestigationTask, Message, Remedy, Stage

NUMBER = "([A-Z]-[0-9]{4}-[0-9]+(-[0-9])?)"
WARNED_BEFORE = timedelta(days=90)


def of_cases(*kinds: str, waiting) -> None:
    notice_ends.register(kinds, pattern=NUMBER, field="number", waiting=waiting)


def open_cases() -> QuerySet:
    return Case.objects.filter(status__in=OPEN)


def open_complaints() -> QuerySet:
    return Case.objects.filter(complaint__isnull=False).exclude(complaint__stage__in=STAGES_ENDED)


def not_taken_up() -> QuerySet:
    steps = ComplaintEscalation.objects.filter(target__state="running", acknowledged_at__isnull=True)
    return Case.objects.filter(Exists(steps.filter(target__complaint_id=OuterRef("pk"))))


def steps_of_people() -> QuerySet:
    steps = InvestigationTask.objects.filter(owner__isnull=False, done_on__isnull=True)
    return Case.objects.filter(Exists(steps.filter(complaint_id=OuterRef("pk"))))


def questions_to_units() -> QuerySet:
    steps = InvestigationTask.objects.filter(unit__isnull=False, done_on__isnull=True)
    return Case.objects.filter(Exists(steps.filter(complaint_id=OuterRef("pk"))))


def remedies_of_people() -> QuerySet:
    remedies = Remedy.objects.filter(owner__isnull=False, delivered_on__isnull=True)
    return Case.objects.filter(Exists(remedies.filter(complaint_id=OuterRef("pk"))))


def letters_not_left() -> QuerySet:
    """Cases of which the last letter of some message did not leave, or perhaps did not."""
    of_message = OutgoingMail.objects.filter(object_type=ABOUT, object_id=OuterRef("pk")).order_by("-pk")
    messages = Message.objects.filter(case_id=OuterRef("pk")).alias(last=of_message.values("state")[:1])
    not_left = [OutgoingMail.State.FAILED, OutgoingMail.State.UNCERTAIN]
    return Case.objects.filter(Exists(messages.filter(last__in=not_left)))


def restricted(until: Q) -> QuerySet:
    return Case.objects.filter(until, is_restricted=True)


of_cases(
    "case.assigned", "case.client_wrote", "case.mentioned", "case.reopened", "case.extension_asked", "deadline.three_days",
    "deadline.one_day", "deadline.late", waiting=open_cases,
)  # fmt: skip
of_cases("case.complaint_urgent", "case.complaint_investigator", waiting=open_complaints)
of_cases("complaint.left_open", waiting=lambda: Case.objects.filter(complaint__stage=Stage.DECIDED))
of_cases("complaint.escalated", waiting=not_taken_up)
of_cases("case.investigation_step", waiting=steps_of_people)
of_cases("case.unit_left_unasked", waiting=questions_to_units)
of_cases("case.remedy_yours", "case.remedy_yours_undated", waiting=remedies_of_people)
of_cases("case.letter_failed", "case.letter_uncertain", waiting=letters_not_left)
of_cases("restriction.ends", waiting=lambda: restricted(Q(restricted_until__lte=Now() + WARNED_BEFORE)))
of_cases("restriction.ended", waiting=lambda: restricted(Q(restricted_until__lt=Now())))
notice_ends.register(
    ["case.unit_asked"], pattern=QUESTION, field="pk", waiting=lambda: InvestigationTask.objects.filter(done_on__isnull=True)
)  # fmt: skip
