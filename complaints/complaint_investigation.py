"""The investigation of a complaint: steps with owners and days, questions to units, evidence; then what puts it right."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.models import Unit, User
from bureau.navigation import forget_counters
from bureau.substitution import act_for
from bureau.templatetags.formats import day
from complaints import unit_questions
from complaints.clocks import save_moved
from complaints.complaint_stages import locked_complaint
from complaints.conflict_of_interest import why_not_asked
from complaints.deeds import DeedRefused, locked, tell_only
from complaints.models import Case, Complaint, Evidence, InvestigationTask, Remedy, Stage
from complaints.unit_questions import PLANNED_AT

for _name, _text in {
    "investigation_step": gettext_lazy("%(number)s: a step of the investigation is yours, by %(day)s"),
    "unit_answered": gettext_lazy("%(number)s: %(actor)s answered the question of the investigation"),
    "remedy_yours": gettext_lazy("%(number)s: you are to deliver what was promised, by %(day)s"),
}.items():
    notice_texts.register(f"case.{_name}", _text, asks=_name != "unit_answered")


def investigated(case: Case) -> tuple[Case, Complaint]:
    case = locked(case)
    complaint = locked_complaint(case)
    if complaint.stage not in PLANNED_AT:
        raise DeedRefused(_("Steps and evidence are kept while the complaint is being handled."))
    return case, complaint


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to be found out, by whom (a person, or a unit that is asked), by when."""

    what: str
    due_on: date
    owner: User | None = None
    unit: Unit | None = None
    background: str = ""
    shows_words: bool = False


@transaction.atomic
def add_step(*, case: Case, step: Step, by) -> InvestigationTask:
    case, complaint = investigated(case)
    if (step.owner is None) == (step.unit is None):
        raise DeedRefused(_("Choose who does it: a person, or a unit that is asked."), field="owner")
    if step.due_on < timezone.localdate():
        raise DeedRefused(_("The day has passed already."), field="due_on")
    if step.owner and (refusal := why_not_asked(case, step.owner)):
        raise DeedRefused(refusal, field="owner")
    if step.unit and not unit_questions.people_asked(unit=step.unit, case=case, on=timezone.localdate()):
        raise DeedRefused(
            _("Nobody at the desk can answer for %(unit)s. Give the step to a person who asks there.")
            % {"unit": step.unit.name},
            field="unit",
        )
    kind = InvestigationTask.Kind.TASK if step.owner else InvestigationTask.Kind.REQUEST
    task = InvestigationTask.objects.create(
        complaint=complaint, kind=kind, what=step.what[:300], owner=step.owner, unit=step.unit, due_on=step.due_on,
        background=step.background.strip() if step.unit else "", shows_words=bool(step.unit) and step.shows_words, created_by=by,
    )  # fmt: skip
    save_moved(case)
    record(
        "complaint.step_added", by=by, on=case, step=task.pk, kind_of_step=str(kind), due_on=step.due_on.isoformat()
    )
    if step.owner:
        tell_only(case, "investigation_step", by=by, ids={step.owner.pk}, day=day(step.due_on))
    else:
        unit_questions.tell_unit(task)
    return task


@transaction.atomic
def finish_step(*, task: InvestigationTask, answer: str, by) -> InvestigationTask:
    """What was found out, or what the unit answered."""
    case, complaint = investigated(task.complaint.case)
    task = InvestigationTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_on:
        raise DeedRefused(_("This step is done already."))
    if not answer.strip():
        raise DeedRefused(_("Write what was found out."), field="answer")
    task.answer, task.done_on, task.done_by = answer.strip(), timezone.localdate(), by
    task.save(update_fields=["answer", "done_on", "done_by"])
    save_moved(case)
    record("complaint.step_done", by=by, on=case, step=task.pk)
    tell_only(case, "unit_answered", by=by, ids={complaint.investigator_id, case.assignee_id, task.created_by_id})
    if task.kind == InvestigationTask.Kind.REQUEST:
        heads = unit_questions.people_asked(unit=task.unit, case=case, on=timezone.localdate())
        forget_counters(*heads, by.pk)
    return task


