"""A unit asked in an investigation: told, shown what it needs and no more, able to answer; whom it concerns finds nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.models import Deed, Notification, ReadingRecord
from complaints.complaint_investigation import Step, add_step, answer_for_unit, remove_step
from complaints.conflict_of_interest import name_person
from complaints.deeds import DeedRefused
from complaints.models import Complaint
from complaints.unit_questions import asked_of, people_asked, waiting_count_of, words_shown
from tests.factories import PartyFactory, RoleHoldingFactory, SubstitutionFactory, UnitFactory, UserFactory
from tests.factories.complaints import at_stage_2

CLIENT, WORDS, TITLE = "Andres Kuusk", "Ootasin kolm nädalat raieloa vastust.", "Kaebus Andres Kuuselt"


@pytest.fixture
def case(peeter, mari):
    """A complaint about a case that is no unit's."""
    return at_stage_2(
        by=peeter, investigator=mari, party=PartyFactory(name=CLIENT), title=TITLE, description=WORDS
    )  # fmt: skip


@pytest.fixture
def ask(case, mari, forest_unit, today):
    def asked(**given):
        step = Step(
            **{"what": "Miks vastus viibis?", "due_on": today + timedelta(days=3), "unit": forest_unit} | given
        )
        return add_step(case=case, step=step, by=mari)

    return asked


@pytest.fixture
def head_of_water(db, water_unit):
    head = UserFactory(first_name="Vello", last_name="Jõgi")
    RoleHoldingFactory(user=head, role="unit_head", unit=water_unit)
    return head


def stands_in(substitute, absent):
    today = timezone.localdate()
    return SubstitutionFactory(absent=absent, substitute=substitute, starts_on=today, ends_on=today)


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user, kind="case.unit_asked").values_list("url", flat=True))


def test_the_head_is_told_and_answers_by_the_notice(ask, case, kai, mari, as_person):
    task = ask(background="Taotlus tuli 2. oktoobril.")
    client = as_person(kai)
    (url,) = told(kai)

    page = client.get(url).content.decode()
    answered = client.post(url, {"answer": "Menetleja oli puhkusel."})
    task.refresh_from_db()

    assert "Miks vastus viibis?" in page
    assert "Taotlus tuli 2. oktoobril." in page
    assert answered.status_code == 302
    assert (task.answer, task.done_by) == ("Menetleja oli puhkusel.", kai)
    deed = Deed.objects.get(action="complaint.step_done", object_id=case.pk)
    assert (deed.actor, deed.on_behalf_of_id) == (kai, None)
    assert Notification.objects.filter(user=mari, kind="case.unit_answered").exists()
    assert "Menetleja oli puhkusel." in client.get(url).content.decode()


def test_the_unit_sees_neither_client_nor_case_nor_words_that_were_not_chosen(ask, case, kai, as_person):
    task = ask()
    client = as_person(kai)

    page = client.get(task.get_absolute_url()).content.decode()

    for hidden in (CLIENT, TITLE, WORDS, case.get_absolute_url()):
        assert hidden not in page
    assert client.get(case.get_absolute_url()).status_code == 404


def test_words_are_shown_when_chosen_and_hidden_once_somebody_is_concerned(ask, case, kai, liis, peeter, as_person):
    task = ask(shows_words=True)
    url = task.get_absolute_url()

    before = as_person(kai).get(url).content.decode()
    name_person(complaint=case.complaint, user=liis, by=peeter)
    task.refresh_from_db()

    assert WORDS in before
    assert ReadingRecord.objects.filter(user=kai, object_id=case.pk, detail__question=task.pk).exists()
    assert words_shown(task) == ""
    assert WORDS not in as_person(kai).get(url).content.decode()


def test_who_stands_in_for_the_head_is_told_and_answers_on_behalf(ask, case, kai, head_of_water, as_person):
    stands_in(head_of_water, kai)
    task = ask()

    client = as_person(head_of_water)
    (url,) = told(head_of_water)
    assert client.get(url).status_code == 200
    client.post(url, {"answer": "Nii oli."})

    deed = Deed.objects.get(action="complaint.step_done", object_id=case.pk)
    assert (deed.actor, deed.on_behalf_of) == (head_of_water, kai)
    assert asked_of(kai).get().pk == task.pk


def test_a_head_whom_the_complaint_concerns_is_neither_told_nor_able(ask, case, kai, peeter, tiina, forest_unit, as_person):  # fmt: skip
    name_person(complaint=case.complaint, user=kai, by=peeter)

    with pytest.raises(DeedRefused):
        ask()  # nobody else answers for the unit

    deputy = UserFactory(first_name="Aita", last_name="Mets")
    RoleHoldingFactory(user=deputy, role="unit_head", unit=forest_unit)
    stands_in(tiina, kai)
    task = ask()

    assert (told(kai), told(tiina), len(told(deputy))) == ([], [], 1)
    assert not asked_of(kai).exists()
    assert not asked_of(tiina).exists()
    assert as_person(kai).get(task.get_absolute_url()).status_code == 404
    with pytest.raises(DeedRefused):
        answer_for_unit(task=task, answer="x", by=kai)


def test_naming_the_head_takes_the_question_away_and_tells_the_investigator(ask, case, kai, mari, peeter):
    ask()

    name_person(complaint=case.complaint, user=kai, by=peeter)

    assert told(kai) == []
    assert Notification.objects.filter(user=mari, kind="case.unit_left_unasked").exists()


def test_the_nearest_head_above_answers_for_a_part_without_one(case, ask, kai, forest_unit, today):
    part = UnitFactory(code="test-forest-part", parent=forest_unit)

    task = ask(unit=part)

    assert people_asked(unit=part, case=case, on=today) == {kai.pk}
    assert asked_of(kai).get() == task
    assert waiting_count_of(kai) == 1


def test_another_unit_finds_nothing(ask, kai, head_of_water, as_person):
    task = ask()

    assert not asked_of(head_of_water).exists()
    assert as_person(head_of_water).get(task.get_absolute_url()).status_code == 404


def test_a_question_taken_away_leaves_no_notice(ask, kai, mari):
    task = ask()

    remove_step(task=task, by=mari)

    assert told(kai) == []


def test_a_decided_complaint_asks_no_more(ask, case, kai, as_person):
    task = ask()
    Complaint.objects.filter(pk=case.pk).update(stage="withdrawn", closed_on=timezone.localdate())

    page = as_person(kai).get(task.get_absolute_url())

    assert page.status_code == 200
    assert b"<textarea" not in page.content
    assert waiting_count_of(kai) == 0
    assert as_person(kai).post(task.get_absolute_url(), {"answer": "x"}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_reads_the_same_whatever_its_length(count, ask, kai, as_person, django_assert_num_queries):
    for _one in range(count):
        ask()
    client, url = as_person(kai), reverse("complaints:unit_question_list")
    client.get(url)

    with django_assert_num_queries(3):
        assert client.get(url).content.decode().count("Miks vastus viibis?") == count
