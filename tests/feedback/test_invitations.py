"""Asking: decided once, sent once, reminded, over; with a real mail server, and a worker killed again and again."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from bureau import outbox
from bureau.models import Topic
from complaints.closing import close_case
from complaints.models import Case
from complaints.outcomes import NoReply, Outcome
from feedback import invitations, responses
from feedback.models import (
    AskedPerson,
    Declined,
    Invitation,
    InvitationDecision,
    InvitationRule,
    InvitationToken,
    Response,
)
from tests.factories import CaseFactory, PartyFactory
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory
from tests.mail.server import Keeper, LoopbackServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def server(keeper, settings):
    """A mail server of this test's own; the desk sends there."""
    running = LoopbackServer(keeper)
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = running.hostname, running.port
    yield running
    running.stop()


def asking(**more) -> InvitationRule:
    survey = SurveyFactory(published=True, **more.pop("survey", {}))
    QuestionnaireFactory(survey=survey)
    quiet = {"quiet_from": "00:00", "quiet_until": "00:00"}
    return InvitationRule.objects.create(survey=survey, event="case_closed", **{"delay_hours": 0, **quiet, **more})


def closed_case(by, **party) -> Case:
    case = CaseFactory(assignee=by, party=PartyFactory(**{"email": "klient@example.com", **party}))
    return closed(case, by)


def closed(case: Case, by) -> Case:
    topic = Topic.objects.get(code="forest_notification")
    return close_case(case=case, by=by, outcome=Outcome.values[0], no_reply=NoReply.values[0], topic_id=topic.pk)


def decide(case: Case):
    return [one.reason for one in invitations.decide_event(kind="case_closed", case_id=case.pk)]


def test_a_closed_case_invites_once_with_what_it_is_counted_under_frozen(mari):
    asking()
    case = closed_case(mari)

    assert decide(case) == ["invited"]
    assert decide(case) == []

    invitation = Invitation.objects.get()
    assert (invitation.case, invitation.specialist, invitation.channel, invitation.unit) == (case, mari, case.channel, case.unit)  # fmt: skip
    assert InvitationDecision.objects.get().reason == "invited"
    assert AskedPerson.objects.get().person_hash == responses.person_hash("klient@example.com")


def test_the_same_person_is_not_asked_twice_by_two_surveys(mari):
    asking()
    asking()

    assert sorted(decide(closed_case(mari))) == ["asked_lately", "invited"]


@pytest.mark.parametrize(("party", "reason"), [({"email": ""}, "no_address"), ({"kind": "agency"}, "internal")])
def test_every_skip_has_its_reason(mari, party, reason):
    asking()

    assert decide(closed_case(mari, **party)) == [reason]
    assert not Invitation.objects.exists()


def test_who_has_only_a_telephone_is_called_where_the_rule_says_so(mari):
    asking(asks_by_phone=True)

    assert decide(closed_case(mari, email="")) == ["invited"]

    invitation = Invitation.objects.get()
    assert (invitation.way, invitation.address, invitation.state) == ("phone", "", "planned")
    assert invitation.phone == invitation.party.phone
    assert invitations.send_due(now=timezone.now()) == 0  # no letter leaves for a call


def test_who_declined_is_not_asked(mari):
    asking()
    Declined.objects.create(person_hash=responses.person_hash("KLIENT@example.com "), declined_on=timezone.localdate())

    assert decide(closed_case(mari)) == ["declined"]


def test_a_lost_signal_is_found_by_the_round(mari):
    rule = asking()
    InvitationRule.objects.update(created_at=timezone.now() - timedelta(days=1))
    closed_case(mari)

    assert invitations.decide_missed(now=timezone.now()) == 1
    assert invitations.decide_missed(now=timezone.now()) == 0
    assert rule.decisions.get().reason == "invited"


def test_a_rehearsal_tells_what_would_have_been_and_writes_nothing(mari):
    rule = asking()
    closed_case(mari)
    closed_case(mari, email="")
    today = timezone.localdate()

    found = invitations.rehearse(rule=rule, first=today, last=today, today=today)

    assert (found.events, found.counts) == (2, {"invited": 1, "no_address": 1})
    assert not InvitationDecision.objects.exists()


def letter_link(letter) -> str:
    return re.search(r"/answer/[\w-]{43}/", letter.get_body(("plain",)).get_content())[0]


