"""Deeds on a challenge: examined, cured, passed on, the act held back, decided or returned, taken to court.

Each locks the case first and its challenge next, checks the table of moves, writes, records. Letters go through
`correspondence`, so that clocks and statuses of the case stay as for any other letter; the term to decide is extended
on the case, as any other reply clock.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.models import User
from bureau.templatetags.formats import day
from complaints import clocks, complaint_handling, outcomes, reopening, transitions
from complaints.challenge_stages import (
    CHALLENGE_KIND,
    ENDINGS,
    RETURN_GROUNDS,
    begin,
    check_move,
    decision_clock,
    defect_words,
    defects_of,
    end_term,
    enter,
    is_late,
    locked_challenge,
    names_court,
    start_term,
)
from complaints.clocks import save_moved
from complaints.complaint_handling import Letter
from complaints.deeds import DeedRefused, locked, tell
from complaints.models import (
    Case,
    CaseKind,
    Challenge,
    ChallengeOutcome,
    ChallengeStage,
    ChallengeTerm,
    Clock,
    DeadlineRule,
    Message,
    Status,
)
from complaints.outcomes import Outcome

Purpose = DeadlineRule.Purpose
Stage = ChallengeStage
outcomes.CLOCK_ENDINGS.update(ENDINGS)
notice_texts.register("case.challenge_moved", gettext_lazy("%(number)s: the challenge is now “%(stage)s”"))
# How the case ends by the result of its challenge.
CASE_OUTCOMES = {
    ChallengeOutcome.SATISFIED: Outcome.UPHELD, ChallengeOutcome.PARTLY: Outcome.PARTLY_UPHELD,
    ChallengeOutcome.REJECTED: Outcome.NOT_UPHELD,
}  # fmt: skip


def held(case: Case, *, seen_version: int | None) -> tuple[Case, Challenge]:
    case = locked(case, seen_version=seen_version)
    return case, locked_challenge(case)


def done(challenge: Challenge, action: str, *, by, reason: str = "", **data) -> None:
    case = challenge.case
    record(action, by=by, on=case, reason=reason, stage=challenge.stage, **data)
    tell(case, "challenge_moved", by=by, stage=str(Stage(challenge.stage).label))


def write(
    case: Case, letter: Letter, *, by, is_interim: bool = True, clock_ids: frozenset[int] | None = None
) -> Message:
    return complaint_handling.send(case, letter, by=by, is_interim=is_interim, clock_ids=clock_ids)


def check_day(on: date, *, first: date, field: str = "on") -> None:
    if not first <= on <= timezone.localdate():
        raise DeedRefused(_("The day lies between %(first)s and today.") % {"first": day(first)}, field=field)


# --- Begun and examined ---------------------------------------------------------------------------------------------------
@transaction.atomic
def open_challenge(*, case: Case, by, seen_version: int | None = None) -> Challenge:
    """Say that a case, whatever else it asks, is a challenge by its substance. Asked twice, the same one."""
    case = locked(case, seen_version=seen_version)
    known = Challenge.objects.filter(pk=case.pk).first()
    if known:
        return known
    if not case.is_open:
        raise DeedRefused(_("The case has ended. Reopen it first."))
    challenge = begin(case=case, by=by)
    tell(case, "clock_started", by=by)
    return challenge


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What the letter says: which act, whose, when the person learnt of it, and which of the required contents it has."""

    act: str
    learnt_on: date
    contents: tuple[str, ...]
    act_on: date | None = None
    unit_id: int | None = None
    official_id: int | None = None
    demand: str = ""


@transaction.atomic
def examine(*, case: Case, examined: Examined, by, seen_version: int | None = None) -> Challenge:
    """Check term and contents. The term to file is counted from the day when the person learnt of the act."""
    case, challenge = held(case, seen_version=seen_version)
    if challenge.stage not in {Stage.RECEIVED, Stage.PASSED_ON}:
        raise DeedRefused(_("Contents are examined before the challenge is decided."))
    if not examined.act.strip():
        raise DeedRefused(_("Say which act or measure is challenged."), field="act")
    if examined.learnt_on > challenge.filed_on:
        raise DeedRefused(_("Nobody challenges what they have not learnt of yet: check the day."), field="learnt_on")
    challenge.act, challenge.act_on, challenge.demand = examined.act.strip()[:300], examined.act_on, examined.demand
    challenge.unit_id, challenge.official_id = examined.unit_id, examined.official_id
    challenge.contents, challenge.examined_on = list(examined.contents), timezone.localdate()
    if challenge.learnt_on != examined.learnt_on or challenge.is_late is None:
        challenge.learnt_on = examined.learnt_on
        challenge.terms.filter(purpose=Purpose.FILING).update(state=ChallengeTerm.State.ENDED)
        term = start_term(challenge, Purpose.FILING, trigger_on=examined.learnt_on)
        challenge.is_late = is_late(filed_on=challenge.filed_on, last_day=term.due_on) if term else None
        challenge.late_because, challenge.restored_on = "", None
        end_term(challenge, Purpose.FILING, on=challenge.filed_on)
    challenge.save()
    save_moved(case)
    done(
        challenge, "challenge.examined", by=by, late=challenge.is_late, defects=defects_of(challenge.contents),
        learnt_on=examined.learnt_on.isoformat(),
    )  # fmt: skip
    return challenge


