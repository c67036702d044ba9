"""The kernel's own duties: roles that end, people without one, letters that did not leave, work that failed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau import duty_list
from bureau.models import Job, OutgoingMail, User
from tests.factories import RoleHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


def shown(user, code, today):
    return [duty for kind, duty in duty_list.found_for(User.objects.get(pk=user.pk), today) if kind == code]


def test_the_administrator_reviews_a_role_that_ends(admin_user, as_person, today):
    held = RoleHoldingFactory(
        user=UserFactory(first_name="Ants", last_name="Lahkuja"), ends_on=today + timedelta(days=3)
    )
    RoleHoldingFactory(ends_on=today + timedelta(days=90))

    (duty,) = shown(admin_user, "role", today)

    assert (duty.day, "Ants Lahkuja" in duty.about) == (held.ends_on, True)
    assert as_person(admin_user).get(duty.url).status_code == 200


def test_people_without_a_role_are_one_duty_until_they_have_one(admin_user, as_person, outi, today):
    (duty,) = shown(admin_user, "without_role", today)
    assert as_person(admin_user).get(duty.url).status_code == 200

    User.objects.filter(pk=outi.pk).update(is_active=False)
    assert not shown(admin_user, "without_role", today)


@pytest.mark.parametrize("who", ["admin_user", "jaan"])
def test_letters_that_need_a_person_are_one_duty_of_who_keeps_the_mail(who, request, as_person, today):
    user = request.getfixturevalue(who)
    for state in (OutgoingMail.State.FAILED, OutgoingMail.State.UNCERTAIN, OutgoingMail.State.QUEUED):
        OutgoingMail.objects.create(
            to=["a@example.ee"],
            subject="Kiri",
            text="Tere",
            purpose="digest",
            state=state,
            message_id=f"<{state}@example.ee>",
        )

    (duty,) = shown(user, "mail", today)

    assert duty.what.startswith("2 ")
    assert as_person(user).get(duty.url).status_code == 200


def test_work_that_failed_waits_for_its_owner_until_it_is_done_again(as_person, mari, liis, today):
    failed = Job.objects.create(
        kind="export", title="Pöördumised", owner=mari, state=Job.State.FAILED, finished_at=timezone.now()
    )

    (duty,) = shown(mari, "job", today)
    assert duty.about == failed.title
    assert as_person(mari).get(duty.url).status_code == 200
    assert not shown(liis, "job", today)

    Job.objects.create(
        kind="export", title="Pöördumised", owner=mari, state=Job.State.DONE, finished_at=timezone.now()
    )
    assert not shown(mari, "job", today)
