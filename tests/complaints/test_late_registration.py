"""Whoever opens a case later than AvTS § 16 lets is told and asked why, wherever it is opened."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bureau import reference
from complaints.deeds import deeds_on
from complaints.late_registration import question_why_late
from complaints.models import Case
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def at(day: int) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, 10, 0))


@pytest.mark.parametrize(("received", "registered", "is_asked"), [(2, 2, False), (2, 3, False), (2, 4, True), (6, 9, False), (6, 10, True)])  # fmt: skip
def test_the_reason_is_asked_from_the_second_working_day(received, registered, is_asked):
    question = question_why_late(at(received), at(registered))

    assert bool(question) is is_asked
    assert not is_asked or f"{received:02}.11.2026" in question


@pytest.mark.parametrize("outcome", ["case", "complaint"])
def test_a_case_of_a_call_logged_later_is_asked_about_in_the_sheet(as_person, mari, outcome):
    """Registered seventeen working days late without a word."""
    given = {
        "key": str(uuid.uuid4()), "channel": reference.by_code(reference.channels())["phone"].id, "outcome": outcome, "who": "",
        "description": "Keegi ei vastanud.", "at": f"{timezone.localtime() - timedelta(days=14):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    asked = as_person(mari).post("/contacts/log/", given)
    assert asked.status_code == 422
    assert "AvTS § 16" in asked.content.decode()
    assert 'name="late_because"' in asked.content.decode()
    assert not Case.objects.exists()

    as_person(mari).post("/contacts/log/", given | {"late_because": "Kõne jäi logimata."})

    assert deeds_on(Case.objects.get()).get(action="case.registered").reason == "Kõne jäi logimata."


def test_a_case_of_a_contact_logged_before_is_asked_about_too(as_person, mari):
    contact = ContactFactory(handled_by=mari, at=timezone.now() - timedelta(days=14))
    address = f"/contacts/{contact.key}/case/"
    page = as_person(mari).get(address)
    given = {"kind": page.context["form"]["kind"].value(), "title": "Müra", "description": ""}

    asked = as_person(mari).post(address, given)
    assert 'name="late_because"' in asked.content.decode()
    as_person(mari).post(address, given | {"late_because": "Lubasin tagasi helistada."})

    assert deeds_on(Case.objects.get()).get(action="case.registered").reason == "Lubasin tagasi helistada."


def test_what_a_complaint_is_about_is_asked_and_is_its_title(as_person, mari):
    """It bore the name of its topic, and the guide for signing in stood beside a complaint of rudeness."""
    topic = next(topic for topic in reference.topics().values() if topic.guide_et)
    given = {
        "key": str(uuid.uuid4()), "channel": reference.by_code(reference.channels())["phone"].id, "outcome": "complaint", "who": "",
        "topic": topic.id,
    }  # fmt: skip
    assert as_person(mari).post("/contacts/log/", given).status_code == 422

    as_person(mari).post("/contacts/log/", given | {"note": "Ametnik karjus."})

    case = Case.objects.get()
    assert case.title == "Ametnik karjus."
    assert topic.guide_et not in as_person(mari).get(case.get_absolute_url()).content.decode()
