"""The end of a challenge: the administrative court, its ruling, and the case closed with what came of it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import closing, reopening
from complaints.challenge_stages import check_move, end_term, enter
from complaints.challenges import CASE_OUTCOMES, Purpose, Stage, check_day, done, held
from complaints.clocks import save_moved
from complaints.deeds import DeedRefused
from complaints.models import ENDED, Case, Challenge, ChallengeOutcome, Clock, Complaint, CourtResult, Status
from complaints.outcomes import Outcome


@transaction.atomic
def go_to_court(*, case: Case, court: str, number: str, on: date, by, seen_version: int | None = None) -> Challenge:
    """The person turned to the court; known by its number there. The case may have been closed meanwhile."""
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.IN_COURT)
    if not court.strip() or not number.strip():
        raise DeedRefused(_("Name the court and its number of the matter."), field="court_number")
    check_day(on, first=challenge.ended_on or challenge.filed_on)
    end_term(challenge, Purpose.COURT, on=on)
    challenge.court, challenge.court_number, challenge.court_filed_on = court.strip()[:120], number.strip()[:40], on
    challenge.court_result, challenge.court_ended_on = "", None
    enter(
        challenge, Stage.IN_COURT, by=by, on=on,
        fields=("court", "court_number", "court_filed_on", "court_result", "court_ended_on"),
    )  # fmt: skip
    save_moved(case)
    done(challenge, "challenge.in_court", by=by, court_number=challenge.court_number)
    return challenge


@transaction.atomic
def record_ruling(
    *, case: Case, result: str, on: date, by, reason: str = "", reopen: bool = False, seen_version: int | None = None
) -> Challenge:
    """What the court said. Where our decision fell, the case can be taken up again with it."""
    case, challenge = held(case, seen_version=seen_version)
    check_move(challenge, Stage.COURT_ENDED)
    if result not in CourtResult.values:
        raise DeedRefused(_("Choose the result of the court."), field="result")
    check_day(on, first=challenge.court_filed_on)
    challenge.court_result, challenge.court_ended_on = result, on
    enter(challenge, Stage.COURT_ENDED, by=by, on=on, reason=reason, fields=("court_result", "court_ended_on"))
    if reopen and case.status in ENDED:
        case = reopening.reopen_case(case=case, by=by, reason=_("the ruling of the court"))
        challenge.case = case
    else:
        save_moved(case)
    done(challenge, "challenge.court_ended", by=by, reason=reason, result=result)
    return challenge


@transaction.atomic
def close_with_result(
    *, case: Case, by, topic_id: int | None = None, note: str = "", seen_version: int | None = None
) -> Case:
    """Close the case with what its challenge came to, when nothing else of it waits."""
    case, challenge = held(case, seen_version=seen_version)
    if challenge.is_open:
        raise DeedRefused(_("The challenge is not decided yet: decide, return or record its withdrawal first."))
    if Complaint.objects.open().filter(pk=case.pk).exists():
        raise DeedRefused(_("The case holds a complaint too; it is closed with the complaint."))
    if case.clocks.filter(state=Clock.State.RUNNING).exists():
        raise DeedRefused(_("Another deadline of the case is running."))
    outcome, ground = outcome_of(challenge)
    needs_ground = case.status not in {Status.ANSWERED, Status.FORWARDED}
    return closing.close_case(
        case=case, by=by, outcome=outcome, no_reply=ground if needs_ground else "", note=note, topic_id=topic_id
    )


def outcome_of(challenge: Challenge) -> tuple[str, str]:
    """How the case ends, and the ground when no letter of ours answered it."""
    if challenge.outcome:
        return CASE_OUTCOMES[ChallengeOutcome(challenge.outcome)], "nothing_owed"
    if challenge.deciding_body_id:
        return Outcome.FORWARDED, "nothing_owed"
    if challenge.return_ground:
        return Outcome.REFUSED, "nothing_owed"
    return Outcome.WITHDRAWN, "withdrawn"
