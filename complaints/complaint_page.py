"""Everything the page of a case shows of its complaint: stages, targets, what is needed, investigation, remedies, deeds."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.lifecycle import Need
from bureau.roles import Permission
from bureau.working_calendar import CalendarGap, days_left
from complaints.case_actions import Action
from complaints.complaint_handling import longest_target
from complaints.complaint_stages import (
    STAGE_TONES,
    STEPS,
    STEPS_SHORT,
    may_move,
    needed_before,
    next_stage,
)
from complaints.models import (
    Aspect,
    Case,
    Complaint,
    ComplaintTarget,
    Evidence,
    Feedback,
    InvestigationTask,
    Path,
    Remedy,
    Stage,
)
from complaints.reference import kinds

SIDES = ("harm", "vulnerability", "publicity", "legal", "repetition")
PATH_TONES = {Path.FRONTLINE: "neutral", Path.INVESTIGATION: "warning", Path.URGENT: "bad"}


@dataclass(frozen=True)
class TargetShown:
    label: str
    due_on: date
    first_due_on: date
    is_extended: bool
    extension_reason: str
    days_left: int | None
    is_running: bool
    was_on_time: bool | None
    met_on: date | None
    is_ended: bool


@dataclass(frozen=True)
class Repeat:
    """Complaints, praise and suggestions of the same party in twelve months; a count and nothing more."""

    complaints: int
    praise: int
    suggestions: int


@dataclass(frozen=True)
class ComplaintPage:
    complaint: Complaint
    title: str
    stage_tone: str
    path_tone: str
    steps: list[dict[str, str]]
    next_label: str
    needs: list[Need]
    targets: list[TargetShown]
    sides: list[tuple[str, int]]
    aspects: list[str]
    unit: str
    service: str
    also: list[str]
    investigator: str
    cause: str
    cause_group: str
    persons: list[Any]
    tasks: list[InvestigationTask]
    evidence: list[Evidence]
    remedies: list[Remedy]
    next_instances: list[str]
    repeat: Repeat | None
    waits_to_be_taken_up: bool
    primary: Action | None
    actions: list[Action] = field(default_factory=list)
    may_handle: bool = False
    may_assess: bool = False


def complaint_of(case: Case) -> Complaint | None:
    try:
        complaint = case.complaint
    except Complaint.DoesNotExist:
        return None
    complaint.case = case
    return complaint


def complaint_page(*, case: Case, user, today: date) -> ComplaintPage | None:
    """None for a case that is no complaint, or for who may not see complaints."""
    complaint = complaint_of(case)
    if complaint is None or not user.may(Permission.COMPLAINT_VIEW):
        return None
    targets = list(complaint.targets.select_related("rule__kind").prefetch_related("escalations"))
    following = next_stage(complaint)
    units, services, names = reference.units(), reference.services(), reference.people()
    cause = reference.causes().get(complaint.cause_id) if complaint.cause_id else None
    group = reference.causes().get(cause.parent_id) if cause and cause.parent_id else None
    kind_names = {one.code: one.name for one in kinds().values()}
    waiting = any(
        target.is_running and any(one.acknowledged_at is None for one in target.escalations.all())
        for target in targets
    )
    primary, actions = actions_of(
        complaint, user=user, following=following, waits=waiting,
        can_extend=any(target.is_running and longest_target(target) for target in targets),
    )  # fmt: skip
    return ComplaintPage(
        complaint=complaint, title=complaint.get_feedback_display(), stage_tone=STAGE_TONES[complaint.stage],
        path_tone=PATH_TONES.get(complaint.path, "neutral"), steps=steps_of(complaint),
        next_label=str(Stage(following).label) if following else "",
        needs=needed_before(complaint, following) if following else [],
        targets=[shown_target(target, today) for target in targets],
        sides=[(str(Complaint._meta.get_field(name).verbose_name), getattr(complaint, name)) for name in SIDES] if complaint.severity is not None else [],
        aspects=[str(Aspect(one).label) for one in complaint.aspects if one in Aspect.values],
        unit=units[complaint.unit_id].name if complaint.unit_id in units else "",
        service=services[complaint.service_id].name if complaint.service_id in services else "",
        also=[kind_names.get(code, code) for code in complaint.also_kinds],
        investigator=names.get(complaint.investigator_id, "") if complaint.investigator_id else "",
        cause=cause.name if cause else "", cause_group=group.name if group else "",
        persons=[{"id": one.user_id, "name": names.get(one.user_id, ""), "note": one.note} for one in complaint.persons.all()],
        tasks=list(complaint.tasks.all()), evidence=list(complaint.evidence.all()), remedies=list(complaint.remedies.all()),
        next_instances=[one.name for one in complaint.next_instances.all()],
        repeat=repeat_of(complaint, user=user, today=today) if case.party_id else None,
        waits_to_be_taken_up=waiting, primary=primary, actions=actions,
        may_handle=user.may(Permission.COMPLAINT_HANDLE), may_assess=user.may(Permission.COMPLAINT_ASSESS),
    )  # fmt: skip


def steps_of(complaint: Complaint) -> list[dict[str, str]]:
    """The straight way with where the complaint stands on it; a stage off the way is named in the head of the panel."""
    line = STEPS if complaint.is_complaint else STEPS_SHORT
    been = {
        Stage.RECEIVED: complaint.received_on, Stage.ACKNOWLEDGED: complaint.acknowledged_on,
        Stage.ASSESSED: complaint.assessed_on, Stage.STAGE_1: complaint.stage_1_on, Stage.STAGE_2: complaint.stage_2_on,
        Stage.DECIDED: complaint.decided_on, Stage.CLOSED: complaint.closed_on if complaint.stage == Stage.CLOSED else None,
    }  # fmt: skip
    at = line.index(Stage(complaint.stage)) if complaint.stage in line else -1
    rows = []
    for number, stage in enumerate(line):
        if stage == complaint.stage:
            state = "done" if stage == Stage.CLOSED else "current"
        elif been.get(stage) or (0 <= number < at and stage not in {Stage.STAGE_1, Stage.STAGE_2}):
            state = "done"
        else:
            state = "ahead"
        rows.append({"label": str(stage.label), "state": state})
    return rows


def shown_target(target: ComplaintTarget, today: date) -> TargetShown:
    try:
        left = days_left(target.due_on, today, working_calendar())
    except CalendarGap:
        left = None
    return TargetShown(
        label=str(target.get_purpose_display()), due_on=target.due_on, first_due_on=target.first_due_on,
        is_extended=target.is_extended, extension_reason=target.extension_reason, days_left=left,
        is_running=target.is_running, was_on_time=target.was_on_time, met_on=target.met_on,
        is_ended=target.state == ComplaintTarget.State.ENDED,
    )  # fmt: skip


def repeat_of(complaint: Complaint, *, user, today: date) -> Repeat:
    since = today - timedelta(days=365)
    seen = Case.objects.visible_to(user)
    others = seen.filter(party_id=complaint.case.party_id, complaint__received_on__gte=since).exclude(pk=complaint.pk)
    counts = others.aggregate(
        complaints=Count("pk", filter=Q(complaint__feedback=Feedback.COMPLAINT)),
        praise=Count("pk", filter=Q(complaint__feedback=Feedback.PRAISE)),
        suggestions=Count("pk", filter=Q(complaint__feedback=Feedback.SUGGESTION)),
    )
    return Repeat(**counts)


def actions_of(complaint: Complaint, *, user, following: str | None, waits: bool, can_extend: bool):
    """The next deed first, the others after it; only those that the stage and the person's rights allow."""
    handles, assesses, decides = (
        user.may(one)
        for one in (Permission.COMPLAINT_HANDLE, Permission.COMPLAINT_ASSESS, Permission.COMPLAINT_DECIDE)
    )
    number = complaint.case.number

    def deed(code: str, label: str, icon: str, posts: bool = False) -> Action:
        return Action(code, label, reverse(f"complaints:complaint_{code}", args=[number]), icon, posts=posts)

    moves = {
        Stage.ACKNOWLEDGED: (handles, deed("acknowledge", _("Acknowledge receipt"), "mail")),
        Stage.ASSESSED: (assesses, deed("assess", _("Assess the complaint"), "filter")),
        Stage.STAGE_1: (handles, deed("stage_1", _("Solve it at the frontline"), "play", posts=True)),
        Stage.STAGE_2: (assesses, deed("stage_2", _("Give to an investigator"), "person")),
        Stage.DECIDED: (may_decide(complaint, user), deed("decide", _("Decide and answer"), "reply")),
        Stage.CLOSED: (decides or handles, deed("close", _("Close the complaint") if complaint.is_complaint else _("Close"), "check")),
        Stage.PASSED_ON: (handles, deed("pass_on", _("Pass on to whom it concerns"), "forward")),
        Stage.THANKED: (handles, deed("thank", _("Thank the person"), "mail")),
        Stage.WITHDRAWN: (handles, deed("withdraw", _("The person takes it back"), "undo")),
        Stage.RETURNED: (assesses, deed("return", _("Return without review"), "forward")),
    }  # fmt: skip
    primary = None
    actions = []
    if waits and (handles or decides):
        actions.append(deed("take_up", _("Take up the late complaint"), "check", posts=True))
    for stage, (allowed, action) in moves.items():
        if not allowed or not may_move(complaint, stage):
            continue
        if stage == following:
            primary = action
        else:
            actions.append(action)
    handled = complaint.stage in {Stage.ASSESSED, Stage.STAGE_1, Stage.STAGE_2, Stage.REOPENED}
    if complaint.is_complaint:
        if handled and assesses:
            actions.append(deed("assess", _("Assess anew"), "filter"))
        if handled and handles:
            actions.append(deed("step", _("Add a step of the investigation"), "plus"))
            actions.append(deed("evidence", _("Add evidence"), "file"))
        if handles and complaint.stage in {Stage.STAGE_1, Stage.STAGE_2, Stage.DECIDED}:
            actions.append(deed("remedy", _("Promise a remedy"), "plus"))
        if can_extend and handles:
            actions.append(deed("extend", _("Move the target"), "clock"))
        if complaint.stage == Stage.STAGE_2 and assesses:
            actions.append(deed("investigator", _("Change the investigator"), "person"))
        if handles and (complaint.is_ended or complaint.stage == Stage.DECIDED):
            actions.append(deed("lesson", _("Keep a lesson"), "bookmark"))
    if not complaint.is_ended and handles:
        actions.append(deed("person", _("Name a person concerned"), "lock"))
    return primary, actions


def may_decide(complaint: Complaint, user) -> bool:
    """The frontline decides what it solves itself; an investigation is decided by who may decide."""
    if user.may(Permission.COMPLAINT_DECIDE):
        return True
    return complaint.stage == Stage.STAGE_1 and user.may(Permission.COMPLAINT_HANDLE)
