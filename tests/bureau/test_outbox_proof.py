"""`manage.py verify` finds a letter that went out twice, one sent without proof, and one that lies forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.models import MailAttempt, OutgoingMail
from bureau.outbox import begin_content, claim, recover, send_due
from bureau.outbox_keeping import confirm_arrival, retry_mail
from bureau.outbox_proof import nothing_stuck, sent_once
from complaints.verification import verify

State, Result = OutgoingMail.State, MailAttempt.Result


def letter(state=State.QUEUED, attempts=(), **more):
    now, number = timezone.now(), OutgoingMail.objects.count()
    mail = OutgoingMail.objects.create(
        purpose="notice.digest", to="client@example.ee", subject="Tere", text="Tere", message_id=f"<{number}@example.ee>",
        state=state, sent_at=now if state == State.SENT else None, **more,
    )  # fmt: skip
    for result in attempts:
        ended_at = None if result == Result.UNDER_WAY else timezone.now()
        MailAttempt.objects.create(mail=mail, started_at=timezone.now(), ended_at=ended_at, result=result)
    return mail


@pytest.mark.parametrize(
    ("state", "attempts", "wrong"),
    [
        (State.SENT, [Result.DEFERRED, Result.LOST, Result.ACCEPTED], ""),
        (State.SENT, [Result.UNCERTAIN, Result.ACCEPTED], "tried again unasked"),
        (State.FAILED, [Result.UNCERTAIN, Result.REFUSED], "tried again unasked"),
        (State.SENT, [Result.DEFERRED], "sent without proof"),
        (State.QUEUED, [Result.ACCEPTED], "accepted, but queued"),
        (State.UNCERTAIN, [Result.UNCERTAIN], ""),
        (State.CANCELLED, [], ""),
    ],
)
def test_a_letter_that_may_have_gone_out_twice_is_found(db, state, attempts, wrong):
    mail = letter(state, attempts)

    assert sent_once() == (1, [f"{mail.public_id}: {wrong}"] if wrong else [])


def test_what_a_person_ordered_or_found_out_is_in_order(db, jaan, mailoutbox):
    again, arrived = letter(), letter()
    for _ in range(2):
        begin_content(claim(now=timezone.now()))
    recover(silence=timedelta(0))

    retry_mail(mail=again, by=jaan)
    confirm_arrival(mail=arrived, by=jaan)
    send_due()

    assert (sent_once(), nothing_stuck()) == ((2, []), (2, []))


@pytest.mark.parametrize(
    ("state", "attempts", "is_stuck"),
    [
        (State.SENDING, [], True), (State.SENDING, [Result.UNDER_WAY], False), (State.QUEUED, [Result.UNDER_WAY], True),
        (State.QUEUED, [], False), (State.FAILED, [Result.REFUSED], False),
    ],
)  # fmt: skip
def test_a_letter_out_of_step_with_its_journal_is_found(db, state, attempts, is_stuck):
    letter(state, attempts)

    assert bool(nothing_stuck()[1]) is is_stuck


def test_a_letter_that_waited_for_an_hour_is_found_by_verify(db):
    forgotten = letter(due_at=timezone.now() - timedelta(hours=2))
    letter(due_at=timezone.now() + timedelta(hours=2))

    once, stuck = verify(["mail_sent_once", "mail_not_stuck"])

    assert (once.is_clean, stuck.rows, stuck.examples) == (True, 2, [f"{forgotten.public_id}: queued"])
