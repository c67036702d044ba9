"""Complaints, praise and suggestions of the demo bureau, through all their stages, from the cases that were drawn.

What is drawn for a complaint is decided by the seed and the number of its case, so the same demo comes again.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.demo.drawing import complaint_result
from bureau.models import NextInstance, RoleHolding
from complaints import clocks, deadlines
from complaints.complaint_severity import Weighed
from complaints.complaint_stages import COMPLAINT_KIND, feedback_of
from complaints.models import (
    Aspect,
    Case,
    CaseKind,
    Complaint,
    ComplaintMove,
    ComplaintOutcome,
    ComplaintTarget,
    Feedback,
    InvestigationTask,
    Message,
    Remedy,
    Stage,
    Status,
)

CASES_AT_ONCE = 2_000
PERSONS_TOLD = ("klienditeenindusbüroo", "teenuse omanik")
# By the group of the cause: what was learnt answers what went wrong.
LESSONS = {
    "knowledge": "Juhendisse lisati vastus, mis puudus; seda loetakse ette ka uutele töötajatele.",
    "process": "Puudumise ajaks määrame alati asendaja ja üleandmisel kinnitab vastuvõtja.",
    "web_information": "Parandasime veebis vormi juhendi sõnastust.",
    "system": "Vormi vigane väli parandati ja lisati kontroll.",
    "workload": "Hooaja alguses on liinil üks inimene rohkem.",
    "communication": "Kui vastus viibib, anname kliendile nädala pärast teada, kuidas asi seisab.",
}
USUAL_LESSON = "Telefonis kordame kokkulepitu kõne lõpus üle."
STEPS = ("Kuula kõne salvestist", "Küsi selgitust menetlejalt", "Vaata üle kirjavahetus ja tähtajad")
FINDINGS = "Kontrollisime kirjavahetust ja kõnesid. Kliendi kirjeldus vastab sellele, mis toimus."
TARGET = {"acknowledge": Stage.ACKNOWLEDGED, "stage_1": Stage.DECIDED, "stage_2": Stage.DECIDED}


def store_complaints(*, first_case: int, last_case: int, seed: int, now: datetime) -> int:
    """Write a complaint for each case of such a kind; how many."""
    kinds = {kind.pk: feedback_of(kind) for kind in CaseKind.objects.all() if feedback_of(kind)}
    cases = Case.objects.filter(pk__gte=first_case, pk__lte=last_case, kind_id__in=kinds).order_by("pk")
    drawing = DrawnComplaints(seed=seed, now=now)
    total, batch = 0, []
    for case in cases.iterator(chunk_size=CASES_AT_ONCE):
        batch.append((case, kinds[case.kind_id]))
        if len(batch) == CASES_AT_ONCE:
            total += drawing.store(batch)
            batch = []
    return total + (drawing.store(batch) if batch else 0)


class DrawnComplaints:
    def __init__(self, *, seed: int, now: datetime):
        self.seed, self.calendar, self.now, self.today = seed, working_calendar(), now, timezone.localdate(now)
        self.causes = [one.id for one in reference.causes().values() if one.parent_id]
        causes = reference.causes()
        self.groups = {one.id: causes[one.parent_id].code for one in causes.values() if one.parent_id}
        self.instances = list(
            NextInstance.objects.filter(code__in=["next_chancellor", "next_challenge"]).order_by("pk")
        )
        kind = CaseKind.objects.filter(code=COMPLAINT_KIND).first()
        self.rules = {purpose: clocks.rules_of(kind, purpose) if kind else [] for purpose in TARGET}
        self.investigators = list(
            RoleHolding.objects.filter(role__in=["chief_specialist", "specialist"], on_behalf_of__isnull=True)
            .order_by("user_id")
            .values_list("user_id", flat=True)
            .distinct()
        )

        self.headed = set(RoleHolding.objects.filter(role="unit_head").values_list("unit_id", flat=True))

    def store(self, batch) -> int:
        replies = dict(
            Message.objects.filter(case__in=[case.pk for case, _feedback in batch], kind=Message.Kind.REPLY)
            .order_by("pk")
            .values_list("case_id", "pk")
        )
        rows = defaultdict(list)
        for case, feedback in batch:
            self.draw(case, feedback, replies.get(case.pk), rows)
        for model in (Complaint, ComplaintMove, ComplaintTarget, InvestigationTask, Remedy):
            model.objects.bulk_create(rows[model], batch_size=1000)
        Complaint.next_instances.through.objects.bulk_create(
            [
                Complaint.next_instances.through(complaint_id=complaint.pk, nextinstance_id=self.instances[0].pk)
                for complaint in rows[Complaint]
                if complaint.decision_letter_id and complaint.is_complaint and self.instances
            ]
        )
        return len(batch)

    def draw(self, case: Case, feedback: str, reply_id: int | None, rows) -> None:
        rng = Random(f"{self.seed} complaint {case.pk}")
        received = case.registered_on
        complaint = Complaint(
            case_id=case.pk, feedback=feedback, received_on=timezone.localdate(case.received_at), unit_id=case.unit_id,
            service_id=case.service_id, created_by_id=case.registered_by_id, created_at=case.registered_at,
        )  # fmt: skip
        stages = self.stages_of(case, feedback, reply_id, rng)
        days = self.days_of(case, stages, received)
        complaint.stage = stages[-1]
        been = dict(zip(stages, days, strict=True))
        complaint.acknowledged_on, complaint.assessed_on = been.get(Stage.ACKNOWLEDGED), been.get(Stage.ASSESSED)
        complaint.stage_1_on, complaint.stage_2_on = been.get(Stage.STAGE_1), been.get(Stage.STAGE_2)
        complaint.decided_on = been.get(Stage.DECIDED)
        if complaint.is_ended:
            complaint.closed_on = days[-1]
        if Stage.ACKNOWLEDGED in been:
            complaint.acknowledged_channel_id = case.channel_id
        if feedback == Feedback.COMPLAINT:
            self.weigh(complaint, been, rng)
        elif Stage.PASSED_ON in been:
            complaint.passed_to = rng.choice(PERSONS_TOLD)
        if Stage.STAGE_2 in been and self.investigators:
            complaint.investigator_id, complaint.handled_at_stage = (
                case.assignee_id or rng.choice(self.investigators),
                2,
            )
        elif Stage.STAGE_1 in been:
            complaint.handled_at_stage = 1
        if Stage.DECIDED in been:
            self.decide(complaint, case, reply_id, rng)
        elif Stage.THANKED in been:
            complaint.decision_letter_id = reply_id
        rows[Complaint].append(complaint)
        old = ""
        for stage, on in zip(stages, days, strict=True):
            rows[ComplaintMove].append(
                ComplaintMove(
                    complaint=complaint,
                    old=old,
                    new=stage,
                    on=on,
                    at=min(case.registered_at + (on - received), self.now),
                    by_id=case.assignee_id,
                )
            )
            old = stage
        self.draw_targets(complaint, been, rows)
        if feedback == Feedback.COMPLAINT:
            self.draw_work(complaint, been, rng, rows)

    def stages_of(self, case: Case, feedback: str, reply_id: int | None, rng) -> list[str]:
        replied = reply_id is not None
        if feedback != Feedback.COMPLAINT:
            line = [Stage.RECEIVED, Stage.PASSED_ON, Stage.THANKED, Stage.CLOSED]
            if case.status == Status.CLOSED:
                return line if replied else [Stage.RECEIVED, Stage.FORWARDED]
            if case.status == Status.FORWARDED:
                return [Stage.RECEIVED, Stage.FORWARDED]
            return line[:3] if case.status == Status.ANSWERED else line[: 1 if case.status == Status.REGISTERED else 2]
        line = [Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.ASSESSED]
        handled = Stage.STAGE_2 if rng.random() < 0.4 else Stage.STAGE_1
        if case.status == Status.FORWARDED or (case.status == Status.CLOSED and not replied):
            return [*line[:2], Stage.FORWARDED]
        if case.status == Status.REGISTERED:
            return line[:1]
        if case.status in {Status.ANSWERED, Status.CLOSED} and replied:
            return [*line, handled, Stage.DECIDED, *([Stage.CLOSED] if case.status == Status.CLOSED else [])]
        if case.status == Status.ANSWERED:
            return [*line, handled]
        return [*line, handled][: 2 + rng.randrange(3)]

    def days_of(self, case: Case, stages: list[str], received) -> list:
        """Acknowledged and weighed in the first days, decided when the case was answered, closed when it was closed."""
        last = case.answered_on or self.today
        soon = [received, min(last, received + timedelta(days=1)), min(last, received + timedelta(days=2))]
        days = []
        for number, stage in enumerate(stages):
            if stage in {Stage.DECIDED, Stage.THANKED}:
                days.append(last)
            elif stage == Stage.CLOSED:
                days.append(case.closed_on or last)
            elif stage == Stage.FORWARDED:
                days.append(max(days[-1], case.closed_on or timezone.localdate(case.updated_at)))
            else:
                days.append(soon[min(number, 2)])
        return days

    def weigh(self, complaint: Complaint, been, rng) -> None:
        complaint.aspects = sorted({rng.choice(Aspect.values) for _ in range(1 + rng.randrange(2))})
        if Stage.ASSESSED not in been:
            return
        grave = Stage.STAGE_2 in been
        weighed = Weighed(*(min(3, rng.randrange(3 if grave else 2)) for _ in range(5)))
        complaint.harm, complaint.vulnerability, complaint.publicity = (
            weighed.harm,
            weighed.vulnerability,
            weighed.publicity,
        )
        complaint.legal, complaint.repetition = weighed.legal, weighed.repetition
        complaint.severity, complaint.path = weighed.score, str(weighed.way)

    def decide(self, complaint: Complaint, case: Case, reply_id: int | None, rng) -> None:
        complaint.outcome = ComplaintOutcome(complaint_result(self.seed, case.pk))
        # Few causes bring most complaints.
        weights = [1 / (place + 1) for place in range(len(self.causes))]
        complaint.cause_id = rng.choices(self.causes, weights)[0]
        complaint.decided_by_id, complaint.decision_letter_id = case.assignee_id, reply_id
        complaint.findings = FINDINGS
        if complaint.outcome != ComplaintOutcome.NOT_UPHELD and rng.random() < 0.4:
            lesson = LESSONS.get(self.groups[complaint.cause_id], USUAL_LESSON)
            complaint.lesson, complaint.lesson_on = lesson, complaint.decided_on

    def draw_targets(self, complaint: Complaint, been, rows) -> None:
        case_day = been[Stage.RECEIVED]
        wanted = ["acknowledge"]
        wanted += ["stage_1"] if Stage.STAGE_1 in been else []
        wanted += ["stage_2"] if Stage.STAGE_2 in been else []
        for purpose in wanted:
            rule = next((one for one in self.rules[purpose] if one.valid_from <= case_day and (one.valid_to is None or one.valid_to >= case_day)), None)  # fmt: skip
            if rule is None:
                continue
            due = deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=case_day, calendar=self.calendar).due_on
            met_on = been.get(TARGET[purpose]) or (been.get(Stage.THANKED) if purpose == "acknowledge" else None)
            state = "met" if met_on else "ended" if complaint.is_ended else "running"
            rows[ComplaintTarget].append(
                ComplaintTarget(
                    complaint=complaint, purpose=purpose, rule=rule, state=state, triggered_on=case_day, due_on=due,
                    first_due_on=due, met_on=met_on,
                )
            )  # fmt: skip

    def draw_work(self, complaint: Complaint, been, rng, rows) -> None:
        if Stage.STAGE_2 in been and complaint.investigator_id:
            for what in STEPS[: 1 + rng.randrange(3)]:
                done_on = been.get(Stage.DECIDED)
                asks_unit = what == STEPS[1] and complaint.unit_id in self.headed
                whose = (
                    {"kind": "request", "unit_id": complaint.unit_id}
                    if asks_unit
                    else {"kind": "task", "owner_id": complaint.investigator_id}
                )
                rows[InvestigationTask].append(
                    InvestigationTask(
                        complaint=complaint, what=what, created_by_id=complaint.investigator_id, **whose,
                        due_on=complaint.stage_2_on + timedelta(days=7), done_on=done_on,
                        done_by_id=complaint.investigator_id if done_on else None, answer=FINDINGS if done_on else "",
                    )
                )  # fmt: skip
        if complaint.decided_on and complaint.outcome in {ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD}:
            kind = rng.choices(Remedy.Kind.values, [40, 20, 25, 5, 10])[0]
            due_on = complaint.decided_on + timedelta(days=14)
            delivered = rng.random() < 0.8 and complaint.stage == Stage.CLOSED
            rows[Remedy].append(
                Remedy(
                    complaint=complaint, kind=kind, amount_cents=2500 if kind == Remedy.Kind.REFUND else None,
                    promised_on=complaint.decided_on, due_on=due_on, delivered_on=complaint.closed_on if delivered else None,
                )
            )  # fmt: skip


def end_two_restrictions(*, today: date, first_case: int, last_case: int) -> None:
    """One mark ended some days ago and one ends soon, so that the officer has something to decide on."""
    marked = Case.objects.filter(
        pk__range=(first_case, last_case),
        is_restricted=True,
        restricted_until__isnull=False,
        restricted_from__lt=today - timedelta(days=60),
    )
    for pk, days in zip(marked.order_by("-pk").values_list("pk", flat=True)[:2], (-3, 12), strict=False):
        Case.objects.filter(pk=pk).update(restricted_until=today + timedelta(days=days))
