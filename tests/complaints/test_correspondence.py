"""Replies and further turns: what they do to clocks, status and timeliness, and what happens when two write at once."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bureau import drafts
from bureau.models import Channel, Deed, Notification
from complaints.correspondence import REPLY_DRAFT, Reply, record_turn, send_reply
from complaints.deeds import CaseChanged, DeedRefused
from complaints.models import CaseFollower, CaseKind, ChangedDay, Clock, Message, Status
from tests.factories import CaseFactory


def reply(**given) -> Reply:
    given.setdefault("key", uuid.uuid4())
    return Reply(
        text="Teatis on menetluses.", channel_id=Channel.objects.get(code="email").pk, recipient="a@naide.ee", **given
    )


def test_a_reply_answers_the_case_and_meets_its_clock(mari, today):
    case = CaseFactory(assignee=mari, days_ago=2)

    message = send_reply(case=case, reply=reply(), by=mari)

    case.refresh_from_db()
    clock = case.clocks.get()
    assert (case.status, case.answered_on, case.was_on_time, case.due_on) == (Status.ANSWERED, today, True, None)
    assert (clock.state, clock.met_on) == (Clock.State.MET, today)
    assert (message.direction, message.kind, message.recipient) == ("out", "reply", "a@naide.ee")
    assert Deed.objects.filter(action="case.replied", object_id=case.pk, actor=mari).count() == 1
    assert ChangedDay.objects.filter(day=today).exists()


def test_a_late_reply_is_late(mari):
    case = CaseFactory(assignee=mari, overdue=True, days_ago=40)

    send_reply(case=case, reply=reply(), by=mari)

    case.refresh_from_db()
    assert (case.status, case.was_on_time) == (Status.ANSWERED, False)


def test_a_letter_recorded_afterwards_counts_on_the_day_it_went_out(mari, today):
    case = CaseFactory(assignee=mari, overdue=True, days_ago=40)

    send_reply(case=case, reply=reply(at=timezone.now() - timedelta(days=5)), by=mari)

    case.refresh_from_db()
    assert (case.answered_on, case.was_on_time) == (today - timedelta(days=5), True)


@pytest.mark.parametrize("days", [-1, 10])
def test_a_reply_neither_before_the_clients_turn_nor_in_the_future(mari, days):
    case = CaseFactory(assignee=mari, days_ago=3)

    with pytest.raises(DeedRefused):
        send_reply(case=case, reply=reply(at=timezone.now() - timedelta(days=days)), by=mari)

    assert not case.messages.filter(direction="out").exists()


def test_an_interim_letter_lets_the_clock_run(mari):
    case = CaseFactory(assignee=mari)

    message = send_reply(case=case, reply=reply(is_interim=True, waits_for_client=True), by=mari)

    case.refresh_from_db()
    assert (case.status, message.kind) == (Status.WAITING, "clarification")
    assert case.clocks.get().is_running
    assert case.due_on is not None


def test_of_two_requests_in_one_letter_each_is_answered_apart(mari):
    case = CaseFactory(
        assignee=mari, kind="explanation", further_kinds=(CaseKind.objects.get(code="information_request"),)
    )
    first, second = case.clocks.order_by("due_on")

    send_reply(case=case, reply=reply(clock_ids=frozenset({first.pk})), by=mari)
    case.refresh_from_db()
    assert (case.status, case.due_on, case.answered_on) == (Status.IN_PROGRESS, second.due_on, None)

    send_reply(case=case, reply=reply(clock_ids=frozenset({second.pk})), by=mari)
    case.refresh_from_db()
    assert (case.status, case.due_on, case.was_on_time) == (Status.ANSWERED, None, True)


def test_answering_ourselves_ends_the_duty_to_forward(mari):
    case = CaseFactory(assignee=mari, not_ours=True)

    send_reply(case=case, reply=reply(), by=mari)

    assert case.clocks.get(purpose="forward").state == Clock.State.ENDED


def test_the_same_reply_sent_twice_is_one(mari):
    case = CaseFactory(assignee=mari)
    one = reply()

    assert send_reply(case=case, reply=one, by=mari, seen_version=1) == send_reply(
        case=case, reply=one, by=mari, seen_version=1
    )

    assert case.messages.filter(direction="out").count() == 1


def test_a_reply_from_an_older_page_is_stopped(mari, liis):
    case = CaseFactory(assignee=mari)
    send_reply(case=case, reply=reply(), by=liis, seen_version=1)

    with pytest.raises(CaseChanged):
        send_reply(case=case, reply=reply(), by=mari, seen_version=1)

    assert case.messages.filter(direction="out").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_answer_at_once_one_is_stopped(mari, liis):
    case = CaseFactory(assignee=mari)
    results, start = [], threading.Barrier(2)

    def answer(person):
        start.wait()
        try:
            send_reply(case=case, reply=reply(), by=person, seen_version=1)
            results.append("sent")
        except CaseChanged:
            results.append("stopped")
        finally:
            connection.close()

    writers = [threading.Thread(target=answer, args=(person,)) for person in (mari, liis)]
    [writer.start() for writer in writers]
    [writer.join() for writer in writers]

    assert sorted(results) == ["sent", "stopped"]
    assert Message.objects.filter(case=case, direction="out").count() == 1


def test_a_sent_reply_throws_its_draft_away(mari):
    case = CaseFactory(assignee=mari)
    drafts.save_draft(user=mari, form=REPLY_DRAFT, subject=case.number, data={"text": "pooleli"})

    send_reply(case=case, reply=reply(), by=mari)

    assert drafts.draft_of(user=mari, form=REPLY_DRAFT, subject=case.number) is None


def test_handler_and_followers_hear_of_a_reply_but_not_its_writer(mari, liis, peeter):
    case = CaseFactory(assignee=mari)
    CaseFollower.objects.create(case=case, user=peeter)
    CaseFollower.objects.create(case=case, user=liis)

    send_reply(case=case, reply=reply(), by=liis)

    assert set(Notification.objects.filter(kind="case.replied").values_list("user_id", flat=True)) == {
        mari.pk,
        peeter.pk,
    }


def test_a_follower_who_no_longer_sees_a_restricted_case_hears_nothing(mari, liis):
    case = CaseFactory(assignee=mari, restricted=True)
    CaseFollower.objects.create(case=case, user=liis)

    send_reply(case=case, reply=reply(), by=mari)

    assert not Notification.objects.filter(user=liis).exists()


def test_a_further_turn_of_the_client_takes_a_waiting_case_up_again(mari):
    case = CaseFactory(assignee=mari)
    send_reply(case=case, reply=reply(is_interim=True, waits_for_client=True), by=mari)

    record_turn(
        case=case,
        by=mari,
        text="Lisan teatise numbri.",
        channel_id=case.channel_id,
        at=timezone.now(),
        key=uuid.uuid4(),
    )

    case.refresh_from_db()
    assert case.status == Status.IN_PROGRESS
    assert case.messages.filter(kind="follow_up").count() == 1


def test_an_empty_reply_is_refused(mari):
    case = CaseFactory(assignee=mari)

    with pytest.raises(DeedRefused):
        send_reply(
            case=case, reply=Reply(text=" ", channel_id=case.channel_id, recipient="", key=uuid.uuid4()), by=mari
        )
