"""Proof that complaints agree with themselves: their targets, their ends, the people they concern."""

from django.utils.translation import gettext_lazy

from bureau.calendar_store import working_calendar
from bureau.working_calendar import CalendarGap
from complaints import deadlines
from complaints.complaint_severity import Weighed
from complaints.models import CaseAccess, Complaint, ComplaintTarget, DeadlineRule, Feedback, Stage
from complaints.verification import check


@check("complaint_targets_equal", gettext_lazy("Targets of complaints equal the recomputed ones"))
def complaint_targets_equal() -> tuple[int, list[str]]:
    rules = {rule.pk: rule.as_term_rule() for rule in DeadlineRule.objects.select_related("kind")}
    calendar = working_calendar()
    wrong, looked = [], 0
    rows = ComplaintTarget.objects.filter(rule__isnull=False).values_list(
        "complaint__case__number", "rule_id", "triggered_on", "first_due_on", "due_on", "is_extended"
    )
    for number, rule_id, triggered_on, first_due_on, due_on, is_extended in rows.iterator(chunk_size=5000):
        looked += 1
        try:
            first = deadlines.compute_due(rule=rules[rule_id], trigger_on=triggered_on, calendar=calendar).due_on
            last = (
                deadlines.compute_due(
                    rule=rules[rule_id], trigger_on=triggered_on, calendar=calendar, extended=True
                ).due_on
                if is_extended
                else first
            )
        except (CalendarGap, deadlines.DeadlineError):
            wrong.append(number)
            continue
        if first_due_on != first or not (first <= due_on <= last):
            wrong.append(number)
    return looked, wrong


@check("complaints_complete", gettext_lazy("Closed complaints have their outcome, cause, letter and next instance"))
def complaints_complete() -> tuple[int, list[str]]:
    closed = Complaint.objects.filter(stage=Stage.CLOSED, feedback=Feedback.COMPLAINT)
    whole = closed.exclude(outcome="").filter(
        cause__isnull=False, decision_letter__isnull=False, next_instances__isnull=False
    )
    wrong = closed.exclude(pk__in=whole.values("pk")).values_list("case__number", flat=True)
    return closed.count(), list(wrong)


@check("severity_equals", gettext_lazy("Severity and path of complaints follow from their five sides"))
def severity_equals() -> tuple[int, list[str]]:
    rows = Complaint.objects.filter(severity__isnull=False).values_list(
        "case__number", "severity", "path", "harm", "vulnerability", "publicity", "legal", "repetition"
    )
    wrong, looked = [], 0
    for number, severity, path, *sides in rows.iterator(chunk_size=5000):
        looked += 1
        weighed = Weighed(*sides)
        if (weighed.score, str(weighed.way)) != (severity, path):
            wrong.append(number)
    return looked, wrong


@check("persons_kept_out", gettext_lazy("Nobody handles or was let in to a complaint that concerns them"))
def persons_kept_out() -> tuple[int, list[str]]:
    wrong: set[str] = set()
    looked = 0
    for complaint in Complaint.objects.filter(persons__isnull=False).distinct().select_related("case").prefetch_related("persons"):  # fmt: skip
        looked += 1
        people = {person.user_id for person in complaint.persons.all()}
        held = {complaint.case.assignee_id, complaint.investigator_id} & people
        if held or CaseAccess.objects.filter(case_id=complaint.pk, user_id__in=people).exists():
            wrong.add(complaint.case.number)
    return looked, sorted(wrong)
