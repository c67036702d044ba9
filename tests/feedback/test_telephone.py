"""A client is asked on the telephone by somebody who had no part in the matter."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.deed_texts import known_actions
from bureau.models import Deed
from bureau.refusals import DeedRefused
from feedback import responses, telephone
from feedback.models import Anonymity, ConfidentialLink, Declined, Response
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, SurveyFactory
from tests.factories.people import SubstitutionFactory

pytestmark = pytest.mark.django_db


def to_be_called(anonymity=Anonymity.CONFIDENTIAL, **more):
    survey = SurveyFactory(published=True, anonymity=anonymity)
    QuestionnaireFactory(survey=survey)
    return InvitationFactory(survey=survey, way="phone", address="", phone="5551234", **more)


def test_the_answer_of_a_client_is_filled_in_and_the_caller_is_known(as_person, mari, liis):
    invitation = to_be_called(specialist=liis)
    client, address = as_person(mari), reverse("feedback:phone_answer", args=[invitation.pk])
    page = client.get(address)

    done = client.post(
        address,
        {
            "key": page.context["form"].initial["key"],
            "section": "main",
            "language": "et",
            "q-satisfaction": "5",
            "q-solved": "yes",
        },
    )

    response = Response.objects.get()
    assert done["Location"] == reverse("feedback:phone_list")
    assert (response.way, response.entered_by, response.answers["satisfaction"]) == ("phone", mari, 5)
    assert ConfidentialLink.objects.get(response=response).invitation == invitation
    assert not telephone.to_call(mari, on=timezone.localdate()).exists()
    assert Deed.objects.filter(action="survey.answered_for", actor=mari).count() == 1
    assert "survey.answered_for" in known_actions()


def test_nobody_fills_in_about_their_own_work(as_person, mari):
    invitation = to_be_called(specialist=mari)

    refused = as_person(mari).get(reverse("feedback:phone_answer", args=[invitation.pk]))

    assert refused.status_code == 403
    assert "Tegelesid selle kliendi asjaga ise." in refused.content.decode()
    assert "Helistama peab keegi teine" in as_person(mari).get(reverse("feedback:phone_list")).content.decode()


def test_nor_about_the_work_of_somebody_they_act_for(mari, liis, today):
    invitation = to_be_called(specialist=liis)
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)

    with pytest.raises(DeedRefused):
        telephone.door_for(invitation, mari)


def test_the_rule_itself_refuses_whatever_the_page_did(mari):
    invitation = to_be_called(specialist=mari)
    door = responses.Door(survey=invitation.survey, way="phone", key_hash="x", invitation=invitation, entered_by=mari)

    with pytest.raises(DeedRefused):
        responses.submit(
            door=door,
            questionnaire=invitation.survey.questionnaires.get(),
            submission_key=uuid.uuid4(),
            answers={"satisfaction": 5},
            texts={},
        )
    assert not Response.objects.exists()


def test_an_anonymous_survey_is_not_filled_in_for_a_known_person(mari):
    invitation = to_be_called(Anonymity.ANONYMOUS)

    assert not telephone.to_call(mari, on=timezone.localdate()).exists()
    with pytest.raises(DeedRefused):
        telephone.door_for(invitation, mari)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_calls_asks_the_database_as_often_for_one_as_for_three(as_person, mari, many, django_assert_max_num_queries):  # fmt: skip
    for _n in range(many):
        to_be_called()
    client = as_person(mari)
    client.get(reverse("feedback:phone_list"))

    with django_assert_max_num_queries(12) as asked:
        client.get(reverse("feedback:phone_list"))

    assert sum('FROM "feedback_invitation"' in one["sql"] for one in asked.captured_queries) == 1


def outcome(client, invitation, word):
    return client.post(reverse("feedback:phone_outcome", args=[invitation.pk]), {"outcome": word}, follow=True)


def test_a_call_in_vain_is_tried_again_and_given_up_after_the_fourth(as_person, mari):
    invitation, client = to_be_called(), as_person(mari)

    for _each in range(3):
        outcome(client, invitation, "not_reached")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.tries) == ("sent", 3)
    assert "3 kõnet" in client.get(reverse("feedback:phone_list")).content.decode()

    outcome(client, invitation, "not_reached")
    invitation.refresh_from_db()
    assert invitation.state == "unreached"
    assert Deed.objects.filter(action="survey.call_in_vain", actor=mari).count() == 4
    assert outcome(client, invitation, "not_reached").status_code == 404


def test_who_does_not_want_to_answer_is_left_in_peace(as_person, mari):
    invitation = to_be_called()

    outcome(as_person(mari), invitation, "declined")

    invitation.refresh_from_db()
    assert invitation.state == "declined"
    assert not Declined.objects.exists()


def test_who_never_wants_to_be_asked_is_asked_by_no_survey(as_person, mari):
    outcome(as_person(mari), to_be_called(), "never_again")

    assert Declined.objects.get().person_hash == responses.person_hash("5551234")


def test_nobody_settles_a_call_about_their_own_work(as_person, mari):
    invitation = to_be_called(specialist=mari)

    outcome(as_person(mari), invitation, "declined")

    invitation.refresh_from_db()
    assert invitation.state == "sent"
    assert not Deed.objects.filter(action="survey.call_declined").exists()
