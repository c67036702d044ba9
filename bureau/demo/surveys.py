"""Surveys of the demo bureau: three of the ready questionnaires, published by the chief specialist and the head."""

from datetime import timedelta

from django.utils import timezone

from bureau.models import User
from feedback.models import Survey
from feedback.ready_questionnaires import templates
from feedback.surveys import create_survey, publish

MAKER, PUBLISHER = "piret.allik@naide.ee", "jaan.kask@naide.ee"
PUBLISHED = ("satisfaction", "complaint_handling", "yearly")
CODES = {"satisfaction": "rahulolu", "complaint_handling": "kaebuse-lahendamine", "yearly": "kliendikysitlus"}
OPEN_DAYS_AGO = 730


def store_surveys(*, now=None) -> list[Survey]:
    """The surveys that run, each once: loading the demo twice makes no second ones."""
    by_mail = {person.email: person for person in User.objects.filter(email__in=(MAKER, PUBLISHER))}
    if len(by_mail) < 2:
        return []
    moment = (now or timezone.now()) - timedelta(days=OPEN_DAYS_AGO)
    made = []
    for name in PUBLISHED:
        template = templates()[name]
        if Survey.objects.filter(code=CODES[name]).exists():
            continue
        survey = create_survey(
            title_et=template.title["et"], title_en=template.title["en"], draft=template.form, by=by_mail[MAKER],
            purpose=template.purpose, anonymity=template.anonymity, code=CODES[name],
        )  # fmt: skip
        publish(survey=survey, by=by_mail[PUBLISHER], at=moment)
        made.append(survey)
    return made
