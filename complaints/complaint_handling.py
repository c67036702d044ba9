"""Deeds on a complaint: acknowledged, weighed, handled at the frontline or investigated, decided, put right, learnt from.

Each locks the case first and its complaint next, checks the table of moves and what is needed before, writes, records.
Letters go through `correspondence`, so that clocks and statuses of the case stay as for any other letter.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.models import RoleHolding, User
from bureau.navigation import forget_counters
from bureau.templatetags.formats import day
from complaints import clocks, closing, complaint_stages, correspondence, forwarding, proceedings, transitions
from complaints.clocks import save_moved
from complaints.complaint_severity import Weighed
from complaints.complaint_stages import COMPLAINT_KIND, check_move, check_needs, enter, locked_complaint, start_target
from complaints.conflict_of_interest import why_not
from complaints.deeds import DeedRefused, locked, tell, tell_only
from complaints.models import (
    Case,
    CaseKind,
    Complaint,
    ComplaintOutcome,
    ComplaintTarget,
    DeadlineRule,
    Feedback,
    Message,
    Path,
    Stage,
    Status,
)
from complaints.outcomes import Outcome
from complaints.signals import complaint_decided, complaint_lesson_learned

Purpose = DeadlineRule.Purpose
# How the case ends, by the outcome of its complaint.
CASE_OUTCOMES = {
    ComplaintOutcome.UPHELD: Outcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD: Outcome.PARTLY_UPHELD,
    ComplaintOutcome.NOT_UPHELD: Outcome.NOT_UPHELD, ComplaintOutcome.RESOLVED: Outcome.SOLVED,
    ComplaintOutcome.WITHDRAWN: Outcome.WITHDRAWN,
}  # fmt: skip

for _name, _text in {
    "complaint_urgent": gettext_lazy("%(number)s is a grave complaint and goes to investigation"),
    "complaint_investigator": gettext_lazy("%(number)s: the complaint was given to you to investigate"),
    "complaint_moved": gettext_lazy("%(number)s: the complaint is now “%(stage)s”"),
}.items():
    notice_texts.register(f"case.{_name}", _text, asks=_name != "complaint_moved")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Words to the person: over which channel, to whom, and when if not now."""

    text: str
    channel_id: int
    recipient: str
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    at: datetime | None = None


def held(case: Case, *, seen_version: int | None) -> tuple[Case, Complaint]:
    case = locked(case, seen_version=seen_version)
    return case, locked_complaint(case)


def done(complaint: Complaint, action: str, *, by, reason: str = "", **data) -> None:
    """Record the deed on the case and tell its handler and followers where the complaint stands."""
    case = complaint.case
    record(action, by=by, on=case, reason=reason, stage=complaint.stage, **data)
    tell(
        case, "complaint_moved", by=by, also={complaint.investigator_id} - {None}, stage=str(Stage(complaint.stage).label)
    )  # fmt: skip


def send(case: Case, letter: Letter, *, by, is_interim: bool, clock_ids: frozenset[int] | None = None) -> Message:
    reply = correspondence.Reply(
        text=letter.text, channel_id=letter.channel_id, recipient=letter.recipient, key=letter.key, at=letter.at,
        is_interim=is_interim, clock_ids=clock_ids,
    )  # fmt: skip
    message = correspondence.send_reply(case=case, reply=reply, by=by)
    case.refresh_from_db()
    return message


# --- From any case ------------------------------------------------------------------------------------------------------
@transaction.atomic
def treat_as_complaint(*, case: Case, by, feedback: str = Feedback.COMPLAINT, seen_version: int | None = None) -> Complaint:  # fmt: skip
    """Say that a case, whatever else it asks, is a complaint, praise or a suggestion. Its own clocks run on; a complaint
    gets the reply clock of complaints beside them."""
    case = locked(case, seen_version=seen_version)
    if Complaint.objects.filter(pk=case.pk).exists():
        raise DeedRefused(_("This case is handled as a complaint already."))
    if not case.is_open:
        raise DeedRefused(_("The case has ended. Reopen it first."))
    if feedback == Feedback.COMPLAINT:
        add_clock_of(case, COMPLAINT_KIND, by=by)
    else:
        save_moved(case)
    complaint = complaint_stages.open_complaint(case=case, feedback=feedback, by=by)
    tell(case, "changed", by=by)
    return complaint


