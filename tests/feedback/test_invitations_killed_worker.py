"""Workers killed hard while they decide, plan, queue and send: everybody is invited once, and every letter arrives once."""

import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.models import OutgoingMail, User
from bureau.outbox import recover
from bureau.outbox_keeping import confirm_arrival, retry_mail
from complaints.models import Case
from feedback.models import AskedPerson, Invitation, InvitationDecision, InvitationRule, InvitationToken
from tests.factories import CaseFactory, PartyFactory
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory
from tests.mail.server import Keeper, LoopbackServer, wait_until
from tests.mail.workers import Workers, is_alive, kill

CLIENTS = 150
KILLS = 22
AT_ONCE = 2
State = OutgoingMail.State


@pytest.fixture
def keeper():
    keeper = Keeper()
    keeper.seconds_before, keeper.seconds_after = 0.004, 0.012
    return keeper


@pytest.fixture
def workers(transactional_db, keeper):
    server = LoopbackServer(keeper)
    server.start()
    workers = Workers(server.port, work="invitations")
    yield workers
    workers.stop()
    server.stop()


def closed_cases(by) -> InvitationRule:
    """Cases closed an hour ago whose signal was lost; the rounds of the workers must find each."""
    survey = SurveyFactory(published=True)
    QuestionnaireFactory(survey=survey)
    rule = InvitationRule.objects.create(
        survey=survey, event="case_closed", delay_hours=0, quiet_from="00:00", quiet_until="00:00"
    )
    ago = timezone.now() - timedelta(hours=1)
    InvitationRule.objects.update(created_at=ago - timedelta(days=1))
    for number in range(CLIENTS):
        CaseFactory(assignee=by, party=PartyFactory(email=f"klient{number}@example.com"))
    Case.objects.update(
        status="closed", closed_at=ago, closed_on=timezone.localdate(ago), ended_on=timezone.localdate()
    )
    return rule


def is_work_left() -> bool:
    waits = Invitation.objects.filter(state="planned").exists() or InvitationDecision.objects.count() < CLIENTS
    return waits or OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def test_everybody_is_invited_once_though_workers_are_killed_all_the_time(workers, keeper):
    chance = random.Random(11)
    person = User.objects.create_user(email="jaan@example.ee", first_name="Jaan", last_name="Kask")
    closed_cases(person)

    running, kills, until = [], 0, time.monotonic() + 60
    while (is_work_left() or kills < 20) and time.monotonic() < until:
        running += [workers.start() for _ in range(AT_ONCE - len(running))]
        time.sleep(chance.uniform(0.05, 0.35) if kills < KILLS else 0.3)
        if kills < KILLS:
            kills += kill(running.pop(0))
        running = [number for number in running if is_alive(number)]
        if not running:
            recover(silence=timedelta(0))
            OutgoingMail.objects.filter(state=State.QUEUED).update(due_at=timezone.now())
    wait_until(lambda: not any(is_alive(number) for number in running))
    time.sleep(0.2)  # what a killed worker had given away may still be on its way into the server

    found = {mail.message_id: mail for mail in OutgoingMail.objects.all()}
    arrived = keeper.counted()
    uncertain = {key for key, mail in found.items() if mail.state == State.UNCERTAIN}
    assert kills >= 20
    assert set(arrived.values()) == {1}
    assert len(uncertain) <= kills
    for key in uncertain:
        (confirm_arrival if key in arrived else retry_mail)(mail=found[key], by=person)
    workers.start()
    wait_until(lambda: not is_work_left())

    everybody = {f"klient{number}@example.com" for number in range(CLIENTS)}
    assert sorted(Invitation.objects.values_list("address", "state")) == sorted((one, "sent") for one in everybody)
    assert InvitationDecision.objects.filter(reason="invited").count() == AskedPerson.objects.count() == CLIENTS
    assert InvitationToken.objects.count() == CLIENTS
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == sorted(everybody)
    assert set(keeper.counted().values()) == {1}
    assert len(keeper.counted()) == CLIENTS
