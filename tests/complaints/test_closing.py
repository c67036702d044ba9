"""Ending a case and taking it up again."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.lifecycle import MoveRefused
from bureau.models import Channel, Deed, Topic
from complaints.closing import close_case, needed_before_closing
from complaints.correspondence import Reply, send_reply
from complaints.deeds import CaseChanged, DeedRefused
from complaints.models import Case, ChangedDay, Clock, Status
from complaints.outcomes import NoReply, Outcome
from complaints.reopening import reopen_case
from complaints.signals import case_closed
from complaints.transitions import CASE_LIFECYCLE, start_work, wait
from tests.factories import CaseFactory


@pytest.fixture
def topic(db):
    return Topic.objects.filter(parent__isnull=False).first()


def answered(case, by):
    reply = Reply(text="Vastame.", channel_id=Channel.objects.get(code="email").pk, recipient="", key=uuid.uuid4())
    send_reply(case=case, reply=reply, by=by)
    case.refresh_from_db()
    return case


def test_every_status_has_its_moves():
    assert set(CASE_LIFECYCLE.moves) == set(Status)


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_only_moves_of_the_table_are_allowed(old, new):
    if new in CASE_LIFECYCLE.moves[old]:
        CASE_LIFECYCLE.check_move(old, new)
    else:
        with pytest.raises(MoveRefused):
            CASE_LIFECYCLE.check_move(old, new)


def test_start_of_work_takes_a_case_that_nobody_has(mari):
    case = CaseFactory()

    start_work(case=case, by=mari)

    case.refresh_from_db()
    assert (case.status, case.assignee, case.version) == (Status.IN_PROGRESS, mari, 2)


def test_start_of_work_leaves_a_colleagues_case_with_the_colleague(mari, liis):
    case = CaseFactory(assignee=liis)

    start_work(case=case, by=mari)

    case.refresh_from_db()
    assert case.assignee == liis


def test_waiting_needs_a_reason_and_stops_no_clock(mari):
    case = CaseFactory(assignee=mari)
    due_on = case.due_on

    with pytest.raises(DeedRefused):
        wait(case=case, by=mari, waiting_for="client", reason=" ")
    wait(case=case, by=mari, waiting_for="client", reason="teatise number")

    case.refresh_from_db()
    assert (case.status, case.due_on) == (Status.WAITING, due_on)
    assert case.clocks.get().is_running


def test_a_move_from_an_older_page_is_stopped(mari, liis):
    case = CaseFactory(assignee=mari)
    wait(case=case, by=liis, waiting_for="unit", reason="metsaosakonna seisukoht")

    with pytest.raises(CaseChanged):
        start_work(case=case, by=mari, seen_version=1)


def test_an_answered_case_is_closed_with_its_outcome(mari, topic, today):
    case = answered(CaseFactory(assignee=mari, topic=topic), mari)

    close_case(case=case, by=mari, outcome=Outcome.EXPLAINED)

    case.refresh_from_db()
    assert (case.status, case.closed_on, case.outcome) == (Status.CLOSED, today, Outcome.EXPLAINED)
    assert Deed.objects.get(action="case.closed", object_id=case.pk).data["outcome"] == "explained"


def test_closing_without_a_reply_needs_a_ground_and_ends_the_clocks(mari, topic, today):
    case = CaseFactory(assignee=mari, topic=topic)

    with pytest.raises(DeedRefused):
        close_case(case=case, by=mari, outcome=Outcome.NOT_ANSWERED)
    close_case(case=case, by=mari, outcome=Outcome.NOT_ANSWERED, no_reply=NoReply.UNIDENTIFIABLE)

    case.refresh_from_db()
    clock = case.clocks.get()
    assert (case.status, case.due_on, case.answered_on) == (Status.CLOSED, None, None)
    assert (clock.state, clock.ended_on, clock.end_reason) == (Clock.State.ENDED, today, "unidentifiable")


def test_closing_asks_for_a_topic(mari, topic):
    case = answered(CaseFactory(assignee=mari), mari)

    with pytest.raises(DeedRefused):
        close_case(case=case, by=mari, outcome=Outcome.SOLVED)
    close_case(case=case, by=mari, outcome=Outcome.SOLVED, topic_id=topic.pk)

    case.refresh_from_db()
    assert case.topic == topic


def test_an_unknown_outcome_is_refused(mari, topic):
    case = answered(CaseFactory(assignee=mari, topic=topic), mari)

    with pytest.raises(DeedRefused):
        close_case(case=case, by=mari, outcome="whatever")


def test_needed_before_closing_tells_what_is_missing(mari, topic):
    case = CaseFactory()

    before = {need.code: need.is_met for need in needed_before_closing(case)}
    case = answered(CaseFactory(assignee=mari, topic=topic), mari)
    after = {need.code: need.is_met for need in needed_before_closing(case)}

    assert before == {"reply": False, "clocks": False, "topic": False, "handler": False, "outcome": False}
    assert after == {"reply": True, "clocks": True, "topic": True, "handler": True, "outcome": False}


def test_the_apps_above_hear_of_a_closing_once_it_is_committed(mari, topic, django_capture_on_commit_callbacks):
    heard = []
    case = answered(CaseFactory(assignee=mari, topic=topic), mari)

    def hear(sender, case_id, **kwargs):
        heard.append(case_id)

    case_closed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            close_case(case=case, by=mari, outcome=Outcome.SOLVED)
            assert heard == []
    finally:
        case_closed.disconnect(hear)
    assert heard == [case.pk]


def test_reopening_starts_a_new_term_from_today_and_counts(mari, topic, today):
    case = answered(CaseFactory(assignee=mari, topic=topic, days_ago=60), mari)
    close_case(case=case, by=mari, outcome=Outcome.SOLVED)
    first_answer = Case.objects.get(pk=case.pk).answered_on
    ChangedDay.objects.all().delete()

    reopen_case(case=case, by=mari, reason="vastus ei olnud piisav")

    case.refresh_from_db()
    clock = case.clocks.get(state=Clock.State.RUNNING)
    assert (case.status, case.reopened_count, case.closed_on, case.outcome) == (Status.REOPENED, 1, None, "")
    assert (clock.triggered_on, case.due_on) == (today, clock.due_on)
    assert clock.due_on >= today + timedelta(days=30)
    assert case.answered_on == first_answer
    assert ChangedDay.objects.filter(day=today).exists()


def test_a_reopened_case_is_answered_again(mari, topic, today):
    case = answered(CaseFactory(assignee=mari, topic=topic), mari)
    reopen_case(case=case, by=mari, reason="kirjutas uuesti")

    case = answered(case, mari)

    assert (case.status, case.answered_on, case.was_on_time) == (Status.ANSWERED, today, True)
    assert case.clocks.filter(state=Clock.State.MET).count() == 2


def test_an_open_case_cannot_be_reopened(mari):
    with pytest.raises(MoveRefused):
        reopen_case(case=CaseFactory(), by=mari, reason="miks mitte")


def test_reopening_needs_a_reason(mari):
    case = answered(CaseFactory(assignee=mari), mari)

    with pytest.raises(DeedRefused):
        reopen_case(case=case, by=mari, reason="")


def test_what_must_never_be_false_is_refused_by_the_database(mari):
    from django.db import IntegrityError, transaction

    case = CaseFactory()
    impossible = [
        {"status": Status.ANSWERED},
        {"status": Status.CLOSED},
        {"status": Status.FORWARDED},
        {"ended_on": timezone.localdate()},
        {"closed_at": timezone.now(), "closed_on": timezone.localdate()},
        {"is_restricted": True},
        {"received_at": timezone.now() + timedelta(days=400)},
    ]
    for values in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**values)
