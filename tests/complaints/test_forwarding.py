"""Sending on to another body, the further clock of a letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.lifecycle import MoveRefused
from bureau.models import OutsideBody
from complaints.deeds import DeedRefused
from complaints.forwarding import SendingOn, add_request, forward_case, mark_not_ours
from complaints.models import CaseKind, ChangedDay, Clock, Status
from tests.factories import CaseFactory


@pytest.fixture
def body(db):
    return OutsideBody.objects.first()


def sending(body, **given) -> SendingOn:
    given.setdefault("notice_text", "Edastasime Teie pöördumise.")
    return SendingOn(body_id=body.pk, reason="kuulub nende pädevusse", **given)


def test_the_whole_matter_is_forwarded_with_notice_and_its_own_clock_met(mari, body, today):
    case = CaseFactory(assignee=mari)

    forwarding = forward_case(case=case, sending=sending(body, notice_channel_id=case.channel_id), by=mari)

    case.refresh_from_db()
    forward, reply = case.clocks.get(purpose="forward"), case.clocks.get(purpose="reply")
    assert (case.status, case.due_on, case.outcome) == (Status.FORWARDED, None, "forwarded")
    assert (forward.state, forward.was_on_time) == (Clock.State.MET, True)
    assert (reply.state, reply.end_reason) == (Clock.State.ENDED, "forwarded")
    assert (forwarding.notice.kind, forwarding.is_whole) == ("forwarding_notice", True)
    assert ChangedDay.objects.filter(day=today).exists()


def test_forwarding_after_the_five_working_days_is_late(mari, body):
    case = CaseFactory(assignee=mari, days_ago=20)

    forward_case(case=case, sending=sending(body), by=mari)

    assert case.clocks.get(purpose="forward").was_on_time is False


def test_a_part_is_forwarded_and_we_answer_the_rest(mari, body):
    case = CaseFactory(assignee=mari)

    forward_case(case=case, sending=sending(body, is_whole=False), by=mari)

    case.refresh_from_db()
    assert case.status == Status.REGISTERED
    assert case.clocks.get(purpose="reply").is_running
    assert case.due_on == case.clocks.get(purpose="reply").due_on


def test_the_person_is_told_or_it_is_said_why_not(mari, body):
    case = CaseFactory(assignee=mari)

    with pytest.raises(DeedRefused):
        forward_case(case=case, sending=sending(body, notice_text=" "), by=mari)
    forwarding = forward_case(
        case=case, sending=sending(body, notice_text="", no_notice_because="kontaktid puuduvad"), by=mari
    )

    assert (forwarding.notice, forwarding.notice_not_owed_because) == (None, "kontaktid puuduvad")


def test_forwarding_is_neither_before_receipt_nor_ahead(mari, body):
    case = CaseFactory(assignee=mari, days_ago=3)

    for days in (5, -2):
        with pytest.raises(DeedRefused):
            forward_case(case=case, sending=sending(body, at=timezone.now() - timedelta(days=days)), by=mari)


def test_a_closed_case_is_not_forwarded(mari, body):
    case = CaseFactory(assignee=mari)
    forward_case(case=case, sending=sending(body), by=mari)

    with pytest.raises(MoveRefused):
        forward_case(case=case, sending=sending(body), by=mari)
    with pytest.raises(DeedRefused):
        forward_case(case=case, sending=sending(body, is_whole=False), by=mari)


def test_not_ours_starts_the_clock_of_forwarding(mari):
    case = CaseFactory(assignee=mari)

    clock = mark_not_ours(case=case, by=mari)

    case.refresh_from_db()
    assert (clock.purpose, clock.is_running, case.due_on) == ("forward", True, clock.due_on)
    with pytest.raises(DeedRefused):
        mark_not_ours(case=case, by=mari)


def test_one_more_request_in_the_letter_gets_its_own_clock(mari):
    case = CaseFactory(assignee=mari, kind="explanation")
    kind = CaseKind.objects.get(code="information_request")

    clock = add_request(case=case, kind=kind, by=mari)

    case.refresh_from_db()
    assert (clock.kind, clock.triggered_on, case.due_on) == (kind, case.registered_on, clock.due_on)
    with pytest.raises(DeedRefused):
        add_request(case=case, kind=kind, by=mari)
