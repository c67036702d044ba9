"""Complaints come by the same rule as on screen: a case of that kind has its complaint from the first moment."""

import uuid

from bureau.models import Cause, Channel, NextInstance, Topic
from complaints import complaint_handling as handling
from complaints.complaint_handling import Assessment, Decision, Letter
from complaints.complaint_severity import Weighed
from tests.factories.cases import CaseFactory

MILD = Weighed(harm=1, vulnerability=0, publicity=0, legal=0, repetition=0)
MARKED = Weighed(harm=2, vulnerability=1, publicity=0, legal=1, repetition=1)
GRAVE = Weighed(harm=3, vulnerability=2, publicity=2, legal=1, repetition=1)


def letter(text="Tere! Saime Teie kaebuse kätte.", **given):
    return Letter(
        text=text, channel_id=Channel.objects.get(code="phone").pk, recipient="Andres Kuusk", key=uuid.uuid4(), **given
    )


def decision_letter():
    return letter("Vabandame. Kui Te ei ole vastusega rahul, võite pöörduda õiguskantsleri poole.")


def complaint_case(*, kind="service_complaint", by=None, **given):
    given.setdefault("topic", Topic.objects.filter(parent__isnull=False).first())
    return CaseFactory(kind=kind, by=by, **given)


def fresh(case):
    case.refresh_from_db()
    case.complaint.refresh_from_db()
    return case


def acknowledged(*, by, **given):
    case = complaint_case(by=by, assignee=given.pop("assignee", by), **given)
    handling.acknowledge(case=case, letter=letter(), by=by)
    return fresh(case)


def assessed(*, by, weighed=MILD, also_kinds=(), **given):
    case = acknowledged(by=by, **given)
    handling.assess(
        case=case, assessment=Assessment(weighed=weighed, aspects=("timeliness",), also_kinds=also_kinds), by=by
    )
    return fresh(case)


def at_stage_1(*, by, **given):
    case = assessed(by=by, **given)
    handling.start_stage_1(case=case, by=by)
    return fresh(case)


def at_stage_2(*, by, investigator, **given):
    given.setdefault("weighed", MARKED)
    case = assessed(by=by, **given)
    handling.start_stage_2(case=case, investigator=investigator, by=by)
    return fresh(case)


def a_decision(**given):
    return Decision(
        **{
            "outcome": "upheld", "cause_id": Cause.objects.get(code="communication_no_news").pk,
            "findings": "Vastus viibis.", "next_instance_ids": (NextInstance.objects.get(code="next_chancellor").pk,),
        }
        | given
    )  # fmt: skip


def decided(*, by, **given):
    case = at_stage_1(by=by, **given)
    handling.decide(case=case, decision=a_decision(), letter=decision_letter(), by=by)
    return fresh(case)
