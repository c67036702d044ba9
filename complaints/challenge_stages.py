"""The stages of a challenge and the moves between them, and how one begins. HMS ch. 5; terms are dated data.

Ours are clocks of the case: to pass it on to who decides, and to decide, counted from the passing on. The person's own
terms (to file, to cure defects, to go to court) are kept beside the challenge and start no clock of the case.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.lifecycle import Lifecycle
from complaints import clocks, deadlines
from complaints.deeds import DeedRefused
from complaints.models import (
    Case,
    CaseKind,
    Challenge,
    ChallengeContent,
    ChallengeMove,
    ChallengeStage,
    ChallengeTerm,
    Clock,
    DeadlineRule,
)

CHALLENGE_KIND = "challenge"
Purpose = DeadlineRule.Purpose
Stage = ChallengeStage
# Returned and withdrawn at any time before the decision.
LEAVES = {Stage.RETURNED, Stage.WITHDRAWN}
MOVES = {
    Stage.RECEIVED: frozenset({Stage.CURING, Stage.PASSED_ON, Stage.ELSEWHERE, *LEAVES}),
    # Cured: back to where the defects were found.
    Stage.CURING: frozenset({Stage.RECEIVED, Stage.PASSED_ON, *LEAVES}),
    # The deciding body may find defects too.
    Stage.PASSED_ON: frozenset({Stage.CURING, Stage.DECIDED, *LEAVES}),
    Stage.DECIDED: frozenset({Stage.IN_COURT}),
    # A return can be taken to court as a decision can (HMS § 87).
    Stage.RETURNED: frozenset({Stage.IN_COURT}),
    Stage.WITHDRAWN: frozenset(),
    Stage.ELSEWHERE: frozenset({Stage.IN_COURT}),
    Stage.IN_COURT: frozenset({Stage.COURT_ENDED}),
    Stage.COURT_ENDED: frozenset({Stage.IN_COURT}),  # appealed
}
STEPS = (Stage.RECEIVED, Stage.PASSED_ON, Stage.DECIDED, Stage.IN_COURT, Stage.COURT_ENDED)
STAGE_TONES: dict[str, str] = {
    Stage.RECEIVED: "outline", Stage.CURING: "warning", Stage.PASSED_ON: "info", Stage.DECIDED: "good",
    Stage.RETURNED: "neutral", Stage.WITHDRAWN: "neutral", Stage.ELSEWHERE: "neutral", Stage.IN_COURT: "warning",
    Stage.COURT_ENDED: "neutral",
}  # fmt: skip
CHALLENGE_LIFECYCLE = Lifecycle(
    states=Stage,
    moves=MOVES,
    tones=STAGE_TONES,
    refusal=gettext_lazy("The challenge is at “%(old)s” and cannot go on to “%(new)s”."),
)
RETURN_GROUNDS = {
    "late": pgettext_lazy("return", "It was filed late and the term is not restored"),
    "defects": pgettext_lazy("return", "Its defects were not cured in time"),
    "no_right": pgettext_lazy("return", "The person has no right to challenge it"),
    "in_court": pgettext_lazy("return", "A court has ruled or is ruling on it"),
    "settled": pgettext_lazy("return", "A challenge of the same matter was decided before"),
}
# All that the letter must hold; a list of annexes only where there are any, so it is asked but not missed.
REQUIRED = tuple(one for one in ChallengeContent if one != ChallengeContent.ANNEXES)


# --- Questions ----------------------------------------------------------------------------------------------------------
def may_move(old: str, new: str) -> bool:
    return CHALLENGE_LIFECYCLE.may_move(old, new)


def defects_of(contents: Iterable[str]) -> list[str]:
    """What the letter lacks, in the order of the law."""
    held = set(contents)
    return [one.value for one in REQUIRED if one not in held]


def defect_words(contents: Iterable[str]) -> list[str]:
    return [str(ChallengeContent(one).label) for one in defects_of(contents)]


def is_late(*, filed_on: date, last_day: date) -> bool:
    return filed_on > last_day


def names_court(text: str) -> bool:
    """Whether the letter tells of the way to the administrative court, in either language."""
    said = text.casefold()
    return "halduskoh" in said or "administrative court" in said


def term_of(*, purpose: str, trigger_on: date) -> tuple[DeadlineRule, deadlines.Due] | None:
    """A term of the person by the rule in force on its first day; None when the law set none that day."""
    kind = CaseKind.objects.filter(code=CHALLENGE_KIND).first()
    rule = clocks.rule_in_force(kind=kind, purpose=purpose, on=trigger_on) if kind else None
    if rule is None:
        return None
    return rule, deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=working_calendar())


# --- Moving -------------------------------------------------------------------------------------------------------------
def check_move(challenge: Challenge, new: str) -> None:
    CHALLENGE_LIFECYCLE.check_move(challenge.stage, new)


def locked_challenge(case: Case) -> Challenge:
    """The challenge of a locked case."""
    challenge = Challenge.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if challenge is None:
        raise DeedRefused(_("This case is not a challenge."))
    challenge.case = case
    return challenge


def enter(challenge: Challenge, new: str, *, by, on: date | None = None, reason: str = "", fields: tuple[str, ...] = ()) -> None:  # fmt: skip
    """Write the move; the caller holds case and challenge locked and has checked it."""
    on = on or timezone.localdate()
    old, challenge.stage = challenge.stage, new
    if not challenge.is_open and challenge.ended_on is None:
        challenge.ended_on = on
    challenge.save(update_fields=["stage", "ended_on", *fields])
    ChallengeMove.objects.create(challenge=challenge, old=old, new=new, on=on, by=by, reason=reason)


def start_term(challenge: Challenge, purpose: str, *, trigger_on: date) -> ChallengeTerm | None:
    """Begin a term of the person; one that ran before for the same falls away."""
    found = term_of(purpose=purpose, trigger_on=trigger_on)
    ChallengeTerm.objects.filter(challenge=challenge, purpose=purpose, state=ChallengeTerm.State.RUNNING).update(
        state=ChallengeTerm.State.ENDED
    )
    if found is None:
        return None
    rule, due = found
    return ChallengeTerm.objects.create(
        challenge=challenge, purpose=purpose, rule=rule, triggered_on=trigger_on, due_on=due.due_on, steps=due.steps_to_json()
    )  # fmt: skip


def end_term(challenge: Challenge, purpose: str, *, on: date | None) -> ChallengeTerm | None:
    """The person did what the term was for, on the day `on`, or let it pass (None)."""
    term = challenge.terms.filter(purpose=purpose, state=ChallengeTerm.State.RUNNING).first()
    if term is None:
        return None
    is_kept = on is not None and on <= term.due_on
    term.state = ChallengeTerm.State.KEPT if is_kept else ChallengeTerm.State.MISSED
    term.done_on = on
    term.save(update_fields=["state", "done_on"])
    return term


def decision_clock(case: Case) -> Clock | None:
    return case.clocks.filter(
        kind__code=CHALLENGE_KIND, purpose=Purpose.REPLY, state=Clock.State.RUNNING
    ).first()  # fmt: skip


# --- Beginning ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin(*, case: Case, by) -> Challenge:
    """Make the challenge of a case; asked twice, the same one. The caller holds the case or has just made it.

    The term to pass it on runs from registration. The term to decide begins only when it is passed on; where the case was
    registered as a challenge it runs, to be on the safe side, from receipt until then.
    """
    known = Challenge.objects.filter(pk=case.pk).first()
    if known:
        return known
    challenge = Challenge.objects.create(
        case=case, filed_on=timezone.localdate(case.received_at), unit_id=case.unit_id, created_by=by
    )
    ChallengeMove.objects.create(challenge=challenge, new=Stage.RECEIVED, on=case.registered_on, by=by)
    kind = CaseKind.objects.filter(code=CHALLENGE_KIND).first()
    clock = clocks.new_clock(case=case, kind=kind, purpose=Purpose.FORWARD) if kind else None
    if clock is not None and not case.clocks.filter(kind=kind, purpose=Purpose.FORWARD).exists():
        clocks.save_clocks(clocks=[clock], by=by)
        clocks.refresh_due(case)
        clocks.save_moved(case, "due_on")
    record("challenge.opened", by=by, on=case, clock=clock.pk if clock else None)
    return challenge


def begin_by_kind(*, case: Case, by) -> None:
    """A case registered as a challenge has its challenge from the first moment."""
    if case.kind.code == CHALLENGE_KIND:
        begin(case=case, by=by)


def check_may_close(case: Case) -> None:
    """No case ends while its challenge waits for us."""
    if Challenge.objects.open().filter(pk=case.pk).exists():
        raise DeedRefused(_("The challenge is not decided yet: decide, return or record its withdrawal first."))


# Why a clock of a challenge ended without a reply.
ENDINGS = {
    "passed_on_to_decide": gettext_lazy("counted anew from the passing on"),
    "challenge_returned": gettext_lazy("the challenge was returned"),
    "decided_elsewhere": gettext_lazy("another body decides"),
}