@transaction.atomic
def restore_term(*, case: Case, reason: str, by, seen_version: int | None = None) -> Challenge:
    """Hear a late challenge all the same, for a good reason."""
    case, challenge = held(case, seen_version=seen_version)
    if not challenge.is_late or challenge.restored_on or not challenge.is_open:
        raise DeedRefused(_("There is no missed term to restore."))
    if not reason.strip():
        raise DeedRefused(_("Say for which good reason the term is restored."), field="reason")
    challenge.restored_on, challenge.late_because = timezone.localdate(), reason
    challenge.save(update_fields=["restored_on", "late_because"])
    save_moved(case)
    done(challenge, "challenge.term_restored", by=by, reason=reason)
    return challenge


# --- Defects ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_to_cure(*, case: Case, letter: Letter, by, seen_version: int | None = None) -> Challenge:
    """Name the defects to the person and give the term to cure them; counted from the letter."""
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.CURING)
    if challenge.examined_on is None:
        raise DeedRefused(_("Examine the challenge first."))
    if not defects_of(challenge.contents):
        raise DeedRefused(_("The challenge has no defects."))
    message = write(case, letter, by=by)
    challenge.case = case
    told_on = timezone.localdate(message.at)
    term = start_term(challenge, Purpose.CURE, trigger_on=told_on)
    if term is None:
        raise DeedRefused(_("No term for curing defects is set on that day."))
    enter(challenge, Stage.CURING, by=by, on=told_on)
    done(
        challenge, "challenge.cure_asked", by=by, message=message.pk, due_on=term.due_on.isoformat(),
        defects=defects_of(challenge.contents),
    )  # fmt: skip
    return challenge


@transaction.atomic
def record_cure(*, case: Case, contents: tuple[str, ...], on: date, by, seen_version: int | None = None) -> Challenge:
    """The person sent what was missing. What still lacks keeps the term running; what came late may be returned."""
    case, challenge = held(case, seen_version=seen_version)
    if challenge.stage != Stage.CURING:
        raise DeedRefused(_("No defects wait to be cured."))
    term = challenge.terms.get(purpose=Purpose.CURE, state=ChallengeTerm.State.RUNNING)
    check_day(on, first=term.triggered_on)
    challenge.contents = sorted({*challenge.contents, *contents})
    challenge.save(update_fields=["contents"])
    missing = defects_of(challenge.contents)
    save_moved(case)
    if missing:
        done(challenge, "challenge.cured_in_part", by=by, defects=missing)
        return challenge
    term = end_term(challenge, Purpose.CURE, on=on)
    back = Stage.PASSED_ON if challenge.passed_on else Stage.RECEIVED
    check_move(challenge, back)
    enter(challenge, back, by=by, on=on)
    done(challenge, "challenge.cured", by=by, in_time=term.state == ChallengeTerm.State.KEPT)
    return challenge


# --- Who decides -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class PassingOn:
    """To whom it goes to be decided: a unit of ours, or another body."""

    on: date
    unit_id: int | None = None
    body_id: int | None = None
    letter: Letter | None = None


def why_not_ready(challenge: Challenge) -> str:
    """What stands in the way of passing it on; empty when nothing does."""
    if challenge.examined_on is None:
        return _("Examine the challenge first.")
    if challenge.is_late and not challenge.restored_on:
        return _("It was filed late: restore the term with its reason, or return the challenge.")
    if missing := defect_words(challenge.contents):
        return _("Defects are not cured: %(defects)s.") % {"defects": ", ".join(missing)}
    return ""