def test_the_letter_arrives_and_its_link_opens_the_survey(mari, client, server, keeper):
    asking()
    decide(closed_case(mari))

    invitations.send_due(now=timezone.now())
    outbox.send_due()

    [letter] = keeper.letters
    assert letter["Subject"] == "Palun hinnake meie teenindust"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert client.get(letter_link(letter), follow=True).status_code == 200
    assert Invitation.objects.get().state == "sent"
    token = letter_link(letter).split("/")[2]
    assert InvitationToken.objects.get().token_hash == responses.token_hash_of(token) != token


def test_a_reminder_has_a_link_of_its_own_and_ends_with_the_answer(mari, client, server, keeper):
    asking(reminder_days=[3, 7])
    decide(closed_case(mari))
    now = timezone.now()
    invitations.send_due(now=now)

    reminded = [invitations.remind_due(now=now + timedelta(days=days)) for days in (1, 3, 4)]
    outbox.send_due()
    first, second = (letter_link(letter) for letter in keeper.letters)
    client.get(second)
    page = client.get("/answer/form/")
    client.post("/answer/form/", {"key": str(page.context["form"].initial["key"]), "section": "main", "q-satisfaction": "5"})  # fmt: skip

    assert reminded == [0, 1, 0]
    assert first != second
    assert Response.objects.count() == 1
    assert invitations.remind_due(now=now + timedelta(days=7)) == 0
    assert client.get(first).status_code == 404


def test_a_refused_letter_leaves_the_denominator_and_time_runs_out(mari, server, keeper):
    asking()
    keeper.answers["klient@example.com"] = "550 no such person"
    decide(closed_case(mari))
    decide(closed_case(mari, email="teine@example.com"))
    now = timezone.now()
    invitations.send_due(now=now)
    outbox.send_due()

    settled = invitations.settle(now=now)
    later = invitations.settle(now=now + timedelta(days=40))

    assert (settled["failed"], later["expired"]) == (1, 1)
    assert set(Invitation.objects.values_list("state", flat=True)) == {"failed", "expired"}


@pytest.mark.django_db(transaction=True)
def test_two_events_of_one_person_at_once_invite_once(mari):
    asking()
    party = PartyFactory(email="klient@example.com")
    cases = []
    for _n in range(8):
        cases.append(closed(CaseFactory(assignee=mari, party=party), mari))
    start = threading.Barrier(len(cases))

    def work(case):
        start.wait()
        invitations.decide_event(kind="case_closed", case_id=case.pk)
        connections.close_all()

    threads = [threading.Thread(target=work, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    reasons = sorted(InvitationDecision.objects.values_list("reason", flat=True))
    assert reasons == ["asked_lately"] * 7 + ["invited"]
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rounds_broken_off_again_and_again_send_every_invitation_once():
    """Sending is broken off after the letter was queued and before the round committed, twenty-five times."""
    rule = asking()
    now = timezone.now()
    for number in range(40):
        Invitation.objects.create(
            survey=rule.survey, rule=rule, address=f"klient{number}@example.com", send_at=now, expires_on=now.date() + timedelta(days=9)
        )  # fmt: skip
    broken = 0
    while broken < 25:
        try:
            with transaction.atomic():
                invitations.send_one(now=now)
                raise ConnectionError(str(uuid.uuid4()))
        except ConnectionError:
            broken += 1
        if broken % 2:
            invitations.send_one(now=now)
    workers = [threading.Thread(target=lambda: (invitations.send_due(now=now), connections.close_all())) for _n in range(4)]  # fmt: skip
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    queued = list(outbox.OutgoingMail.objects.values_list("to", flat=True))
    assert sorted(queued) == sorted(f"klient{number}@example.com" for number in range(40))
    assert set(Invitation.objects.values_list("state", flat=True)) == {"sent"}


def test_the_sheet_of_an_open_link_carries_its_code(as_person, jaan):
    survey = SurveyFactory(published=True)
    QuestionnaireFactory(survey=survey)
    client = as_person(jaan)

    made = client.post(reverse("feedback:open_link_add", args=[survey.code]), {"label": "Lett", "hourly_limit": 30}, follow=True)  # fmt: skip

    html = made.content.decode()
    assert "<svg" in html
    assert "/answer/open/" in html
