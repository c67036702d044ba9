"""When notices about cases, complaints and what is asked in them have ended."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from bureau import notice_ends
from complaints import waiting
from complaints.gates import QUESTION
from complaints.models import OPEN, STAGES_ENDED, Case

NUMBER = "([A-Z]-[0-9]{4}-[0-9]+(-[0-9])?)"
WARNED_BEFORE = timedelta(days=90)


def of_cases(*kinds: str, still: Callable[[], QuerySet]) -> None:
    notice_ends.register(kinds, pattern=NUMBER, field="number", waiting=still)


def open_cases() -> QuerySet:
    return Case.objects.filter(status__in=OPEN)


def open_complaints() -> QuerySet:
    return Case.objects.filter(complaint__isnull=False).exclude(complaint__stage__in=STAGES_ENDED)


def with_any(rows: QuerySet, case: str) -> QuerySet:
    """Cases to which one of these rows leads by the field `case`."""
    return Case.objects.filter(Exists(rows.filter(**{case: OuterRef("pk")})))


of_cases(
    "case.assigned", "case.client_wrote", "case.mentioned", "case.reopened", "deadline.three_days",
    "deadline.one_day", "deadline.late", still=open_cases,
)  # fmt: skip
of_cases("case.extension_asked", still=lambda: with_any(waiting.extensions_asked(), "object_id"))
of_cases("case.complaint_urgent", "case.complaint_investigator", still=open_complaints)
of_cases("complaint.left_open", still=lambda: with_any(waiting.decided_and_open(), "pk"))
of_cases("complaint.escalated", still=lambda: with_any(waiting.late_and_not_taken_up(), "target__complaint_id"))
of_cases("case.investigation_step", still=lambda: with_any(waiting.steps_of_people(), "complaint_id"))
of_cases("case.unit_left_unasked", still=lambda: with_any(waiting.questions_to_units(), "complaint_id"))
of_cases("case.remedy_yours", still=lambda: with_any(waiting.remedies_of_people(), "complaint_id"))
of_cases("case.letter_failed", "case.letter_uncertain", still=lambda: with_any(waiting.letters_not_left(), "case_id"))
of_cases("restriction.ends", still=lambda: waiting.restricted_until(Now() + WARNED_BEFORE))
of_cases("restriction.ended", still=lambda: waiting.restricted_until(Now()))
notice_ends.register(
    ["case.unit_asked"], pattern=QUESTION, field="pk", waiting=waiting.questions_to_units
)  # fmt: skip