def add_clock_of(case: Case, kind_code: str, *, by) -> None:
    """One more request in the same letter, unless its clock is there already."""
    kind = CaseKind.objects.filter(code=kind_code).first()
    if kind is None or case.clocks.filter(kind=kind, purpose=Purpose.REPLY).exists():
        return
    if not DeadlineRule.objects.filter(kind=kind, purpose=Purpose.REPLY).exists():
        return
    forwarding.add_request(case=case, kind=kind, by=by)
    case.refresh_from_db()


# --- Acknowledged, weighed ------------------------------------------------------------------------------------------------
@transaction.atomic
def acknowledge(*, case: Case, letter: Letter, by, seen_version: int | None = None) -> Complaint:
    """Tell the person that the complaint has come, whose it is and what follows; by letter, or as said on the phone."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.ACKNOWLEDGED)
    message = send(case, letter, by=by, is_interim=True)
    complaint.case = case
    complaint.acknowledged_channel_id = letter.channel_id
    enter(complaint, Stage.ACKNOWLEDGED, by=by, on=timezone.localdate(message.at), fields=("acknowledged_channel",))
    done(complaint, "complaint.acknowledged", by=by, message=message.pk, channel=letter.channel_id)
    return complaint


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What triage found: what the complaint is about, what else the letter holds, how grave it is."""

    weighed: Weighed
    aspects: tuple[str, ...]
    unit_id: int | None = None
    service_id: int | None = None
    happened_on: date | None = None
    wanted_remedy: str = ""
    also_kinds: tuple[str, ...] = ()


@transaction.atomic
def assess(*, case: Case, assessment: Assessment, by, seen_version: int | None = None) -> Complaint:
    """Weigh the complaint and start the clock of everything else that the letter holds."""
    case, complaint = held(case, seen_version=seen_version)
    again = complaint.stage in {Stage.ASSESSED, Stage.STAGE_1, Stage.STAGE_2, Stage.REOPENED}
    if not again:
        check_move(complaint, Stage.ASSESSED)
    if not assessment.aspects:
        raise DeedRefused(_("Choose what the complaint is about."), field="aspects")
    weighed = assessment.weighed
    for name in ("harm", "vulnerability", "publicity", "legal", "repetition"):
        setattr(complaint, name, getattr(weighed, name))
    complaint.severity, complaint.path = weighed.score, str(weighed.way)
    complaint.aspects = list(assessment.aspects)
    complaint.unit_id, complaint.service_id = assessment.unit_id, assessment.service_id
    complaint.happened_on, complaint.wanted_remedy = assessment.happened_on, assessment.wanted_remedy
    fresh = [code for code in assessment.also_kinds if code not in complaint.also_kinds]
    complaint.also_kinds = [*complaint.also_kinds, *fresh]
    for code in fresh:
        open_also(case, code, by=by)
    complaint.case = case
    fields = (
        "harm", "vulnerability", "publicity", "legal", "repetition", "severity", "path", "aspects", "unit", "service",
        "happened_on", "wanted_remedy", "also_kinds",
    )  # fmt: skip
    if again:
        complaint.save(update_fields=fields)
        save_moved(case)
    else:
        if case.assignee_id is None:
            case.assignee = by
        save_moved(case, "assignee")
        enter(complaint, Stage.ASSESSED, by=by, fields=fields)
    done(complaint, "complaint.assessed", by=by, severity=complaint.severity, path=complaint.path, also=fresh)
    if complaint.path == Path.URGENT:
        tell_only(case, "complaint_urgent", by=by, ids=holders_of("head_of_bureau", on=timezone.localdate()))
    return complaint


def open_also(case: Case, code: str, *, by) -> None:
    """What else the letter is: a challenge has its own proceedings; the others get their own clock."""
    if proceedings.begin(code, case=case, by=by):
        case.refresh_from_db()
    else:
        add_clock_of(case, code, by=by)


def holders_of(role: str, *, on: date) -> set[int]:
    return set(
        RoleHolding.objects.in_force(on).filter(role=role, user__is_active=True).values_list("user_id", flat=True)
    )


