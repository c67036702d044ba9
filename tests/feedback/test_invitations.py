"""Asking: decided once, sent once, reminded, over; with a real mail server, and rounds broken off again and again."""

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
from complaints.models import Case, Contact
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
from tests.factories import CaseFactory, ContactFactory, PartyFactory
from tests.factories.complaints import decided
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
    return InvitationRule.objects.create(survey=survey, **{"event": "case_closed", "delay_hours": 0, **quiet, **more})


def closed_case(by, **party) -> Case:
    case = CaseFactory(assignee=by, party=PartyFactory(**{"email": "klient@example.com", **party}))
    return closed(case, by)


def closed(case: Case, by) -> Case:
    topic = Topic.objects.get(code="forest_notification")
    return close_case(case=case, by=by, outcome=Outcome.values[0], no_reply=NoReply.values[0], topic_id=topic.pk)


def decide(case: Case):
    return [one.reason for one in invitations.decide_event(kind="case_closed", pk=case.pk)]


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


def test_a_lost_signal_of_a_decided_complaint_is_found_too(peeter):
    rule = asking(event="complaint_decided")
    InvitationRule.objects.update(created_at=timezone.now() - timedelta(days=1))
    case = decided(by=peeter, party=PartyFactory(email="klient@example.com"))

    assert invitations.decide_missed(now=timezone.now()) == 1
    assert invitations.decide_missed(now=timezone.now()) == 0
    assert invitations.decide_event(kind="complaint_decided", pk=case.pk) == []
    assert rule.decisions.get().reason == "invited"


def test_a_rehearsal_does_not_take_what_the_rule_asked_for_a_burden(mari):
    rule = asking()
    case = closed_case(mari)
    decide(case)
    closed(CaseFactory(assignee=mari, party=case.party), mari)
    today = timezone.localdate()

    found = invitations.rehearse(rule=rule, first=today, last=today)

    assert found.counts == {"invited": 1, "asked_lately": 1}


def test_a_rehearsal_tells_what_would_have_been_and_writes_nothing(mari):
    rule = asking()
    closed_case(mari)
    closed_case(mari, email="")
    today = timezone.localdate()

    found = invitations.rehearse(rule=rule, first=today, last=today)

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


def planned(rule, address, *, expires_in=9) -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(
        survey=rule.survey, rule=rule, address=address, send_at=now, expires_on=timezone.localdate(now) + timedelta(days=expires_in)
    )  # fmt: skip


def traces_of(invitation: Invitation) -> tuple:
    """All that the desk keeps of an invitation but its mark: how often it wrote, how many ways in, what is to come."""
    invitation.refresh_from_db()
    letters = outbox.OutgoingMail.objects.filter(object_type="feedback.invitation", object_id=invitation.pk)
    return (
        invitation.state,
        invitation.reminders_sent,
        invitation.next_reminder_on,
        invitation.tokens.count(),
        letters.count(),
    )


def test_reminders_of_an_anonymous_survey_do_not_tell_who_answered(client, server, keeper):
    rule = asking(reminder_days=[3], survey={"anonymous": True})
    silent, answering = planned(rule, "vaikne@example.com"), planned(rule, "vastaja@example.com")
    now = timezone.now()
    invitations.send_due(now=now)
    outbox.send_due()
    client.get(letter_link(next(letter for letter in keeper.letters if letter["To"] == "vastaja@example.com")))
    page = client.get("/answer/form/")
    client.post("/answer/form/", {"key": str(page.context["form"].initial["key"]), "section": "main", "q-satisfaction": "5"})  # fmt: skip

    assert Response.objects.count() == 1
    invitations.remind_due(now=now + timedelta(days=3))
    outbox.send_due()

    assert traces_of(answering) == traces_of(silent)
    reminder = [letter for letter in keeper.letters if letter["To"] == "vastaja@example.com"][-1]
    assert "Kui olete juba vastanud" in reminder.get_body(("plain",)).get_content()
    assert client.get(letter_link(reminder)).status_code == 404
    assert Response.objects.count() == 1


def test_who_declines_gets_neither_what_was_planned_nor_a_reminder():
    rule = asking(reminder_days=[3])
    first, second = planned(rule, "klient@example.com"), planned(rule, " Klient@example.com")
    now = timezone.now()
    assert invitations.send_one(pk=first.pk, now=now)

    responses.decline(invitation=first, today=timezone.localdate())
    invitations.send_due(now=now)

    assert invitations.remind_due(now=now + timedelta(days=3)) == 0
    assert traces_of(first) == ("sent", 0, None, 1, 1)
    assert traces_of(second) == ("cancelled", 0, None, 0, 0)


def test_what_could_not_be_sent_before_its_last_day_does_not_leave():
    late = planned(asking(), "klient@example.com", expires_in=-1)

    invitations.send_due(now=timezone.now())

    assert traces_of(late) == ("cancelled", 0, None, 0, 0)


def test_one_invitation_that_cannot_be_sent_does_not_hold_up_the_others():
    rule = asking()
    broken, whole = planned(rule, "see ei ole aadress"), planned(rule, "klient@example.com")

    with pytest.raises(ExceptionGroup) as told:
        invitations.do_round(now=timezone.now())

    assert str(broken.pk) in str(told.value.exceptions[0].__notes__)
    assert traces_of(broken)[0] == "planned"
    assert traces_of(whole)[0] == "sent"