@transaction.atomic
def pass_on(*, case: Case, passing: PassingOn, by, seen_version: int | None = None) -> Challenge:
    """Hand the challenge to who decides. The term to decide is counted from this day (HMS § 84 lg 1)."""
    case, challenge = held(case, seen_version=seen_version)
    new = Stage.ELSEWHERE if passing.body_id else Stage.PASSED_ON
    check_move(challenge, new)
    if (passing.unit_id is None) == (passing.body_id is None):
        raise DeedRefused(_("Choose who decides: a unit of ours or another body."), field="unit")
    if not passing.body_id and (refusal := why_not_ready(challenge)):
        raise DeedRefused(refusal)
    if passing.body_id and passing.letter is None:
        raise DeedRefused(_("The person must be told that another body decides. Write the letter."), field="text")
    check_day(passing.on, first=challenge.filed_on)
    if passing.letter is not None:
        write(case, passing.letter, by=by)
        challenge.case = case
    challenge.passed_on = passing.on
    challenge.deciding_unit_id, challenge.deciding_body_id = passing.unit_id, passing.body_id
    due_on = restart_clocks(case, passing, by=by)
    enter(challenge, new, by=by, on=passing.on, fields=("passed_on", "deciding_unit", "deciding_body"))
    start_work_on(case, by=by)
    done(
        challenge, "challenge.passed_on", by=by, unit=passing.unit_id, body=passing.body_id,
        due_on=due_on.isoformat() if due_on else None,
    )  # fmt: skip
    return challenge


def restart_clocks(case: Case, passing: PassingOn, *, by) -> date | None:
    """The duty to pass on is met; the term to decide begins anew, or is another body's."""
    kind = CaseKind.objects.get(code=CHALLENGE_KIND)
    for clock in case.clocks.filter(kind=kind, state=Clock.State.RUNNING):
        on = max(passing.on, clock.triggered_on)
        if clock.purpose == Purpose.FORWARD:
            clocks.meet(clock=clock, on=on, by=by)
        else:
            clocks.end(
                clock=clock, on=on, by=by, reason="decided_elsewhere" if passing.body_id else "passed_on_to_decide"
            )
    clock = None if passing.body_id else reopening.clock_from(case=case, kind=kind, trigger_on=passing.on)
    if clock is not None:
        clocks.save_clocks(clocks=[clock], by=by)
    clocks.refresh_due(case)
    save_moved(case, "due_on")
    return clock.due_on if clock else None


def start_work_on(case: Case, *, by) -> None:
    if transitions.CASE_LIFECYCLE.may_move(case.status, Status.IN_PROGRESS):
        transitions.start_work(case=case, by=by)
        case.refresh_from_db()


# --- The act held back -------------------------------------------------------------------------------------------------------
@transaction.atomic
def suspend(*, case: Case, reason: str, by, until: date | None = None, seen_version: int | None = None) -> Challenge:
    """Hold back the challenged act until the challenge is decided, or until a day."""
    case, challenge = held(case, seen_version=seen_version)
    if not challenge.is_open:
        raise DeedRefused(_("The challenge has ended; its act can no longer be suspended here."))
    if challenge.is_suspended:
        raise DeedRefused(_("The act is suspended already."))
    if not reason.strip():
        raise DeedRefused(_("Say why the act is suspended."), field="reason")
    if until is not None and until < timezone.localdate():
        raise DeedRefused(_("The suspension cannot end before it begins."), field="until")
    challenge.suspended_on, challenge.suspended_until = timezone.localdate(), until
    challenge.suspension_reason, challenge.suspension_ended_on = reason, None
    challenge.save(update_fields=["suspended_on", "suspended_until", "suspension_reason", "suspension_ended_on"])
    save_moved(case)
    done(challenge, "challenge.suspended", by=by, reason=reason, until=until.isoformat() if until else None)
    return challenge


@transaction.atomic
def end_suspension(*, case: Case, reason: str, by, seen_version: int | None = None) -> Challenge:
    case, challenge = held(case, seen_version=seen_version)
    if not challenge.is_suspended:
        raise DeedRefused(_("The act is not suspended."))
    if not reason.strip():
        raise DeedRefused(_("Say why the suspension ends."), field="reason")
    challenge.suspension_ended_on = timezone.localdate()
    challenge.save(update_fields=["suspension_ended_on"])
    save_moved(case)
    done(challenge, "challenge.suspension_ended", by=by, reason=reason)
    return challenge


# --- Decided, returned, withdrawn ----------------------------------------------------------------------------------------------
def why_may_not_decide(challenge: Challenge, user: User) -> str:
    """Whoever made the challenged decision does not decide on it, nor does anybody in that person's name."""
    if challenge.official_id and challenge.official_id in {user.pk, getattr(user, "acting_for_id", None)}:
        return _("You made the challenged decision; somebody else decides on the challenge.")
    return ""


def check_names_court(letter: Letter) -> None:
    if not names_court(letter.text):
        raise DeedRefused(_("The letter must name the way to the administrative court and its term."), field="text")


def start_court_term(challenge: Challenge, message: Message) -> ChallengeTerm | None:
    return start_term(challenge, Purpose.COURT, trigger_on=timezone.localdate(message.at))


