"""Each indicator against a small bureau whose values are known by hand."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from bureau.models import OutsideBody, Topic
from complaints.models import Case, Clock, Contact
from quality.indicators import INDICATORS, Indicator, Span, texts_of
from quality.measurements import counted, working_days
from staff.call_files import HalfHour
from staff.call_statistics import keep
from staff.models import PhoneQueue
from tests.factories import CaseFactory, ContactFactory, PartyFactory
from tests.factories.feedback import (
    FollowUpFactory,
    InvitationFactory,
    QuestionnaireFactory,
    ResponseFactory,
    SurveyFactory,
)
from tests.factories.quality import ImprovementFactory

pytestmark = pytest.mark.django_db

SPAN = Span(date(2026, 9, 1), date(2026, 9, 30))


def value(code: str, span: Span = SPAN) -> float | None:
    found = INDICATORS[code].function(span)
    return counted(found)[None].value(found.how, working_days(span)).value


def case(kind="explanation", *, registered=date(2026, 9, 1), answered=None, on_time=True, **fields) -> Case:
    made = CaseFactory(kind=kind)
    given = {"registered_on": registered, **fields}
    if answered:
        given |= {
            "status": "answered",
            "answered_on": answered,
            "ended_on": answered,
            "answered_at": timezone.now(),
            "was_on_time": on_time,
        }
    Case.objects.filter(pk=made.pk).update(**given)
    return made


def contact(day=date(2026, 9, 10), hour=9, **given) -> Contact:
    at = timezone.make_aware(datetime(day.year, day.month, day.day, hour))
    return ContactFactory(at=at, on=day, **given)


def test_replies_in_time_by_kind():
    case(answered=date(2026, 9, 20))
    case(answered=date(2026, 9, 20), on_time=False)
    case("information_request", answered=date(2026, 9, 5))
    case("challenge", answered=date(2026, 9, 9), on_time=False)
    case(answered=date(2026, 10, 1), on_time=False)  # next month

    assert value("answered_on_time") == 50
    assert value("explanations_on_time") == 50
    assert value("information_on_time") == 100
    assert value("challenges_on_time") == 0


def test_days_waited_in_the_middle_and_by_those_who_wait_long():
    for days in (2, 4, 6, 28):
        case(answered=date(2026, 9, 1) + timedelta(days=days))

    assert value("days_to_answer") == 5
    assert value("days_to_answer_p85") == pytest.approx(6 + 0.55 * 22)


def test_what_came_in_and_what_was_extended_or_reopened():
    case(answered=date(2026, 9, 3), is_extended=True)
    case(answered=date(2026, 9, 3))
    for reopened in (0, 1, 0, 0):
        made = case(registered=date(2026, 8, 1))
        Case.objects.filter(pk=made.pk).update(status="closed", closed_on=date(2026, 9, 4), ended_on=date(2026, 9, 4), closed_at=timezone.now(), reopened_count=reopened)  # fmt: skip

    assert value("cases_registered") == 2
    assert value("extended_share") == 50
    assert value("reopened_share") == 25


def test_the_state_at_the_end_of_the_month_does_not_forget_what_was_late_then():
    late = case(registered=date(2026, 8, 1))
    Clock.objects.filter(case=late).update(triggered_on=date(2026, 8, 1), raw_due_on=date(2026, 9, 15), due_on=date(2026, 9, 15), first_due_on=date(2026, 9, 15))  # fmt: skip
    fine = case(registered=date(2026, 9, 20))
    Clock.objects.filter(case=fine).update(triggered_on=date(2026, 9, 20), raw_due_on=date(2026, 10, 20), due_on=date(2026, 10, 20), first_due_on=date(2026, 10, 20))  # fmt: skip
    case(registered=date(2026, 8, 1), answered=date(2026, 9, 10))
    case(registered=date(2026, 10, 2))

    assert value("open_cases") == 2
    assert value("late_open") == 50
    # Answered a week into the next month: it was late at the end of this one all the same.
    Case.objects.filter(pk=late.pk).update(status="answered", answered_on=date(2026, 10, 7), ended_on=date(2026, 10, 7), answered_at=timezone.now(), was_on_time=False, due_on=None)  # fmt: skip
    assert (value("open_cases"), value("late_open")) == (2, 50)
    assert value("unassigned_share") == 100
    assert value("open_work_hours") == 1  # two cases of the first guess, half an hour each


def test_contacts_and_what_is_resolved_at_the_first_one():
    party, topic = PartyFactory(), Topic.objects.get(code="forest_notification")
    contact(party=party, topic=topic)  # comes again after four days
    contact(date(2026, 9, 14), party=party, topic=topic)  # does not
    contact(party=None, topic=topic)  # anonymous, answered
    contact(party=PartyFactory(), topic=topic, case=CaseFactory(), outcome="case")
    contact(party=PartyFactory(), topic=None)  # without a topic: not counted
    contact(direction="out", topic=topic)

    assert value("contacts") == 5
    assert value("first_contact_resolution") == 50
    assert value("contacts_per_working_day") == pytest.approx(5 / working_days(SPAN))
    assert working_days(SPAN) == 22


def test_the_wrong_body():
    contact(outcome="wrong_body", outside_body=OutsideBody.objects.first())
    contact()
    contact()
    contact()

    assert value("wrong_body_share") == 25


def test_calls_of_half_hours():
    rows = [
        {"offered": 10, "answered": 8, "abandoned": 2, "within_threshold": 6, "wait_seconds": 200, "talk_seconds": 1600, "after_call_seconds": 160},
        {"offered": 10, "answered": 10, "abandoned": 0, "within_threshold": 10, "wait_seconds": 100, "talk_seconds": 2000},
        {"offered": 5},
    ]  # fmt: skip
    keep(queue=PhoneQueue.objects.get(code="info"), half_hours=[HalfHour(date(2026, 9, 2), slot, row) for slot, row in zip((18, 19, 20), rows, strict=True)])  # fmt: skip

    assert value("calls_offered") == 25
    assert value("calls_in_time") == 80
    assert value("calls_abandoned") == 10
    assert value("calls_wait") == 15
    assert value("calls_handling") == pytest.approx((1600 + 160 + 2000) / 18)


def test_complaints_for_a_thousand_contacts():
    case("service_complaint")
    for _each in range(4):
        contact()

    assert value("complaints_per_thousand") == 250
    assert value("complaints_upheld") is None
    assert value("praise") == 0


def test_targets_of_complaints(mari):
    from complaints.models import ComplaintTarget
    from tests.factories.complaints import acknowledged

    complaint = acknowledged(by=mari).complaint
    complaint.targets.update(due_on=date(2026, 9, 8), met_on=None, state="running")
    complaint.targets.filter(purpose="acknowledge").update(met_on=date(2026, 9, 7), state="met")

    assert ComplaintTarget.objects.filter(purpose="acknowledge").count() == 1
    assert value("complaints_acknowledged") == 100


def answers(question, marks, **survey):
    made = SurveyFactory(published=True, **survey)
    content = made.draft
    content["sections"][0]["questions"][0] |= question
    questionnaire = QuestionnaireFactory(survey=made, content=content)
    for mark in marks:
        ResponseFactory(questionnaire=questionnaire, answers={"satisfaction": mark}, answered_on=date(2026, 9, 9))
    return questionnaire


def test_what_clients_say():
    answers({}, [5, 4, 3, 1])
    answers({}, [5, 5], purpose="complaint_handling")
    answers({"type": "recommendation", "measures": "recommendation"}, [10, 9, 8, 3])
    answers({"type": "effort", "measures": "effort"}, [7, 2])

    assert value("satisfaction") == 50
    assert value("complaint_handling_satisfaction") == 100
    assert value("recommendation") == 25
    assert value("effort") == 50


def test_who_answered_and_who_was_contacted():
    sent = timezone.make_aware(datetime(2026, 9, 3, 12))
    for state in ("answered", "sent", "expired", "declined", "failed"):
        InvitationFactory(state=state, sent_at=sent)
    FollowUpFactory(due_on=date(2026, 9, 4), contacted_on=date(2026, 9, 4), created_on=date(2026, 9, 2))
    FollowUpFactory(due_on=date(2026, 9, 4), contacted_on=date(2026, 9, 7), created_on=date(2026, 9, 2))
    FollowUpFactory(due_on=date(2026, 9, 4), created_on=date(2026, 9, 2))

    assert value("response_rate") == 25
    assert value("bad_answers_contacted") == pytest.approx(100 / 3)


def test_improvement_actions():
    ImprovementFactory(created_on=date(2026, 8, 1), due_on=date(2026, 9, 1))
    ImprovementFactory(created_on=date(2026, 8, 1), due_on=date(2026, 12, 1))
    ImprovementFactory(created_on=date(2026, 10, 1), due_on=date(2026, 10, 2))

    assert value("actions_overdue") == 50
    assert value("actions_effective") is None


def test_sending_on_in_time(mari):
    from complaints.forwarding import SendingOn, forward_case

    sent = CaseFactory(assignee=mari)
    body = OutsideBody.objects.first()
    forward_case(
        case=sent, by=mari, sending=SendingOn(body_id=body.pk, reason="Ei ole meie asi", no_notice_because="Anonüümne")
    )
    today = timezone.localdate()

    assert value("forwarded_in_time", Span(today.replace(day=1), today)) == 100


def test_a_changed_step_of_the_computation_is_noticed():
    texts = texts_of(INDICATORS["answered_on_time"].function)

    assert len(texts) > 3
    assert any("def answered(" in text for text in texts)
    assert Indicator("x", INDICATORS["contacts"].function).query_hash != INDICATORS["answered_on_time"].query_hash


def test_no_indicator_knows_a_person():
    for one in INDICATORS.values():
        found = one.function(SPAN)
        for rows in (*found.both, *found.numerator, *found.denominator):
            assert rows.unit in ("", "unit_id", "complaint__case__unit_id", "case__unit_id")
            assert rows.values().query.values_select is not None
