"""The list of complaints and the deeds on one."""

import uuid
from datetime import timedelta

from django.utils import timezone

from bureau.models import Cause, Channel, NextInstance
from complaints import complaint_handling as handling
from complaints.complaint_investigation import Promise, Step, add_step, promise_remedy
from complaints.conflict_of_interest import name_person
from complaints.models import ComplaintEscalation
from tests.factories import CaseFactory, RoleHoldingFactory, UserFactory
from tests.factories.complaints import (
    MARKED,
    acknowledged,
    assessed,
    at_stage_1,
    at_stage_2,
    complaint_case,
    decided,
    fresh,
)
from tests.matrix import Row

VIEWS = "mari peeter jaan tiina dora"
SERVES = "mari peeter jaan"
WEIGHS = "peeter jaan"
DECIDES = "peeter jaan tiina"
UNSEEN = {"admin_user": 403, "outi": 403}


def at(make, **given):
    def object_of(people):
        values = {key: value(people) if callable(value) else value for key, value in given.items()}
        return {"number": make(by=people.mari, **values).number}

    return object_of


received = at(complaint_case, assignee=lambda people: people.mari)
praise = at(complaint_case, kind="praise", assignee=lambda people: people.mari)
investigated = at(at_stage_2, investigator=lambda people: people.liis)


def plain(people):
    return {"number": CaseFactory(assignee=people.mari).number}


def passed_on(people):
    case = complaint_case(kind="praise", by=people.mari, assignee=people.mari)
    handling.pass_on(case=case, to="Liis", by=people.mari)
    return {"number": case.number}


def late(people):
    case = at_stage_1(by=people.mari)
    target = case.complaint.targets.get(purpose="stage_1")
    ComplaintEscalation.objects.create(target=target, level=1, due_on=target.due_on)
    return {"number": case.number}


def with_person(people):
    case = acknowledged(by=people.mari)
    name_person(complaint=case.complaint, user=people.liis, by=people.mari)
    return {"number": case.number, "user_id": people.liis.pk}


def with_step(people):
    case = assessed(by=people.mari, weighed=MARKED)
    task = add_step(
        case=case, step=Step(what="Kuula salvestist", due_on=timezone.localdate(), owner=people.mari), by=people.mari
    )
    return {"number": case.number, "pk": task.pk}


def asked_unit(people):
    case = assessed(by=people.mari, weighed=MARKED)
    step = Step(what="Miks viibis?", due_on=timezone.localdate(), unit=people.forest_unit)
    return {"pk": add_step(case=case, step=step, by=people.mari).pk}


def question_of_water(people):
    """Asked of a unit that is not Kai's."""
    head = UserFactory(first_name="Vello", last_name="Jõgi")
    RoleHoldingFactory(user=head, role="unit_head", unit=people.water_unit)
    case = assessed(by=people.mari, weighed=MARKED)
    step = Step(what="Miks viibis?", due_on=timezone.localdate(), unit=people.water_unit)
    return {"pk": add_step(case=case, step=step, by=people.mari).pk}


def with_remedy(people):
    case = decided(by=people.peeter)
    remedy = promise_remedy(case=case, promise=Promise(kind="apology", due_on=timezone.localdate()), by=people.peeter)
    return {"number": fresh(case).number, "pk": remedy.pk}


def letter(people):
    return {"key": uuid.uuid4(), "text": "Tere!", "channel": Channel.objects.get(code="phone").pk}


def assessment(people):
    return {"aspects": ["timeliness"], "harm": 1, "vulnerability": 0, "publicity": 0, "legal": 0, "repetition": 0}


def decision(people):
    return {
        **letter(people), "outcome": "upheld", "cause": Cause.objects.get(code="communication_tone").pk, "findings": "Toon.",
        "next_instances": [NextInstance.objects.get(code="next_chancellor").pk],
    }  # fmt: skip


def target(people):
    case = handling.Complaint.objects.latest("created_at")
    until = handling.longest_target(handling.running_target(case))
    return {**letter(people), "until": until, "reason": "keeruline", "text": f"Vastame {until:%d.%m.%Y}."}


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


# Deed, in which complaint, what is sent, who may.
SHEETS = [
    ("treat", plain, {"feedback": "complaint"}, SERVES),
    ("acknowledge", received, letter, SERVES),
    ("assess", at(acknowledged), assessment, WEIGHS),
    ("stage_2", at(assessed, weighed=MARKED), lambda people: {"investigator": people.liis.pk}, WEIGHS),
    ("investigator", investigated, lambda people: {"investigator": people.mari.pk}, WEIGHS),
    ("decide", at(at_stage_1), decision, "mari peeter jaan tiina"),
    ("decide", investigated, decision, DECIDES),
    ("close", lambda people: {"number": decided(by=people.peeter).number}, {"note": ""}, "mari peeter jaan tiina"),
    ("withdraw", at(acknowledged), {"reason": "loobus"}, SERVES),
    ("return", at(acknowledged), lambda people: {**letter(people), "ground": "settled"}, WEIGHS),
    ("pass_on", praise, {"to": "Liis"}, SERVES),
    ("thank", passed_on, letter, SERVES),
    ("extend", at(at_stage_1), target, SERVES),
    ("lesson", lambda people: {"number": decided(by=people.peeter).number}, {"lesson": "Helistame varem."}, SERVES),
    ("person", received, lambda people: {"person": people.liis.pk}, SERVES),
    ("person_remove", with_person, {"reason": "eksitus"}, WEIGHS),
    ("step", at(assessed), lambda people: {"what": "Küsi", "owner": people.mari.pk, "due_on": tomorrow()}, SERVES),
    ("step_done", with_step, {"answer": "Kuulasin."}, SERVES),
    ("evidence", at(assessed), {"text": "Salvestis"}, SERVES),
    ("remedy", at(at_stage_1), lambda people: {"kind": "apology", "due_on": timezone.localdate()}, SERVES),
    ("remedy_done", with_remedy, lambda people: {"delivered_on": timezone.localdate()}, SERVES),
]  # fmt: skip
PRESSED = [("stage_1", at(assessed), SERVES), ("take_up", late, DECIDES + " mari"), ("step_remove", with_step, SERVES)]

ROWS = [
    # Only who answers for a unit has them; who handles the complaint sees the question on its case.
    Row("complaints:unit_question_list", may="kai"),
    Row("complaints:unit_question", of=asked_unit, may="kai"),
    Row("complaints:unit_question", of=asked_unit, method="post", data={"answer": "Menetleja oli puhkusel."}, may="kai", answer=302),
    Row("complaints:unit_question", of=question_of_water, may="", answers={"kai": 404}),
    Row("complaints:complaint_list", may=f"{VIEWS} kai"),
    Row("complaints:complaint_list", may=f"{VIEWS} kai", query="?stage=all&aspect=timeliness&late=yes"),
    *(
        Row(f"complaints:complaint_{deed}", of=of, may=may, answers={"mari": 200} if deed == "decide" else {})
        for deed, of, _data, may in SHEETS
    ),
    *(
        Row(f"complaints:complaint_{deed}", of=of, method="post", data=data, may=may, answer=302, answers={"mari": 422} if (deed, of) == ("decide", investigated) else {})
        for deed, of, data, may in SHEETS
    ),
    *(Row(f"complaints:complaint_{deed}", of=of, method="post", may=may, answer=302) for deed, of, may in PRESSED),
]  # fmt: skip
