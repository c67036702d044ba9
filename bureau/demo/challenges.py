"""Challenges of the demo bureau: every case of that kind has one, as on the desk, at the stage where its case stands."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from bureau.demo.drawing import challenge_result
from bureau.working_calendar import TALLINN
from complaints.challenge_stages import CHALLENGE_KIND, REQUIRED, Purpose, Stage, term_of
from complaints.models import (
    Case,
    Challenge,
    ChallengeContent,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeTerm,
    Clock,
    Forwarding,
    Message,
    Status,
)

DAYS_KNOWN = 25  # the person learnt of the act so long ago at most: within the term
FINDINGS = "Vaatasime läbi otsuse, selle aluseks olnud toimiku ja vaide põhjendused."
COURT = "Tallinna Halduskohus"
# Of those decided, so many are before the court or were, oldest first.
IN_COURT, COURT_RULED = 2, 1
DAYS_TO_COURT, DAYS_TO_RULING = 24, 150


def store_challenges(*, first_case: int, last_case: int, now: datetime) -> int:
    cases = list(
        Case.objects.filter(pk__range=(first_case, last_case), kind__code=CHALLENGE_KIND)
        .select_related("kind").order_by("pk")
    )  # fmt: skip
    drawn = DrawnChallenges(cases, now)
    for case in cases:
        drawn.draw(case)
    drawn.go_to_court()
    Challenge.objects.bulk_create(drawn.challenges)
    ChallengeMove.objects.bulk_create(drawn.moves)
    ChallengeTerm.objects.bulk_create(drawn.terms)
    return len(cases)


class DrawnChallenges:
    def __init__(self, cases: list[Case], now: datetime):
        self.today, self.now = timezone.localdate(now), now
        self.challenges: list[Challenge] = []
        self.moves: list[ChallengeMove] = []
        self.terms: list[ChallengeTerm] = []
        replies = Message.objects.filter(case__in=cases, kind=Message.Kind.REPLY).order_by("pk")
        self.replies = {one.case_id: one for one in replies}
        self.bodies = dict(Forwarding.objects.filter(case__in=cases).values_list("case_id", "body_id"))
        # The term to decide runs from the passing on, which in the demo was on the day of registration.
        clocks = Clock.objects.filter(case__in=cases, purpose=Purpose.REPLY)
        self.passed_on = dict(clocks.values_list("case_id", "triggered_on"))

    def draw(self, case: Case) -> None:
        rng = Random(f"challenge {case.pk}")
        filed_on = timezone.localdate(case.received_at)
        learnt_on = filed_on - timedelta(days=2 + rng.randrange(DAYS_KNOWN))
        made = Challenge(
            case=case, filed_on=filed_on, unit_id=case.unit_id, act=case.title.removeprefix("Vaie "), act_on=learnt_on - timedelta(days=2),
            created_by_id=case.registered_by_id, created_at=case.registered_at,
        )  # fmt: skip
        self.challenges.append(made)
        self.move(made, Stage.RECEIVED, case.registered_on, case.registered_by_id)
        if case.status == Status.REGISTERED:
            return
        passed_on = max(filed_on, self.passed_on.get(case.pk, case.registered_on))
        if case.status == Status.FORWARDED and case.pk in self.bodies:
            made.passed_on, made.deciding_body_id = passed_on, self.bodies[case.pk]
            made.ended_on = case.ended_on
            self.move(made, Stage.ELSEWHERE, case.ended_on, case.assignee_id)
            return
        made.learnt_on, made.is_late, made.examined_on = learnt_on, False, case.registered_on
        made.contents = [one.value for one in REQUIRED]
        self.term(made, Purpose.FILING, learnt_on, ChallengeTerm.State.KEPT, done_on=filed_on)
        made.passed_on, made.deciding_unit_id = passed_on, case.unit_id
        self.move(made, Stage.PASSED_ON, passed_on, case.assignee_id)
        reply = self.replies.get(case.pk)
        if reply is not None and not case.is_open:
            made.outcome, made.findings = ChallengeOutcome(challenge_result(case.pk)), FINDINGS
            made.letter, made.decided_by_id, made.ended_on = reply, case.assignee_id, case.answered_on
            self.move(made, Stage.DECIDED, case.answered_on, case.assignee_id)
            self.court_term(made, case.answered_on)
        elif case.status == Status.WAITING:
            made.contents.remove(ChallengeContent.SIGNATURE)
            self.move(made, Stage.CURING, passed_on, case.assignee_id)
            self.term(made, Purpose.CURE, passed_on, ChallengeTerm.State.RUNNING)

    def court_term(self, made: Challenge, decided_on: date) -> None:
        found = term_of(purpose=Purpose.COURT, trigger_on=decided_on)
        is_over = found is not None and found[1].due_on < self.today
        self.term(made, Purpose.COURT, decided_on, "missed" if is_over else "running")

    def go_to_court(self) -> None:
        """Of those not satisfied, some went on to the court in time; the oldest has been ruled on."""
        ripe = [
            one for one in self.challenges
            if one.stage == Stage.DECIDED and one.outcome != ChallengeOutcome.SATISFIED
            and one.ended_on + timedelta(days=DAYS_TO_COURT) < self.today
        ]  # fmt: skip
        ruled = [one for one in ripe if one.ended_on + timedelta(days=DAYS_TO_RULING + DAYS_TO_COURT) < self.today]
        for one in [*ruled[-COURT_RULED:], *ripe[-IN_COURT:]]:
            if one.court:
                continue
            filed = one.ended_on + timedelta(days=DAYS_TO_COURT)
            one.court, one.court_number, one.court_filed_on = COURT, f"3-{filed:%y}-{100 + one.pk % 900}", filed
            self.move(one, Stage.IN_COURT, filed, one.decided_by_id)
            for term in self.terms:
                if term.challenge is one and term.purpose == Purpose.COURT:
                    term.state, term.done_on = ChallengeTerm.State.KEPT, filed
            if one in ruled[-COURT_RULED:]:
                one.court_result, one.court_ended_on = "stands", filed + timedelta(days=DAYS_TO_RULING)
                self.move(one, Stage.COURT_ENDED, one.court_ended_on, one.decided_by_id)

    def move(self, made: Challenge, new: str, on: date, by_id: int | None) -> None:
        old = made.stage if any(one.challenge is made for one in self.moves[-4:]) else ""
        made.stage = new
        at = min(datetime.combine(on, time(14), TALLINN), self.now)
        self.moves.append(ChallengeMove(challenge=made, old=old, new=new, on=on, at=at, by_id=by_id))

    def term(self, made: Challenge, purpose: str, trigger_on: date, state: str, done_on: date | None = None) -> None:
        found = term_of(purpose=purpose, trigger_on=trigger_on)
        if found is None:
            return
        rule, due = found
        self.terms.append(
            ChallengeTerm(
                challenge=made, purpose=purpose, rule=rule, state=state, triggered_on=trigger_on, due_on=due.due_on,
                steps=due.steps_to_json(), done_on=done_on, created_at=min(datetime.combine(trigger_on, time(14), TALLINN), self.now),
            )
        )  # fmt: skip