def test_a_refused_reminder_leaves_the_invitation_sent(server, keeper):
    invitation = planned(asking(reminder_days=[3]), "klient@example.com")
    now = timezone.now()
    invitations.send_due(now=now)
    outbox.send_due()
    keeper.answers["klient@example.com"] = "550 no such person"
    invitations.remind_due(now=now + timedelta(days=3))
    outbox.send_due()

    assert invitations.settle(now=now + timedelta(days=3))["failed"] == 0
    assert traces_of(invitation)[0] == "sent"


def test_a_call_that_was_never_made_is_over_after_its_last_day():
    rule = asking(asks_by_phone=True)
    now = timezone.now()
    call = Invitation.objects.create(
        survey=rule.survey, rule=rule, phone="5551234", way="phone", send_at=now, expires_on=timezone.localdate(now)
    )

    assert invitations.settle(now=now)["expired"] == 0
    assert invitations.settle(now=now + timedelta(days=1))["expired"] == 1
    call.refresh_from_db()
    assert call.state == "expired"


def test_a_round_asks_the_database_no_more_when_many_cases_were_decided_before(mari, django_assert_max_num_queries):
    asking()
    InvitationRule.objects.update(created_at=timezone.now() - timedelta(days=1))
    for number in range(5):
        closed_case(mari, email=f"klient{number}@example.com")
    assert invitations.decide_missed(now=timezone.now()) == 5

    with django_assert_max_num_queries(2):
        assert invitations.decide_missed(now=timezone.now()) == 0


def test_changing_a_rule_keeps_its_topics_and_a_stopped_one_is_not_called_in_force(as_person, jaan):
    rule, topic = asking(), Topic.objects.get(code="forest_notification")
    rule.topics.set([topic])
    invitations.stop_rule(rule=rule, by=jaan)
    page = reverse("feedback:rule_edit", args=[rule.survey.code, rule.pk])
    client = as_person(jaan)
    shown = client.get(page).context["form"]
    assert shown["topics"].value() == [topic.pk]

    sent = {
        name: shown[name].value()
        for name in shown.fields
        if shown[name].value() not in ("", None) and shown[name].value() is not False
    }
    answer = client.post(page, sent | {"rate_percent": 40}, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors

    rule.refresh_from_db()
    assert (rule.rate_percent, rule.is_active, list(rule.topics.all())) == (40, False, [topic])
    assert "Reegel kehtib" not in answer.content.decode()


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
        invitations.decide_event(kind="case_closed", pk=case.pk)
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
    pks, broken = list(Invitation.objects.order_by("pk").values_list("pk", flat=True)), 0
    while broken < 25:
        try:
            with transaction.atomic():
                assert invitations.send_one(pk=pks[broken], now=now)
                raise ConnectionError(str(uuid.uuid4()))
        except ConnectionError:
            broken += 1
        if broken % 2:
            assert invitations.send_one(pk=pks[broken - 1], now=now)
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


def visit(by, *, channel="visit", **party):
    from bureau.models import Channel

    one = PartyFactory(**{"email": "klient@example.com", **party})
    return ContactFactory(party=one, channel=Channel.objects.get(code=channel), handled_by=by)


@pytest.mark.parametrize(("event", "channel"), [("visit", "visit"), ("chat_ended", "chatbot")])
def test_who_came_or_chatted_is_asked_and_the_one_who_served_is_frozen(mari, event, channel):
    asking(event=event)
    contact = visit(mari, channel=channel)

    made = invitations.decide_event(kind=event, pk=contact.pk)

    invitation = Invitation.objects.get()
    assert [one.reason for one in made] == ["invited"]
    assert (invitation.contact, invitation.case, invitation.specialist) == (contact, None, mari)
    assert (invitation.channel.code, invitation.topic, invitation.stratum) == (channel, contact.topic, channel)
    assert invitations.decide_event(kind=event, pk=contact.pk) == []


def test_a_contact_taken_back_before_the_letter_left_is_not_asked_about(mari):
    asking(event="visit", delay_hours=1)
    contact = visit(mari)
    invitations.decide_event(kind="visit", pk=contact.pk)
    Contact.objects.update(undone_at=timezone.now())

    assert invitations.send_due(now=timezone.now() + timedelta(hours=2)) == 0
    assert Invitation.objects.get().state == "cancelled"


def test_a_visit_whose_signal_was_lost_is_found_by_the_round(mari):
    asking(event="visit")
    InvitationRule.objects.update(created_at=timezone.now() - timedelta(days=1))
    visit(mari)
    visit(mari, channel="phone")

    assert invitations.decide_missed(now=timezone.now()) == 1
    assert invitations.decide_missed(now=timezone.now()) == 0


def test_logging_a_visit_has_it_decided_by_a_worker(as_person, mari, monkeypatch, django_capture_on_commit_callbacks):
    from complaints.signals import contact_logged
    from feedback import events

    asking(event="visit")
    ordered = []
    monkeypatch.setattr(events, "order_task", lambda name, **given: ordered.append((name, given)))

    contact_logged.send(sender=Contact, contact_id=7, channel="visit")
    contact_logged.send(sender=Contact, contact_id=8, channel="phone")

    assert ordered == [("feedback.tasks.decide_event", {"kind": "visit", "pk": 7})]


def test_a_rehearsal_of_visits_counts_what_would_be_asked(mari):
    rule = asking(event="visit")
    visit(mari)
    today = timezone.localdate()

    assert invitations.rehearse(rule=rule, first=today, last=today).counts == {"invited": 1}