@transaction.atomic
def decide(
    *, case: Case, outcome: str, findings: str, letter: Letter, by, seen_version: int | None = None
) -> Challenge:
    """Decide and tell the person, with the way to the court. The letter meets the term to decide and nothing else."""
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.DECIDED)
    if refusal := why_may_not_decide(challenge, by) or why_not_ready(challenge):
        raise DeedRefused(refusal)
    if outcome not in ChallengeOutcome.values:
        raise DeedRefused(_("Choose how the challenge is decided."), field="outcome")
    check_names_court(letter)
    message = answer(case, letter, by=by)
    challenge.case = case
    challenge.outcome, challenge.findings = outcome, findings
    challenge.decided_by, challenge.letter = by, message
    on = timezone.localdate(message.at)
    end_suspension_with(challenge, on=on)
    enter(
        challenge, Stage.DECIDED, by=by, on=on,
        fields=("outcome", "findings", "decided_by", "letter", "suspension_ended_on"),
    )  # fmt: skip
    term = start_court_term(challenge, message)
    done(
        challenge, "challenge.decided", by=by, outcome=outcome, message=message.pk,
        court_until=term.due_on.isoformat() if term else None,
    )  # fmt: skip
    return challenge


def answer(case: Case, letter: Letter, *, by) -> Message:
    """A letter that ends the proceedings: it meets the term to decide, and only that one."""
    clock = decision_clock(case)
    if clock is not None:
        return write(case, letter, by=by, is_interim=False, clock_ids=frozenset({clock.pk}))
    return write(case, letter, by=by)


def end_suspension_with(challenge: Challenge, *, on: date) -> None:
    """The act is held back for the time of the proceedings at most."""
    if challenge.is_suspended:
        challenge.suspension_ended_on = on


@transaction.atomic
def return_challenge(*, case: Case, ground: str, letter: Letter, by, seen_version: int | None = None) -> Challenge:
    """Send it back unheard, with the ground and the way to the court."""
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.RETURNED)
    if ground not in RETURN_GROUNDS:
        raise DeedRefused(_("Choose the ground of the return."), field="ground")
    if ground == "late" and (not challenge.is_late or challenge.restored_on):
        raise DeedRefused(_("It was not filed late, or the term was restored."), field="ground")
    if ground == "defects":
        check_cure_missed(challenge)
    check_names_court(letter)
    message = answer(case, letter, by=by)
    challenge.case = case
    end_clocks(case, by=by, reason="challenge_returned")
    if challenge.stage == Stage.CURING:
        end_term(challenge, Purpose.CURE, on=None)
    challenge.return_ground, challenge.letter, challenge.decided_by = ground, message, by
    on = timezone.localdate(message.at)
    end_suspension_with(challenge, on=on)
    enter(
        challenge, Stage.RETURNED, by=by, on=on,
        fields=("return_ground", "letter", "decided_by", "suspension_ended_on"),
    )  # fmt: skip
    start_court_term(challenge, message)
    done(challenge, "challenge.returned", by=by, ground=ground, message=message.pk)
    return challenge


def check_cure_missed(challenge: Challenge) -> None:
    term = challenge.terms.filter(purpose=Purpose.CURE).exclude(state=ChallengeTerm.State.ENDED).last()
    if term is None:
        raise DeedRefused(_("The person has not been asked to cure the defects yet."), field="ground")
    if term.state == ChallengeTerm.State.RUNNING and timezone.localdate() <= term.due_on:
        raise DeedRefused(
            _("The person may cure the defects until %(day)s.") % {"day": day(term.due_on)}, field="ground"
        )


def end_clocks(case: Case, *, by, reason: str) -> None:
    """What of the challenge still runs falls away with it."""
    today = timezone.localdate()
    for clock in case.clocks.filter(kind__code=CHALLENGE_KIND, state=Clock.State.RUNNING):
        clocks.end(clock=clock, on=max(today, clock.triggered_on), by=by, reason=reason)
    clocks.refresh_due(case)
    save_moved(case, "due_on")


@transaction.atomic
def withdraw(*, case: Case, reason: str, by, seen_version: int | None = None) -> Challenge:
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.WITHDRAWN)
    end_clocks(case, by=by, reason="withdrawn")
    challenge.terms.filter(state=ChallengeTerm.State.RUNNING).update(state=ChallengeTerm.State.ENDED)
    end_suspension_with(challenge, on=timezone.localdate())
    enter(challenge, Stage.WITHDRAWN, by=by, reason=reason, fields=("suspension_ended_on",))
    done(challenge, "challenge.withdrawn", by=by, reason=reason)
    return challenge
