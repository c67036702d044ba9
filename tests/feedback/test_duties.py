"""Follow-ups that nobody owns."""

import pytest

from bureau import duty_list
from bureau.models import User
from feedback import follow_ups
from feedback.models import FollowUp
from tests.factories.feedback import ResponseFactory

pytestmark = pytest.mark.django_db


def shown(user, code, today):
    return [duty for kind, duty in duty_list.found_for(User.objects.get(pk=user.pk), today) if kind == code]


@pytest.mark.parametrize(("who", "count"), [("peeter", 1), ("jaan", 1), ("mari", 0), ("tiina", 0)])
def test_follow_ups_without_an_owner_are_one_duty_of_who_assigns_them(who, count, request, as_person, today):
    user, response = request.getfixturevalue(who), ResponseFactory()
    follow_ups.open_follow_up(survey=response.survey, response=response, why="bad_score", today=today)
    FollowUp.objects.update(owner=None)

    duties = shown(user, "follow_up_owner", today)

    assert len(duties) == count
    for duty in duties:
        assert as_person(user).get(duty.url).status_code == 200


def test_a_client_who_was_reached_leaves_the_end_to_be_written(kai, forest_unit, today):
    response = ResponseFactory(unit=forest_unit)
    held = follow_ups.open_follow_up(
        survey=response.survey, response=response, why="bad_score", today=today, unit_id=forest_unit.pk
    )
    (new,) = shown(kai, "follow_up", today)
    FollowUp.objects.filter(pk=held.pk).update(state=FollowUp.State.CONTACTED, contacted_on=today)

    (reached,) = shown(kai, "follow_up", today)

    assert (new.has_last_day, new.day) == (True, held.due_on)
    assert (reached.has_last_day, reached.day) == (False, today)
    assert new.what != reached.what
