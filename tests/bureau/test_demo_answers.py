"""Clients of the demo bureau answer its surveys: the same for the same seed, believable, and nobody's trust is broken."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from bureau.demo.answers import DrawnAnswers
from bureau.demo.loading import DemoBureau
from bureau.demo.surveys import CODES
from bureau.models import OutgoingMail, User
from bureau.working_calendar import TALLINN
from complaints import verification
from complaints.models import Case
from feedback.follow_ups import bad_scores
from feedback.models import (
    ConfidentialLink,
    FollowUp,
    Invitation,
    InvitationDecision,
    InvitationRule,
    OpenAnswer,
    OpenAnswerCause,
    OpenLink,
    Response,
    Survey,
)
from feedback.questionnaires import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed_in_as_owner")]

NOW = datetime(2026, 11, 20, 14, tzinfo=TALLINN)


@pytest.fixture(autouse=True)
def _numbers_of_a_new_database(db):
    """The lot is drawn by the number of the rule, which a new database begins at one."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE feedback_invitationrule_id_seq RESTART")


def load(*, cases, seed=4, years=2):
    DemoBureau(cases=cases, years=years, seed=seed, now=NOW).load(is_measured=False)


def what_was_said():
    return (
        list(Response.objects.order_by("pk").values_list("pk", "answers", "answered_on", "channel_id", "seconds")),
        list(Invitation.objects.order_by("pk").values_list("case_id", "state", "sent_at")),
        list(OpenAnswer.objects.order_by("pk").values_list("pk", "text", "state")),
        list(FollowUp.objects.order_by("pk").values_list("response_id", "state", "contacted_on", "cause__code")),
    )


def test_the_same_seed_gives_the_same_answers():
    said = []
    for _time in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE feedback_invitationrule_id_seq RESTART")
            load(cases=200)
            said.append(what_was_said())
            transaction.set_rollback(True)

    assert said[0] == said[1]
    assert len(said[0][0]) > 50


def test_answers_are_believable():
    load(cases=1000)

    answers = Response.objects.all()
    states = Counter(Invitation.objects.values_list("state", flat=True))
    reasons = set(InvitationDecision.objects.values_list("reason", flat=True))
    assert 400 < answers.count() < 650
    assert set(states) == {"sent", "answered", "expired", "failed"}
    assert states["answered"] == ConfidentialLink.objects.count()
    assert 0.3 < states["answered"] / (sum(states.values()) - states["failed"]) < 0.55
    assert {"invited", "not_sampled", "no_address", "asked_lately", "restricted"} <= reasons
    assert sorted(InvitationRule.objects.values_list("survey__code", "event")) == [
        ("kaebuse-lahendamine", "complaint_decided"), ("rahulolu", "case_closed"),
    ]  # fmt: skip
    assert OpenLink.objects.count() == 2
    assert OpenAnswer.objects.values("text").distinct().count() >= 30
    assert set(OpenAnswer.objects.values_list("state", flat=True)) == {"new", "released", "withheld"}
    assert OpenAnswerCause.objects.count() > 20


def test_answers_come_while_the_survey_runs_and_after_the_invitation():
    load(cases=200)

    assert not Response.objects.filter(answered_on__lt=F("survey__published_at__date")).exists()
    assert not Response.objects.filter(answered_on__gt=NOW.date()).exists()
    assert not Response.objects.filter(answered_at__gt=NOW).exists()
    assert not ConfidentialLink.objects.filter(response__answered_at__lt=F("invitation__sent_at")).exists()


def test_every_bad_score_is_followed_up_and_nothing_else():
    load(cases=1000)

    bad = {
        one.pk
        for one in Response.objects.exclude(anonymity="anonymous").select_related("questionnaire")
        if bad_scores(parse(one.questionnaire.content), one.answers)
    }
    assert set(FollowUp.objects.values_list("response_id", flat=True)) == bad
    assert set(FollowUp.objects.values_list("state", flat=True)) >= {"contacted", "resolved", "unreachable"}
    assert not FollowUp.objects.filter(contacted_on__gt=NOW.date()).exists()


def test_channels_differ_and_e_mail_fell_while_the_others_rose():
    load(cases=2500)

    def content(**wanted):
        marks = [one["satisfaction"] for one in Response.objects.filter(survey__code="rahulolu", **wanted).values_list("answers", flat=True)]  # fmt: skip
        return sum(mark >= 4 for mark in marks) / len(marks)

    shifted = NOW.date() - timedelta(days=200)
    assert content(channel__code__in=["visit", "phone"]) > 0.05 + content(
        channel__code__in=["web_form", "chatbot", "letter"]
    )
    assert content(channel__code="email", answered_on__lt=shifted) > 0.1 + content(channel__code="email", answered_on__gte=shifted)  # fmt: skip
    # The halves of two years differ by less than chance moves so few answers, so the share that the answers are drawn by is asked.
    surveys = {code: Survey.objects.get(code=code) for code in CODES.values()}
    drawn = DrawnAnswers(surveys=surveys, maker=User.objects.first(), seed="4", now=NOW)
    for channel in ("phone", "visit", "letter", "web_form"):
        shares = [drawn.bad_share(channel, NOW.date() - timedelta(days=ago)) for ago in (700, 400, 200, 0)]
        assert shares == sorted(shares, reverse=True)
        assert shares[0] - shares[-1] > 0.1


def test_nothing_leads_from_an_anonymous_answer_to_a_person():
    load(cases=200)

    yearly = Response.objects.filter(survey__code="kliendikysitlus")
    assert yearly.exists()
    assert not yearly.exclude(answered_at=None, specialist=None, unit=None, invitation=None).exists()
    assert not Invitation.objects.filter(survey__code="kliendikysitlus").exists()
    assert not ConfidentialLink.objects.filter(response__in=yearly).exists()


def test_nobody_is_written_to_and_the_proof_finds_nothing():
    load(cases=200)

    assert not Invitation.objects.filter(state="planned").exists()
    assert not Invitation.objects.filter(next_reminder_on__isnull=False).exists()
    assert not OutgoingMail.objects.filter(purpose="survey.invitation").exists()
    assert [finding for finding in verification.verify() if not finding.is_clean] == []


def test_a_second_load_answers_only_for_its_own_cases():
    load(cases=200)
    before, last = Response.objects.count(), Case.objects.latest("pk").pk

    load(cases=100, seed=5)

    assert Response.objects.count() > before
    assert InvitationRule.objects.count() == OpenLink.objects.count() == 2
    assert Invitation.objects.filter(case_id__gt=last).exists()