# --- Handled -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def start_stage_1(*, case: Case, by, seen_version: int | None = None) -> Complaint:
    """Solve it at once, by whoever has the case."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.STAGE_1)
    check_needs(complaint, Stage.STAGE_1)
    take_up(case, by=by)
    complaint.case = case
    complaint.handled_at_stage = 1
    enter(complaint, Stage.STAGE_1, by=by, fields=("handled_at_stage",))
    start_target(complaint, Purpose.STAGE_1, trigger_on=first_day_of_target(complaint))
    done(complaint, "complaint.stage_1", by=by)
    return complaint


@transaction.atomic
def start_stage_2(
    *, case: Case, investigator: User, by, reason: str = "", seen_version: int | None = None
) -> Complaint:
    """Give the complaint to an investigator whom it does not concern."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.STAGE_2)
    if refusal := why_not(case, investigator):
        raise DeedRefused(refusal, field="investigator")
    complaint.investigator = investigator
    check_needs(complaint, Stage.STAGE_2)
    take_up(case, by=by, handler=investigator)
    complaint.case = case
    complaint.handled_at_stage = 2
    enter(complaint, Stage.STAGE_2, by=by, reason=reason, fields=("handled_at_stage", "investigator"))
    start_target(complaint, Purpose.STAGE_2, trigger_on=first_day_of_target(complaint))
    done(complaint, "complaint.stage_2", by=by, reason=reason, investigator=investigator.pk)
    tell_only(case, "complaint_investigator", by=by, ids={investigator.pk})
    transaction.on_commit(lambda: forget_counters(investigator.pk))
    return complaint


def first_day_of_target(complaint: Complaint) -> date | None:
    """A reopened complaint is counted from the day it was taken up again, any other from its registration."""
    return timezone.localdate() if complaint.reopened_count else None


def take_up(case: Case, *, by, handler: User | None = None) -> None:
    """The case is in progress, in somebody's hands."""
    if handler and case.assignee_id != handler.pk:
        case.assignee = handler
        save_moved(case, "assignee")
    if transitions.CASE_LIFECYCLE.may_move(case.status, Status.IN_PROGRESS):
        transitions.start_work(case=case, by=by)
        case.refresh_from_db()


@transaction.atomic
def change_investigator(*, case: Case, investigator: User, by, reason: str = "", seen_version: int | None = None) -> Complaint:  # fmt: skip
    case, complaint = held(case, seen_version=seen_version)
    if complaint.stage != Stage.STAGE_2:
        raise DeedRefused(_("Only an investigation has an investigator."))
    if refusal := why_not(case, investigator):
        raise DeedRefused(refusal, field="investigator")
    old, complaint.investigator = complaint.investigator_id, investigator
    complaint.save(update_fields=["investigator"])
    case.assignee = investigator
    save_moved(case, "assignee")
    complaint.case = case
    done(complaint, "complaint.investigator_changed", by=by, reason=reason, old=old, new=investigator.pk)
    tell_only(case, "complaint_investigator", by=by, ids={investigator.pk})
    return complaint


# --- Decided, closed --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Decision:
    """The outcome with its cause, what was found, and the doors after ours that the letter names."""

    outcome: str
    cause_id: int
    findings: str
    next_instance_ids: tuple[int, ...]


def unnamed(text: str, next_instance_ids: tuple[int, ...]) -> list[int]:
    """Chosen instances that the letter does not speak of, by name in either language."""
    said, names = text.casefold(), reference.next_instances()
    return [
        pk for pk in next_instance_ids
        if pk in names and not any(stem(name) in said for name in (names[pk].name_et, names[pk].name_en))
    ]  # fmt: skip


def stem(name: str) -> str:
    """A word changes its end by case: õiguskantsler, õiguskantsleri; vaie, vaide."""
    word = name.split()[0].casefold()
    return word[:3] if len(word) <= 5 else word[: max(5, len(word) - 3)]


