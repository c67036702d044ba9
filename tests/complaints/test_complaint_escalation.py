"""Late complaints go up the ladder once a step, and stop when somebody takes them up."""

from datetime import datetime, timedelta

import pytest

from bureau.calendar_store import working_calendar
from bureau.models import Notification
from bureau.working_calendar import TALLINN
from complaints.complaint_escalation import escalate_late, take_up_escalation
from complaints.conflict_of_interest import name_person
from complaints.deeds import DeedRefused
from complaints.models import ComplaintEscalation, ComplaintTarget
from tests.factories.complaints import at_stage_1

MONDAY = datetime(2026, 11, 23, 10, 35, tzinfo=TALLINN)


def late_by(working_days, *, by):
    case = at_stage_1(by=by)
    day = MONDAY.date()
    for _step in range(working_days):
        day = working_calendar().previous_working_day(day - timedelta(days=1))
    ComplaintTarget.objects.filter(complaint=case.complaint, state="running").update(
        due_on=day, first_due_on=day, triggered_on=day - timedelta(days=7)
    )
    return case


def told():
    return set(Notification.objects.filter(kind="complaint.escalated").values_list("user__first_name", flat=True))


@pytest.mark.parametrize(
    ("days", "people"),
    [(0, set()), (1, {"Mari"}), (2, {"Mari"}), (3, {"Mari", "Jaan"}), (6, {"Mari", "Jaan", "Tiina"})],
)
def test_the_ladder_goes_up_with_the_days(mari, jaan, tiina, days, people):
    late_by(days, by=mari)

    escalate_late(now=MONDAY)

    assert told() == people


def test_it_is_safe_to_repeat(mari, jaan, tiina):
    late_by(6, by=mari)

    assert [escalate_late(now=MONDAY), escalate_late(now=MONDAY)] == [3, 0]
    assert Notification.objects.filter(kind="complaint.escalated").count() == 3
    assert ComplaintEscalation.objects.count() == 3


def test_it_stops_when_somebody_takes_it_up(mari, jaan, tiina):
    case = late_by(1, by=mari)
    escalate_late(now=MONDAY)

    assert take_up_escalation(case=case, by=mari) == 1
    assert escalate_late(now=MONDAY + timedelta(days=14)) == 0
    with pytest.raises(DeedRefused):
        take_up_escalation(case=case, by=mari)


def test_whom_it_concerns_is_not_told(mari, jaan, tiina):
    case = late_by(6, by=mari)
    name_person(complaint=case.complaint, user=jaan, by=mari)

    escalate_late(now=MONDAY)

    assert told() == {"Mari", "Tiina"}


def test_nothing_is_said_outside_working_hours(mari):
    late_by(6, by=mari)

    assert escalate_late(now=MONDAY.replace(hour=22)) == 0
