"""Nothing that the database keeps joins an anonymous answer to the person who gave it."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse

from bureau import secret_links
from feedback import follow_ups, responses
from feedback.models import Anonymity, FollowUp, InvitationToken, OpenLink, Response, SpentToken, UnfinishedAnswer
from feedback.responses import submit
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, SurveyFactory

PERSONAL = {"invitation_id", "specialist_id", "answered_at", "entered_by_id", "foreign_data"}


def answered(survey, questionnaire, satisfaction):
    invitation = InvitationFactory(survey=survey)
    _token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    door = responses.door_of_token(token_hash)
    key = uuid.uuid4()
    responses.keep_unfinished(door=door, questionnaire=questionnaire, submission_key=key, answers={}, texts={}, language="et", section="main")  # fmt: skip
    return submit(door=door, questionnaire=questionnaire, submission_key=key, answers={"satisfaction": satisfaction}, texts={})  # fmt: skip


def joined_by_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM feedback_spenttoken s JOIN feedback_response r ON s.xmin::text = r.xmin::text"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_used_tokens_are_not_known_by_the_transaction_that_wrote_them():
    survey = SurveyFactory(published=True, anonymous=True)
    questionnaire = QuestionnaireFactory(survey=survey)
    for satisfaction in (1, 2, 5):
        answered(survey, questionnaire, satisfaction)
    marks = set(SpentToken.objects.values_list("token_hash", flat=True))

    assert responses.mix_spent_tokens() == 3

    assert joined_by_transaction() == 0
    assert set(SpentToken.objects.values_list("token_hash", flat=True)) == marks
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM feedback_spenttoken ORDER BY ctid")
        assert [mark for (mark,) in cursor.fetchall()] == sorted(marks)


@pytest.mark.django_db
def test_no_value_is_shared_between_an_anonymous_answer_and_what_knows_the_person():
    survey = SurveyFactory(published=True, anonymous=True)
    response = answered(survey, QuestionnaireFactory(survey=survey), 1)

    row = Response.objects.filter(pk=response.pk).values().get()

    assert {name: row[name] for name in PERSONAL} == dict.fromkeys(PERSONAL)
    assert not UnfinishedAnswer.objects.exists()


@pytest.mark.django_db
def test_a_bad_anonymous_answer_leaves_no_number_beside_a_wish_for_contact(jaan, today):
    survey = SurveyFactory(published=True, anonymous=True)
    response = answered(survey, QuestionnaireFactory(survey=survey), 1)

    follow_ups.wish_contact(survey=survey, response=response, reach="klient@example.com", name="", words="", today=today)  # fmt: skip

    [only] = FollowUp.objects.all()
    assert (only.response, only.unit, only.why) == (None, None, "contact_wish")


@pytest.mark.django_db
@pytest.mark.parametrize("anonymity", Anonymity.values)
def test_crawling_every_public_address_by_get_writes_nothing(client, anonymity):
    survey = SurveyFactory(published=True, anonymity=anonymity)
    QuestionnaireFactory(survey=survey)
    invitation = InvitationFactory(survey=survey)
    token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    OpenLink.objects.create(survey=survey, key="lettavatud", label="Lett")
    written = []

    def watched(execute, sql, params, many, context):
        if sql.lstrip().split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watched):
        for address in (
            reverse("feedback:answer_token", args=[token]) + "?satisfaction=1",
            reverse("feedback:answer_form"),
            reverse("feedback:answer_decline"),
            reverse("feedback:answer_decline_token", args=[token]),
            reverse("feedback:answer_thanks"),
            reverse("feedback:answer_open", args=["lettavatud"]),
            reverse("feedback:answer_form"),
        ):
            client.get(address, follow=True)
            client.head(address)

    assert written == []