@transaction.atomic
def decide(*, case: Case, decision: Decision, letter: Letter, by, seen_version: int | None = None) -> Complaint:
    """Decide and tell the person, with where they may turn next."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.DECIDED)
    if complaint.stage == Stage.STAGE_2 and complaint_stages.open_tasks(complaint):
        raise DeedRefused(_("Steps of the investigation are still open. Finish them or take them away first."))
    if refusal := why_not(case, by):
        raise DeedRefused(refusal)
    if not decision.next_instance_ids:
        raise DeedRefused(_("Choose the next instance that the letter names."), field="next_instances")
    if missing := unnamed(letter.text, decision.next_instance_ids):
        names = ", ".join(reference.next_instances()[pk].name for pk in missing)
        raise DeedRefused(_("The letter does not name: %(names)s.") % {"names": names}, field="text")
    message = send(case, letter, by=by, is_interim=False, clock_ids=own_clocks(case))
    complaint.case = case
    complaint.outcome, complaint.cause_id, complaint.findings = decision.outcome, decision.cause_id, decision.findings
    complaint.decided_by, complaint.decision_letter = by, message
    enter(
        complaint, Stage.DECIDED, by=by, on=timezone.localdate(message.at),
        fields=("outcome", "cause", "findings", "decided_by", "decision_letter"),
    )  # fmt: skip
    complaint.next_instances.set(decision.next_instance_ids)
    done(complaint, "complaint.decided", by=by, outcome=decision.outcome, cause=decision.cause_id, message=message.pk)
    case_id, outcome = case.pk, decision.outcome
    transaction.on_commit(lambda: complaint_decided.send(sender=Complaint, case_id=case_id, outcome=outcome))
    return complaint


def own_clocks(case: Case) -> frozenset[int]:
    """Clocks that the decision answers: the complaint's. Other requests of the same letter run on."""
    running = list(case.clocks.filter(state="running", purpose=Purpose.REPLY).select_related("kind"))
    own = [clock.pk for clock in running if complaint_stages.feedback_of(clock.kind)]
    return frozenset(own or (clock.pk for clock in running if clock.kind_id == case.kind_id))


@transaction.atomic
def close_complaint(*, case: Case, by, topic_id: int | None = None, note: str = "", seen_version: int | None = None) -> Complaint:  # fmt: skip
    """End complaint and case together. Nothing closes without cause, outcome and a letter that names the next instance."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.CLOSED)
    if topic_id and case.topic_id is None:
        case.topic_id = topic_id
    complaint.case = case
    check_needs(complaint, Stage.CLOSED)
    enter(complaint, Stage.CLOSED, by=by, reason=note)
    outcome = CASE_OUTCOMES[ComplaintOutcome(complaint.outcome)] if complaint.is_complaint else Outcome.NOTED
    if case.status != Status.CLOSED:
        closing.close_case(case=case, by=by, outcome=outcome, note=note, topic_id=topic_id, no_reply="nothing_owed")
    complaint.case.refresh_from_db()
    done(complaint, "complaint.closed", by=by, reason=note, outcome=complaint.outcome)
    return complaint


@transaction.atomic
def withdraw(*, case: Case, by, reason: str, seen_version: int | None = None) -> Complaint:
    """The person takes the complaint back. What was learnt may still be kept."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.WITHDRAWN)
    if not reason.strip():
        raise DeedRefused(_("Say how and why the person took it back."))
    complaint.outcome = ComplaintOutcome.WITHDRAWN
    enter(complaint, Stage.WITHDRAWN, by=by, reason=reason, fields=("outcome",))
    end_case(case, by=by, outcome=Outcome.WITHDRAWN, no_reply="withdrawn", note=reason)
    done(complaint, "complaint.withdrawn", by=by, reason=reason)
    return complaint


