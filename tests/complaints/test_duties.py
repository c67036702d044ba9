"""Duties of cases that no notice asks for: cases nobody has, work of people away, texts begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau import drafts, duty_list
from bureau.models import Draft, User
from complaints.correspondence import NOTE_DRAFT
from complaints.models import Case
from tests.factories import AbsenceFactory, CaseFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db


def shown(user, code, today):
    return [duty for kind, duty in duty_list.found_for(User.objects.get(pk=user.pk), today) if kind == code]


@pytest.mark.parametrize(("who", "count"), [("peeter", 1), ("jaan", 1), ("tiina", 0), ("mari", 0), ("dora", 0)])
def test_cases_that_nobody_has_are_one_duty_of_who_shares_out(who, count, request, as_person, today):
    user = request.getfixturevalue(who)
    first, second = CaseFactory(), CaseFactory()
    Case.objects.filter(pk=second.pk).update(due_on=today + timedelta(days=2))

    duties = shown(user, "handler", today)

    assert len(duties) == count
    for duty in duties:
        assert (duty.day, duty.has_last_day) == (today + timedelta(days=2), True)
        page = as_person(user).get(duty.url).content.decode()
        assert first.number in page
        assert second.number in page


@pytest.mark.parametrize("who", ["peeter", "jaan"])
def test_somebody_away_without_a_substitute_is_a_duty_until_there_is_one(who, request, as_person, liis, mari, today):
    user = request.getfixturevalue(who)
    case = CaseFactory(assignee=liis)
    Case.objects.filter(pk=case.pk).update(due_on=today + timedelta(days=1))
    AbsenceFactory(user=liis, starts_on=today, ends_on=today + timedelta(days=5))

    (duty,) = shown(user, "absent", today)
    assert "Liis Mets" in duty.what
    assert as_person(user).get(duty.url).status_code == 200

    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today + timedelta(days=5))
    assert not shown(user, "absent", today)


def test_a_text_begun_before_today_waits_to_be_finished(as_person, mari, today):
    case = CaseFactory(assignee=mari)
    drafts.save_draft(user=mari, form=NOTE_DRAFT, subject=case.number, data={"text": "Pooleli märge"})
    assert not shown(mari, "draft", today)
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=2))

    (duty,) = shown(mari, "draft", today)

    assert "Pooleli märge" in duty.about
    assert as_person(mari).get(duty.url).status_code == 200


def test_a_restriction_tells_neither_title_nor_party_and_is_the_handlers_and_the_officers(dora, mari, liis, today):
    case = CaseFactory(restricted=True, assignee=mari, title="Salajane asi")
    Case.objects.filter(pk=case.pk).update(restricted_until=today - timedelta(days=1))

    for user in (dora, mari):
        (duty,) = shown(user, "restriction", today)
        assert duty.number == case.number
        assert "Salajane" not in f"{duty.what} {duty.about}"
    assert not shown(liis, "restriction", today)