def answer_for_unit(*, task: InvestigationTask, answer: str, by) -> InvestigationTask:
    """What the unit that was asked says, written by its head or who stands in for the head."""
    if not unit_questions.asked_of(by).filter(pk=task.pk).exists():
        raise DeedRefused(_("This question is not asked of your unit."))
    act_for(by, unit_questions.asked_people(by, task))
    return finish_step(task=task, answer=answer, by=by)


@transaction.atomic
def remove_step(*, task: InvestigationTask, by, reason: str = "") -> None:
    case, _complaint = investigated(task.complaint.case)
    task = InvestigationTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_on:
        raise DeedRefused(_("This step is done already."))
    record("complaint.step_removed", by=by, on=case, reason=reason, step=task.pk)
    if task.kind == InvestigationTask.Kind.REQUEST:
        unit_questions.take_back_notices(task)
    task.delete()
    save_moved(case)


@transaction.atomic
def add_evidence(*, case: Case, text: str, source: str, by) -> Evidence:
    case, complaint = investigated(case)
    if not text.strip():
        raise DeedRefused(_("Write what it shows."), field="text")
    evidence = Evidence.objects.create(
        complaint=complaint, text=text.strip(), source=source.strip()[:300], added_by=by
    )
    save_moved(case)
    record("complaint.evidence_added", by=by, on=case, evidence=evidence.pk)
    return evidence


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What puts it right, by when, and who sees to it. A promise has a day: without one nobody is reminded of it."""

    kind: str
    due_on: date
    what: str = ""
    amount_cents: int | None = None
    owner: User | None = None


@transaction.atomic
def promise_remedy(*, case: Case, promise: Promise, by) -> Remedy:
    case = locked(case)
    complaint = locked_complaint(case)
    if not complaint.is_complaint or complaint.stage in {
        Stage.WITHDRAWN,
        Stage.FORWARDED,
        Stage.RETURNED,
        Stage.CLOSED,
    }:
        raise DeedRefused(_("The complaint has ended. Reopen it first."))
    if promise.kind == Remedy.Kind.REFUND and not promise.amount_cents:
        raise DeedRefused(_("Write how much is refunded."), field="amount")
    if promise.owner and (refusal := why_not_asked(case, promise.owner)):
        raise DeedRefused(refusal, field="owner")
    remedy = Remedy.objects.create(
        complaint=complaint, kind=promise.kind, what=promise.what[:300], amount_cents=promise.amount_cents,
        due_on=promise.due_on, owner=promise.owner, promised_on=timezone.localdate(),
    )  # fmt: skip
    save_moved(case)
    record("complaint.remedy_promised", by=by, on=case, remedy=remedy.pk, what=promise.kind)
    if promise.owner:
        tell_only(case, "remedy_yours", by=by, ids={promise.owner.pk}, day=day(promise.due_on))
    return remedy


@transaction.atomic
def deliver_remedy(*, remedy: Remedy, by, on: date | None = None, note: str = "") -> Remedy:
    """What was promised is done; a complaint may have been closed meanwhile."""
    case = locked(remedy.complaint.case)
    locked_complaint(case)
    remedy = Remedy.objects.select_for_update(of=("self",)).get(pk=remedy.pk)
    if remedy.delivered_on:
        return remedy
    on = on or timezone.localdate()
    if not remedy.promised_on <= on <= timezone.localdate():
        raise DeedRefused(_("The day lies between the promise and today."), field="delivered_on")
    remedy.delivered_on, remedy.delivered_by, remedy.delivered_note = on, by, note[:300]
    remedy.save(update_fields=["delivered_on", "delivered_by", "delivered_note"])
    save_moved(case)
    record("complaint.remedy_delivered", by=by, on=case, remedy=remedy.pk, what=remedy.kind)
    return remedy
