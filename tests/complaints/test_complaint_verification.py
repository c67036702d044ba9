from datetime import timedelta

import pytest

from complaints import complaint_handling as handling
from complaints.models import Case, Complaint, ComplaintPerson, ComplaintTarget
from complaints.verification import verify
from tests.factories.complaints import at_stage_1, at_stage_2, decided, fresh

CHECKS = (
    "complaint_targets_equal",
    "complaint_targets_met",
    "complaint_outcomes",
    "complaints_complete",
    "severity_equals",
    "persons_kept_out",
)


@pytest.fixture
def closed(peeter):
    case = decided(by=peeter)
    handling.close_complaint(case=case, by=peeter)
    return fresh(case)


def found(code):
    (finding,) = verify(only=[code])
    return finding


def test_what_the_deeds_leave_is_clean(closed, mari, peeter):
    at_stage_2(by=peeter, investigator=mari)

    assert {finding.code: finding.differences for finding in verify(only=CHECKS)} == dict.fromkeys(CHECKS, 0)


def test_a_moved_target_is_found(mari):
    case = at_stage_1(by=mari)
    target = case.complaint.targets.get(purpose="stage_1")
    moved = target.first_due_on + timedelta(days=1)
    ComplaintTarget.objects.filter(pk=target.pk).update(first_due_on=moved, due_on=moved)

    assert found("complaint_targets_equal").examples == [case.number]


@pytest.mark.parametrize("purpose", ["acknowledge", "stage_1"])
def test_another_day_of_meeting_a_target_is_found(purpose, closed):
    target = closed.complaint.targets.get(purpose=purpose)
    ComplaintTarget.objects.filter(pk=target.pk).update(met_on=target.met_on + timedelta(days=1))

    assert found("complaint_targets_met").examples == [closed.number]


def test_another_outcome_than_the_one_decided_is_found(closed):
    other = "not_upheld" if closed.complaint.outcome != "not_upheld" else "upheld"
    Complaint.objects.filter(pk=closed.pk).update(outcome=other)

    assert found("complaint_outcomes").examples == [closed.number]


def test_a_closed_complaint_without_the_next_instance_is_found(closed):
    closed.complaint.next_instances.clear()

    assert found("complaints_complete").examples == [closed.number]


def test_a_severity_that_does_not_follow_is_found(closed):
    Complaint.objects.filter(pk=closed.pk).update(severity=15)

    assert found("severity_equals").examples == [closed.number]


def test_a_handler_whom_it_concerns_is_found(mari):
    case = at_stage_1(by=mari)
    ComplaintPerson.objects.create(complaint=case.complaint, user=mari)
    assert Case.objects.get(pk=case.pk).assignee == mari

    assert found("persons_kept_out").examples == [case.number]
