"""The demo bureau has surveys to look at: three of the ready questionnaires, published once."""

from datetime import date, datetime
from random import Random

import pytest

from bureau.demo.people import make_people
from bureau.demo.surveys import store_surveys
from bureau.working_calendar import TALLINN
from feedback.models import Questionnaire, Survey
from feedback.questionnaires import faults

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 14, tzinfo=TALLINN)


def test_three_ready_questionnaires_run_and_come_only_once():
    make_people(rng=Random(4), first_day=date(2025, 11, 20), today=NOW.date())

    store_surveys(now=NOW)
    store_surveys(now=NOW)

    assert sorted(Survey.objects.values_list("code", "state", "anonymity")) == [
        ("kaebuse-lahendamine", "published", "confidential"), ("kliendikysitlus", "published", "anonymous"),
        ("rahulolu", "published", "confidential"),
    ]  # fmt: skip
    assert [faults(one.content) for one in Questionnaire.objects.all()] == [[], [], []]
    assert set(Questionnaire.objects.values_list("number", flat=True)) == {1}
    assert all(one.published_at < NOW for one in Questionnaire.objects.all())


def test_without_the_people_of_the_demo_there_are_no_surveys():
    assert store_surveys(now=NOW) == []
