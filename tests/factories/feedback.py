"""Surveys, their published questionnaires, invitations and answers. Traits: `published`, `anonymous`, `identified`."""

import uuid
from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from feedback.models import Anonymity
from feedback.surveys import hash_of
from tests.factories.people import UserFactory


def both(et: str, en: str | None = None) -> dict[str, str]:
    return {"et": et, "en": en or et}


def simple_form() -> dict:
    """Three questions: a score, its reason where it is bad, and a choice."""
    return {
        "format": "bureau-survey/1", "languages": ["et", "en"], "title": both("Kuidas läks?", "How did it go?"), "intro": {}, "thanks": {},
        "sections": [{"code": "main", "title": {}, "text": {}, "show_if": None, "questions": [
            {"code": "satisfaction", "type": "scale", "text": both("Kuidas jäite rahule?", "How satisfied are you?"),
             "help": {}, "required": True, "show_if": None, "low": {}, "high": {}, "measures": "satisfaction"},
            {"code": "why", "type": "text", "text": both("Mis läks halvasti?", "What went wrong?"), "help": {},
             "required": False, "show_if": {"all": [{"question": "satisfaction", "is": "<=", "value": 2}]}, "long": True, "max_length": 4000},
            {"code": "solved", "type": "single", "text": both("Kas saite vastuse?", "Were you answered?"), "help": {},
             "required": False, "show_if": None, "other": False,
             "options": [{"code": "yes", "text": both("Jah", "Yes")}, {"code": "no", "text": both("Ei", "No")}]},
        ]}],
    }  # fmt: skip


class SurveyFactory(DjangoModelFactory):
    code = factory.Sequence(lambda n: f"kysitlus-{n}")
    title_et = factory.Sequence(lambda n: f"Küsitlus {n}")
    title_en = factory.Sequence(lambda n: f"Survey {n}")
    purpose = "satisfaction"
    owner = factory.SubFactory(UserFactory)
    draft = factory.LazyFunction(simple_form)

    class Meta:
        model = "feedback.Survey"

    class Params:
        published = factory.Trait(state="published", published_at=factory.LazyFunction(timezone.now))
        anonymous = factory.Trait(anonymity=Anonymity.ANONYMOUS)
        identified = factory.Trait(anonymity=Anonymity.IDENTIFIED)


class QuestionnaireFactory(DjangoModelFactory):
    survey = factory.SubFactory(SurveyFactory, published=True)
    number = 1
    content = factory.LazyAttribute(lambda made: made.survey.draft)
    content_hash = factory.LazyAttribute(lambda made: hash_of(made.content))

    class Meta:
        model = "feedback.Questionnaire"


class InvitationFactory(DjangoModelFactory):
    """One that was sent a day ago; `state="planned"` for one that waits."""

    survey = factory.SubFactory(SurveyFactory, published=True)
    state = "sent"
    address = factory.Sequence(lambda n: f"klient{n}@example.com")
    send_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    sent_at = factory.LazyAttribute(lambda made: None if made.state in ("planned", "cancelled") else made.send_at)
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=20))

    class Meta:
        model = "feedback.Invitation"


class ResponseFactory(DjangoModelFactory):
    """A whole answer by open link; anonymity follows the survey."""

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    survey = factory.SelfAttribute("questionnaire.survey")
    submission_key = factory.LazyFunction(uuid.uuid4)
    anonymity = factory.SelfAttribute("survey.anonymity")
    way = "open_link"
    answers = factory.LazyFunction(lambda: {"satisfaction": 4, "solved": "yes"})
    answered_on = factory.LazyFunction(date.today)

    class Meta:
        model = "feedback.Response"


class OpenAnswerFactory(DjangoModelFactory):
    response = factory.SubFactory(ResponseFactory)
    question = "why"
    text = "Ootasin nädal aega."

    class Meta:
        model = "feedback.OpenAnswer"


class FollowUpFactory(DjangoModelFactory):
    response = factory.SubFactory(ResponseFactory)
    survey = factory.SelfAttribute("response.survey")
    why = "bad_score"
    created_on = factory.LazyFunction(date.today)
    due_on = factory.LazyAttribute(lambda made: made.created_on + timedelta(days=4))

    class Meta:
        model = "feedback.FollowUp"
