"""A follow-up changes hands: to a colleague, with a reason, and not to the one of whom the answer speaks."""

import pytest
from django.urls import reverse

from bureau.models import Deed, Notification
from tests.factories.feedback import FollowUpFactory, ResponseFactory

pytestmark = pytest.mark.django_db


def given(client, follow_up, owner, reason="Tema piirkond"):
    return client.post(reverse("feedback:follow_up_give", args=[follow_up.pk]), {"owner": owner.pk, "reason": reason})


def test_a_follow_up_is_given_to_a_colleague_who_is_told(as_person, peeter, mari):
    follow_up = FollowUpFactory(owner=peeter)

    assert given(as_person(peeter), follow_up, mari).status_code == 302

    follow_up.refresh_from_db()
    deed = Deed.objects.get(action="follow_up.given")
    assert (follow_up.owner, deed.actor, deed.reason) == (mari, peeter, "Tema piirkond")
    assert Notification.objects.filter(user=mari, kind="follow_up.opened").count() == 1


def test_it_is_not_given_to_the_one_of_whom_the_answer_speaks(as_person, peeter, mari):
    follow_up = FollowUpFactory(owner=peeter, response=ResponseFactory(specialist=mari))

    answer = given(as_person(peeter), follow_up, mari)

    follow_up.refresh_from_db()
    assert (answer.status_code, follow_up.owner) == (422, peeter)
    assert "Vastus räägib inimesest Mari Tamm" in answer.content.decode()


def test_who_may_not_follow_up_is_not_among_those_to_choose_from(as_person, peeter, tiina):
    follow_up = FollowUpFactory(owner=peeter)

    assert given(as_person(peeter), follow_up, tiina).status_code == 422
