"""The proof finds what is wrong, and nothing where all is well."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from complaints.verification import verify
from feedback import follow_ups
from feedback.follow_ups import due_day
from feedback.models import ConfidentialLink, FollowUp, Invitation, InvitationDecision, InvitationRule, Questionnaire
from tests.databases import past_the_guard
from tests.factories.feedback import (
    FollowUpFactory,
    InvitationFactory,
    QuestionnaireFactory,
    ResponseFactory,
    SurveyFactory,
)

pytestmark = pytest.mark.django_db

CHECKS = [
    "anonymous_leads_nowhere", "answers_follow_survey", "questionnaires_unchanged", "invitations_agree", "invited_stand_in_ledger",
    "follow_ups_due", "follow_ups_follow_deeds",
]  # fmt: skip


def differing(code) -> int:
    (finding,) = verify([code])
    return finding.differences


def test_all_is_well_in_a_bureau_that_asks(jaan):
    questionnaire = QuestionnaireFactory()
    response = ResponseFactory(questionnaire=questionnaire)
    today = timezone.localdate()
    FollowUpFactory(response=response, created_on=today, due_on=due_day(today))
    InvitationFactory(survey=questionnaire.survey)

    assert {finding.code: finding.differences for finding in verify(CHECKS)} == dict.fromkeys(CHECKS, 0)


def test_a_link_from_an_anonymous_answer_is_found():
    questionnaire = QuestionnaireFactory(survey=SurveyFactory(published=True, anonymous=True))
    response = ResponseFactory(questionnaire=questionnaire)
    ConfidentialLink.objects.create(response=response, invitation=InvitationFactory(survey=questionnaire.survey))

    assert differing("anonymous_leads_nowhere") == 1


def test_an_anonymous_invitation_that_knows_it_was_answered_is_found():
    survey = SurveyFactory(published=True, anonymous=True)
    InvitationFactory(survey=survey, state="answered")

    assert differing("anonymous_leads_nowhere") == 1


def test_an_answer_of_another_anonymity_than_its_survey_is_found():
    ResponseFactory(anonymity="identified")

    assert differing("answers_follow_survey") == 1


def test_a_questionnaire_changed_after_publishing_is_found():
    made = QuestionnaireFactory()
    past_the_guard("UPDATE feedback_questionnaire SET content_hash = 'x' WHERE id = %s", [made.pk])

    assert Questionnaire.objects.get().content_hash == "x"
    assert differing("questionnaires_unchanged") == 1


def test_an_invitation_answered_without_an_answer_is_found():
    InvitationFactory(state="answered")

    assert differing("invitations_agree") == 1


def test_an_invited_person_outside_the_ledger_is_found():
    survey = SurveyFactory(published=True)
    rule = InvitationRule.objects.create(survey=survey, event="case_closed", quiet_until="08:00")
    invitation = InvitationFactory(survey=survey, rule=rule)
    assert differing("invited_stand_in_ledger") == 1

    InvitationDecision.objects.create(rule=rule, event_key="case_closed 1 0", reason="invited", invitation=invitation)

    assert differing("invited_stand_in_ledger") == 1
    assert Invitation.objects.count() == 1


def test_a_follow_up_due_on_another_day_is_found():
    FollowUpFactory(created_on=date(2026, 11, 20), due_on=date(2026, 11, 21))

    assert differing("follow_ups_due") == 1
    FollowUp.objects.update(due_on=due_day(date(2026, 11, 20)))
    assert differing("follow_ups_due") == 0
    assert due_day(date(2026, 11, 20)) - date(2026, 11, 20) == timedelta(days=4)


@pytest.mark.parametrize(
    "change",
    [
        "contacted_on = contacted_on - 1",
        "contacted_on = NULL",
        "state = 'new', ended_on = NULL, cause_id = NULL",
    ],
)
def test_a_follow_up_contacted_another_day_than_its_deed_says_is_found(jaan, change):
    response = ResponseFactory(questionnaire=QuestionnaireFactory())
    held = FollowUpFactory(response=response)
    follow_ups.move(follow_up=held, to="contacted", by=jaan, note="Helistasin tööl antud numbril.")
    assert differing("follow_ups_follow_deeds") == 0

    past_the_guard(f"UPDATE feedback_followup SET {change} WHERE number = %s", [held.pk])

    assert differing("follow_ups_follow_deeds") == 1
