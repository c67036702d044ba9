"""The stages of a complaint and the moves between them: its whole life on one screen, targets included.

What another deed on the case does to its complaint stands here too (`follow_…`): a case forwarded, reopened or closed
by its own page never leaves its complaint behind.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import lifecycle
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.lifecycle import Lifecycle, Need
from complaints import clocks, deadlines
from complaints.deeds import DeedRefused
from complaints.models import (
    STAGES_ENDED,
    Case,
    CaseKind,
    Complaint,
    ComplaintMove,
    ComplaintTarget,
    DeadlineRule,
    Feedback,
    InvestigationTask,
    Path,
    Stage,
)

# A complaint may leave in three ways from wherever it stands.
LEAVES = {Stage.WITHDRAWN, Stage.FORWARDED, Stage.RETURNED}
COMPLAINT_MOVES = {
    Stage.RECEIVED: frozenset({Stage.ACKNOWLEDGED, *LEAVES}),
    Stage.ACKNOWLEDGED: frozenset({Stage.ASSESSED, *LEAVES}),
    Stage.ASSESSED: frozenset({Stage.STAGE_1, Stage.STAGE_2, *LEAVES}),
    # What cannot be solved at once goes on to an investigation.
    Stage.STAGE_1: frozenset({Stage.STAGE_2, Stage.DECIDED, *LEAVES}),
    Stage.STAGE_2: frozenset({Stage.DECIDED, *LEAVES}),
    # The person is not content with the decision.
    Stage.DECIDED: frozenset({Stage.CLOSED, Stage.REOPENED}),
    Stage.CLOSED: frozenset({Stage.REOPENED}),
    Stage.WITHDRAWN: frozenset({Stage.REOPENED}),
    Stage.FORWARDED: frozenset({Stage.REOPENED}),
    Stage.RETURNED: frozenset({Stage.REOPENED}),
    Stage.REOPENED: frozenset({Stage.STAGE_1, Stage.STAGE_2, *LEAVES}),
    Stage.PASSED_ON: frozenset(),
    Stage.THANKED: frozenset(),
}
# Praise and suggestions: told to whom it concerns, thanked, closed. Nothing is weighed.
PRAISE_MOVES = {
    **{stage: frozenset() for stage in Stage},
    Stage.RECEIVED: frozenset({Stage.PASSED_ON, Stage.FORWARDED}),
    Stage.PASSED_ON: frozenset({Stage.THANKED, Stage.FORWARDED}),
    Stage.THANKED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset({Stage.REOPENED}),
    Stage.FORWARDED: frozenset({Stage.REOPENED}),
    Stage.REOPENED: frozenset({Stage.PASSED_ON, Stage.FORWARDED}),
}
STEPS = (Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.ASSESSED, Stage.STAGE_1, Stage.STAGE_2, Stage.DECIDED, Stage.CLOSED)
STEPS_SHORT = (Stage.RECEIVED, Stage.PASSED_ON, Stage.THANKED, Stage.CLOSED)
STAGE_TONES: dict[str, str] = {
    Stage.RECEIVED: "outline", Stage.ACKNOWLEDGED: "info", Stage.ASSESSED: "info", Stage.STAGE_1: "info",
    Stage.STAGE_2: "info", Stage.DECIDED: "good", Stage.CLOSED: "neutral", Stage.WITHDRAWN: "neutral",
    Stage.FORWARDED: "neutral", Stage.RETURNED: "neutral", Stage.REOPENED: "warning", Stage.PASSED_ON: "info",
    Stage.THANKED: "good",
}  # fmt: skip
REFUSAL = gettext_lazy("The complaint is at the stage “%(old)s” and cannot go on to “%(new)s”.")
COMPLAINT_LIFECYCLE = Lifecycle(states=Stage, moves=COMPLAINT_MOVES, tones=STAGE_TONES, refusal=REFUSAL)
PRAISE_LIFECYCLE = Lifecycle(states=Stage, moves=PRAISE_MOVES, tones=STAGE_TONES, refusal=REFUSAL)
# The day of the complaint that entering a stage sets.
DAYS = {
    Stage.ACKNOWLEDGED: "acknowledged_on", Stage.ASSESSED: "assessed_on", Stage.STAGE_1: "stage_1_on",
    Stage.STAGE_2: "stage_2_on", Stage.DECIDED: "decided_on",
    **dict.fromkeys(STAGES_ENDED, "closed_on"),
}  # fmt: skip
Purpose = DeadlineRule.Purpose
COMPLAINT_KIND = "service_complaint"
# What a kind of case is as feedback; other kinds are treated as a complaint only by a person's decision.
FEEDBACK_OF_KIND = {"praise": Feedback.PRAISE, "suggestion": Feedback.SUGGESTION}


def lifecycle_of(complaint: Complaint) -> Lifecycle:
    return COMPLAINT_LIFECYCLE if complaint.is_complaint else PRAISE_LIFECYCLE


def may_move(complaint: Complaint, new: str) -> bool:
    return lifecycle_of(complaint).may_move(complaint.stage, new)


def feedback_of(kind: CaseKind) -> str | None:
    """Whether a case of this kind is a complaint, praise or suggestion from the start."""
    return Feedback.COMPLAINT if kind.is_complaint else FEEDBACK_OF_KIND.get(kind.code)


# --- What is needed before ----------------------------------------------------------------------------------------------
def needed_before(complaint: Complaint, new: str) -> list[Need]:
    """What the move to `new` asks for, shown on the page from the first day."""
    case = complaint.case
    handler = Need("handler", _("handler"), case.assignee_id is not None)
    if new == Stage.ACKNOWLEDGED:
        return [Need("letter", _("a letter or call that acknowledges receipt"), False)]
    if new == Stage.ASSESSED:
        return [handler, Need("severity", _("severity and what it is about"), False)]
    if new == Stage.STAGE_1:
        return [
            handler, Need("severity", _("severity"), complaint.severity is not None),
            Need("path", _("a severity that the frontline may solve"), complaint.path != Path.URGENT),
        ]  # fmt: skip
    if new == Stage.STAGE_2:
        return [
            Need("severity", _("severity"), complaint.severity is not None),
            Need("investigator", _("investigator whom it does not concern"), complaint.investigator_id is not None),
        ]  # fmt: skip
    if new == Stage.DECIDED:
        return [
            Need("tasks", _("every step of the investigation done"), not open_tasks(complaint)),
            Need("outcome", _("outcome"), bool(complaint.outcome)),
            Need("cause", _("root cause"), complaint.cause_id is not None),
            Need("letter", _("a letter that names the next instance"), complaint.decision_letter_id is not None),
        ]  # fmt: skip
    if new == Stage.CLOSED and complaint.is_complaint:
        return [
            Need("outcome", _("outcome"), bool(complaint.outcome)),
            Need("cause", _("root cause"), complaint.cause_id is not None),
            Need("letter", _("a letter that names the next instance"), names_next_instance(complaint)),
            Need("remedies", _("every remedy delivered, or promised with its day"), remedies_have_days(complaint)),
            Need("clocks", _("no other deadline of the case running"), not other_clocks_run(case)),
            Need("topic", _("topic"), case.topic_id is not None),
        ]  # fmt: skip
    if new == Stage.CLOSED:
        return [Need("topic", _("topic"), case.topic_id is not None)]
    return []


def next_stage(complaint: Complaint) -> str | None:
    """The stage that follows on the straight way; by the path after the assessment."""
    if not complaint.is_complaint:
        straight = {Stage.RECEIVED: Stage.PASSED_ON, Stage.REOPENED: Stage.PASSED_ON, Stage.PASSED_ON: Stage.THANKED}
        return {**straight, Stage.THANKED: Stage.CLOSED}.get(complaint.stage)
    if complaint.stage in {Stage.ASSESSED, Stage.REOPENED}:
        return Stage.STAGE_1 if complaint.path == Path.FRONTLINE and not complaint.reopened_count else Stage.STAGE_2
    return {
        Stage.RECEIVED: Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED: Stage.ASSESSED, Stage.STAGE_1: Stage.DECIDED,
        Stage.STAGE_2: Stage.DECIDED, Stage.DECIDED: Stage.CLOSED,
    }.get(complaint.stage)  # fmt: skip


def open_tasks(complaint: Complaint) -> bool:
    return InvestigationTask.objects.filter(complaint=complaint, done_on__isnull=True).exists()


def names_next_instance(complaint: Complaint) -> bool:
    return complaint.decision_letter_id is not None and complaint.next_instances.exists()


def remedies_have_days(complaint: Complaint) -> bool:
    return not complaint.remedies.filter(delivered_on__isnull=True, due_on__isnull=True).exists()


def other_clocks_run(case: Case) -> bool:
    return case.clocks.filter(state="running").exists()


# --- Moving -------------------------------------------------------------------------------------------------------------
def locked_complaint(case: Case) -> Complaint:
    """The complaint of a locked case."""
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if complaint is None:
        raise DeedRefused(_("This case is not a complaint."))
    complaint.case = case
    return complaint


def check_move(complaint: Complaint, new: str) -> None:
    lifecycle_of(complaint).check_move(complaint.stage, new)


def check_needs(complaint: Complaint, new: str) -> None:
    lifecycle.check_needs(needed_before(complaint, new))


def enter(complaint: Complaint, new: str, *, by, on: date | None = None, reason: str = "", fields: tuple[str, ...] = ()) -> None:  # fmt: skip
    """Write the move; the caller holds case and complaint locked and has checked it."""
    on = on or timezone.localdate()
    old, complaint.stage = complaint.stage, new
    changed = ["stage", *fields]
    if day := DAYS.get(Stage(new)):
        setattr(complaint, day, on)
        changed.append(day)
    if new not in STAGES_ENDED and complaint.closed_on is not None:
        complaint.closed_on = None
        changed.append("closed_on")
    complaint.save(update_fields=list(dict.fromkeys(changed)))
    ComplaintMove.objects.create(complaint=complaint, old=old, new=new, on=on, by=by, reason=reason)
    end_targets_of(complaint, new, on=on)


# --- Targets ------------------------------------------------------------------------------------------------------------
def complaint_kind() -> CaseKind | None:
    return CaseKind.objects.filter(code=COMPLAINT_KIND).first()


def start_target(complaint: Complaint, purpose: str, *, trigger_on: date | None = None) -> ComplaintTarget | None:
    """Begin a target by the rule in force on its first day; counted from registration unless a day is given."""
    kind = complaint_kind()
    on = trigger_on or complaint.case.registered_on
    rule = clocks.rule_in_force(kind=kind, purpose=purpose, on=on) if kind else None
    if rule is None or complaint.targets.filter(purpose=purpose, state="running").exists():
        return None
    due = target_due(rule, on)
    return ComplaintTarget.objects.create(
        complaint=complaint, purpose=purpose, rule=rule, triggered_on=on, due_on=due, first_due_on=due
    )


def target_due(rule: DeadlineRule, trigger_on: date, *, extended: bool = False) -> date:
    return deadlines.compute_due(
        rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=working_calendar(), extended=extended
    ).due_on


ENDS = {
    Stage.ACKNOWLEDGED: {Purpose.ACKNOWLEDGE}, Stage.STAGE_2: {Purpose.STAGE_1},
    Stage.DECIDED: {Purpose.STAGE_1, Purpose.STAGE_2}, Stage.THANKED: {Purpose.ACKNOWLEDGE},
}  # fmt: skip
# These do what the target was for; by the others it falls away.
MEETS = {Stage.ACKNOWLEDGED, Stage.DECIDED, Stage.THANKED}


def end_targets_of(complaint: Complaint, new: str, *, on: date) -> None:
    running = ComplaintTarget.objects.filter(complaint=complaint, state=ComplaintTarget.State.RUNNING)
    if new not in STAGES_ENDED:
        running = running.filter(purpose__in=ENDS.get(Stage(new), ()))
    for target in running:
        target.state = ComplaintTarget.State.MET if new in MEETS else ComplaintTarget.State.ENDED
        target.met_on = max(on, target.triggered_on) if target.state == ComplaintTarget.State.MET else None
        target.save(update_fields=["state", "met_on"])


# --- Opening, and what other deeds on the case do to it -------------------------------------------------------------------
@transaction.atomic
def open_complaint(*, case: Case, feedback: str, by) -> Complaint:
    """Make the complaint of a case; asked twice, the same one. The caller holds the case or has just made it."""
    known = Complaint.objects.filter(pk=case.pk).first()
    if known:
        return known
    complaint = Complaint.objects.create(
        case=case, feedback=feedback, received_on=timezone.localdate(case.received_at), unit_id=case.unit_id,
        service_id=case.service_id, created_by=by,
    )  # fmt: skip
    ComplaintMove.objects.create(complaint=complaint, new=Stage.RECEIVED, on=case.registered_on, by=by)
    start_target(complaint, Purpose.ACKNOWLEDGE)
    record("complaint.opened", by=by, on=case, feedback=str(feedback))
    return complaint


def open_by_kind(*, case: Case, by) -> None:
    """A case whose kind is a complaint, praise or suggestion has its complaint from the first moment."""
    feedback = feedback_of(case.kind)
    if feedback:
        open_complaint(case=case, feedback=feedback, by=by)


def check_may_close(case: Case) -> None:
    """The case of a complaint is closed by closing the complaint, so that nothing of it is left out."""
    complaint = Complaint.objects.filter(pk=case.pk).first()
    if complaint and complaint.is_complaint and not complaint.is_ended:
        raise DeedRefused(
            _("A complaint is closed with its outcome, cause and letter: use “Close the complaint” on the case.")
        )


def follow(case: Case, new: str, *, by, reason: str = "") -> None:
    """Another deed moved the case as a whole; its complaint goes along where it can."""
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if complaint is None or not may_move(complaint, new):
        return
    complaint.case = case
    fields: tuple[str, ...] = ()
    if new == Stage.REOPENED:
        complaint.reopened_count += 1
        complaint.outcome, complaint.cause_id, complaint.decision_letter_id = "", None, None
        complaint.next_instances.clear()
        fields = ("reopened_count", "outcome", "cause", "decision_letter")
    enter(complaint, new, by=by, reason=reason, fields=fields)


def follow_closing(case: Case, *, by) -> None:
    """The case of praise or a suggestion was closed by its own page: so is the praise."""
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if complaint is None or complaint.is_ended:
        return
    complaint.case = case
    enter(complaint, Stage.CLOSED if not complaint.is_complaint else Stage.RETURNED, by=by)


RETURN_GROUNDS = {
    "not_a_complaint": gettext_lazy("It is not a complaint but a request for a service"),
    "too_late": gettext_lazy("Too much time has passed since"),
    "settled": gettext_lazy("The same matter has been settled before"),
    "in_court": gettext_lazy("The matter is before a court"),
    "unidentifiable": gettext_lazy("The person cannot be identified"),
    "other": gettext_lazy("Another ground, written in the letter"),
}


# --- Decided and not closed -------------------------------------------------------------------------------------------
# The person has this long to turn further; afterwards nothing is waited for.
DAYS_OPEN_AFTER_DECISION = 30


def is_left_open(complaint: Complaint, today: date) -> bool:
    """Decided so long ago that it should have ended."""
    decided = complaint.decided_on
    return (
        complaint.stage == Stage.DECIDED
        and decided is not None
        and today > decided + timedelta(days=DAYS_OPEN_AFTER_DECISION)
    )
