"""Workers killed hard, again and again, while they send: nothing arrives twice, nothing is lost."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bureau import outbox_proof
from bureau.models import OutgoingMail, User
from bureau.outbox import queue_mail, recover, register_purpose
from bureau.outbox_keeping import confirm_arrival, retry_mail
from tests.mail.server import Keeper, LoopbackServer, wait_until
from tests.mail.workers import Workers, is_alive, kill

register_purpose("test.killed", "Test")

LETTERS = 300
KILLS = 24
AT_ONCE = 2  # workers at a time
State = OutgoingMail.State


def due_now():
    OutgoingMail.objects.filter(state=State.QUEUED).update(due_at=timezone.now())


def open_letters() -> bool:
    return OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


@pytest.fixture
def keeper():
    keeper = Keeper()
    keeper.seconds_before, keeper.seconds_after = 0.004, 0.012
    return keeper


@pytest.fixture
def workers(transactional_db, keeper):
    server = LoopbackServer(keeper)
    server.start()
    workers = Workers(server.port)
    yield workers
    workers.stop()
    server.stop()


def test_every_letter_arrives_once_though_workers_are_killed_all_the_time(workers, keeper):
    chance = random.Random(7)
    person = User.objects.create_user(email="jaan@example.ee", first_name="Jaan", last_name="Kask")
    with transaction.atomic():
        for number in range(LETTERS):
            queue_mail(to=f"client{number}@example.ee", subject="Tere", text=f"Tere {number}", purpose="test.killed")

    running, kills, until = [], 0, time.monotonic() + 30
    while open_letters() and time.monotonic() < until:
        running += [workers.start() for _ in range(AT_ONCE - len(running))]
        time.sleep(chance.uniform(0.05, 0.3) if kills < KILLS else 0.2)
        if kills < KILLS:
            kills += kill(running.pop(0))
        running = [number for number in running if is_alive(number)]
        if not running:
            recover(silence=timedelta(0))
            due_now()
    time.sleep(0.2)  # what a killed worker had given away may still be on its way into the server

    arrived = keeper.counted()
    found = {mail.message_id: mail for mail in OutgoingMail.objects.all()}
    sent = {key for key, mail in found.items() if mail.state == State.SENT}
    uncertain = {key for key, mail in found.items() if mail.state == State.UNCERTAIN}
    assert kills >= 20
    assert len(sent) + len(uncertain) == LETTERS
    assert set(arrived.values()) == {1}
    assert sent <= set(arrived)
    assert set(arrived) - sent <= uncertain
    assert len(uncertain) <= kills

    for key in uncertain:
        (confirm_arrival if key in arrived else retry_mail)(mail=found[key], by=person)
    workers.start()
    wait_until(lambda: not open_letters())

    assert keeper.counted() == Counter(dict.fromkeys(found, 1))
    assert [outbox_proof.sent_once(), outbox_proof.nothing_stuck()] == [(LETTERS, []), (LETTERS, [])]
