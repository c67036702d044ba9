"""Proof that complaints agree with themselves: their targets, their ends, the people they concern."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy

from bureau.calendar_store import working_calendar
from bureau.models import Deed
from bureau.working_calendar import CalendarGap
from complaints import deadlines
from complaints.complaint_severity import Weighed
from complaints.complaint_stages import ENDS, MEETS
from complaints.models import CaseAccess, Complaint, ComplaintMove, ComplaintTarget, DeadlineRule, Feedback, Stage
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


# By purpose, the stages whose entering does what the target was for (`complaint_stages.end_targets_of`).
MET_BY = {
    purpose: sorted(str(stage) for stage in MEETS if purpose in ENDS.get(stage, ()))
    for purpose in (DeadlineRule.Purpose.ACKNOWLEDGE, DeadlineRule.Purpose.STAGE_1, DeadlineRule.Purpose.STAGE_2)
}


@check("complaint_targets_met", gettext_lazy("Targets of complaints were met on the day of the step that met them"))
def complaint_targets_met() -> tuple[int, list[str]]:
    wrong, looked = [], 0
    for purpose, stages in MET_BY.items():
        met = ComplaintTarget.objects.filter(purpose=purpose, state=ComplaintTarget.State.MET)
        steps = ComplaintMove.objects.filter(complaint=OuterRef("complaint"), new__in=stages)
        by_step = Exists(steps.filter(on=OuterRef("met_on"))) & Q(met_on__gte=F("triggered_on"))
        before_it_began = Exists(steps.filter(on__lt=OuterRef("triggered_on"))) & Q(met_on=F("triggered_on"))
        looked += met.count()
        wrong += met.exclude(by_step | before_it_began).values_list("complaint__case__number", flat=True)
    return looked, wrong


@check("complaints_complete", gettext_lazy("Closed complaints have their outcome, cause, letter and next instance"))
def complaints_complete() -> tuple[int, list[str]]:
    closed = Complaint.objects.filter(stage=Stage.CLOSED, feedback=Feedback.COMPLAINT)
    whole = closed.exclude(outcome="").filter(
        cause__isnull=False, decision_letter__isnull=False, next_instances__isnull=False
    )
    wrong = closed.exclude(pk__in=whole.values("pk")).values_list("case__number", flat=True)
    return closed.count(), list(wrong)


@check("complaint_outcomes", gettext_lazy("Outcomes of complaints are those that were decided"))
def complaint_outcomes() -> tuple[int, list[str]]:
    """By the last decision among the deeds; while a complaint is taken up again it waits for another."""
    decided = {
        object_id: data.get("outcome")
        for object_id, data in Deed.objects.filter(action="complaint.decided")
        .order_by("pk")
        .values_list("object_id", "data")
    }
    rows = Complaint.objects.filter(pk__in=decided, stage__in=[Stage.DECIDED, Stage.CLOSED])
    wrong = [
        number for pk, number, outcome in rows.values_list("pk", "case__number", "outcome") if outcome != decided[pk]
    ]
    return len(decided), wrong


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