@transaction.atomic
def return_complaint(*, case: Case, by, ground: str, letter: Letter, seen_version: int | None = None) -> Complaint:
    """Send it back without review, with the ground told to the person."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.RETURNED)
    if ground not in complaint_stages.RETURN_GROUNDS:
        raise DeedRefused(_("Choose why it is returned."), field="ground")
    message = send(case, letter, by=by, is_interim=False, clock_ids=own_clocks(case))
    complaint.case = case
    complaint.returned_because, complaint.decision_letter = ground, message
    enter(complaint, Stage.RETURNED, by=by, reason=ground, fields=("returned_because", "decision_letter"))
    end_case(case, by=by, outcome=Outcome.REFUSED, no_reply="", note="")
    done(complaint, "complaint.returned", by=by, ground=ground, message=message.pk)
    return complaint


def end_case(case: Case, *, by, outcome: str, no_reply: str, note: str) -> None:
    """Close the case with its complaint, unless another request of the same letter still waits or the topic is unknown."""
    own = own_clocks(case)
    others = case.clocks.filter(state="running").exclude(pk__in=own).exists()
    if others or case.topic_id is None or case.status == Status.CLOSED:
        for clock in case.clocks.filter(pk__in=own):
            clocks.end(
                clock=clock, on=max(timezone.localdate(), clock.triggered_on), by=by, reason=no_reply or "case_closed"
            )
        clocks.refresh_due(case)
        save_moved(case, "due_on")
        return
    closing.close_case(case=case, by=by, outcome=outcome, no_reply=no_reply, note=note)


# --- Praise and suggestions ---------------------------------------------------------------------------------------------------
@transaction.atomic
def pass_on(*, case: Case, to: str, by, user_ids: tuple[int, ...] = (), seen_version: int | None = None) -> Complaint:
    """Tell those whom the praise or suggestion concerns: a good word reaches its person."""
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.PASSED_ON)
    complaint.passed_to = to[:200]
    take_up(case, by=by)
    complaint.case = case
    enter(complaint, Stage.PASSED_ON, by=by, fields=("passed_to",))
    done(complaint, "complaint.passed_on", by=by)
    if user_ids:
        tell_only(case, "praise_passed_on", by=by, ids=set(user_ids))
    return complaint


notice_texts.register(
    "case.praise_passed_on", gettext_lazy("%(number)s: %(actor)s passes on what a client says of you")
)


@transaction.atomic
def thank(*, case: Case, letter: Letter, by, seen_version: int | None = None) -> Complaint:
    case, complaint = held(case, seen_version=seen_version)
    check_move(complaint, Stage.THANKED)
    message = send(case, letter, by=by, is_interim=False)
    complaint.case = case
    enter(complaint, Stage.THANKED, by=by, on=timezone.localdate(message.at))
    done(complaint, "complaint.thanked", by=by, message=message.pk)
    return complaint


# --- Targets, lesson ------------------------------------------------------------------------------------------------------------
def running_target(complaint: Complaint) -> ComplaintTarget | None:
    return complaint.targets.filter(state="running").select_related("rule__kind").order_by("due_on").first()


def longest_target(target: ComplaintTarget) -> date | None:
    """The latest day to which the bureau's own rule lets a target be moved."""
    if target.rule is None or not target.rule.extended_amount:
        return None
    return complaint_stages.target_due(target.rule, target.triggered_on, extended=True)


@transaction.atomic
def extend_target(*, case: Case, until: date, reason: str, letter: Letter, by, seen_version: int | None = None) -> ComplaintTarget:  # fmt: skip
    """A later day of our own, told to the person with the reason. The statutory clock is not touched."""
    case, complaint = held(case, seen_version=seen_version)
    target = running_target(complaint)
    longest = longest_target(target) if target else None
    if target is None or longest is None:
        raise DeedRefused(_("No target of this complaint can be extended."))
    if not reason.strip():
        raise DeedRefused(_("Say why more time is needed."), field="reason")
    if not target.due_on < until <= longest:
        raise DeedRefused(
            _("Choose a day after %(first)s and not later than %(last)s.")
            % {"first": day(target.due_on), "last": day(longest)},
            field="until",
        )
    if not working_calendar().is_working_day(until):
        raise DeedRefused(_("Choose a working day."), field="until")
    if day(until) not in letter.text:
        raise DeedRefused(_("The notice must name the new day, %(day)s.") % {"day": day(until)}, field="text")
    old = target.due_on
    message = send(case, letter, by=by, is_interim=True)
    target.due_on, target.is_extended, target.extension_reason, target.told_with = until, True, reason, message
    target.save(update_fields=["due_on", "is_extended", "extension_reason", "told_with"])
    complaint.case = case
    record(
        "complaint.target_extended", by=by, on=case, reason=reason, old=old.isoformat(), new=until.isoformat(),
        target=target.purpose, message=message.pk,
    )  # fmt: skip
    return target


@transaction.atomic
def keep_lesson(*, case: Case, lesson: str, by, seen_version: int | None = None) -> Complaint:
    """What we do otherwise from now on. Kept with the complaint, open or ended, and announced."""
    case, complaint = held(case, seen_version=seen_version)
    if not lesson.strip():
        raise DeedRefused(_("Write what we learn from it."), field="lesson")
    complaint.lesson, complaint.lesson_on = lesson.strip(), timezone.localdate()
    complaint.save(update_fields=["lesson", "lesson_on"])
    save_moved(case)
    record("complaint.lesson_kept", by=by, on=case)
    case_id, cause_id = case.pk, complaint.cause_id
    transaction.on_commit(lambda: complaint_lesson_learned.send(sender=Complaint, case_id=case_id, cause_id=cause_id))
    return complaint
