"""An answer is taken once, whole, and with no more of the person than the survey's anonymity allows."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from bureau import secret_links
from bureau.models import Channel
from feedback import responses
from feedback.models import (
    Anonymity,
    ConfidentialLink,
    FollowUp,
    Invitation,
    InvitationToken,
    OpenAnswer,
    Response,
    SpentToken,
)
from feedback.responses import AlreadyAnswered, Door, NotOpen, submit
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def asked(anonymity: str, **more):
    """A published survey with an invitation and its door."""
    survey = SurveyFactory(published=True, anonymity=anonymity)
    questionnaire = QuestionnaireFactory(survey=survey)
    invitation = InvitationFactory(survey=survey, channel=Channel.objects.get(code="phone"), **more)
    token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    return questionnaire, invitation, token, responses.door_of_token(token_hash)


def answer(door: Door, questionnaire, **more) -> Response:
    given = {"answers": {"satisfaction": 5}, "texts": {}, "submission_key": uuid.uuid4()}
    return submit(door=door, questionnaire=questionnaire, **{**given, **more})


def test_an_identified_answer_stands_with_its_invitation(mari):
    questionnaire, invitation, _token, door = asked(Anonymity.IDENTIFIED, specialist=mari)

    response = answer(door, questionnaire, answers={"satisfaction": 2}, texts={"why": "Ootasin kaua"})

    invitation.refresh_from_db()
    assert (response.invitation, response.specialist, response.channel.code) == (invitation, mari, "phone")
    assert response.answered_at is not None
    assert invitation.state == Invitation.State.ANSWERED
    assert list(OpenAnswer.objects.values_list("question", "text")) == [("why", "Ootasin kaua")]


def test_a_confidential_answer_is_joined_only_in_a_table_of_its_own(mari):
    questionnaire, invitation, _token, door = asked(Anonymity.CONFIDENTIAL, specialist=mari)

    response = answer(door, questionnaire)

    assert response.invitation is None
    assert ConfidentialLink.objects.get(response=response).invitation == invitation


def test_nothing_leads_from_an_anonymous_answer_to_a_person(mari):
    questionnaire, invitation, token, door = asked(Anonymity.ANONYMOUS, specialist=mari)

    response = answer(door, questionnaire)

    invitation.refresh_from_db()
    assert (response.invitation, response.specialist, response.answered_at) == (None, None, None)
    assert not ConfidentialLink.objects.exists()
    assert invitation.state == Invitation.State.SENT  # the row does not learn that it was answered
    [spent] = SpentToken.objects.all()
    assert spent.token_hash not in (responses.token_hash_of(token), response.pk.hex)
    assert {field.name for field in SpentToken._meta.fields} == {"token_hash", "survey"}


@pytest.mark.parametrize("field", ["answered_at", "invitation", "specialist", "foreign_data"])
def test_the_database_refuses_what_would_lead_from_an_anonymous_answer(field, mari):
    survey = SurveyFactory(published=True, anonymous=True)
    values = {
        "answered_at": timezone.now(), "invitation": InvitationFactory(survey=survey), "specialist": mari,
        "foreign_data": {"nimi": "Mari"},
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="anonymous_leads_nowhere|only_identified"), transaction.atomic():
        ResponseFactory(questionnaire=QuestionnaireFactory(survey=survey), **{field: values[field]})


def test_an_answer_is_never_rewritten():
    response = ResponseFactory()

    with pytest.raises(Exception, match="response_is_never_rewritten"), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(answers={"satisfaction": 1})


@pytest.mark.parametrize("anonymity", Anonymity.values)
def test_the_same_form_sent_again_gives_the_same_answer(anonymity):
    questionnaire, _invitation, _token, door = asked(anonymity)
    key = uuid.uuid4()

    first = answer(door, questionnaire, submission_key=key)
    again = answer(door, questionnaire, submission_key=key, answers={"satisfaction": 1})

    assert first == again
    assert Response.objects.get().answers == {"satisfaction": 5}


@pytest.mark.parametrize("anonymity", Anonymity.values)
def test_an_invitation_is_answered_once(anonymity):
    questionnaire, _invitation, token, door = asked(anonymity)
    answer(door, questionnaire)

    with pytest.raises(AlreadyAnswered):
        answer(door, questionnaire)

    assert responses.is_spent(responses.door_of_token(responses.token_hash_of(token)))
    assert Response.objects.count() == 1


def test_in_an_anonymous_survey_the_token_of_a_reminder_opens_no_second_answer():
    questionnaire, invitation, _token, door = asked(Anonymity.ANONYMOUS)
    _reminder, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    answer(door, questionnaire)

    assert responses.is_spent(responses.door_of_token(token_hash))


def test_a_closed_survey_takes_no_answer():
    questionnaire, _invitation, _token, door = asked(Anonymity.IDENTIFIED)
    door.survey.state = "closed"
    door.survey.save()

    with pytest.raises(NotOpen):
        answer(door, questionnaire)


@pytest.mark.parametrize("change", [str.swapcase, lambda token: "", lambda token: token[:-1], lambda token: "x" * 43])
def test_a_token_that_is_not_ours_opens_nothing(change):
    _questionnaire, _invitation, token, _door = asked(Anonymity.IDENTIFIED)

    assert responses.door_of_token(responses.token_hash_of(change(token))) is None


def test_a_token_of_another_door_or_past_its_day_opens_nothing():
    _questionnaire, invitation, token, _door = asked(Anonymity.IDENTIFIED)
    other = secret_links.token_hash(token, "case.status")
    InvitationToken.objects.update(expires_on=timezone.localdate() - timezone.timedelta(days=1))

    assert responses.door_of_token(other) is None
    assert responses.door_of_token(responses.token_hash_of(token)) is None


def test_a_bad_score_makes_one_follow_up_due_in_two_working_days(jaan):
    questionnaire, _invitation, _token, door = asked(Anonymity.CONFIDENTIAL)

    response = answer(door, questionnaire, answers={"satisfaction": 1})

    [follow_up] = FollowUp.objects.all()
    assert (follow_up.response, follow_up.why, follow_up.owner) == (response, "bad_score", jaan)
    assert follow_up.due_on > follow_up.created_on


def test_a_good_score_and_a_test_answer_make_none():
    questionnaire, _invitation, _token, door = asked(Anonymity.CONFIDENTIAL)
    answer(door, questionnaire, answers={"satisfaction": 5})
    preview = Door(survey=door.survey, way="preview", key_hash="p")
    submit(
        door=preview, questionnaire=questionnaire, submission_key=uuid.uuid4(), answers={"satisfaction": 1}, texts={}
    )

    assert not FollowUp.objects.exists()
    assert Response.objects.counted().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_thousand_answers_of_fifty_clients_with_retries_are_kept_once_each():
    survey = SurveyFactory(published=True, anonymous=True)
    questionnaire = QuestionnaireFactory(survey=survey)
    keys = [[uuid.uuid4() for _n in range(40)] for _client in range(50)]
    failures = []

    def client(own):
        try:
            for number, key in enumerate(own):
                door = Door(survey=survey, way="open_link", key_hash=f"{key}")
                for _retry in range(2 if number % 5 == 0 else 1):
                    submit(
                        door=door, questionnaire=questionnaire, submission_key=key, texts={},
                        answers={"satisfaction": 1 + number % 5},
                    )  # fmt: skip
        except Exception as fault:
            failures.append(fault)
        finally:
            connections.close_all()

    # The first key of each client is also sent by its neighbour, at the same time.
    threads = [threading.Thread(target=client, args=([*own, keys[at - 1][0]],)) for at, own in enumerate(keys)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    kept = set(Response.objects.values_list("submission_key", flat=True))
    assert kept == {key for own in keys for key in own}
    assert Response.objects.count() == 2000
