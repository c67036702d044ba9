"""A longer term: within the law, with reason, approver and notice."""

from datetime import timedelta

import pytest

from bureau.calendar_store import working_calendar
from bureau.models import Notification
from complaints.deadline_steps import explained, steps_from_json
from complaints.deeds import CaseChanged, DeedRefused
from complaints.extension import (
    Extension,
    advised,
    ask_extension,
    decline_extension,
    extend_clock,
    extendable,
    longest,
    pending_asks,
)
from complaints.models import ClockEvent
from tests.factories import CaseFactory


def wanted(clock, **given) -> Extension:
    given = {"until": advised(clock), "reason": "vaja on seirearuannet", "notice_text": "Vastame hiljem."} | given
    return Extension(clock_id=clock.pk, **given)


def test_an_extension_moves_the_last_day_and_tells_the_person(peeter, mari):
    case = CaseFactory(assignee=mari)
    (clock,) = extendable(case)
    first = clock.due_on

    extend_clock(case=case, extension=wanted(clock), by=peeter)

    case.refresh_from_db()
    clock.refresh_from_db()
    assert (clock.first_due_on, clock.is_extended, clock.extended_by) == (first, True, peeter)
    assert (case.due_on, case.is_extended) == (clock.due_on, True)
    assert first < clock.due_on <= longest(clock).due_on
    assert clock.notice_sent_at is not None
    assert case.messages.filter(kind="extension_notice", direction="out").count() == 1
    assert "kokku" in str(explained(steps_from_json(clock.steps)))
    assert ClockEvent.objects.filter(clock=clock, what="extended").get().data["due_on"] == clock.due_on.isoformat()
    assert Notification.objects.filter(kind="case.extended", user=mari).count() == 1


@pytest.mark.parametrize(("reason", "notice"), [("", "Vastame hiljem."), ("vaja on aega", " ")])
def test_reason_and_notice_are_both_needed(peeter, reason, notice):
    case = CaseFactory()
    (clock,) = extendable(case)

    with pytest.raises(DeedRefused):
        extend_clock(case=case, extension=wanted(clock, reason=reason, notice_text=notice), by=peeter)


def test_neither_past_the_law_nor_earlier_nor_on_a_day_off(peeter):
    case = CaseFactory()
    (clock,) = extendable(case)
    calendar = working_calendar()
    saturday = clock.due_on + timedelta(days=1)
    while calendar.is_working_day(saturday):
        saturday += timedelta(days=1)

    for until in (longest(clock).due_on + timedelta(days=1), clock.due_on, clock.due_on - timedelta(days=1), saturday):
        with pytest.raises(DeedRefused):
            extend_clock(case=case, extension=wanted(clock, until=until), by=peeter)


def test_a_term_that_has_ended_is_not_extended(peeter):
    case = CaseFactory(overdue=True, days_ago=40)
    clock = case.clocks.get()

    with pytest.raises(DeedRefused):
        extend_clock(case=case, extension=wanted(clock, until=clock.due_on + timedelta(days=10)), by=peeter)


def test_kinds_without_an_extension_offer_none(db):
    assert extendable(CaseFactory(kind="praise")) == []


def test_the_specialist_asks_and_the_approver_grants(mari, peeter):
    case = CaseFactory(assignee=mari)
    (clock,) = extendable(case)

    ask_extension(case=case, extension=wanted(clock), by=mari)
    with pytest.raises(DeedRefused):
        ask_extension(case=case, extension=wanted(clock), by=mari)
    assert list(pending_asks(case)) == [clock.pk]
    assert Notification.objects.filter(kind="case.extension_asked", user=peeter).exists()

    extend_clock(case=case, extension=wanted(clock), by=peeter)

    assert pending_asks(case) == {}
    assert Notification.objects.filter(kind="case.extended", user=mari).exists()


def test_the_approver_may_decline_with_a_reason(mari, peeter):
    case = CaseFactory(assignee=mari)
    (clock,) = extendable(case)
    ask_extension(case=case, extension=wanted(clock), by=mari)

    with pytest.raises(DeedRefused):
        decline_extension(case=case, clock_id=clock.pk, reason="", by=peeter)
    decline_extension(case=case, clock_id=clock.pk, reason="jõuame ära", by=peeter)

    assert pending_asks(case) == {}
    assert Notification.objects.filter(kind="case.extension_declined", user=mari).exists()
    with pytest.raises(DeedRefused):
        decline_extension(case=case, clock_id=clock.pk, reason="jõuame ära", by=peeter)


def test_an_extension_from_an_older_page_is_stopped(peeter, mari):
    case = CaseFactory(assignee=mari)
    (clock,) = extendable(case)
    ask_extension(case=case, extension=wanted(clock), by=mari)

    with pytest.raises(CaseChanged):
        extend_clock(case=case, extension=wanted(clock), by=peeter, seen_version=1)
