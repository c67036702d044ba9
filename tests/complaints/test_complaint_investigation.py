from datetime import timedelta

import pytest

from bureau.models import Unit
from complaints import complaint_handling as handling
from complaints.complaint_investigation import (
    Promise,
    Step,
    add_evidence,
    add_step,
    deliver_remedy,
    finish_step,
    promise_remedy,
    remove_step,
)
from complaints.deeds import DeedRefused
from tests.factories.complaints import a_decision, acknowledged, at_stage_2, decided, decision_letter, fresh


@pytest.fixture
def case(peeter, mari):
    return at_stage_2(by=peeter, investigator=mari)


def test_open_steps_hold_the_decision_back(case, mari, peeter, today):
    task = add_step(case=case, step=Step(what="Kuula salvestist", due_on=today, owner=mari), by=mari)

    with pytest.raises(DeedRefused, match="samme on veel tegemata"):
        handling.decide(case=case, decision=a_decision(), letter=decision_letter(), by=peeter)
    finish_step(task=task, answer="Toon oli ebaviisakas.", by=mari)

    assert handling.decide(case=case, decision=a_decision(), letter=decision_letter(), by=peeter).stage == "decided"


def test_a_unit_is_asked_with_a_day_of_its_own(case, mari, kai, forest_unit, today):
    step = Step(what="Miks viibis?", due_on=today + timedelta(days=3), unit=forest_unit)

    task = add_step(case=case, step=step, by=mari)

    assert (task.kind, task.unit) == ("request", forest_unit)
    assert finish_step(task=task, answer="Menetleja oli puhkusel.", by=mari).done_on == today
    with pytest.raises(DeedRefused):
        finish_step(task=task, answer="Veel kord", by=mari)


def test_a_step_needs_exactly_one_doer_and_a_day_ahead(case, mari, today):
    for step in (
        Step(what="x", due_on=today),
        Step(what="x", due_on=today, owner=mari, unit=Unit.objects.first()),
        Step(what="x", due_on=today - timedelta(days=1), owner=mari),
    ):
        with pytest.raises(DeedRefused):
            add_step(case=case, step=step, by=mari)


def test_an_open_step_may_be_taken_away_a_done_one_stays(case, mari, today):
    step = Step(what="x", due_on=today, owner=mari)
    open_one, done = add_step(case=case, step=step, by=mari), add_step(case=case, step=step, by=mari)
    finish_step(task=done, answer="leitud", by=mari)

    remove_step(task=open_one, by=mari)
    with pytest.raises(DeedRefused):
        remove_step(task=done, by=mari)

    assert list(case.complaint.tasks.all()) == [done]


def test_evidence_is_kept_while_the_complaint_is_handled(case, mari):
    add_evidence(case=case, text="Kõne 12.11", source="salvestis 77", by=mari)

    assert case.complaint.evidence.get().source == "salvestis 77"
    with pytest.raises(DeedRefused):
        add_evidence(case=acknowledged(by=mari), text="x", source="", by=mari)


def test_a_remedy_is_promised_and_delivered_even_after_the_end(peeter, today):
    case = decided(by=peeter)
    with pytest.raises(DeedRefused, match="kui palju"):
        promise_remedy(case=case, promise=Promise(kind="refund", due_on=today), by=peeter)
    remedy = promise_remedy(
        case=case, promise=Promise(kind="refund", amount_cents=2550, due_on=today + timedelta(days=7)), by=peeter
    )
    handling.close_complaint(case=case, by=peeter)

    deliver_remedy(remedy=remedy, by=peeter)

    remedy.refresh_from_db()
    assert (remedy.euros, remedy.delivered_on) == (25.5, today)
    assert fresh(case).complaint.stage == "closed"
